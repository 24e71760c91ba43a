package detect

import (
	"fmt"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// Template is a sentence with places for values: {device} is the field, and
// {device|key.addr|the phone} the first of the fields that the event has, else
// the words at the end, which may be none: {detail|}. Besides the fields there
// are {count}, {times} ("once", "3 times"), {period}, {subject}, {caller} and
// {callee} of the call, and, under a rule about many, {many}.
type Template struct {
	parts []part
}

type part struct {
	text   string
	places []place
	words  string // what stands when no place has a value, and a blank; empty when nothing is said
}

// place is a field, or the name of a value that no field has.
type place struct {
	field Field
	own   string
}

// values are the values of a template that no field has.
type values map[string]string

// ownNames are the places that are no fields.
var ownNames = map[string]bool{"count": true, "times": true, "period": true, "subject": true, "many": true, "caller": true, "callee": true}

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
		text, after, closed := strings.Cut(rest, "}")
		if !closed {
			return t, fmt.Errorf("%q: a { without a }", s)
		}
		p, err := newPart(text)
		if err != nil {
			return t, err
		}
		t.parts = append(t.parts, p)
		s = after
	}
	return t, nil
}

func newPart(text string) (part, error) {
	var p part
	names := strings.Split(text, "|")
	if n := len(names); n > 1 && (strings.Contains(names[n-1], " ") || names[n-1] == "") {
		p.words, names = names[n-1]+" ", names[:n-1]
	}
	for _, name := range names {
		if ownNames[name] {
			p.places = append(p.places, place{own: name})
			continue
		}
		f, err := NewField(name)
		if err != nil {
			return p, err
		}
		p.places = append(p.places, place{field: f})
	}
	return p, nil
}

// Fill returns the sentence; the first of events that has a value gives it.
func (t Template) Fill(events []*schemas.Event, own values) string {
	var b strings.Builder
	for i := range t.parts {
		b.WriteString(t.parts[i].value(events, own))
	}
	return joinWords(strings.Fields(b.String()))
}

// joinWords puts a blank between words, and none before a mark that has lost
// the word it stood behind.
func joinWords(words []string) string {
	var b strings.Builder
	for i, w := range words {
		if i > 0 && w != ":" && w != "," && w != ";" && w != "." {
			b.WriteByte(' ')
		}
		b.WriteString(w)
	}
	return b.String()
}

func (p *part) value(events []*schemas.Event, own values) string {
	if len(p.places) == 0 {
		return p.text
	}
	for _, x := range p.places {
		v := own[x.own]
		for i := 0; x.own == "" && v == "" && i < len(events); i++ {
			v = x.field.Of(events[i])
		}
		if v != "" || x.own != "" && len(p.places) == 1 && p.words == "" {
			return v // {period} alone may be empty
		}
	}
	if p.words == "" {
		return "?"
	}
	return strings.TrimSpace(p.words)
}
