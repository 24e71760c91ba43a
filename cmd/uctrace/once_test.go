package main

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/uctrace/uctrace/schemas"
)

// batch is a batch of file f whose records begin at offsets.
func batch(f byte, start, end int64, offsets ...int64) *schemas.RecordBatch {
	b := &schemas.RecordBatch{File: schemas.File{Fingerprint: schemas.Fingerprint{f}}, Start: start, End: end}
	for _, o := range offsets {
		b.Records = append(b.Records, schemas.Record{Offset: o})
	}
	return b
}

func TestOnce(t *testing.T) {
	steps := []struct {
		name string
		b    *schemas.RecordBatch
		want []int64
	}{
		{"new file", batch(1, 0, 100, 0, 50), []int64{0, 50}},
		{"goes on", batch(1, 100, 200, 100, 150), []int64{100, 150}},
		{"another file", batch(2, 0, 100, 0, 50), []int64{0, 50}},
		{"the same again", batch(1, 0, 100, 0, 50), nil},
		{"longer copy, other batches", batch(1, 150, 300, 150, 250), []int64{250}},
		{"far ahead", batch(1, 500, 600, 500), []int64{500}},
		{"into the gap", batch(1, 250, 600, 250, 300, 400, 500, 550), []int64{300, 400}},
		{"end without text", batch(1, 600, 600), nil},
		{"everything", batch(1, 0, 700, 0, 250, 450, 599, 600), []int64{600}},
	}
	o := newOnce()
	for _, s := range steps {
		var got []int64
		for _, r := range o.first(s.b).Records {
			got = append(got, r.Offset)
		}
		if d := cmp.Diff(s.want, got); d != "" {
			t.Errorf("%s: %s", s.name, d)
		}
	}
	if n := len(o.seen[schemas.Fingerprint{1}]); n != 1 {
		t.Errorf("a file that was read whole takes %d intervals, want 1", n)
	}
}

func TestOnceKeepsTheCallersBatch(t *testing.T) {
	o := newOnce()
	o.first(batch(1, 0, 10, 0))
	b := batch(1, 0, 20, 0, 10)
	o.first(b)
	if len(b.Records) != 2 {
		t.Error("first changed the batch it was given")
	}
}
