// Package normalizer turns records into events: what the product wrote into
// facts in our words. sources.go is the list of the log kinds it knows; each
// has a folder with its Parser.
//
// The package and everything below it is pure: no goroutine, clock, logger or
// I/O, no state between records. The same RecordBatch gives the same
// EventBatch on every machine.
package normalizer

import (
	"bytes"
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// A Normalizer applies parsers to record batches. It is used by one goroutine
// at a time; several may share their parsers.
type Normalizer struct {
	parsers []schemas.Parser
	// seen are the sources met so far, a few; last is that of the record
	// before.
	seen  []*seen
	last  *seen
	mem   arena.Arena
	first schemas.ID // of the file of the batch
}

type seen struct {
	source schemas.Source
	parse  parseFunc
	attach arena.Attacher
	// ours is true for a parser of this package, whose evidence is short and
	// valid: golden.Check sees to that.
	ours bool
}

// parseFunc is ParseIn of an arena.Parser, or Parse of another; nil for a
// source that has none.
type parseFunc func(a *arena.Arena, dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event

// New returns a Normalizer that uses parsers.
func New(parsers []schemas.Parser) *Normalizer {
	return &Normalizer{parsers: parsers, last: new(seen)}
}

// Normalize resets dst and fills it with the events and the Span of b. They live
// as long as b, and until the next call: the strings of an event are parts of
// b, and all other memory is used again. Who keeps an event keeps its Clone.
//
// Every record is counted once in Span: as silent, as unparsed, or by the
// events it gave. Text of an unknown source is unparsed and gives no event,
// because a pasted document is mostly prose.
func (n *Normalizer) Normalize(dst *schemas.EventBatch, b *schemas.RecordBatch) {
	n.mem.Begin(b.Blob)
	n.first = b.File.Fingerprint.ID(0)
	dst.Events = dst.Events[:0]
	dst.Span = schemas.Span{
		File: b.File, Start: b.Start, End: b.End, EOF: b.EOF, Problems: b.Problems,
		Records: len(b.Records),
	}
	if !n.mem.ASCII(b.Blob) {
		dst.Span.Damaged = text.Damage(b.Blob)
	}
	for next := 0; next < len(b.Records); {
		next = n.records(dst, b, next)
	}
	dst.Span.Events = len(dst.Events)
}

// records normalizes the records of b from index from on, and returns the index
// behind the last of them. That is the end of b, unless a parser panics, which
// is a mistake of ours: the record counts as unparsed, the Span says so, and
// those behind it are still read.
func (n *Normalizer) records(dst *schemas.EventBatch, b *schemas.RecordBatch, from int) (at int) {
	kept := len(dst.Events)
	defer func() {
		fault := recover()
		if fault == nil {
			return
		}
		r := &b.Records[at]
		dst.Events = dst.Events[:kept]
		dst.Span.Unparsed++
		at++
		message := fmt.Sprintf("a record makes the parser of %s fail: %v", r.Source, fault)
		if slices.ContainsFunc(dst.Span.Problems, func(p schemas.Problem) bool { return p.Message == message }) {
			return
		}
		dst.Span.Problems = append(slices.Clip(dst.Span.Problems), schemas.Problem{
			File: b.File.Path, Line: r.Line, Message: message,
			Hint: "a mistake in uctrace: the record counts as not understood; please report it with the record",
		})
	}()
	for at = from; at < len(b.Records); at++ {
		r := &b.Records[at]
		kept = len(dst.Events)
		count(&dst.Span, r)
		p := n.last
		if p.source != r.Source {
			p = n.parser(r.Source)
		}
		if p.parse == nil {
			if text.Blank(r.Text) {
				dst.Span.Silent++
			} else {
				dst.Span.Unparsed++
			}
			continue
		}
		if dst.Events = p.parse(&n.mem, dst.Events, &b.File, r); len(dst.Events) > kept {
			if p.attach != nil {
				p.attach.Attach(&n.mem, dst.Events[kept:], b, at)
			}
			dst.Events = n.finish(p, dst.Events, kept, &b.File, r)
		}
		tally(&dst.Span, dst.Events[kept:], r)
	}
	return at
}

// parser returns what parses records of source s, and makes it the last; its
// parse is nil when nothing does.
func (n *Normalizer) parser(s schemas.Source) *seen {
	for _, x := range n.seen {
		if x.source == s {
			n.last = x
			return x
		}
	}
	p := Find(n.parsers, s)
	x := &seen{source: s, parse: parse(p)}
	x.attach, _ = p.(arena.Attacher)
	_, x.ours = p.(arena.Parser)
	if len(n.seen) < maxSeen {
		n.seen = append(n.seen, x)
	}
	n.last = x
	return x
}

// maxSeen bounds Normalizer.seen: a record off the wire may name any source.
const maxSeen = 32

func parse(p schemas.Parser) parseFunc {
	switch p := p.(type) {
	case nil:
		return nil
	case arena.Parser:
		return p.ParseIn
	default:
		return func(_ *arena.Arena, dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
			return p.Parse(dst, f, r)
		}
	}
}

// Find returns the one of parsers whose records may have source s, nil when
// there is none: the parser of that very Source, or the one of the same product
// that has several.
func Find(parsers []schemas.Parser, s schemas.Source) schemas.Parser {
	product, _, _ := strings.Cut(string(s), ".")
	var other schemas.Parser
	for _, p := range parsers {
		if p.Source() == s {
			return p
		}
		if _, several := p.(schemas.Sourcer); several && strings.HasPrefix(string(p.Source()), product+".") {
			other = p
		}
	}
	return other
}

// count adds to s what does not depend on what r says.
func count(s *schemas.Span, r *schemas.Record) {
	s.Lines += r.Lines
	if !r.Head {
		s.Headless++
	}
	// Times of a file seldom run backwards: one comparison does for most.
	switch t := r.Time; {
	case t.After(s.To):
		if !s.To.IsZero() {
			s.To = t
		} else if !t.Before(dated) {
			s.From, s.To = t, t
		}
	case t.Before(s.From) && !t.Before(dated):
		s.From = t
	}
}

// dated is the first moment that schemas.Dated accepts.
var dated = time.Date(2, time.January, 1, 0, 0, 0, 0, time.UTC)

// tally adds to s what became of r.
func tally(s *schemas.Span, events []schemas.Event, r *schemas.Record) {
	repaired, unparsed := r.Glued, false
	for i := range events {
		repaired = repaired || len(events[i].Repairs) > 0
		unparsed = unparsed || events[i].Kind == schemas.KindUnparsed
	}
	if repaired {
		s.Repaired++
	}
	switch {
	case len(events) == 0 && r.Source == schemas.Unknown && !text.Blank(r.Text) && !declaration(r.Text):
		s.Unparsed++
	case len(events) == 0:
		s.Silent++
	case unparsed:
		s.Unparsed++
	}
}

// declaration reports whether text is an XML declaration and nothing else: the
// first line of a list of collected files.
func declaration(b []byte) bool {
	b = bytes.TrimSpace(bytes.TrimPrefix(b, []byte("\ufeff")))
	return bytes.HasPrefix(b, []byte("<?xml ")) && bytes.IndexByte(b, '>') == len(b)-1
}

// finish gives the events from index from on what the record says of all of
// them, where the parser left it open.
func (n *Normalizer) finish(p *seen, events []schemas.Event, from int, f *schemas.File, r *schemas.Record) []schemas.Event {
	// A record owns as many ids as it has bytes.
	if most := from + max(1, len(r.Text)); len(events) > most {
		events = events[:most]
	}
	var line string
	for i := from; i < len(events); i++ {
		e := &events[i]
		e.ID, e.Record = n.first, n.first
		e.ID.At(r.Offset + int64(i-from))
		e.Record.At(r.Offset)
		if e.Time.IsZero() {
			e.Time = r.Time
		}
		if e.Source == "" {
			e.Source = r.Source
		}
		if e.Cluster == "" {
			e.Cluster = f.Cluster
		}
		if e.Node == "" {
			e.Node = f.Node
		}
		if e.File == "" {
			e.File = f.Path
		}
		if e.Line == 0 {
			e.Line = r.Line
		}
		if e.Text == "" {
			if line == "" {
				first, _ := text.Line(r.Text)
				line = n.mem.Evidence(first, schemas.MaxEvidence)
			}
			e.Text = line
		} else if !p.ours && (len(e.Text) > schemas.MaxEvidence || !utf8.ValidString(e.Text)) {
			e.Text = text.Evidence([]byte(e.Text), schemas.MaxEvidence)
		}
		if r.Glued {
			e.Repairs = withGlued(e.Repairs)
		}
	}
	return events
}

// withGlued adds the repair that the collector made: it found the record's
// head inside a physical line.
func withGlued(repairs []string) []string {
	glued := text.Glued.Names()
	if slices.Contains(repairs, glued[0]) {
		return repairs
	}
	return append(repairs, glued...)
}
