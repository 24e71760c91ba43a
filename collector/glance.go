package collector

import (
	"slices"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// glance opens the records of the usual lines at next, one a line, as many as
// the parser sees before the batch may end: there a line is looked at.
func (f *framer) glance() {
	end := min(int64(len(f.buf)), f.limit-f.base)
	if int64(f.next) >= end || f.mid || f.fresh || f.scanned > f.next || f.suspect && !f.nul {
		return
	}
	open := len(f.batch.Records) // where the open record goes once it is closed
	first := open + 1
	records, last := f.glanced(slices.Grow(f.batch.Records, 1)[:first], f.buf[f.next:end])
	if len(records) == first {
		return
	}
	if f.begun {
		records[open] = f.rec
	} else {
		records, first = slices.Delete(records, open, first), open
	}
	id := f.batch.File.Fingerprint.ID(0)
	for i := first; i < len(records); i++ {
		r := &records[i]
		r.Offset = f.base + int64(f.next)
		r.ID = id
		r.ID.At(r.Offset)
		r.Line, r.Lines = f.line, 1
		f.next += len(r.Text)
		f.line++
	}
	open = len(records) - 1
	f.rec, f.begun, f.batch.Records = records[open], true, records[:open]
	f.heads.parsers[0].prev, f.heads.parsers[0].seen = last, true
}

// glanced is Glance, shielded. A parser that panics in it is asked for each of
// the lines; what it makes of them then is told.
func (f *framer) glanced(dst []schemas.Record, text []byte) (records []schemas.Record, last time.Time) {
	prev := f.heads.parsers[0].prev
	records = dst
	defer func() { _ = recover() }()
	return f.heads.glancer.Glance(dst, text, prev)
}
