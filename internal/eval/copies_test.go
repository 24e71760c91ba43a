package eval_test

import (
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/schemas"
)

// TestCopies has some of the files of a fleet lie in another folder too, where
// nothing names their node: it does not matter which copy comes first.
func TestCopies(t *testing.T) {
	dir := t.TempDir()
	everything(t, dir)
	batches := normalized(t, dir)
	for _, b := range batches {
		if b.Span.File.Fingerprint[0]%3 == 0 {
			batches = append(batches, elsewhere(b))
		}
	}
	rules, err := ruleset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	correlate := func(pieces []schemas.EventBatch) correlator.Result {
		c := correlator.New(correlator.Config{Signatures: ruleset.Signatures(rules)})
		for i := range pieces {
			c.Add(&pieces[i])
		}
		return c.Result()
	}
	pieces := single(batches)
	want := correlate(pieces)
	for seed := range uint64(4) {
		rng := rand.New(rand.NewPCG(seed, 6))
		rng.Shuffle(len(pieces), func(a, b int) { pieces[a], pieces[b] = pieces[b], pieces[a] })
		got := correlate(pieces)
		if d := cmp.Diff(want.Sessions, got.Sessions); d != "" {
			t.Errorf("seed %d, sessions: %.3000s", seed, d)
		}
		if d := cmp.Diff(want.Findings, got.Findings); d != "" {
			t.Errorf("seed %d, findings: %.5000s", seed, d)
		}
	}
}

// elsewhere returns the same events in a copy of their file.
func elsewhere(b *schemas.EventBatch) *schemas.EventBatch {
	c := *b
	c.Span.File.Path, c.Span.File.Node = "copies/"+b.Span.File.Path, ""
	c.Events = slices.Clone(b.Events)
	for i := range c.Events {
		e := &c.Events[i]
		if e.File = c.Span.File.Path; strings.EqualFold(e.Node, b.Span.File.Node) {
			e.Node = ""
		}
	}
	return &c
}
