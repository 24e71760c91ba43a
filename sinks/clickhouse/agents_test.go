package clickhouse_test

import (
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	"github.com/uctrace/uctrace/schemas"
)

// TestAgents stores what agents said, twice and in another cut, and reads who
// is there.
func TestAgents(t *testing.T) {
	sink := open(t, chdbtest.Open(t), "agents")
	now := time.Now().UTC().Truncate(time.Millisecond)
	status := func(agent string, ago time.Duration) schemas.AgentStatus {
		return schemas.AgentStatus{
			Agent: agent, Cluster: "lab", Host: agent + ".example", Version: "v1", Heard: now.Add(-ago), Time: now.Add(-ago + 2*time.Second),
			Every: 15 * time.Second, Files: 3, Bytes: -5, Problems: []schemas.Problem{{File: "a.log", Line: 7, Message: "is cut"}}, ProblemCount: 1,
			Sources: []schemas.AgentSource{{Source: schemas.CUCMSDL, Records: 10, Last: now}, {Source: schemas.Unknown}},
		}
	}
	stopped, lagging := status("d", time.Hour), status("e", 0)
	stopped.Stopped, lagging.Lag = true, 10*time.Minute
	all := []schemas.AgentStatus{
		status("a", 30*time.Second), status("a", 15*time.Second), status("a", 0),
		status("b", 5*time.Minute), status("c", 8*24*time.Hour), stopped, lagging,
	}
	for _, b := range []*schemas.SinkBatch{
		{Token: "all", Agents: all}, {Token: "all", Agents: all}, {Token: "again", Agents: all[:4]}, {Agents: all[2:]},
	} {
		if err := sink.Write(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	for _, tt := range []struct {
		sql  string
		want [][]string
	}{
		{"SELECT agent, state FROM v_agents ORDER BY agent", [][]string{{"a", "current"}, {"b", "silent"}, {"d", "stopped"}, {"e", "lagging"}}},
		{"SELECT count() FROM v_agent_history", [][]string{{"7"}}},
		{"SELECT host, files, read_bytes, problems, problem_messages, clock_ahead FROM v_agents WHERE agent = 'a'", [][]string{{"a.example", "3", "0", "1", "[is cut]", "2"}}},
		{"SELECT source, records, toYear(last) > 2000 FROM v_agent_sources WHERE agent = 'a' ORDER BY source", [][]string{{"cucm.sdl", "10", "1"}, {"unknown", "0", "0"}}},
	} {
		got := query(t, sink, tt.sql)
		if len(got) != len(tt.want) {
			t.Errorf("%s: %v, want %v", tt.sql, got, tt.want)
			continue
		}
		for i := range got {
			for j := range got[i] {
				if got[i][j] != tt.want[i][j] {
					t.Errorf("%s: row %d: %v, want %v", tt.sql, i, got[i], tt.want[i])
					break
				}
			}
		}
	}
}
