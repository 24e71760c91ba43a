package wire

import (
	"github.com/uctrace/uctrace/schemas"
)

// The flags of a record. Zero is the usual record.
const (
	flagHeadless = 1 << iota
	flagGlued
	flagCut
)

// AppendRecords appends the frame of b to dst and returns it. It uses the
// spare capacity of dst as scratch memory: reuse dst. It keeps nothing of b.
//
// The records must tile b.Blob, as RecordBatch says; AppendRecords panics
// when they do not, because such a frame could not be decoded.
func AppendRecords(dst []byte, b *schemas.RecordBatch) []byte {
	size := 0
	for i := range b.Records {
		size += len(b.Records[i].Text)
	}
	if size != len(b.Blob) {
		panic("wire: the records do not tile the blob")
	}
	return seal(dst, kindRecords, len(b.Blob)+16*len(b.Records)+1024, func(w *writer) { w.recordBatch(b) })
}

// DecodeRecords decodes the frame data into b and reuses the memory of b: its
// Blob, Records and Problems. The strings are copies. The errors are ErrVersion
// and ErrCorrupt; b holds nothing of use then.
func DecodeRecords(data []byte, b *schemas.RecordBatch) error {
	payload, err := open(data, kindRecords, b.Blob[:0])
	if err != nil {
		return err
	}
	return decode(payload, func(r *reader) { r.recordBatch(b) })
}

// recordBatch writes the blob first, so that it decodes in place at the
// beginning of a reused buffer.
func (w *writer) recordBatch(b *schemas.RecordBatch) {
	w.array(8)
	w.bin(b.Blob)
	w.file(&b.File)
	w.int(b.Start)
	w.bool(b.EOF)
	w.problems(b.Problems)
	sources := sourceTable(b)
	w.strs(sources)
	w.array(len(b.Records))
	before := recordContext{line: 1}
	for i := range b.Records {
		w.record(&b.Records[i], &before, sources)
	}
	w.bin(b.Context)
}

func (r *reader) recordBatch(b *schemas.RecordBatch) {
	outer := r.enter(7)
	blob, _ := r.bytes()
	r.file(&b.File)
	b.Start = r.int()
	b.EOF = r.bool()
	b.Problems = r.problems(b.Problems)
	b.Blob, b.End = blob, b.Start+int64(len(blob))
	sources := r.strs(nil)
	n, o := r.list(3)
	b.Records = grow(b.Records[:0], n)
	rest, before := blob, recordContext{line: 1}
	for i := range b.Records {
		rec := &b.Records[i]
		r.record(rec, &before, sources, rest)
		if r.err != nil {
			break
		}
		rec.Offset = b.End - int64(len(rest))
		rec.ID = b.File.Fingerprint.ID(rec.Offset)
		rest = rest[len(rec.Text):]
	}
	if r.err == nil && len(rest) > 0 {
		r.err = corrupt("payload: %d bytes of the blob belong to no record", len(rest))
	}
	r.endList(o)
	standing, _ := r.bytes()
	b.Context = append(b.Context[:0], standing...)
	r.leave(outer)
	if r.err != nil {
		*b = schemas.RecordBatch{Blob: b.Blob[:0], Records: b.Records[:0]}
	}
}

// recordContext is what the fields of a record are told relative to.
type recordContext struct {
	micros int64 // time of the record before
	line   int   // the line on which the next record begins, as far as the text tells
	source int   // index of the source of the record before
}

// next moves c behind a record.
func (c *recordContext) next(micros int64, line, lines, source int, text []byte) {
	c.micros, c.source, c.line = micros, source, line+lines
	if len(text) > 0 && text[len(text)-1] != '\n' {
		c.line-- // the next one goes on within the line
	}
}

// record writes length, time in microseconds after the record before, lines,
// flags, line number beyond the expected one, source and nanoseconds. Trailing
// fields that have their usual value are left out: most records are two or
// three fields, five bytes.
func (w *writer) record(rec *schemas.Record, before *recordContext, sources []string) {
	micros, nanos := rec.Time.UnixMicro(), int64(rec.Time.Nanosecond()%1000)
	source := before.source
	if sources[source] != string(rec.Source) {
		source = indexOf(sources, string(rec.Source))
	}
	var flags int64
	if !rec.Head {
		flags |= flagHeadless
	}
	if rec.Glued {
		flags |= flagGlued
	}
	if rec.Cut {
		flags |= flagCut
	}
	shift := int64(rec.Line - before.line)

	fields := 2
	switch {
	case nanos != 0:
		fields = 7
	case source != before.source:
		fields = 6
	case shift != 0:
		fields = 5
	case flags != 0:
		fields = 4
	case rec.Lines != 1:
		fields = 3
	}
	w.array(fields)
	w.int(int64(len(rec.Text)))
	w.int(micros - before.micros)
	for i, n := range [...]int64{int64(rec.Lines), flags, shift, int64(source - before.source), nanos} {
		if i+2 < fields {
			w.int(n)
		}
	}
	before.next(micros, rec.Line, rec.Lines, source, rec.Text)
}

// record reads what writer.record wrote. rest is the blob from the record on.
func (r *reader) record(rec *schemas.Record, before *recordContext, sources []string, rest []byte) {
	outer := r.enter(2)
	size := r.int()
	micros := before.micros + r.int()
	rec.Lines = 1
	if r.left > 0 {
		rec.Lines = int(r.int())
	}
	flags := r.int()
	rec.Line = before.line + int(r.int())
	source := before.source + int(r.int())
	rec.Time = instant(micros, r.int())
	r.leave(outer)
	if r.err != nil {
		return
	}
	if size < 0 || size > int64(len(rest)) || source < 0 || source >= len(sources) {
		r.err = corrupt("payload: record beyond the blob or the sources")
		return
	}
	rec.Text = rest[:size:size]
	rec.Source = schemas.Source(sources[source])
	rec.Head = flags&flagHeadless == 0
	rec.Glued = flags&flagGlued != 0
	rec.Cut = flags&flagCut != 0
	before.next(micros, rec.Line, rec.Lines, source, rec.Text)
}

// sourceTable lists the sources of the records of b.
func sourceTable(b *schemas.RecordBatch) []string {
	table := []string{string(b.File.Source)}
	for i := range b.Records {
		if s := string(b.Records[i].Source); s != table[len(table)-1] && indexOf(table, s) < 0 {
			table = append(table, s)
		}
	}
	return table
}

func indexOf(table []string, s string) int {
	for i := range table {
		if table[i] == s {
			return i
		}
	}
	return -1
}
