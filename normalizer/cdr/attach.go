package cdr

import (
	"encoding/binary"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// Attach implements arena.Attacher: a file whose row of names gives another
// order than the standard one is read by it.
func (Calls) Attach(a *arena.Arena, events []schemas.Event, b *schemas.RecordBatch, i int) {
	r := &b.Records[i]
	row, _ := text.Line(r.Text)
	k, _ := readKind(row)
	if k != call && k != media || len(events) != 1 {
		return
	}
	if l, ok := named(b, i, k); ok {
		events[0] = event(a, &b.File, r, k, &l)
	}
}

// named returns the order that the last row of names before b.Records[i] gives
// for records of kind k; ok is false when that is the standard one, or when no
// row of names is known.
func named(b *schemas.RecordBatch, i int, k kind) (l layout, ok bool) {
	for j := min(i, maxHeads) - 1; j >= 0; j-- {
		row, ok := rowOfNames(&b.Records[j])
		if !ok || isStandard(row, k) {
			continue
		}
		if l, of := readNames(row); of == k {
			return l, true
		}
	}
	l, of, ok := decode(b.Context)
	return l, ok && of == k
}

// maxHeads is how many of the first records of a batch are asked for a row of
// names. It stands first in a file; two files written behind each other are
// read in the standard order.
const maxHeads = 4

// rowOfNames returns the row of r when that is a row of names.
func rowOfNames(r *schemas.Record) (row []byte, ok bool) {
	if len(r.Text) == 0 || r.Text[0] != '"' && r.Text[0] != 'c' && r.Text[0] != 0xEF {
		return nil, false
	}
	row, _ = text.Line(r.Text)
	k, _ := readKind(row)
	return row, k == names
}

// Context implements schemas.Contexter: the order of the columns, when the
// file has another than the standard one.
func (Calls) Context(dst []byte, b *schemas.RecordBatch) []byte {
	for j := min(len(b.Records), maxHeads) - 1; j >= 0; j-- {
		row, ok := rowOfNames(&b.Records[j])
		if !ok {
			continue
		}
		l, k := readNames(row)
		if isStandard(row, k) {
			return dst
		}
		dst = append(dst, byte(k))
		for _, at := range l {
			dst = binary.AppendVarint(dst, int64(at))
		}
		return dst
	}
	return append(dst, b.Context...)
}

// decode reads what Context made.
func decode(context []byte) (l layout, k kind, ok bool) {
	if len(context) == 0 {
		return l, other, false
	}
	k, context = kind(context[0]), context[1:]
	for c := range l {
		at, n := binary.Varint(context)
		if n <= 0 || at < -1 || at > maxColumns {
			return l, other, false
		}
		l[c], context = int16(at), context[n:]
	}
	return l, k, len(context) == 0
}
