package eval_test

import (
	"math/rand/v2"
	"path/filepath"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/internal/offline"
	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/internal/simulate/fleet"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
)

// everything is a fleet in which each scenario is told once.
func everything(t *testing.T, dir string) *fleet.Fleet {
	t.Helper()
	f, err := fleet.New(fleet.Options{Seed: 4})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Save(dir); err != nil {
		t.Fatal(err)
	}
	return f
}

// TestOrderOfFiles reads the files in other orders, with other numbers of
// workers.
func TestOrderOfFiles(t *testing.T) {
	dir := t.TempDir()
	f := everything(t, dir)
	paths := make([]string, len(f.Files))
	for i := range f.Files {
		paths[i] = filepath.Join(dir, filepath.FromSlash(f.Files[i].Path))
	}
	want := analyze(t, paths, 1)
	if len(want.Sessions) < 100 || len(want.Findings) < 5 {
		t.Fatalf("%d sessions, %d findings: not worth comparing", len(want.Sessions), len(want.Findings))
	}
	rng := rand.New(rand.NewPCG(1, 2))
	for i := range 4 {
		rng.Shuffle(len(paths), func(a, b int) { paths[a], paths[b] = paths[b], paths[a] })
		if d := cmp.Diff(want, analyze(t, paths, 1+3*i)); d != "" {
			t.Fatalf("order %d: %s", i, d)
		}
	}
}

func analyze(t *testing.T, paths []string, workers int) correlator.Result {
	t.Helper()
	r, err := offline.Analyze(t.Context(), offline.Options{Options: collector.Options{Workers: workers}, Paths: paths})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// TestOrderOfBatches gives the correlator the batches of all files in other
// orders, some of them twice, and asks it in between.
func TestOrderOfBatches(t *testing.T) {
	dir := t.TempDir()
	everything(t, dir)
	batches := normalized(t, dir)
	rules, err := ruleset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	correlate := func(list []*schemas.EventBatch, ask int) correlator.Result {
		c := correlator.New(correlator.Config{Signatures: ruleset.Signatures(rules)})
		for i, b := range list {
			c.Add(b)
			if ask > 0 && i%ask == 0 {
				c.Result()
			}
		}
		return c.Result()
	}
	want := correlate(batches, 0)
	rng := rand.New(rand.NewPCG(3, 4))
	for i := range 4 {
		list := slices.Clone(batches)
		for range len(list) / 10 {
			list = append(list, batches[rng.IntN(len(batches))])
		}
		rng.Shuffle(len(list), func(a, b int) { list[a], list[b] = list[b], list[a] })
		if d := cmp.Diff(want.Sessions, correlate(list, 40*i).Sessions); d != "" {
			t.Fatalf("order %d, sessions: %s", i, d)
		}
		if d := cmp.Diff(want.Findings, correlate(list, 40*i).Findings); d != "" {
			t.Fatalf("order %d, findings: %s", i, d)
		}
	}
}

// TestNothingOfABatchIsKept takes from the correlator, after each batch, the
// memory of its events.
func TestNothingOfABatchIsKept(t *testing.T) {
	dir := t.TempDir()
	everything(t, dir)
	rules, err := ruleset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	want := correlator.New(correlator.Config{Signatures: ruleset.Signatures(rules)})
	got := correlator.New(correlator.Config{Signatures: ruleset.Signatures(rules)})
	for _, b := range normalized(t, dir) {
		want.Add(b)
		borrowed, spoil := golden.Borrowed(b)
		got.Add(borrowed)
		spoil()
	}
	if d := cmp.Diff(want.Result(), got.Result()); d != "" {
		t.Error(d)
	}
}

// normalized returns the events of everything below dir, a batch for each
// batch of records.
func normalized(t *testing.T, dir string) []*schemas.EventBatch {
	t.Helper()
	var list []*schemas.EventBatch
	parsers := normalizer.Parsers()
	n := normalizer.New(parsers)
	err := collector.Scan(t.Context(), collector.Options{Parsers: parsers, Workers: 1}, []string{dir}, nil, func(b *schemas.RecordBatch) error {
		var events schemas.EventBatch
		n.Normalize(&events, b)
		list = append(list, events.Clone())
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return list
}
