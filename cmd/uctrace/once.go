package main

import (
	"cmp"
	"slices"

	"github.com/uctrace/uctrace/schemas"
)

// once tells the records that were there before. It keeps the spans that were
// seen of each file, by fingerprint, not the ids of all records: a collection
// that holds a file twice costs two numbers.
type once struct {
	seen map[schemas.Fingerprint][]interval
	kept schemas.RecordBatch
}

// interval is the offsets from start up to, and without, end.
type interval struct{ start, end int64 }

func newOnce() *once { return &once{seen: map[schemas.Fingerprint][]interval{}} }

// first returns b without the records whose first byte was in a batch before.
// The result shares b's memory and is valid until the next call.
func (o *once) first(b *schemas.RecordBatch) *schemas.RecordBatch {
	seen := o.seen[b.File.Fingerprint]
	result := b
	if slices.ContainsFunc(seen, func(s interval) bool { return s.start < b.End && b.Start < s.end }) {
		records := o.kept.Records[:0]
		for i := range b.Records {
			at := b.Records[i].Offset
			if !slices.ContainsFunc(seen, func(s interval) bool { return s.start <= at && at < s.end }) {
				records = append(records, b.Records[i])
			}
		}
		o.kept = *b
		o.kept.Records = records
		result = &o.kept
	}
	o.seen[b.File.Fingerprint] = add(seen, interval{b.Start, b.End})
	return result
}

// add puts i among the sorted, disjoint spans.
func add(spans []interval, i interval) []interval {
	if i.start >= i.end {
		return spans
	}
	spans = append(spans, i)
	slices.SortFunc(spans, func(a, b interval) int { return cmp.Compare(a.start, b.start) })
	merged := spans[:1]
	for _, s := range spans[1:] {
		if last := &merged[len(merged)-1]; s.start <= last.end {
			last.end = max(last.end, s.end)
		} else {
			merged = append(merged, s)
		}
	}
	return merged
}
