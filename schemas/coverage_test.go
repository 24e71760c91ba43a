package schemas_test

import (
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

func TestCorrectedTimes(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 16, 0, time.UTC)
	s := schemas.Session{Skews: []schemas.Skew{
		{Node: "edge", Against: "cucm", Offset: 16 * time.Second},
		{File: "client.log", Against: "cucm", Offset: -time.Hour},
	}}
	for _, test := range []struct {
		name  string
		event schemas.Event
		want  time.Time
	}{
		{"ahead", schemas.Event{Node: "edge", File: "x", Time: at}, at.Add(-16 * time.Second)},
		{"behind, by its file", schemas.Event{File: "client.log", Time: at}, at.Add(time.Hour)},
		{"another file without host", schemas.Event{File: "other.log", Time: at}, at},
		{"the reference", schemas.Event{Node: "cucm", Time: at}, at},
		{"no date", schemas.Event{Node: "edge", Time: time.Date(1, 1, 1, 12, 0, 0, 0, time.UTC)}, time.Date(1, 1, 1, 12, 0, 0, 0, time.UTC)},
		{"no time", schemas.Event{Node: "edge"}, time.Time{}},
	} {
		if got := s.Corrected(&test.event); !got.Equal(test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
}

func TestCorrectedStart(t *testing.T) {
	at := time.Date(2026, 3, 1, 12, 0, 16, 0, time.UTC)
	ahead := []schemas.Skew{{Node: "edge", Against: "cucm", Offset: 16 * time.Second}}
	for _, test := range []struct {
		name    string
		session schemas.Session
		want    time.Time
	}{
		{"one clock", schemas.Session{Start: at, Skews: ahead, Sights: []schemas.Sight{{Node: "edge"}, {Node: "edge", Source: schemas.ExpresswayTVCS}}}, at.Add(-16 * time.Second)},
		{"two clocks", schemas.Session{Start: at, Skews: ahead, Sights: []schemas.Sight{{Node: "cucm"}, {Node: "edge"}}}, at},
		{"no skew", schemas.Session{Start: at, Sights: []schemas.Sight{{Node: "edge"}}}, at},
		{"no date", schemas.Session{Skews: ahead, Sights: []schemas.Sight{{Node: "edge"}}}, time.Time{}},
	} {
		if got := test.session.CorrectedStart(); !got.Equal(test.want) {
			t.Errorf("%s: %v, want %v", test.name, got, test.want)
		}
	}
	if got, want := ahead[0].String(), "the clock of edge is 16s ahead of that of cucm"; got != want {
		t.Errorf("says %q, want %q", got, want)
	}
}
