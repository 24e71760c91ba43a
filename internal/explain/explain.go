// Package explain gives an account of what uctrace makes of a log, or of one
// line of it, and why: which parser knows it, how its record is read field by
// field, which events it gives, or why it gives none.
package explain

import (
	"bytes"
	"cmp"
	"slices"
	"strings"

	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
)

// Account is what became of one file.
type Account struct {
	File schemas.File
	// Matches are the parsers that know the beginning of the file, the surest
	// first; empty for a document that quotes logs.
	Matches []Match
	// Total sums up the spans of the file; its Problems are those met.
	Total schemas.Span
	// Kinds counts the events, Silent the reasons of the records that gave
	// none, the most frequent first.
	Kinds, Silent []Count
	// Unparsed are the first records that no rule understands, or that belong to
	// no log.
	Unparsed []Reading
	// Asked are the records on the line that was asked for.
	Asked []Reading
}

// Match is how sure a parser is of a file, from 1 to 100.
type Match struct {
	Source schemas.Source `json:"source"`
	Sure   int            `json:"sure"`
}

// Count is how often Name was met.
type Count struct {
	Name string `json:"name"`
	N    int    `json:"n"`
}

// Reading is how one record was read.
type Reading struct {
	Record schemas.Record
	// Fields are the fields of the head in reading order, as the parser names
	// them; the last may be "rule" or "silent".
	Fields []schemas.Attr
	Events []schemas.Event
}

// unparsedShown bounds Account.Unparsed.
const unparsedShown = 10

// headBytes is how much of a file a parser is shown to tell its kind.
const headBytes = 64 << 10

// A Witness collects the accounts of the files that it is shown. It belongs to
// one goroutine.
type Witness struct {
	// Line is the line asked for, from 1; 0 asks for the whole file.
	Line int

	parsers    []schemas.Parser
	normalizer *normalizer.Normalizer
	events     schemas.EventBatch
	files      []*file
}

type file struct {
	Account
	kinds, silent map[string]int
}

// New returns a Witness that explains with parsers.
func New(parsers []schemas.Parser, line int) *Witness {
	return &Witness{Line: line, parsers: parsers, normalizer: normalizer.New(parsers)}
}

// Add takes the next batch of a file. Nothing of b is kept but copies.
func (w *Witness) Add(b *schemas.RecordBatch) {
	f := w.file(&b.File)
	if b.Start == 0 {
		f.Matches = matches(w.parsers, b)
	}
	w.normalizer.Normalize(&w.events, b)
	f.add(&w.events.Span)
	events := w.events.Events
	for i := range b.Records {
		r := &b.Records[i]
		n := 0
		for n < len(events) && events[n].Record == r.ID {
			f.kinds[string(events[n].Kind)]++
			n++
		}
		w.record(f, r, events[:n])
		events = events[n:]
	}
}

// file returns the file that is being read, a new one when it is another.
func (w *Witness) file(as *schemas.File) *file {
	for _, f := range w.files {
		if f.File == *as {
			return f
		}
	}
	f := &file{kinds: map[string]int{}, silent: map[string]int{}}
	f.File = *as
	w.files = append(w.files, f)
	return f
}

// record counts why r is silent and keeps it when it is asked for.
func (w *Witness) record(f *file, r *schemas.Record, events []schemas.Event) {
	asked := w.Line > 0 && r.Line <= w.Line && w.Line < r.Line+r.Lines
	unparsed := slices.ContainsFunc(events, func(e schemas.Event) bool { return e.Kind == schemas.KindUnparsed }) ||
		r.Source == schemas.Unknown && len(bytes.TrimSpace(r.Text)) > 0
	show := asked || unparsed && len(f.Unparsed) < unparsedShown && w.Line == 0
	if !show && (len(events) > 0 || w.Line > 0) {
		return
	}
	var fields []schemas.Attr
	if e, ok := explainer(w.parsers, r.Source); ok {
		fields = e.Explain(nil, r)
	}
	if len(events) == 0 && !unparsed {
		f.silent[reason(fields, r)]++
	}
	if !show {
		return
	}
	reading := Reading{Record: *r, Fields: fields, Events: cloneEvents(events)}
	reading.Record.Text = bytes.Clone(r.Text)
	if asked {
		f.Asked = append(f.Asked, reading)
	} else {
		f.Unparsed = append(f.Unparsed, reading)
	}
}

// reason returns why a record without events has none.
func reason(fields []schemas.Attr, r *schemas.Record) string {
	for i := range fields {
		if fields[i].Name == "silent" {
			return fields[i].Value
		}
	}
	if len(bytes.TrimSpace(r.Text)) == 0 {
		return "blank"
	}
	return "states nothing that is kept"
}

func explainer(parsers []schemas.Parser, s schemas.Source) (schemas.Explainer, bool) {
	e, ok := normalizer.Find(parsers, s).(schemas.Explainer)
	return e, ok
}

// matches asks every parser about the beginning of the file.
func matches(parsers []schemas.Parser, b *schemas.RecordBatch) []Match {
	head := bytes.TrimLeft(bytes.TrimPrefix(b.Blob[:min(len(b.Blob), headBytes)], []byte("\uFEFF")), "\x00")
	var list []Match
	for _, p := range parsers {
		if sure := p.Match(b.File.Path, head); sure > 0 {
			list = append(list, Match{p.Source(), sure})
		}
	}
	slices.SortStableFunc(list, func(a, b Match) int { return cmp.Compare(b.Sure, a.Sure) })
	return list
}

func (f *file) add(s *schemas.Span) {
	t := &f.Total
	t.End = max(t.End, s.End)
	t.Lines += s.Lines
	t.Records += s.Records
	t.Events += s.Events
	t.Silent += s.Silent
	t.Unparsed += s.Unparsed
	t.Headless += s.Headless
	t.Repaired += s.Repaired
	t.Damaged += s.Damaged
	t.Problems = append(t.Problems, s.Problems...)
	if t.From.IsZero() || !s.From.IsZero() && s.From.Before(t.From) {
		t.From = s.From
	}
	if s.To.After(t.To) {
		t.To = s.To
	}
}

// Accounts returns the accounts of the files seen so far, in the order in which
// they came.
func (w *Witness) Accounts() []Account {
	list := make([]Account, len(w.files))
	for i, f := range w.files {
		list[i] = f.Account
		list[i].Kinds, list[i].Silent = counts(f.kinds), counts(f.silent)
	}
	return list
}

func counts(m map[string]int) []Count {
	var list []Count
	for name, n := range m {
		list = append(list, Count{name, n})
	}
	slices.SortFunc(list, func(a, b Count) int { return cmp.Or(cmp.Compare(b.N, a.N), strings.Compare(a.Name, b.Name)) })
	return list
}

// cloneEvents copies what the next Normalize would overwrite.
func cloneEvents(events []schemas.Event) []schemas.Event {
	list := make([]schemas.Event, len(events))
	for i := range events {
		list[i] = events[i].Clone()
	}
	return list
}
