package wire_test

import (
	"errors"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
)

func TestDecoderKeepsStringsUntilReset(t *testing.T) {
	first, second := sampleEvents(), manyEvents(20)
	frames := [][]byte{wire.AppendEvents(nil, first), wire.AppendEvents(nil, second)}
	var d wire.Decoder
	for round := range 3 {
		var a, b schemas.EventBatch
		for i, into := range []*schemas.EventBatch{&a, &b} {
			if err := d.Events(frames[i], into); err != nil {
				t.Fatal(err)
			}
		}
		if diff := cmp.Diff(first, &a, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("round %d: the first batch after the second was decoded: %s", round, diff)
		}
		if diff := cmp.Diff(second, &b, cmpopts.EquateEmpty()); diff != "" {
			t.Fatalf("round %d: %s", round, diff)
		}
		if err := d.Events(frames[0][:20], &a); !errors.Is(err, wire.ErrCorrupt) {
			t.Fatalf("a cut frame: %v", err)
		}
		d.Reset()
	}
}

func TestDecoderCopies(t *testing.T) {
	want := manyEvents(20)
	frames := [][]byte{wire.AppendEvents(nil, want), wire.AppendEvents(nil, sampleEvents())}
	d := wire.Decoder{Copy: true}
	var got, other schemas.EventBatch
	for i, into := range []*schemas.EventBatch{&got, &other} {
		if err := d.Events(frames[i], into); err != nil {
			t.Fatal(err)
		}
		d.Reset()
	}
	if diff := cmp.Diff(want, &got, cmpopts.EquateEmpty()); diff != "" {
		t.Fatal(diff)
	}
}

func TestDecoderUsesItsMemoryAgain(t *testing.T) {
	frame := wire.AppendEvents(nil, manyEvents(500))
	var d wire.Decoder
	var b schemas.EventBatch
	allocs := testing.AllocsPerRun(10, func() {
		d.Reset()
		if err := d.Events(frame, &b); err != nil {
			t.Fatal(err)
		}
	})
	if allocs > 2 {
		t.Errorf("%v allocations for a batch", allocs)
	}
}

// BenchmarkDecoder is BenchmarkDecodeEvents with memory that is used again.
func BenchmarkDecoder(b *testing.B) {
	frame := wire.AppendEvents(nil, manyEvents(500))
	var d wire.Decoder
	var got schemas.EventBatch
	b.SetBytes(int64(len(payloadOf(b, frame))))
	b.ReportAllocs()
	for b.Loop() {
		d.Reset()
		if err := d.Events(frame, &got); err != nil {
			b.Fatal(err)
		}
	}
}
