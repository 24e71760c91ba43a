package wire

import (
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// AppendAgent appends the frame of s to dst and returns it. It uses the spare
// capacity of dst as scratch memory: reuse dst. It keeps nothing of s. The
// frame of an honest status is far below MaxMessage.
func AppendAgent(dst []byte, s *schemas.AgentStatus) []byte {
	return seal(dst, kindAgent, 512+64*len(s.Sources)+256*len(s.Problems), func(w *writer) { w.agent(s) })
}

// DecodeAgent decodes the frame data into s, all but Heard. The errors are
// ErrVersion and ErrCorrupt.
func DecodeAgent(data []byte, s *schemas.AgentStatus) error {
	payload, err := open(data, kindAgent, nil)
	if err != nil {
		return err
	}
	return decode(payload, func(r *reader) { r.agent(s) })
}

const agentFields = 23

func (w *writer) agent(s *schemas.AgentStatus) {
	w.array(agentFields)
	w.str(s.Agent)
	w.str(s.Cluster)
	w.str(s.Host)
	w.str(s.Version)
	w.str(s.Config)
	w.time(s.Started)
	w.time(s.Time)
	w.int(int64(s.Every))
	w.bool(s.Stopped)
	w.int(int64(s.Files))
	w.int(int64(s.Unreadable))
	w.int(s.Behind)
	w.int(int64(s.Lag))
	w.int(int64(s.Unacked))
	w.int(s.Bytes)
	w.int(s.Records)
	w.int(s.Headless)
	w.int(s.ProblemCount)
	w.problems(s.Problems)
	w.array(len(s.Sources))
	for i := range s.Sources {
		x := &s.Sources[i]
		w.array(agentSourceFields)
		w.str(string(x.Source))
		w.int(x.Records)
		w.time(x.Last)
	}
	w.array(len(s.Away))
	for i := range s.Away {
		x := &s.Away[i]
		w.array(agentAwayFields)
		w.str(x.Cluster)
		w.str(x.Agent)
		w.time(x.Silent)
		w.time(x.Lags)
	}
}

const (
	agentSourceFields = 4
	agentAwayFields   = 6
)

func (r *reader) agent(s *schemas.AgentStatus) {
	outer := r.enter(agentFields)
	*s = schemas.AgentStatus{
		Agent: r.str(), Cluster: r.str(), Host: r.str(), Version: r.str(), Config: r.str(),
		Started: r.time(), Time: r.time(), Every: time.Duration(r.int()), Stopped: r.bool(),
		Files: int(r.int()), Unreadable: int(r.int()), Behind: r.int(), Lag: time.Duration(r.int()), Unacked: int(r.int()),
		Bytes: r.int(), Records: r.int(), Headless: r.int(), ProblemCount: r.int(), Problems: r.problems(nil),
	}
	n, o := r.list(1 + agentSourceFields)
	s.Sources = grow(s.Sources, n)
	for i := range s.Sources {
		in := r.enter(agentSourceFields)
		s.Sources[i] = schemas.AgentSource{Source: schemas.Source(r.str()), Records: r.int(), Last: r.time()}
		r.leave(in)
	}
	r.endList(o)
	n, o = r.list(1 + agentAwayFields)
	s.Away = grow(s.Away, n)
	for i := range s.Away {
		in := r.enter(agentAwayFields)
		s.Away[i] = schemas.AgentAway{Cluster: r.str(), Agent: r.str(), Silent: r.time(), Lags: r.time()}
		r.leave(in)
	}
	r.endList(o)
	r.leave(outer)
}
