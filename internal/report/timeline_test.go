package report_test

import (
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/report"
	"github.com/uctrace/uctrace/schemas"
)

// TestTimeline follows one person through three products among decoys: the
// other party of a call, and whoever shares the gateway, are not theirs.
func TestTimeline(t *testing.T) {
	start := time.Date(2026, 1, 5, 9, 0, 0, 0, time.UTC)
	var r correlator.Result
	add := func(minute int, kind schemas.SessionKind, summary string, keys ...schemas.Key) schemas.ID {
		s := schemas.Session{ID: schemas.HashID("test", summary), Kind: kind, Outcome: schemas.OutcomeOK, Summary: summary, Start: start.Add(time.Duration(minute) * time.Minute), Keys: keys}
		r.Sessions = append(r.Sessions, s)
		return s.ID
	}
	key := func(t schemas.KeyType, v string) schemas.Key { return schemas.Key{Type: t, Value: v} }
	add(3, schemas.SessionCall, "call to Bob", key(schemas.KeyDevice, "CSFALICE"), key(schemas.KeyDevice, "SEPBOB"))
	add(0, schemas.SessionLogin, "Alice signs in", key(schemas.KeyJID, "alice@example.com"), key(schemas.KeyCallID, "reg1@h"))
	add(1, schemas.SessionRegistration, "Alice registers", key(schemas.KeyCallID, "reg1@h"), key(schemas.KeyDevice, "CSFALICE"))
	add(2, schemas.SessionRegistration, "Bob registers", key(schemas.KeyDevice, "SEPBOB"))
	add(4, schemas.SessionCall, "Bob calls Carol", key(schemas.KeyDevice, "SEPBOB"))
	add(5, schemas.SessionLogin, "another Alice signs in", key(schemas.KeyJID, "alice@example.org"))
	var b strings.Builder
	found, err := report.Timeline(&b, r, "Alice@example.com", report.Options{})
	if err != nil || !found {
		t.Fatal(found, err)
	}
	at := 0
	for _, want := range []string{"Alice signs in", "Alice registers", "by call_id reg1@h (high confidence)", "call to Bob", "by device csfalice (high confidence)"} {
		i := strings.Index(b.String()[at:], want)
		if i < 0 {
			t.Fatalf("no %q behind what stands before it in\n%s", want, b.String())
		}
		at += i
	}
	for _, decoy := range []string{"Bob registers", "Carol", "another Alice"} {
		if strings.Contains(b.String(), decoy) {
			t.Errorf("%q is in\n%s", decoy, b.String())
		}
	}
	if found, _ := report.Timeline(&b, r, "nobody", report.Options{}); found {
		t.Error("nobody has a timeline")
	}
}
