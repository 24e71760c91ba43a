package correlator

import (
	"bytes"
	"errors"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// TestStateGoesOn saves the state at random moments and goes on with what Load
// makes of it: every evaluation returns, to the byte, what one correlator returns
// that was never interrupted, also where both let go of what has come to rest.
func TestStateGoesOn(t *testing.T) {
	var everything []schemas.EventBatch
	for _, s := range scenarios {
		batches := build(t, s.log)
		t.Run(s.name, func(t *testing.T) { checkState(t, Config{}, batches, 6) })
		for i := range batches {
			rename(&batches[i], s.name)
		}
		everything = append(everything, batches...)
	}
	t.Run("everything", func(t *testing.T) { checkState(t, Config{}, everything, 12) })
}

func checkState(t *testing.T, cfg Config, batches []schemas.EventBatch, rounds int) {
	t.Helper()
	for seed := range rounds {
		rng := rand.New(rand.NewPCG(uint64(seed), 3))
		pieces := cut(batches, rng)
		rng.Shuffle(len(pieces), func(i, j int) { pieces[i], pieces[j] = pieces[j], pieces[i] })
		limits := Limits{Ended: time.Duration(rng.IntN(60)) * time.Second, Open: time.Minute, Lasting: time.Minute, Undated: rng.IntN(20), Silent: time.Duration(rng.IntN(3)) * time.Minute}
		whole, parts := New(cfg), New(cfg)
		for i := range pieces {
			whole.Add(&pieces[i])
			parts.Add(&pieces[i])
			if rng.IntN(4) == 0 {
				again := &pieces[rng.IntN(i+1)]
				whole.Add(again)
				parts.Add(again)
			}
			var a, b Changes
			switch rng.IntN(6) {
			case 0:
				a, b = whole.Compact(limits, uint64(i+1)), parts.Compact(limits, uint64(i+1))
			case 1, 2:
				a, b = whole.Evaluate(uint64(i+1)), parts.Evaluate(uint64(i+1))
			default:
				continue
			}
			if !reflect.DeepEqual(a, b) {
				t.Fatalf("seed %d, step %d:\n%+v\nwant\n%+v", seed, i, b, a)
			}
			if rng.IntN(2) == 0 {
				parts = reloaded(t, cfg, parts)
			}
		}
		if a, b := whole.Evaluate(1<<40), parts.Evaluate(1<<40); !reflect.DeepEqual(a, b) {
			t.Fatalf("seed %d, at the end:\n%+v\nwant\n%+v", seed, b, a)
		}
		a, b := whole.Result(), parts.Result()
		if !reflect.DeepEqual(a.Sessions, b.Sessions) || !reflect.DeepEqual(a.Findings, b.Findings) || !reflect.DeepEqual(a.Logs, b.Logs) || a.Apart != b.Apart {
			t.Fatalf("seed %d: result\n%s%+v\nwant\n%s%+v", seed, outline(b), b.Logs, outline(a), a.Logs)
		}
	}
}

// reloaded returns what Load makes of what Save writes.
func reloaded(t *testing.T, cfg Config, c *Correlator) *Correlator {
	t.Helper()
	var b bytes.Buffer
	if err := c.Save(&b, "rules"); err != nil {
		t.Fatal(err)
	}
	n, err := Load(cfg, &b, "rules")
	if err != nil {
		t.Fatal(err)
	}
	if n.Records() != c.Records() {
		t.Fatalf("%d records of %d", n.Records(), c.Records())
	}
	n.Evaluate(1)
	return n
}

// TestStateThatCannotBeRead has states that were cut, and one of other rules:
// Load says so.
func TestStateThatCannotBeRead(t *testing.T) {
	c := New(Config{})
	for _, b := range build(t, scenarios[0].log) {
		c.Add(&b)
	}
	if err := c.Save(new(bytes.Buffer), "rules"); err == nil {
		t.Error("a state was saved that nobody has evaluated")
	}
	c.Evaluate(1)
	var b bytes.Buffer
	if err := c.Save(&b, "rules"); err != nil {
		t.Fatal(err)
	}
	for n := range b.Len() {
		if _, err := Load(Config{}, bytes.NewReader(b.Bytes()[:n]), "rules"); !errors.Is(err, ErrState) {
			t.Fatalf("a state cut behind %d of %d bytes: %v", n, b.Len(), err)
		}
	}
	if _, err := Load(Config{}, bytes.NewReader(b.Bytes()), "other rules"); !errors.Is(err, ErrState) {
		t.Errorf("a state of other rules: %v", err)
	}
}
