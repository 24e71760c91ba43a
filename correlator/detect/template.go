package detect

import (
	"fmt"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// Template is a sentence with places for values: {device} is the field, and
// {device|key.addr|the phone} the first of the fields that the event has, else
// the words at the end; {with.host} is a field of the first event that the rule
// needs beside the proof. Besides the fields there are {count}, {times} ("once",
// "3 times"), {period}, {subject} and, under a rule about many, {many}.
type Template struct {
	parts []part
}

type part struct {
	text   string
	fields []place
	own    string // count, times, period, subject, many
	words  string // what stands when no field has a value
}

// place is a field of the proof, or of the event that is needed with it.
type place struct {
	Field
	with bool
}

// values are the values of a template that no field has.
type values map[string]string

// ownNames are the places that are no fields.
var ownNames = map[string]bool{"count": true, "times": true, "period": true, "subject": true, "many": true}

// NewTemplate reads a template; the error names what is wrong in it.
func NewTemplate(s string) (Template, error) {
	var t Template
	for s != "" {
		text, rest, open := strings.Cut(s, "{")
		if text != "" {
			t.parts = append(t.parts, part{text: text})
		}
		if !open {
			break
		}
		place, after, closed := strings.Cut(rest, "}")
		if !closed {
			return t, fmt.Errorf("%q: a { without a }", s)
		}
		p, err := newPlace(place)
		if err != nil {
			return t, err
		}
		t.parts = append(t.parts, p)
		s = after
	}
	return t, nil
}

func newPlace(text string) (part, error) {
	if ownNames[text] {
		return part{own: text}, nil
	}
	var p part
	names := strings.Split(text, "|")
	if n := len(names); n > 1 && (strings.Contains(names[n-1], " ") || names[n-1] == "") {
		p.words, names = names[n-1], names[:n-1]
	}
	for _, name := range names {
		name, with := strings.CutPrefix(name, "with.")
		f, err := NewField(name)
		if err != nil {
			return p, err
		}
		p.fields = append(p.fields, place{f, with})
	}
	return p, nil
}

// Fill returns the sentence for e and the event that is needed with it, which
// may be nil.
func (t *Template) Fill(e, with *schemas.Event, own values) string {
	var b strings.Builder
	for _, p := range t.parts {
		switch {
		case p.text != "":
			b.WriteString(p.text)
		case p.own != "":
			b.WriteString(own[p.own])
		default:
			b.WriteString(p.value(e, with))
		}
	}
	return strings.Join(strings.Fields(b.String()), " ")
}

func (p *part) value(e, with *schemas.Event) string {
	for _, f := range p.fields {
		of := e
		if f.with {
			of = with
		}
		if of == nil {
			continue
		}
		if v := f.Of(of); v != "" {
			return v
		}
	}
	if p.words == "" {
		return "?"
	}
	return strings.TrimSpace(p.words)
}
