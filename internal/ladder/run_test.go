package ladder_test

import (
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/uctrace/uctrace/internal/ladder"
)

// refreshed is a call that is refreshed n times, with a note in every turn, and
// ends.
func refreshed(n int) ladder.Ladder {
	var l ladder.Ladder
	l.Participants = []ladder.Participant{{Name: "phone"}, {Name: "cucm1"}, {Name: "gw"}}
	at := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	add := func(from, to int, label, method, callID string, class ladder.Class) {
		s := ladder.Step{Time: at, From: from, To: to, Label: label, Method: method, CallID: callID, Class: class, Aside: from == to}
		if len(l.Steps) > 0 {
			s.Gap = time.Second
		}
		l.Steps = append(l.Steps, s)
		at = at.Add(time.Second)
	}
	add(0, 1, "INVITE", "INVITE", "a", ladder.Request)
	add(1, 2, "INVITE", "INVITE", "b", ladder.Request)
	add(1, 0, "200 OK", "INVITE", "a", ladder.Success)
	for range n {
		add(0, 1, "UPDATE", "UPDATE", "a", ladder.Request)
		add(1, 1, "session.timer", "", "", ladder.Note)
		add(1, 0, "200 OK", "UPDATE", "a", ladder.Success)
	}
	add(1, 0, "BYE", "BYE", "a", ladder.Request)
	return l
}

// TestRuns wants refreshes behind the first, and notes in a row, told in one
// line, and nothing that failed or proves something.
func TestRuns(t *testing.T) {
	l := refreshed(40)
	if d := cmp.Diff([]ladder.Run{{First: 6, Count: 117, Label: "UPDATE, 200 OK: 39 times more, 1m56s"}}, l.Runs()); d != "" {
		t.Error(d)
	}
	few := refreshed(3)
	if runs := few.Runs(); len(runs) != 0 {
		t.Errorf("three refreshes are %v", runs)
	}
	l.Steps[62].Class = ladder.Failure // the 20th answer
	for _, r := range l.Runs() {
		if r.First <= 62 && 62 < r.First+r.Count {
			t.Errorf("%v hides a failure", r)
		}
	}
	l = refreshed(40)
	l.Steps[61].Proof = true
	for _, r := range l.Runs() {
		if r.First <= 61 && 61 < r.First+r.Count {
			t.Errorf("%v hides evidence", r)
		}
	}
	note := ladder.Step{Label: "digits.analysis", Class: ladder.Note, Aside: true}
	notes := ladder.Ladder{Steps: []ladder.Step{note, note, note, {To: 1, Label: "INVITE"}, note, note}}
	if d := cmp.Diff([]ladder.Run{{First: 0, Count: 3, Label: "3 notes: 3 digits.analysis"}}, notes.Runs()); d != "" {
		t.Error(d)
	}
}

// TestOnly wants the steps of one method, party or dialog, the columns that these
// need, and the times between them.
func TestOnly(t *testing.T) {
	l := refreshed(2)
	for _, tt := range []struct {
		filter       ladder.Filter
		participants string
		steps        int
		gap          time.Duration // above the last
	}{
		{ladder.Filter{}, "phone cucm1 gw", 10, time.Second},
		{ladder.Filter{Method: "UPDATE"}, "phone cucm1", 4, 2 * time.Second},
		{ladder.Filter{With: "gw"}, "cucm1 gw", 1, 0},
		{ladder.Filter{CallID: "a", Method: "INVITE"}, "phone cucm1", 2, 2 * time.Second},
		{ladder.Filter{Method: "REFER"}, "", 0, 0},
	} {
		o := l.Only(tt.filter)
		var names []string
		for _, p := range o.Participants {
			names = append(names, p.Name)
		}
		if got := strings.Join(names, " "); got != tt.participants || len(o.Steps) != tt.steps {
			t.Errorf("%+v: %d steps between %q, want %d between %q", tt.filter, len(o.Steps), got, tt.steps, tt.participants)
		}
		if n := len(o.Steps); n > 0 && o.Steps[n-1].Gap != tt.gap {
			t.Errorf("%+v: %v above the last step, want %v", tt.filter, o.Steps[n-1].Gap, tt.gap)
		}
	}
	if d := cmp.Diff([]ladder.Choice{{"INVITE", 3}, {"UPDATE", 4}, {"BYE", 1}}, l.Methods()); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]ladder.Choice{{"phone", 7}, {"cucm1", 10}, {"gw", 1}}, l.Parties()); d != "" {
		t.Error(d)
	}
	if d := cmp.Diff([]ladder.Choice{{"a", 7}, {"b", 1}}, l.CallIDs()); d != "" {
		t.Error(d)
	}
}
