package clickhouse

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// agentFields is every column of table agents that is written.
var agentFields = []field[schemas.AgentStatus]{
	word("cluster", func(s *schemas.AgentStatus) string { return s.Cluster }),
	word("agent", func(s *schemas.AgentStatus) string { return s.Agent }),
	times("heard", func(s *schemas.AgentStatus) time.Time { return s.Heard }),
	times("said", func(s *schemas.AgentStatus) time.Time { return s.Time }),
	times("started", func(s *schemas.AgentStatus) time.Time { return s.Started }),
	word("host", func(s *schemas.AgentStatus) string { return s.Host }),
	word("version", func(s *schemas.AgentStatus) string { return s.Version }),
	word("config", func(s *schemas.AgentStatus) string { return s.Config }),
	seconds("every", func(s *schemas.AgentStatus) time.Duration { return s.Every }),
	flags("stopped", func(s *schemas.AgentStatus) bool { return s.Stopped }),
	counts("files", func(s *schemas.AgentStatus) int { return s.Files }),
	counts("unreadable", func(s *schemas.AgentStatus) int { return s.Unreadable }),
	large("behind_bytes", func(s *schemas.AgentStatus) uint64 { return size(s.Behind) }),
	seconds("lag", func(s *schemas.AgentStatus) time.Duration { return s.Lag }),
	counts("unacked", func(s *schemas.AgentStatus) int { return s.Unacked }),
	large("read_bytes", func(s *schemas.AgentStatus) uint64 { return size(s.Bytes) }),
	large("records", func(s *schemas.AgentStatus) uint64 { return size(s.Records) }),
	large("headless", func(s *schemas.AgentStatus) uint64 { return size(s.Headless) }),
	large("problems", func(s *schemas.AgentStatus) uint64 { return size(s.ProblemCount) }),
	texts("problem_files", agentProblem(func(dst []byte, p *schemas.Problem) []byte { return appendString(dst, p.File) })),
	list("problem_lines", "UInt32", agentProblem(func(dst []byte, p *schemas.Problem) []byte { return appendCount(dst, p.Line) })),
	texts("problem_messages", agentProblem(func(dst []byte, p *schemas.Problem) []byte { return appendString(dst, p.Message) })),
	texts("problem_hints", agentProblem(func(dst []byte, p *schemas.Problem) []byte { return appendString(dst, p.Hint) })),
	words("sources", func(s *schemas.AgentStatus, add func(string)) {
		eachWord(s.Sources, add, func(x *schemas.AgentSource) string { return string(x.Source) })
	}),
	list("source_records", "UInt64", agentSource(func(dst []byte, x *schemas.AgentSource) []byte {
		return binary.LittleEndian.AppendUint64(dst, size(x.Records))
	})),
	list("source_last", timeType, agentSource(func(dst []byte, x *schemas.AgentSource) []byte { return appendTime(dst, x.Last) })),
}

func seconds(name string, of func(*schemas.AgentStatus) time.Duration) field[schemas.AgentStatus] {
	return fixed(name, "Float64", func(dst []byte, s *schemas.AgentStatus) []byte {
		return binary.LittleEndian.AppendUint64(dst, math.Float64bits(of(s).Seconds()))
	})
}

func agentProblem(add func([]byte, *schemas.Problem) []byte) func([]byte, *schemas.AgentStatus) ([]byte, int) {
	return func(dst []byte, s *schemas.AgentStatus) ([]byte, int) { return each(dst, s.Problems, add) }
}

func agentSource(add func([]byte, *schemas.AgentSource) []byte) func([]byte, *schemas.AgentStatus) ([]byte, int) {
	return func(dst []byte, s *schemas.AgentStatus) ([]byte, int) { return each(dst, s.Sources, add) }
}

// size returns n as an unsigned column holds it; what an agent says may be
// anything.
func size(n int64) uint64 { return uint64(max(n, 0)) }
