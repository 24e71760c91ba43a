package read

import (
	"context"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// Agent is who ships logs, as it was heard last.
type Agent struct {
	schemas.AgentStatus
	// State is current, lagging, silent or stopped.
	State string
	// SilentFor is how long ago it was heard, ClockAhead how far its clock is
	// ahead of the server's.
	SilentFor, ClockAhead time.Duration
}

// Agents lists the agents that were heard within seven days, those that need
// somebody first.
func (s *Store) Agents(ctx context.Context, cluster string) ([]Agent, error) {
	w := in(cluster)
	const sql = `SELECT cluster, agent, state, time, silent_for, said, started, host, version, config, every, files, unreadable, behind_bytes, lag, unacked,
		read_bytes, records, headless, problems, problem_files, problem_lines, problem_messages, problem_hints, sources, source_records, source_last, clock_ahead
		FROM v_agents`
	const tail = ` ORDER BY indexOf(['silent', 'lagging', 'current', 'stopped'], state), cluster, agent LIMIT ?`
	var list []Agent
	err := s.ask(ctx, sql+w.String()+tail, append(w.args, maxLogs), func(scan func(...any) error) error {
		var row agentRow
		if err := row.scan(scan); err != nil {
			return err
		}
		list = append(list, row.agent())
		return nil
	})
	return list, err
}

// agentRow is a row of v_agents.
type agentRow struct {
	Agent
	silentFor, every, lag, ahead          float64
	files, unreadable, unacked            uint32
	behind, bytes, records                uint64
	headless, problems                    uint64
	problemFiles, messages, hints, source []string
	lines                                 []uint32
	sourceRecords                         []uint64
	sourceLast                            []time.Time
}

func (r *agentRow) scan(scan func(...any) error) error {
	return scan(&r.Cluster, &r.AgentStatus.Agent, &r.State, &r.Heard, &r.silentFor, &r.Time, &r.Started, &r.Host, &r.Version, &r.Config, &r.every,
		&r.files, &r.unreadable, &r.behind, &r.lag, &r.unacked, &r.bytes, &r.records, &r.headless, &r.problems,
		&r.problemFiles, &r.lines, &r.messages, &r.hints, &r.source, &r.sourceRecords, &r.sourceLast, &r.ahead)
}

func (r *agentRow) agent() Agent {
	a := r.Agent
	a.SilentFor, a.ClockAhead, a.Every, a.Lag = seconds(r.silentFor), seconds(r.ahead), seconds(r.every), seconds(r.lag)
	a.Files, a.Unreadable, a.Unacked = int(r.files), int(r.unreadable), int(r.unacked)
	a.Behind, a.Bytes, a.Records, a.Headless, a.ProblemCount = int64(r.behind), int64(r.bytes), int64(r.records), int64(r.headless), int64(r.problems)
	a.Heard, a.Time, a.Started = dateOf(a.Heard), dateOf(a.Time), dateOf(a.Started)
	a.Stopped = a.State == "stopped"
	for i := range r.messages {
		a.Problems = append(a.Problems, schemas.Problem{File: r.problemFiles[i], Line: int(r.lines[i]), Message: r.messages[i], Hint: r.hints[i]})
	}
	for i := range r.source {
		a.Sources = append(a.Sources, schemas.AgentSource{Source: schemas.Source(r.source[i]), Records: int64(r.sourceRecords[i]), Last: dateOf(r.sourceLast[i])})
	}
	return a
}

func seconds(s float64) time.Duration { return time.Duration(s * float64(time.Second)) }
