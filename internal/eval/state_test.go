package eval_test

import (
	"bytes"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/ruleset"
)

// TestStateOfFleet runs two correlators side by side over the events of a fleet,
// under all rules: one is saved and loaded at random moments. They return the
// same at every step, and let go of the same.
func TestStateOfFleet(t *testing.T) {
	dir := t.TempDir()
	everything(t, dir)
	batches := normalized(t, dir)
	rules, err := ruleset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	cfg := correlator.Config{Signatures: ruleset.Signatures(rules)}
	for seed := range 2 {
		rng := rand.New(rand.NewPCG(uint64(seed), 9))
		pieces := single(batches)
		if seed > 0 {
			rng.Shuffle(len(pieces), func(a, b int) { pieces[a], pieces[b] = pieces[b], pieces[a] })
		}
		limits := correlator.Limits{Ended: 10 * time.Minute, Open: time.Hour, Lasting: time.Hour, Undated: 100}
		whole, parts := correlator.New(cfg), correlator.New(cfg)
		for i := range pieces {
			whole.Add(&pieces[i])
			parts.Add(&pieces[i])
			at, version := rng.IntN(len(pieces)), uint64(i+1)
			var a, b correlator.Changes
			switch {
			case at < 8:
				a, b = whole.Compact(limits, version), parts.Compact(limits, version)
			case at < 400:
				a, b = whole.Evaluate(version), parts.Evaluate(version)
			default:
				continue
			}
			if d := cmp.Diff(a, b); d != "" {
				t.Fatalf("seed %d, step %d: %.3000s", seed, i, d)
			}
			if at%20 != 0 {
				continue
			}
			var state bytes.Buffer
			if err := parts.Save(&state, "all"); err != nil {
				t.Fatal(err)
			}
			if parts, err = correlator.Load(cfg, &state, "all"); err != nil {
				t.Fatal(err)
			}
			parts.Evaluate(version)
		}
		if d := cmp.Diff(whole.Evaluate(1<<40), parts.Evaluate(1<<40)); d != "" {
			t.Errorf("seed %d, at the end: %.3000s", seed, d)
		}
		a, b := whole.Result(), parts.Result()
		if d := cmp.Diff(a.Sessions, b.Sessions) + cmp.Diff(a.Findings, b.Findings) + cmp.Diff(a.Logs, b.Logs); d != "" {
			t.Errorf("seed %d: %.3000s", seed, d)
		}
	}
}
