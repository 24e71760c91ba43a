package cdr

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// Calls reads files of call detail records. The zero value is ready; it has no
// state.
type Calls struct{}

// Media reads files of call management records.
type Media struct{ Calls }

var (
	_ arena.Attacher     = Calls{}
	_ arena.Parser       = Calls{}
	_ schemas.HeadReader = Calls{}
	_ schemas.Sourcer    = Calls{}
	_ schemas.Excerpter  = Calls{}
	_ schemas.Explainer  = Calls{}
	_ schemas.Alike      = Calls{}
	_ arena.Attacher     = Media{}
)

// Source implements schemas.Parser.
func (Calls) Source() schemas.Source { return schemas.CUCMCDR }

// Source implements schemas.Parser.
func (Media) Source() schemas.Source { return schemas.CUCMCMR }

// Match implements schemas.Parser.
func (Calls) Match(_ string, head []byte) int { return match(head, call) }

// Match implements schemas.Parser.
func (Media) Match(_ string, head []byte) int { return match(head, media) }

// Alike implements schemas.Alike: every file begins with the names of the columns,
// which take more than a kilobyte.
func (Calls) Alike([]byte) bool { return true }

// match returns 100 for a file whose first row is the row of names or a record
// of kind k, else 0.
func match(head []byte, k kind) int {
	for len(head) > 0 {
		var row []byte
		if row, head = text.Line(head); text.Blank(row) {
			continue
		}
		got, _ := readKind(row)
		if got == names {
			_, got = readNames(row)
		}
		if got == k {
			return 100
		}
		if got != types {
			return 0
		}
	}
	return 0
}

// Start implements schemas.Parser: every row is a record.
func (Calls) Start(row []byte, prev time.Time) (time.Time, bool) {
	k, epoch := readKind(row)
	return moment(epoch, prev), k != other
}

// Head implements schemas.HeadReader.
func (Calls) Head(row []byte, prev time.Time) (time.Time, schemas.Source, bool) {
	k, epoch := readKind(row)
	return moment(epoch, prev), k.source(row), k != other
}

// SourceOf implements schemas.Sourcer.
func (Calls) SourceOf(row []byte) schemas.Source {
	k, _ := readKind(row)
	return k.source(row)
}

func (k kind) source(row []byte) schemas.Source {
	switch k {
	case names:
		_, k = readNames(row)
	case types:
		// The fifth column of a call management record is the directory
		// number, the fifth of a call detail record is a time.
		k = call
		for i := range 5 {
			field, rest, _ := next(row, separator(row))
			if row = rest; i == 4 && bytes.HasPrefix(field, []byte("VARCHAR")) {
				k = media
			}
		}
	}
	if k == media {
		return schemas.CUCMCMR
	}
	return schemas.CUCMCDR
}

// Excerpt implements schemas.Excerpter: a row is recognised whole or not at
// all.
func (Calls) Excerpt([]byte) bool { return false }

// Continues implements schemas.Excerpter: a record is one row.
func (Calls) Continues(_, _ []byte) bool { return false }

// Parse implements schemas.Parser. It reads rows in the standard order; Attach
// corrects that when the file has another.
func (p Calls) Parse(dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	return p.ParseIn(nil, dst, f, r)
}

// ParseIn implements arena.Parser.
func (Calls) ParseIn(a *arena.Arena, dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	row, _ := text.Line(r.Text)
	k, _ := readKind(row)
	switch k {
	case names, types:
		return dst
	case other:
		if text.Blank(r.Text) {
			return dst
		}
		e := schemas.Event{Kind: schemas.KindUnparsed}
		e.Attrs = append(a.Attrs(1), schemas.Attr{Name: "why", Value: "no row of a call record"})
		return append(dst, e)
	}
	l := standard(k)
	return append(dst, event(a, f, r, k, &l))
}

// Explain implements schemas.Explainer.
func (Calls) Explain(dst []schemas.Attr, r *schemas.Record) []schemas.Attr {
	row, _ := text.Line(r.Text)
	k, _ := readKind(row)
	switch k {
	case names:
		return append(dst, schemas.Attr{Name: "silent", Value: "the row of names"})
	case types:
		return append(dst, schemas.Attr{Name: "silent", Value: "the row of types"})
	case other:
		return append(dst, schemas.Attr{Name: "silent", Value: "no row of a call record"})
	}
	var v fields
	l := standard(k)
	v.read(row, &l)
	for _, c := range [...]struct {
		name string
		of   column
	}{{"manager", manager}, {"call", callID}, {"leg", leg}, {"time", originated}, {"calling", calling}, {"called", called}, {"final", final}, {"device", device}} {
		if len(v[c.of]) > 0 {
			dst = append(dst, schemas.Attr{Name: c.name, Value: text.Evidence(v[c.of], 200)})
		}
	}
	rule := "call detail record"
	if k == media {
		rule = "call management record"
	}
	return append(dst, schemas.Attr{Name: "rule", Value: rule})
}
