package web

import (
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// TestAxis wants round times on an axis, at most six, and none twice, from a
// session of a fraction of a millisecond to one of weeks.
func TestAxis(t *testing.T) {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	for _, tt := range []struct {
		whole time.Duration
		want  string
	}{
		{300 * time.Microsecond, "0 0.1 ms 0.2 ms 0.3 ms"},
		{time.Millisecond, "0 0.2 ms 0.4 ms 0.6 ms 0.8 ms 1 ms"},
		{3 * time.Millisecond, "0 1 ms 2 ms 3 ms"},
		{1200 * time.Millisecond, "0 500 ms 1 s"},
		{5080 * time.Millisecond, "0 2 s 4 s"},
		{90 * time.Second, "0 20 s 40 s 1 min 1 min 20 s"},
		{17 * time.Minute, "0 5 min 10 min 15 min"},
		{7 * time.Hour, "0 2 h 4 h 6 h"},
		{20 * 24 * time.Hour, "0 5 days 10 days 15 days 20 days"},
	} {
		s := schemas.Session{Stages: []schemas.Stage{{Name: "a", Start: at, End: at.Add(tt.whole)}}}
		var labels []string
		for _, tick := range stages(&s, nil, nil).Ticks {
			labels = append(labels, tick.Label)
		}
		if got := strings.Join(labels, " "); got != tt.want {
			t.Errorf("%v: %s, want %s", tt.whole, got, tt.want)
		}
	}
}

// TestStages wants the stages in the time of one clock, and the one that a
// finding is about marked.
func TestStages(t *testing.T) {
	at := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	s := schemas.Session{
		Stages: []schemas.Stage{{Name: "key-sent", Start: at, End: at.Add(-2 * time.Second)}, {Name: "verify", Start: at.Add(-1900 * time.Millisecond), End: at.Add(200 * time.Millisecond)}, {Name: "result"}},
		Skews:  []schemas.Skew{{Node: "b", Against: "a", Offset: -2100 * time.Millisecond}},
	}
	events := []schemas.Event{{Node: "a", Time: at}, {Node: "b", Time: at.Add(-2 * time.Second)}, {Node: "b", Time: at.Add(-1900 * time.Millisecond)}, {Node: "a", Time: at.Add(200 * time.Millisecond)}}
	w := stages(&s, events, []schemas.Finding{{Stage: "other"}, {Stage: "verify"}})
	var got []string
	for _, b := range w.Bars {
		got = append(got, strings.Join([]string{b.Name, b.X, b.Width, b.After, b.Took}, " "))
	}
	want := []string{"key-sent 0.00% 50.00% +0 ms 100 ms", "verify 99.40% 0.60% +200 ms ", "result 0 0  "}
	if got[0] != want[0] || got[1] != want[1] || got[2] != want[2] {
		t.Errorf("%q, want %q", got, want)
	}
	if w.Bars[1].Finding != 2 || w.Bars[0].Finding != 0 {
		t.Error("the stage that a finding is about is not marked, or another one is")
	}
	if none := stages(&schemas.Session{Stages: []schemas.Stage{{Name: "start"}}}, nil, nil); len(none.Ticks) != 0 || len(none.Bars) != 1 {
		t.Errorf("without times: %+v", none)
	}
}
