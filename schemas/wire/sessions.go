package wire

import "github.com/uctrace/uctrace/schemas"

// AppendSessions appends the frame of list to dst and returns it. It uses the
// spare capacity of dst as scratch memory: reuse dst. It keeps nothing of
// list. See SplitSessions for the size of the frame.
func AppendSessions(dst []byte, list []schemas.Session) []byte {
	size := 0
	for i := range list {
		size += sessionSize(&list[i])
	}
	return seal(dst, kindSessions, size, func(w *writer) {
		w.array(1)
		w.array(len(list))
		for i := range list {
			w.session(&list[i])
		}
	})
}

// DecodeSessions returns the sessions of the frame data. The errors are
// ErrVersion and ErrCorrupt.
func DecodeSessions(data []byte) ([]schemas.Session, error) {
	payload, err := open(data, kindSessions, nil)
	if err != nil {
		return nil, err
	}
	var list []schemas.Session
	err = decode(payload, func(r *reader) {
		outer := r.enter(1)
		n, o := r.list(18 + sessionFields)
		list = make([]schemas.Session, n)
		for i := range list {
			r.session(&list[i])
		}
		r.endList(o)
		r.leave(outer)
	})
	if err != nil {
		return nil, err
	}
	return list, nil
}

// sessionFields counts a time as two. What came later than they did follows
// them, first what was seen, then since when, and is left out while a session
// has none of it.
const (
	sessionFields = 18
	laterFields   = 3
)

func (w *writer) session(s *schemas.Session) {
	later := len(s.Sights)+len(s.Coverage)+len(s.Skews) > 0 || !s.Since.IsZero()
	fields := sessionFields
	if later {
		fields += laterFields
	}
	w.array(fields + sinceFields(s.Since))
	w.id(s.ID)
	w.uint(s.Version)
	w.bool(s.Deleted)
	w.str(string(s.Kind))
	w.str(string(s.Outcome))
	w.str(s.Cluster)
	w.time(s.Start)
	w.time(s.End)
	w.keys(s.Keys)
	w.strs(s.Nodes)
	w.array(len(s.Sources))
	for _, src := range s.Sources {
		w.str(string(src))
	}
	w.array(len(s.Stages))
	for i := range s.Stages {
		w.stage(&s.Stages[i])
	}
	w.str(s.Summary)
	w.ids(s.Events)
	w.int(int64(s.EventCount))
	w.array(len(s.Joins))
	for i := range s.Joins {
		w.join(&s.Joins[i])
	}
	if later {
		w.seen(s)
	}
	w.since(s.Since)
}

func (w *writer) join(j *schemas.Join) {
	w.array(joinFields)
	w.keys([]schemas.Key{j.A, j.B})
	w.id(j.Event)
	w.str(j.Reason)
	w.str(string(j.Confidence))
}

const joinFields = 4

func (r *reader) join(j *schemas.Join) {
	outer := r.enter(joinFields)
	if ks := r.keys(nil); len(ks) == 2 {
		j.A, j.B = ks[0], ks[1]
	}
	r.fixed(j.Event[:])
	j.Reason = r.str()
	j.Confidence = schemas.Confidence(r.str())
	r.leave(outer)
}

func (r *reader) session(s *schemas.Session) {
	outer := r.enter(sessionFields)
	r.fixed(s.ID[:])
	s.Version = r.uint()
	s.Deleted = r.bool()
	s.Kind = schemas.SessionKind(r.str())
	s.Outcome = schemas.Outcome(r.str())
	s.Cluster = r.str()
	s.Start = r.time()
	s.End = r.time()
	s.Keys = r.keys(nil)
	s.Nodes = r.strs(nil)
	n, o := r.list(1)
	s.Sources = grow(s.Sources, n)
	for i := range s.Sources {
		s.Sources[i] = schemas.Source(r.str())
	}
	r.endList(o)
	n, o = r.list(1 + stageFields)
	s.Stages = grow(s.Stages, n)
	for i := range s.Stages {
		r.stage(&s.Stages[i])
	}
	r.endList(o)
	s.Summary = r.text()
	s.Events = r.ids()
	s.EventCount = int(r.int())
	n, o = r.list(1 + joinFields)
	s.Joins = grow(s.Joins, n)
	for i := range s.Joins {
		r.join(&s.Joins[i])
	}
	r.endList(o)
	r.seen(s)
	s.Since = r.since()
	r.leave(outer)
}

const stageFields = 6

func (w *writer) stage(s *schemas.Stage) {
	w.array(stageFields)
	w.str(s.Name)
	w.time(s.Start)
	w.time(s.End)
	w.str(string(s.Outcome))
}

func (r *reader) stage(s *schemas.Stage) {
	outer := r.enter(stageFields)
	s.Name = r.str()
	s.Start = r.time()
	s.End = r.time()
	s.Outcome = schemas.Outcome(r.str())
	r.leave(outer)
}

// ids writes ids as one bin.
func (w *writer) ids(ids []schemas.ID) {
	_ = w.enc.EncodeBytesLen(16 * len(ids))
	for i := range ids {
		w.out.b = append(w.out.b, ids[i][:]...)
	}
}

func (r *reader) ids() []schemas.ID {
	b, _ := r.bytes()
	if len(b)%16 != 0 {
		r.err = corrupt("payload: %d bytes are no list of ids", len(b))
	}
	if len(b) < 16 || r.err != nil {
		return nil
	}
	ids := make([]schemas.ID, len(b)/16)
	for i := range ids {
		copy(ids[i][:], b[16*i:])
	}
	return ids
}
