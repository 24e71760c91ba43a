package detect

import (
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// TestGrade wants the worst of the proofs' own severities, and companions that
// are bounded to some proofs to leave the others alone.
func TestGrade(t *testing.T) {
	field := func(name string) Field {
		f, err := NewField(name)
		if err != nil {
			t.Fatal(err)
		}
		return f
	}
	is := func(name, value string) []Condition { return []Condition{{Field: field(name), Any: []string{value}}} }
	sig := &Signature{
		Severity: schemas.High,
		Need:     []Companion{{Matcher: Matcher{Kinds: []schemas.Kind{schemas.KindCTIRequest}}, For: is("name", "closed"), Before: true}},
		Grade: []Grade{
			{For: is("name", "slow"), Severity: schemas.Low},
			{With: Companion{Matcher: Matcher{Kinds: []schemas.Kind{schemas.KindAlarmCleared}}, After: true, Within: time.Minute}, Severity: schemas.Medium},
		},
	}
	at := time.Date(2026, 1, 5, 10, 0, 0, 0, time.UTC)
	hit := func(role Role, kind schemas.Kind, after time.Duration, name string) Hit {
		return Hit{&schemas.Event{Kind: kind, Time: at.Add(after), Attrs: []schemas.Attr{{Name: "name", Value: name}}}, role}
	}
	raised := func(after time.Duration, name string) Hit { return hit(Proves, schemas.KindAlarmRaised, after, name) }
	tests := []struct {
		name string
		hits []Hit
		want schemas.Severity
		none bool
	}{
		{"the rule's own", []Hit{raised(0, "down")}, schemas.High, false},
		{"of the proof", []Hit{raised(0, "slow")}, schemas.Low, false},
		{"the worst", []Hit{raised(0, "slow"), raised(time.Second, "down")}, schemas.High, false},
		{"with another event", []Hit{raised(0, "down"), hit(Grades, schemas.KindAlarmCleared, time.Second, "up")}, schemas.Medium, false},
		{"with one too late", []Hit{raised(0, "down"), hit(Grades, schemas.KindAlarmCleared, time.Hour, "up")}, schemas.High, false},
		{"without what it needs", []Hit{raised(0, "closed")}, 0, true},
		{"with what it needs", []Hit{hit(Needed, schemas.KindCTIRequest, 0, "open"), raised(time.Second, "closed")}, schemas.High, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			n := Incident{Signature: sig, Hits: tt.hits}
			c, found, _ := n.Claim()
			if found == tt.none || found && c.Severity != tt.want {
				t.Errorf("found is %v, severity %s; want %s", found, c.Severity, tt.want)
			}
		})
	}
}
