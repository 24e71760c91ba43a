package eval_test

import (
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
)

// TestCutsOfBatches parts each batch of a fleet at a random record: the events are
// those of the whole.
func TestCutsOfBatches(t *testing.T) {
	dir := t.TempDir()
	everything(t, dir)
	parsers := normalizer.Parsers()
	rng := rand.New(rand.NewPCG(7, 8))
	err := collector.Scan(t.Context(), collector.Options{Parsers: parsers, Workers: 1}, []string{dir}, nil, func(b *schemas.RecordBatch) error {
		if len(b.Records) < 2 {
			return nil
		}
		want := eventsOf(parsers, b)
		for range 5 {
			first, second := part(parsers, b, 1+rng.IntN(len(b.Records)-1))
			got := append(eventsOf(parsers, first), eventsOf(parsers, second)...)
			if d := cmp.Diff(want, got, cmpopts.EquateEmpty()); d != "" {
				t.Errorf("%s, cut at %d of %d: %.2000s", b.File.Path, len(first.Records), len(b.Records), d)
				return nil
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func eventsOf(parsers []schemas.Parser, b *schemas.RecordBatch) []schemas.Event {
	var events schemas.EventBatch
	normalizer.New(parsers).Normalize(&events, b)
	return events.Events
}

// part cuts a batch before record n, as the collector would.
func part(parsers []schemas.Parser, b *schemas.RecordBatch, n int) (first, second *schemas.RecordBatch) {
	at := b.Records[n].Offset
	x, y := *b, *b
	x.Records, x.End, x.Blob, x.EOF, x.Problems = b.Records[:n], at, b.Blob[:at-b.Start], false, nil
	y.Records, y.Start, y.Blob, y.Context = b.Records[n:], at, b.Blob[at-b.Start:], nil
	i := slices.IndexFunc(parsers, func(p schemas.Parser) bool { return p.Source() == b.File.Source })
	if i >= 0 {
		if c, ok := parsers[i].(schemas.Contexter); ok {
			y.Context = c.Context(nil, &x)
		}
	}
	return &x, &y
}
