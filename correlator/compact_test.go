package correlator

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// TestCompactLosesNothingAlive compacts at random moments, with limits that let
// nothing go: the revisions fold to the result of all events at once.
func TestCompactLosesNothingAlive(t *testing.T) {
	for _, s := range scenarios {
		batches := build(t, s.log)
		t.Run(s.name, func(t *testing.T) { checkCompact(t, Config{}, batches) })
	}
}

func checkCompact(t *testing.T, cfg Config, batches []schemas.EventBatch) {
	t.Helper()
	year := 365 * 24 * time.Hour
	forever := Limits{Ended: year, Open: year, Lasting: year}
	want := resultWith(cfg, batches)
	for seed := range 30 {
		rng := rand.New(rand.NewPCG(uint64(seed), 11))
		pieces := cut(batches, rng)
		rng.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
		c := New(cfg)
		var f fold
		for i := range pieces {
			c.Add(&pieces[i])
			// What has no date is kept by its place among all: such
			// events must not be let go here.
			if rng.IntN(3) == 0 && !undatedEvents(batches) {
				f.add(t, c.Compact(forever, uint64(i+1)), uint64(i+1))
			}
		}
		f.add(t, c.Evaluate(1<<40), 1<<40)
		sessions, findings := f.live()
		if !reflect.DeepEqual(sessions, want.Sessions) || !reflect.DeepEqual(findings, want.Findings) {
			t.Fatalf("seed %d: revisions fold to\n%s\nwant\n%s", seed, outline(Result{Sessions: sessions, Findings: findings}), outline(want))
		}
	}
}

func undatedEvents(batches []schemas.EventBatch) bool {
	for _, b := range batches {
		for i := range b.Events {
			if b.Events[i].Time.IsZero() {
				return true
			}
		}
	}
	return false
}

// TestCapability10LongCallStaysOneSession has a call of six hours with a hundred thousand
// others between its answer and its end, on a host that compacts every few minutes: it
// is one session, every other one was published once and let go.
func TestCapability10LongCallStaysOneSession(t *testing.T) {
	print := schemas.FingerprintOf([]byte("sdl"))
	file := schemas.File{Path: "sdl.txt", Fingerprint: print, Source: schemas.CUCMSDL, Node: "cm1"}
	start := time.Date(2026, 1, 5, 8, 0, 0, 0, time.UTC)
	offset := int64(0)
	message := func(at time.Duration, id, method string, status int) schemas.Event {
		offset += 100
		return schemas.Event{
			ID: print.ID(offset), Time: start.Add(at), Source: file.Source, Node: file.Node, File: file.Path, Line: int(offset / 100),
			Kind: schemas.KindSIPMessage, Keys: []schemas.Key{{Type: schemas.KeyCallID, Value: id}}, Text: method,
			SIP: &schemas.SIP{Method: method, Status: status, Direction: schemas.In, Wire: true, CallID: id},
		}
	}
	c := New(Config{})
	var f fold
	add := func(events ...schemas.Event) {
		b := schemas.EventBatch{Events: events}
		b.Span = schemas.Span{File: file, Start: offset - 100*int64(len(events)), End: offset, From: events[0].Time, To: events[len(events)-1].Time}
		c.Add(&b)
	}
	add(message(0, "long", "INVITE", 0), message(time.Second, "long", "INVITE", 200))
	const others = 100_000
	most := 0
	for n := range others {
		at := time.Minute + time.Duration(n)*6*time.Hour/others
		id := fmt.Sprint("call", n)
		add(message(at, id, "INVITE", 0), message(at, id, "INVITE", 200), message(at+time.Second, id, "BYE", 0))
		if n%5000 == 4999 {
			f.add(t, c.Compact(Limits{Ended: 10 * time.Minute, Open: 26 * time.Hour, Lasting: 26 * time.Hour}, uint64(n+1)), uint64(n+1))
			most = max(most, c.Records())
		}
	}
	add(message(6*time.Hour+2*time.Minute, "long", "BYE", 0))
	f.add(t, c.Evaluate(1<<40), 1<<40)
	sessions, _ := f.live()
	if len(sessions) != others+1 {
		t.Errorf("%d sessions, want %d", len(sessions), others+1)
	}
	for _, s := range sessions {
		if s.Start.Equal(start) && (s.EventCount != 3 || s.End.Sub(s.Start) < 6*time.Hour) {
			t.Errorf("the long call has %d events and ends at %v", s.EventCount, s.End)
		}
	}
	if most > 3*others/10 {
		t.Errorf("%d records are kept after a Compact, of calls that ended long ago", most)
	}
}
