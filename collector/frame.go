package collector

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// A framer cuts the bytes of one file into records and the records into
// batches. Where it cuts depends on the bytes alone, never on how they arrive.
//
// Bytes are read into room and handed over with fed. They stay where they were
// read until their batch is emitted; after that the memory is used again.
//
// The text is framed in units: a physical line with its line end, or a piece of
// MaxRecord bytes of a longer line. A unit is never divided, except before a
// glued head; so any open record plus any unit can be held in memory.
type framer struct {
	heads heads
	// emit gets each batch, valid until it returns. state describes, during
	// emit, where the next batch begins.
	emit  func(*schemas.RecordBatch) error
	batch schemas.RecordBatch

	buf     []byte
	base    int64 // offset in the file of buf[0]
	sent    int   // index in buf where the next batch begins
	next    int   // index in buf of the first byte that is not framed
	scanned int   // index in buf up to which no line ends
	limit   int64 // offset from which a record boundary ends the batch

	rec   schemas.Record // the open record, or the one closed last
	begun bool           // rec is open
	fresh bool           // rec begins at next, which need not be asked again
	line  int            // number of the physical line at next
	mid   bool           // next stands inside a physical line
	nul   bool           // NUL bytes have been reported, or are no fault

	suspect bool // there are NUL bytes to report
	// shielded is true once a parser has failed on this file.
	shielded bool

	context []byte // RecordBatch.Context of the next batch
	spare   []byte // of the one before, used again
}

// reset prepares f for the bytes of another file, which as names.
func (f *framer) reset() {
	f.batch.Records = f.batch.Records[:0]
	f.batch.Problems = f.batch.Problems[:0]
	f.buf = f.buf[:0]
	f.base, f.sent, f.next, f.scanned = 0, 0, 0, 0
	f.limit = schemas.MaxBatch
	f.begun, f.fresh, f.mid = false, false, false
	f.line = 1
	f.nul, f.suspect, f.shielded = false, false, false
	f.context = f.context[:0]
}

// as says which file the bytes belong to, before any of them is framed.
func (f *framer) as(file schemas.File, h heads) {
	f.heads = h
	f.batch.File = file
	f.rec = schemas.Record{Source: file.Source}
	f.nul = len(h.parsers) == 0
}

// frame frames the complete units in the buffer.
func (f *framer) frame() error {
	for f.next < len(f.buf) {
		if f.heads.glancer != nil {
			f.glance()
		}
		if f.heads.skipper != nil && f.begun {
			if err := f.skip(); err != nil {
				return err
			}
		}
		n, ended := f.unit()
		if n == 0 {
			return nil
		}
		if err := f.step(n, ended); err != nil {
			return err
		}
	}
	return nil
}

// step frames the unit of n bytes at next, or its part before a glued head.
func (f *framer) step(n int, ended bool) error {
	unit := f.buf[f.next : f.next+n]
	if f.suspect && !f.nul {
		f.noteNUL(unit)
	}
	line := trimLineEnd(unit, ended)
	var r schemas.Record
	if !f.fresh && !f.mid {
		skip := f.prelude(line)
		if f.begins(&r, line[skip:]) {
			if skip > 0 && r.Head {
				r.Glued = !bytes.Equal(line[:skip], utf8BOM)
				return f.split(skip, &r)
			}
			if err := f.open(&r); err != nil {
				return err
			}
		}
	}
	if at := f.glued(&r, line); at > 0 {
		r.Glued = true
		return f.split(at, &r)
	}
	if err := f.take(n); err != nil {
		return err
	}
	f.mid = !ended
	if ended {
		f.line++
	}
	return nil
}

// split gives the at bytes before a head inside a line to the open record and
// begins r behind them.
func (f *framer) split(at int, r *schemas.Record) error {
	if err := f.take(at); err != nil {
		return err
	}
	if err := f.open(r); err != nil {
		return err
	}
	f.fresh = true
	return nil
}

// open begins r at next and emits the batch that ends there, if one does.
func (f *framer) open(r *schemas.Record) error {
	if f.begun {
		f.batch.Records = append(f.batch.Records, f.rec)
	}
	f.rec, f.begun = *r, true
	f.rec.Offset = f.base + int64(f.next)
	f.rec.ID = f.batch.File.Fingerprint.ID(f.rec.Offset)
	f.rec.Line = f.line
	if f.rec.Offset < f.limit {
		return nil
	}
	return f.cut(f.next, false)
}

// take adds n bytes at next to the open record. Text that no head begins is a
// record too; it keeps source and time of what it goes on.
func (f *framer) take(n int) error {
	if !f.begun {
		if err := f.open(f.headless()); err != nil {
			return err
		}
	}
	if held := len(f.openText()); held > 0 && held+n > schemas.MaxRecord {
		tail := f.headless()
		f.rec.Cut = true
		if err := f.open(tail); err != nil {
			return err
		}
	}
	f.next += n
	f.rec.Lines = f.line - f.rec.Line + 1
	f.fresh = false
	return nil
}

func (f *framer) headless() *schemas.Record {
	return &schemas.Record{Source: f.rec.Source, Time: f.rec.Time}
}

// openText returns the open record so far.
func (f *framer) openText() []byte {
	if !f.begun {
		return nil
	}
	return f.buf[f.rec.Offset-f.base : f.next]
}

// flush emits the closed records and keeps the open one.
func (f *framer) flush() error {
	if len(f.batch.Records) == 0 && len(f.batch.Problems) == 0 {
		return nil
	}
	end := f.next
	if f.begun {
		end = int(f.rec.Offset - f.base)
	}
	return f.cut(end, false)
}

// settle emits everything but a last line without end. What follows belongs to
// records of its own.
func (f *framer) settle() error {
	f.close()
	return f.flush()
}

// close ends the open record, unless none of its bytes has been seen yet.
func (f *framer) close() {
	if len(f.openText()) > 0 {
		f.batch.Records = append(f.batch.Records, f.rec)
		f.begun = false
	}
}

// finish frames what is left, a last line without end included, and emits it;
// eof says that the file ends here. Without eof more bytes may follow: they
// belong to records of their own.
func (f *framer) finish(eof bool) error {
	if err := f.frame(); err != nil {
		return err
	}
	for f.next < len(f.buf) {
		if err := f.step(len(f.buf)-f.next, false); err != nil {
			return err
		}
	}
	f.close()
	if !eof && len(f.batch.Records) == 0 && len(f.batch.Problems) == 0 {
		return nil
	}
	return f.cut(f.next, eof)
}

// cut emits the closed records, which end at index end of the buffer.
func (f *framer) cut(end int, eof bool) error {
	b := &f.batch
	b.Blob = f.buf[f.sent:end:end]
	b.Start, b.End = f.base+int64(f.sent), f.base+int64(end)
	b.EOF = eof
	stop := b.End
	for i := len(b.Records) - 1; i >= 0; i-- {
		r := &b.Records[i]
		r.Text = b.Blob[r.Offset-b.Start : stop-b.Start : stop-b.Start]
		stop = r.Offset
	}
	f.sent = end
	f.limit = (b.End/schemas.MaxBatch + 1) * schemas.MaxBatch
	if c := f.heads.contexter(); c != nil {
		b.Context = f.context
		f.context, f.spare = f.behind(c), f.context
	}
	err := f.emit(b)
	b.Records, b.Problems = b.Records[:0], b.Problems[:0]
	return err
}

// problem adds a Problem of the file to the batch.
func (f *framer) problem(p schemas.Problem) {
	p.File = f.batch.File.Path
	f.batch.Problems = append(f.batch.Problems, p)
}
