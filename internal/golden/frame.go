package golden

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// Options say how Batch reads a log.
type Options struct {
	Zone       *time.Location
	Date       time.Time
	Path, Node string
	// Excerpt reads the log as a document that quotes lines: what no record
	// goes on with is left out.
	Excerpt bool
}

// Batch frames log with p: a record begins where p.Start says so, and where
// p.Glued finds a head inside a line. What stands before the first head is one
// record. The result refers to log.
func Batch(p schemas.Parser, log []byte, o Options) *schemas.RecordBatch {
	f := framer{p: p, prev: schemas.Seed(o.Date, o.Zone), excerpt: o.Excerpt}
	f.glue, _ = p.(schemas.Gluer)
	f.quote, _ = p.(schemas.Excerpter)
	f.batch.File = schemas.File{Path: o.Path, Node: o.Node, Source: p.Source(), Fingerprint: schemas.FingerprintOf(log)}
	if n, ok := p.(schemas.Noder); ok && o.Node == "" {
		f.batch.File.Node = n.Node(o.Path, log)
	}
	f.batch.Blob, f.batch.End, f.batch.EOF = log, int64(len(log)), true
	for at, line := 0, 1; at < len(log); line++ {
		end := len(log)
		if i := bytes.IndexByte(log[at:], '\n'); i >= 0 {
			end = at + i + 1
		}
		f.line(log, at, end, line)
		at = end
	}
	if o.Excerpt {
		f.batch.Records = quoted(f.batch.Records)
	}
	return &f.batch
}

type framer struct {
	p       schemas.Parser
	glue    schemas.Gluer
	quote   schemas.Excerpter
	prev    time.Time
	excerpt bool
	batch   schemas.RecordBatch
}

func (f *framer) line(log []byte, at, end, line int) {
	text := bytes.TrimRight(log[at:end], "\r\n")
	head := 0
	for {
		next := -1
		if f.glue != nil {
			next = f.glue.Glued(text, head+1)
		}
		stop := end
		if next >= 0 {
			stop = at + next
		}
		f.add(log, at+head, stop, line, head > 0)
		if next < 0 {
			return
		}
		head = next
	}
}

// add adds a physical line, or the part of one from a glued head on.
func (f *framer) add(log []byte, at, end, line int, glued bool) {
	text := bytes.TrimRight(log[at:end], "\r\n")
	t, ok := f.p.Start(text, f.prev)
	if ok && !t.IsZero() {
		f.prev = t
	}
	records := f.batch.Records
	if n := len(records); n > 0 && !ok {
		last := &records[n-1]
		if !f.excerpt || last.Source != schemas.Unknown && f.quote.Continues(last.Text, text) {
			last.Text = log[last.Offset:end]
			last.Lines = line - last.Line + 1
			return
		}
	}
	r := schemas.Record{
		Source: f.p.Source(), Line: line, Lines: 1, Offset: int64(at), Head: ok, Glued: glued, Text: log[at:end],
	}
	if ok {
		r.Time = t.UTC()
	} else if f.excerpt && !f.quote.Excerpt(text) {
		r.Source = schemas.Unknown
	}
	r.ID = f.batch.File.Fingerprint.ID(r.Offset)
	f.batch.Records = append(records, r)
}

func quoted(records []schemas.Record) []schemas.Record {
	kept := records[:0]
	for _, r := range records {
		if r.Source != schemas.Unknown {
			kept = append(kept, r)
		}
	}
	return kept
}
