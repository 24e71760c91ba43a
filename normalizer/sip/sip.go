// Package sip reads dumps of bare SIP: what a soft phone, sngrep, ngrep,
// Wireshark's "follow stream" or a person with a text editor saves, one
// message after the other, with at most a line of time and addresses before
// each.
package sip

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// Parser reads bare SIP. Every start line at the beginning of a line begins a
// record; where a tool wrote a head before each message, every head does.
type Parser struct{}

var (
	_ arena.Parser      = Parser{}
	_ schemas.Excerpter = Parser{}
	_ schemas.Explainer = Parser{}
)

// Source implements schemas.Parser.
func (Parser) Source() schemas.Source { return schemas.SIPClient }

// Match implements schemas.Parser: a dump begins with a start line or a head
// of one, or is SIP for the most part. It is never as sure as a log with heads
// of its own, whose records may begin with SIP.
func (Parser) Match(_ string, b []byte) int {
	const begins, mostly = 60, 50
	lines, sips, starts, heads := 0, 0, 0, 0
	for rest := b; len(rest) > 0; {
		var line []byte
		line, rest = text.Line(rest)
		if line, _ = text.TrimLinePrefix(line); text.Blank(line) || separator(line) {
			continue
		}
		lines++
		switch {
		case startLine(line):
			if starts == 0 && lines == heads+1 {
				return begins
			}
			starts++
			sips++
		case isHead(line):
			heads++
			sips++
		case sip.HeaderLine(bytes.TrimLeft(line, " \t")), sip.BodyLine(line):
			sips++
		}
	}
	if starts > 0 && sips*10 >= lines*8 {
		return mostly
	}
	return 0
}

func isHead(line []byte) bool {
	_, ok := readHead(line, time.Time{})
	return ok || direction(line) != ""
}

// separator reports whether line is a rule between messages.
//
//	------------------------------------------------------------------
func separator(line []byte) bool {
	line = bytes.TrimSpace(line)
	return len(line) > 3 && bytes.IndexByte([]byte("-=#*_"), line[0]) >= 0 && len(bytes.Trim(line, string(line[:1]))) == 0
}

// frame reports whether all lines of b are what tools print about messages:
// rules, remarks, the heading of a followed stream.
func frame(b []byte) bool {
	for len(b) > 0 && !text.Blank(b) {
		var line []byte
		line, b = text.Line(b)
		line = bytes.TrimSpace(line)
		if len(line) == 0 || line[0] == '#' || separator(line) || number(line) >= 0 {
			continue
		}
		name, _, ok := bytes.Cut(line, []byte(": "))
		if !ok || string(name) != "Follow" && string(name) != "Filter" && !bytes.HasPrefix(name, []byte("Node ")) {
			return false
		}
	}
	return true
}

// Start implements schemas.Parser. The time is zero where no head gives one.
//
//	INVITE sip:3250@10.0.96.18 SIP/2.0
//	2013/04/26 09:47:50.116000 10.0.6.2:5060 -> 10.0.96.18:5060
func (Parser) Start(line []byte, prev time.Time) (time.Time, bool) {
	line, _ = text.TrimLinePrefix(line)
	if startLine(line) {
		return time.Time{}, !isHeaded(prev)
	}
	h, ok := readHead(line, prev)
	return h.time, ok
}

// Excerpt implements schemas.Excerpter: a start line alone on its line.
func (Parser) Excerpt(line []byte) bool {
	return sip.StartLine(bytes.TrimSpace(line))
}

// Continues implements schemas.Excerpter. A quoted message goes on over header
// fields, lines of a body and the blank lines that web pages put between them.
func (Parser) Continues(record, line []byte) bool {
	if !bytes.Contains(record, []byte("SIP/2.0")) {
		return false
	}
	return text.Blank(line) || sip.HeaderLine(line) || sip.BodyLine(line)
}

// Parse implements schemas.Parser.
func (p Parser) Parse(dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	return p.ParseIn(nil, dst, f, r)
}

// ParseIn implements arena.Parser.
func (Parser) ParseIn(mem *arena.Arena, dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	h, body, line := split(r)
	if dst, found := messages(mem, dst, body, &h, f, line); found || frame(body) {
		return dst
	}
	return append(dst, schemas.Event{Kind: schemas.KindUnparsed, Attrs: []schemas.Attr{{Name: "why", Value: "no SIP start line"}}})
}

// split returns the head of r, the text behind it, and the number of the
// text's first line.
func split(r *schemas.Record) (h head, body []byte, line int) {
	first, rest := text.Line(r.Text)
	first, _ = text.TrimLinePrefix(first)
	if startLine(first) {
		return head{}, r.Text, r.Line
	}
	h, ok := readHead(first, r.Time)
	switch {
	case !ok:
		return head{}, r.Text, r.Line
	case h.rest != nil:
		return h, r.Text[bytes.Index(r.Text, h.rest):], r.Line
	}
	return h, rest, r.Line + 1
}

// Explain implements schemas.Explainer.
func (Parser) Explain(dst []schemas.Attr, r *schemas.Record) []schemas.Attr {
	h, body, _ := split(r)
	for _, a := range [...]schemas.Attr{
		{Name: "transport", Value: h.transport}, {Name: "from", Value: string(h.src)}, {Name: "to", Value: string(h.dst)},
	} {
		if a.Value != "" {
			dst = append(dst, a)
		}
	}
	at, end := bounds(body)
	switch {
	case at < 0 && frame(body):
		return append(dst, schemas.Attr{Name: "silent", Value: "nothing but what a tool prints about messages"})
	case at < 0:
		return append(dst, schemas.Attr{Name: "silent", Value: "no SIP start line"})
	}
	var m sip.Message
	raw, _ := plain(body[at:end])
	if m.Parse(raw) && fragment(&m) {
		return append(dst, schemas.Attr{Name: "silent", Value: "SIP inside the body of another message: neither Via nor Call-ID"})
	}
	return append(dst, schemas.Attr{Name: "rule", Value: string(m.Line)})
}
