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
