package clickhouse

import (
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/uctrace/uctrace/schemas"
)

const agentColumns = "cluster, agent, heard, said, started, host, version, config, every, stopped, files, unreadable, " +
	"behind_bytes, lag, unacked, read_bytes, records, headless, problems, problem_files, problem_lines, problem_messages, problem_hints, " +
	"sources, source_records, source_last"

func appendAgent(batch driver.Batch, s *schemas.AgentStatus) error {
	var files, messages, hints, sources []string
	var lines []uint32
	var records []uint64
	var last []time.Time
	for i := range s.Problems {
		p := &s.Problems[i]
		files, lines = append(files, p.File), append(lines, count(p.Line))
		messages, hints = append(messages, p.Message), append(hints, p.Hint)
	}
	for i := range s.Sources {
		x := &s.Sources[i]
		at, _ := storedTime(x.Last)
		sources, records, last = append(sources, string(x.Source)), append(records, size(x.Records)), append(last, at)
	}
	heard, _ := storedTime(s.Heard)
	said, _ := storedTime(s.Time)
	started, _ := storedTime(s.Started)
	return batch.Append(s.Cluster, s.Agent, heard, said, started, s.Host, s.Version, s.Config, s.Every.Seconds(), flag(s.Stopped),
		count(s.Files), count(s.Unreadable), size(s.Behind), s.Lag.Seconds(), count(s.Unacked),
		size(s.Bytes), size(s.Records), size(s.Headless), size(s.ProblemCount), files, lines, messages, hints,
		sources, records, last)
}

// size returns n as an unsigned column holds it; what an agent says may be
// anything.
func size(n int64) uint64 { return uint64(max(n, 0)) }
