package fleet_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/correlator/fleet"
	"github.com/uctrace/uctrace/schemas"
)

// A story is told line by line: "SECOND who what…", where who is an agent or
// "tick", and what is nothing, stopped, lag=DURATION or unacked=N.
func tell(t *testing.T, w *fleet.Watch, story string) (found []schemas.Finding, said []string) {
	t.Helper()
	start := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
	for n, line := range strings.Split(strings.TrimSpace(story), "\n") {
		var second int
		var who string
		fields := strings.Fields(line)
		if _, err := fmt.Sscan(fields[0], &second); err != nil {
			t.Fatal(err)
		}
		who = fields[1]
		s := schemas.AgentStatus{Heard: start.Add(time.Duration(second) * time.Second), Every: 15 * time.Second}
		if who != "tick" {
			s.Agent, s.Host = who, who+".example"
		}
		for _, what := range fields[2:] {
			switch name, value, _ := strings.Cut(what, "="); name {
			case "stopped":
				s.Stopped = true
			case "lag":
				s.Lag, _ = time.ParseDuration(value)
			case "unacked":
				_, _ = fmt.Sscan(value, &s.Unacked)
			}
		}
		for _, f := range w.Hear(&s, uint64(n+1)) {
			found = append(found, f)
			change := "+"
			if f.Deleted {
				change = "-"
			}
			said = append(said, fmt.Sprintf("%d %s%s", second, change, f.Rule))
		}
	}
	return found, said
}

// beats are lines of the agents who, every 15 seconds from second from to
// second to, with a tick behind each.
func beats(from, to int, who ...string) string {
	var b strings.Builder
	for s := from; s <= to; s += 15 {
		for _, w := range append(who, "tick") {
			fmt.Fprintf(&b, "%d %s\n", s, w)
		}
	}
	return b.String()
}

func TestStories(t *testing.T) {
	for _, tt := range []struct {
		name, story, want string
	}{
		{"all is well", beats(0, 600, "a", "b"), ""},
		{"an agent dies", beats(0, 60, "a", "b") + beats(75, 300, "b"), "135 +agent.silent"},
		{"the only agent dies", beats(0, 60, "a") + beats(75, 300), "135 +agent.silent"},
		{"it comes back", beats(0, 60, "a") + beats(75, 150) + beats(165, 300, "a"), "135 +agent.silent, 165 -agent.silent"},
		{"it dies twice", beats(0, 15, "a") + beats(30, 120) + beats(135, 150, "a") + beats(165, 300), "90 +agent.silent, 135 -agent.silent, 225 +agent.silent"},
		{"it was ended by systemctl stop", beats(0, 60, "a") + "70 a stopped\n" + beats(75, 900), ""},
		{"it was ended, began again and died", beats(0, 30, "a") + "40 a stopped\n" + beats(45, 300) + beats(315, 330, "a") + beats(345, 450), "405 +agent.silent"},
		{"two statuses are lost", beats(0, 60, "a") + beats(75, 90) + beats(105, 300, "a"), ""},
		{"the server was away for a day", beats(0, 60, "a") + beats(86400, 86415) + beats(86430, 86500, "a"), ""},
		{"the server was away, and the agent does not come back", beats(0, 60, "a") + beats(86400, 86600), "86445 +agent.silent"},
		{"NATS is restarted again and again", beats(0, 0, "a") + "4000 tick\n4001 a\n8000 tick\n8001 a\n12000 tick\n12001 a\n", ""},
		{"nothing is judged without a tick", beats(0, 60, "a", "b") + "300 b\n600 b\n900 b\n", ""},

		{"an agent cannot keep up", "0 a lag=4m\n15 a lag=5m\n30 a lag=5m15s\n45 a lag=6m", "30 +agent.lagging"},
		{"a short jam", "0 a lag=10m\n15 a lag=0s\n30 a lag=10m\n45 a", ""},
		{"it catches up", "0 a lag=10m\n15 a lag=9m\n30 a lag=2m\n45 a lag=59s\n60 a", "15 +agent.lagging, 45 -agent.lagging"},
		{"it lags and ends in an orderly way", "0 a lag=10m\n15 a lag=9m\n30 a lag=8m stopped", "15 +agent.lagging, 30 -agent.lagging"},
		{"it lags and dies", "0 a lag=10m\n15 a lag=9m\n" + beats(30, 120), "15 +agent.lagging, 90 +agent.silent"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			_, said := tell(t, fleet.New(), tt.story)
			if got := strings.Join(said, ", "); got != tt.want {
				t.Errorf("%s\nwant %s", got, tt.want)
			}
		})
	}
}

// TestRemovedAgentIsForgotten after a week, and its finding with it.
func TestRemovedAgentIsForgotten(t *testing.T) {
	w := fleet.New()
	_, said := tell(t, w, "0 a\n"+beats(15, 7*24*3600+60))
	if got := strings.Join(said, ", "); got != "75 +agent.silent, 604815 -agent.silent" {
		t.Error(got)
	}
	if n := w.States(); n["silent"]+n["current"] != 0 {
		t.Errorf("states %v", n)
	}
}

// TestRevisionsOfOneFinding have one id, and each silence has its own.
func TestRevisionsOfOneFinding(t *testing.T) {
	found, _ := tell(t, fleet.New(), beats(0, 15, "a")+beats(30, 120)+beats(135, 150, "a")+beats(165, 300))
	if len(found) != 3 || found[0].ID != found[1].ID || found[2].ID == found[0].ID {
		t.Fatalf("%+v", found)
	}
	if found[0].Version >= found[1].Version {
		t.Error("the withdrawal does not stand above what it withdraws")
	}
	if found[0].Since.IsZero() || !found[0].Since.Equal(found[1].Since) {
		t.Error("the withdrawal does not stand beside what it withdraws")
	}
	f := found[0]
	if f.Summary != "agent a on a.example has been silent since 2026-03-04 09:00:15 UTC; it speaks every 15s" {
		t.Error(f.Summary)
	}
	if len(f.Fix) == 0 || f.Cause == "" || len(f.Evidence) != 1 || f.Evidence[0].File != "uc.agents.default.a" ||
		!strings.HasPrefix(f.Evidence[0].Text, "2026-03-04 09:00:15.000 agent a on a.example") {
		t.Errorf("%+v", f)
	}
}

// TestTwoCausesOfLag: what waits for NATS is told from what is not read.
func TestTwoCausesOfLag(t *testing.T) {
	for _, tt := range []struct{ what, cause string }{
		{"unacked=16", "NATS does not take its batches: 16 wait"},
		{"", "more is written than it reads"},
	} {
		found, _ := tell(t, fleet.New(), "0 a lag=10m "+tt.what+"\n15 a lag=10m "+tt.what)
		if len(found) != 1 || !strings.HasPrefix(found[0].Cause, tt.cause) {
			t.Errorf("%q: %+v", tt.what, found)
		}
	}
}

// TestRestart: a server that finds only what the ticks kept knows whom to take
// back; one that replays everything comes to the same.
func TestRestart(t *testing.T) {
	story := beats(0, 60, "a", "b") + "75 b lag=10m\n90 b lag=10m\n" + beats(90, 300)
	before := fleet.New()
	first, _ := tell(t, before, story)
	after := fleet.New()
	if found, _ := tell(t, after, "315 tick"); found != nil {
		t.Fatalf("%+v", found)
	}
	tick := schemas.AgentStatus{Heard: time.Date(2026, 3, 4, 9, 5, 30, 0, time.UTC), Away: before.Away()}
	if found := after.Hear(&tick, 100); found != nil {
		t.Fatalf("a tick alone states %+v", found)
	}
	withdrawn, said := tell(t, after, "345 a\n346 b")
	if got := strings.Join(said, ", "); got != "345 -agent.silent, 346 -agent.silent, 346 -agent.lagging" {
		t.Fatal(got)
	}
	for _, f := range withdrawn {
		found := false
		for _, g := range first {
			found = found || g.ID == f.ID && !g.Deleted
		}
		if !found {
			t.Errorf("%s: id %s was never stated", f.Rule, f.ID)
		}
	}
}
