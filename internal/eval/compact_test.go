package eval_test

import (
	"slices"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/internal/simulate/fleet"
	"github.com/uctrace/uctrace/schemas"
)

// TestLettingGoRevisesNothing compacts behind a fleet, with limits that let go of
// more or less of it: what was published stays as it is.
func TestLettingGoRevisesNothing(t *testing.T) {
	dir := t.TempDir()
	everything(t, dir)
	batches := normalized(t, dir)
	rules, err := ruleset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	for _, rest := range []time.Duration{0, time.Minute, 3 * time.Minute, 5 * time.Minute, 8 * time.Minute} {
		c := correlator.New(correlator.Config{Signatures: ruleset.Signatures(rules)})
		for _, b := range batches {
			c.Add(b)
		}
		c.Evaluate(1)
		for version := range uint64(3) {
			ch := c.Compact(correlator.Limits{Ended: rest, Open: rest, Lasting: rest}, 2+version)
			for _, s := range ch.Sessions {
				t.Errorf("rest %v, compact %d: session %v is revised: %q of %d events", rest, version, s.ID, s.Summary, s.EventCount)
			}
			for _, f := range ch.Findings {
				t.Errorf("rest %v, compact %d: finding %v is revised: %s: %q", rest, version, f.ID, f.Rule, f.Summary)
			}
		}
	}
}

// TestLettingGoWhileReading reads a fleet in the order of time and compacts every
// few seconds, with limits shorter than the fleet lasts: the sessions and findings
// are those of one that lets nothing go. Logs without dates have no order of time.
func TestLettingGoWhileReading(t *testing.T) {
	dir := t.TempDir()
	f, err := fleet.New(fleet.Options{Seed: 10, Sessions: 150})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Save(dir); err != nil {
		t.Fatal(err)
	}
	rules, err := ruleset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	pieces := inTime(normalized(t, dir))
	read := func(rest time.Duration) (told revisions, most int) {
		c := correlator.New(correlator.Config{Signatures: ruleset.Signatures(rules)})
		told = revisions{map[schemas.ID]schemas.Session{}, map[schemas.ID]schemas.Finding{}}
		for i := range pieces {
			c.Add(&pieces[i])
			switch {
			case rest > 0 && i%400 == 399:
				told.add(c.Compact(correlator.Limits{Ended: rest, Open: time.Hour, Lasting: time.Hour}, uint64(i+1)))
				most = max(most, c.Records())
			case i%50 == 49:
				told.add(c.Evaluate(uint64(i + 1)))
			}
		}
		told.add(c.Evaluate(1 << 40))
		return told, most
	}
	all, _ := read(0)
	sessions, findings := all.live()
	some, most := read(2 * time.Minute)
	if most > 2*len(pieces)/3 { // sign-ins stay open for an hour
		t.Errorf("%d of %d events are held", most, len(pieces))
	}
	gotSessions, gotFindings := some.live()
	if d := cmp.Diff(sessions, gotSessions); d != "" {
		t.Errorf("sessions: %.5000s", d)
	}
	if d := cmp.Diff(findings, gotFindings); d != "" {
		t.Errorf("findings: %.5000s", d)
	}
}

// inTime returns the dated events one by one, in the order of time, each with the
// span that it is.
func inTime(batches []*schemas.EventBatch) []schemas.EventBatch {
	var pieces []schemas.EventBatch
	for _, b := range batches {
		for i := range b.Events {
			e := &b.Events[i]
			if !schemas.Dated(e.Time) {
				continue
			}
			s := b.Span
			s.Start, s.End, s.From, s.To = e.ID.Offset(), e.ID.Offset()+1, e.Time, e.Time
			pieces = append(pieces, schemas.EventBatch{Span: s, Events: b.Events[i : i+1]})
		}
	}
	slices.SortStableFunc(pieces, func(a, b schemas.EventBatch) int { return a.Span.From.Compare(b.Span.From) })
	return pieces
}
