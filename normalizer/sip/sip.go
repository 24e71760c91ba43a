// Package sip reads dumps of bare SIP: what a soft phone, sngrep or a person
// with a text editor saves, one message after the other, without record heads.
package sip

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// Parser reads bare SIP. Every start line at the beginning of a line begins a
// record; nothing in such a dump gives a time, a direction or a peer.
type Parser struct{}

var (
	_ schemas.Parser    = Parser{}
	_ schemas.Excerpter = Parser{}
)

// Source implements schemas.Parser.
func (Parser) Source() schemas.Source { return schemas.SIPClient }

// Match implements schemas.Parser: a dump begins with a start line, or is SIP
// for the most part. It is never as sure as a log with heads of its own, whose
// records may begin with SIP.
func (Parser) Match(_ string, head []byte) int {
	const begins, mostly = 60, 50
	lines, sips, starts := 0, 0, 0
	for rest := head; len(rest) > 0; {
		var line []byte
		line, rest = text.Line(rest)
		if text.Blank(line) {
			continue
		}
		lines++
		switch start := sip.StartLine(line); {
		case start && lines == 1:
			return begins
		case start:
			starts++
			sips++
		case sip.HeaderLine(line), sip.BodyLine(line):
			sips++
		}
	}
	if starts > 0 && sips*10 >= lines*8 {
		return mostly
	}
	return 0
}

// Start implements schemas.Parser. The time is always zero.
//
//	INVITE sip:3250@10.0.96.18 SIP/2.0
func (Parser) Start(line []byte, _ time.Time) (time.Time, bool) {
	return time.Time{}, sip.StartLine(line)
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

// Parse implements schemas.Parser. A dump holds what was sent or received, so
// its messages count as on the wire.
func (Parser) Parse(dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	i := sip.Find(r.Text)
	var m sip.Message
	if i < 0 || !m.Parse(r.Text[i:]) {
		if text.Blank(r.Text) {
			return dst
		}
		return append(dst, schemas.Event{Kind: schemas.KindUnparsed, Attrs: []schemas.Attr{{Name: "why", Value: "no SIP start line"}}})
	}
	var e schemas.Event
	sip.Describe(nil, &e, &m, f.Cluster)
	e.SIP.Wire = true
	e.Text = text.Evidence(m.Line, schemas.MaxEvidence)
	return append(dst, e)
}
