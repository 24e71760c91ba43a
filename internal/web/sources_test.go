package web

import (
	"cmp"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/schemas"
)

// agentStatuses are one agent that is well, one that cannot keep up and has
// problems, one that fell silent and one that has stopped.
func agentStatuses() []schemas.AgentStatus {
	now := time.Now().UTC().Truncate(time.Millisecond)
	status := func(name string, heard time.Duration) schemas.AgentStatus {
		return schemas.AgentStatus{
			Agent: name, Cluster: "west", Host: name + ".example", Version: "v1.2.3", Config: "c0ffee", Started: now.Add(-time.Hour), Time: now.Add(-heard), Heard: now.Add(-heard), Every: time.Hour,
			Files: 12, Bytes: 3 << 30, Records: 1234567, Sources: []schemas.AgentSource{{Source: schemas.CUCMSDL, Records: 1234567, Last: now.Add(-heard)}},
		}
	}
	well, lags, silent, stopped := status("well", 0), status("lags", 0), status("silent", time.Hour), status("stopped", 2*time.Hour)
	lags.Lag, lags.Behind, lags.Unacked, lags.Unreadable, lags.ProblemCount = 10*time.Minute, 5<<20, 3, 1, 2
	lags.Time = lags.Heard.Add(90 * time.Second)
	lags.Problems = []schemas.Problem{{File: harm, Line: 7, Message: "permission denied", Hint: "let the agent's user read it"}}
	silent.Every = 15 * time.Second // the others promised to speak within the hour: this test may be slow
	stopped.Stopped = true
	return []schemas.AgentStatus{well, lags, silent, stopped}
}

// testAgents wants who needs somebody first, and everything that tells why.
func testAgents(t *testing.T, s *site) {
	type answer struct {
		Agents []struct {
			Agent, State string
			Silent_ms    int64 //nolint:revive // as the API has it
		}
	}
	var got []string
	for _, a := range answerOf[answer](t, s, "/api/v1/agents").Agents {
		got = append(got, a.State+" "+a.Agent)
	}
	if want := []string{"silent silent", "lagging lags", "current well", "stopped stopped"}; !slices.Equal(got, want) {
		t.Errorf("agents %v, want %v", got, want)
	}
	if n := len(answerOf[answer](t, s, "/api/v1/agents?cluster=east").Agents); n != 0 {
		t.Errorf("%d agents in a cluster that has none", n)
	}
	page := s.ok(t, "/agents")
	for _, want := range []string{"1 silent", "10 min 0 s", "5.0 MiB", "3 batches", "1 unreadable", "permission denied", "let the agent&#39;s user read it", "v1.2.3", "c0ffee", "3.0 GiB", "1,234,567 records", "clock 90 s|clock 1 min 30 s", "cucm.sdl"} {
		if !slices.ContainsFunc(strings.Split(want, "|"), func(w string) bool { return strings.Contains(page, w) }) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if strings.Contains(page, "<script>alert") {
		t.Error("a file name is not escaped")
	}
}

// testCoverage wants every log of the analysis, its hole, the clocks that differ
// and what could not be seen.
func testCoverage(t *testing.T, s *site) {
	type answer struct {
		Logs []struct {
			Node, Source string
			Gap_count    int //nolint:revive // as the API has it
			Gaps         []struct{ File, Why string }
		}
		Blind    []struct{ Subject string }
		Not_seen []struct { //nolint:revive // as the API has it
			Subject, Why, Example string
			Sessions              int
		}
		Clocks []struct {
			Node, Against string
			Offset        float64
			Sessions      int
		}
	}
	a := answerOf[answer](t, s, "/api/v1/coverage")
	if len(a.Logs) != len(s.result.Logs) {
		t.Errorf("%d logs, want %d", len(a.Logs), len(s.result.Logs))
	}
	page := s.ok(t, "/coverage")
	holes := 0
	for _, l := range a.Logs {
		if len(l.Gaps) != l.Gap_count {
			t.Errorf("%s %s: %d gaps of %d", l.Node, l.Source, len(l.Gaps), l.Gap_count)
		}
		for _, g := range l.Gaps {
			holes++
			if !strings.Contains(page, g.Why) {
				t.Errorf("the page does not say %q", g.Why)
			}
		}
	}
	if holes == 0 || len(a.Clocks) == 0 || len(a.Not_seen) == 0 {
		t.Fatalf("%d holes, %d clocks, %d things not seen: the fleet has some of each", holes, len(a.Clocks), len(a.Not_seen))
	}
	if len(a.Blind) != 0 {
		t.Errorf("with logs of every product %v cannot be seen", a.Blind)
	}
	for _, u := range a.Not_seen {
		if !strings.Contains(page, "/session/"+u.Example) && u.Subject != harm {
			t.Errorf("the page does not lead to a session that shows %q", u.Subject)
		}
	}
	for _, want := range []string{"Clocks that differ", "What cannot be seen", "Holes", `class="hole"`, "cucm.sdl", "logs that name no host"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page does not say %q", want)
		}
	}
	if empty := s.ok(t, "/coverage?cluster=none"); !strings.Contains(empty, "No log has arrived yet") {
		t.Error("a cluster without logs is not said to have none")
	}
	if blind := correlator.Blind([]schemas.Source{schemas.CUCMSDL}); len(blind) != 3 || blind[0].Subject != "sign-ins" {
		t.Errorf("with an SDL trace alone %v", blind)
	}
}

// testFilter narrows a ladder, which keeps the lines that fit and their columns.
func testFilter(t *testing.T, s *site) {
	longest := slices.MaxFunc(s.result.Sessions, func(a, b schemas.Session) int { return cmp.Compare(a.EventCount, b.EventCount) })
	call := longest.ID.String()
	all := s.ok(t, "/session/"+call)
	page := s.ok(t, "/session/"+call+"?method=INVITE&with=&call=")
	methods := regexp.MustCompile(`<option value="INVITE" selected>INVITE \((\d+)\)`).FindStringSubmatch(page)
	if methods == nil {
		t.Fatal("the filter does not show what is chosen")
	}
	if n := strings.Count(page, `<li class="step `); n == 0 || n >= strings.Count(all, `<li class="step `) || methods[1] != strconv.Itoa(n) {
		t.Errorf("%d lines of INVITE, the filter says %s", n, methods[1])
	}
	if strings.Contains(page, "only-note") || !strings.Contains(page, "ladder.svg?method=INVITE\"") {
		t.Error("the filter lets notes through, or the exports do not follow it")
	}
	if svg := s.ok(t, "/session/"+call+"/ladder.svg?method=INVITE"); strings.Contains(svg, "media.leg") || !strings.Contains(svg, "INVITE") {
		t.Error("the drawing does not follow the filter")
	}
	if none := s.ok(t, "/session/"+call+"?method="+url.QueryEscape(harm)); !strings.Contains(none, "No line fits") {
		t.Error("a filter that nothing fits does not say so")
	}
}

// testClocks opens a session in which a clock differs: lines stand in the
// corrected order, and what was printed is told.
func testClocks(t *testing.T, s *site) {
	at := slices.IndexFunc(s.result.Sessions, func(s schemas.Session) bool {
		return s.Kind == schemas.SessionCall && len(s.Skews) > 0 && s.Skews[0].Node != ""
	})
	if at < 0 {
		t.Fatal("the fleet has no call with a clock that differs")
	}
	session := &s.result.Sessions[at]
	page := s.ok(t, "/session/"+session.ID.String())
	if !strings.Contains(page, session.Skews[0].String()) || !strings.Contains(page, "the log prints ") {
		t.Errorf("%s: the page does not say that times are corrected", session.ID)
	}
	last := ""
	for _, m := range regexp.MustCompile(`<span class="t[^>]*>([0-9:.]+)</span>`).FindAllStringSubmatch(page, -1) {
		if m[1] < last {
			t.Errorf("%s stands behind %s", m[1], last)
		}
		last = m[1]
	}
	if last == "" {
		t.Fatal("no times")
	}
	for _, export := range []string{"ladder.svg", "ladder.txt", "ladder.mmd", "messages.txt"} {
		if text := s.ok(t, "/session/"+session.ID.String()+"/"+export); !strings.Contains(text, "times here are corrected") || !strings.Contains(text, session.ID.String()) {
			t.Errorf("%s does not say which session it is, or that its times are corrected", export)
		}
	}
}
