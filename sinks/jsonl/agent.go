package jsonl

import "github.com/uctrace/uctrace/schemas"

// AppendAgent appends s to dst as one JSON object.
func AppendAgent(dst []byte, s *schemas.AgentStatus) []byte {
	return append(agentFields(append(dst, '{'), s), '}')
}

func agentFields(dst []byte, s *schemas.AgentStatus) []byte {
	dst = text(dst, "agent", s.Agent)
	dst = text(dst, "cluster", s.Cluster)
	dst = text(dst, "host", s.Host)
	dst = text(dst, "version", s.Version)
	dst = text(dst, "config", s.Config)
	dst = moment(dst, "started", s.Started)
	dst = moment(dst, "said", s.Time)
	dst = moment(dst, "heard", s.Heard)
	dst = number(dst, "every_ms", s.Every.Milliseconds())
	dst = yes(dst, "stopped", s.Stopped)
	dst = number(dst, "files", int64(s.Files))
	dst = number(dst, "unreadable", int64(s.Unreadable))
	dst = number(dst, "behind_bytes", s.Behind)
	dst = number(dst, "lag_ms", s.Lag.Milliseconds())
	dst = number(dst, "unacked", int64(s.Unacked))
	dst = number(dst, "bytes", s.Bytes)
	dst = number(dst, "records", s.Records)
	dst = number(dst, "headless", s.Headless)
	dst = number(dst, "problem_count", s.ProblemCount)
	dst = problems(dst, s.Problems)
	dst = append(name(dst, "sources"), '[')
	for i := range s.Sources {
		x := &s.Sources[i]
		dst = text(append(item(dst), '{'), "source", x.Source)
		dst = number(dst, "records", x.Records)
		dst = append(moment(dst, "last", x.Last), '}')
	}
	return append(dst, ']')
}
