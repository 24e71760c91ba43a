package compare_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/compare"
	"github.com/uctrace/uctrace/internal/offline"
	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/schemas"
)

// TestCapability6RemoteDestination sets the two traces of the page about remote
// destinations side by side: the calling number is the cause, the lookup that
// misses what follows.
func TestCapability6RemoteDestination(t *testing.T) {
	path := reference.Path(t, "seeds/001_4ea234f04dad1294.txt")
	o := offline.Options{Paths: []string{filepath.Clean(path)}}
	result, err := offline.Analyze(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	var good, bad *schemas.Session
	for i := range result.Sessions {
		switch s := &result.Sessions[i]; {
		case slices.ContainsFunc(result.Findings, func(f schemas.Finding) bool {
			return f.Session == s.ID && f.Rule == "cucm.remote-destination-unmatched"
		}):
			bad = s
		case s.Kind == schemas.SessionCall && good == nil:
			good = s
		}
	}
	if good == nil || bad == nil {
		t.Fatalf("%d sessions, %d findings: want a call with a finding and one without", len(result.Sessions), len(result.Findings))
	}
	c := compare.Sessions(*good, *bad, selected(t, o, good), selected(t, o, bad))
	if c.First < 0 {
		t.Fatal("no difference")
	}
	first := c.Rows[c.First]
	if !strings.HasPrefix(first.Good.Name, "INVITE") || !differs(first, "contact_user", "875737", "5737") {
		t.Errorf("the first difference is %s %+v, want the calling number of the INVITE", first.Good.Name, first.Differs)
	}
	var followed []string
	for _, r := range c.Rows[c.First+1:] {
		switch {
		case r.Bad == nil:
			followed = append(followed, "-"+r.Good.Name)
		case r.Good == nil:
			followed = append(followed, "+"+r.Bad.Name)
		}
	}
	if s := strings.Join(followed, " "); !strings.Contains(s, "-mobility.found") || !strings.Contains(s, "+mobility.miss") {
		t.Errorf("what follows is %q, want the lookup that finds nothing", s)
	}
}

func differs(r compare.Row, name, good, bad string) bool {
	for _, d := range r.Differs {
		if d.Name == name && d.Good == good && d.Bad == bad {
			return true
		}
	}
	return false
}

func selected(t *testing.T, o offline.Options, s *schemas.Session) []schemas.Event {
	t.Helper()
	events, err := offline.Select(t.Context(), o, s.Events)
	if err != nil {
		t.Fatal(err)
	}
	if len(events) != len(s.Events) {
		t.Fatalf("%d events of %d are found again", len(events), len(s.Events))
	}
	return events
}

// invite is a request, and answer what comes back, of a call in a test.
func invite(from, to, contact string) schemas.Event {
	return schemas.Event{
		Kind: schemas.KindSIPMessage, SIP: &schemas.SIP{Method: "INVITE", Direction: schemas.In},
		Attrs: []schemas.Attr{{Name: "from_user", Value: from}, {Name: "to_user", Value: to}, {Name: "contact_user", Value: contact}},
	}
}

func lookup(number string) schemas.Event {
	return schemas.Event{Kind: schemas.KindMobilityLookup, Attrs: []schemas.Attr{{Name: "number", Value: number}}}
}

// TestOtherPeople wants calls of other people to differ where something else
// happens, not in every number; one number that is changed on its way differs.
func TestOtherPeople(t *testing.T) {
	const a, b = "2fbf6265-bffc-4f99-b8b2-40dce7ed2d19", "11bf6265-bffc-4f99-b8b2-40dce7ed2d77"
	answer := schemas.Event{Kind: schemas.KindSIPMessage, SIP: &schemas.SIP{Method: "INVITE", Status: 486, Direction: schemas.Out}}
	ok := schemas.Event{Kind: schemas.KindSIPMessage, SIP: &schemas.SIP{Method: "INVITE", Status: 200, Direction: schemas.Out}}
	tests := []struct {
		name      string
		good, bad []schemas.Event
		first     int
	}{
		{"only the people", []schemas.Event{invite("2001", "3001", a), lookup("2001")}, []schemas.Event{invite("2002", "3002", b), lookup("2002")}, -1},
		{"the answer", []schemas.Event{invite("2001", "3001", a), lookup("2001"), ok}, []schemas.Event{invite("2002", "3002", b), lookup("2002"), answer}, 2},
		{"a number is changed", []schemas.Event{invite("2001", "3001", a), lookup("2001")}, []schemas.Event{invite("2002", "3002", b), lookup("02")}, 1},
		{"the same caller", []schemas.Event{invite("2001", "3001", a)}, []schemas.Event{invite("2001", "3002", b)}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if c := compare.Sessions(schemas.Session{}, schemas.Session{}, tt.good, tt.bad); c.First != tt.first {
				t.Errorf("the first difference is row %d, want %d: %+v", c.First, tt.first, c.Rows[max(0, c.First)].Differs)
			}
		})
	}
}
