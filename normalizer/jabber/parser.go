package jabber

import (
	"bytes"
	"encoding/hex"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// Parser reads Jabber client logs. The zero value is ready; it has no state.
type Parser struct{}

var (
	_ arena.Parser      = Parser{}
	_ schemas.Gluer     = Parser{}
	_ schemas.Excerpter = Parser{}
)

// Source returns JabberCSF.
func (Parser) Source() schemas.Source { return schemas.JabberCSF }

// Match returns 100 when the lines of head are Jabber's: the first one has a
// record head, or, where head begins inside a record, one line in eight.
// Else it is 0: a document that quotes a few lines is read by Excerpt.
func (Parser) Match(_ string, head []byte) int {
	lines, heads := 0, 0
	for len(head) > 0 {
		var line []byte
		line, head = text.Line(head)
		if text.Blank(line) {
			continue
		}
		lines++
		if h, ok := readHead(line, time.Time{}); ok && h.function != nil {
			if heads++; lines == 1 {
				return 100
			}
		}
	}
	if heads > 0 && 8*heads >= lines {
		return 100
	}
	return 0
}

// Start reports a record head. The time is local time in the zone of prev.
func (Parser) Start(line []byte, prev time.Time) (time.Time, bool) {
	h, ok := readHead(line, prev)
	if !ok {
		return time.Time{}, false
	}
	return h.time, true
}

// Glued returns the index in line of the first complete head, with date, at or
// after from, or -1.
//
//	… (_easyCurlConnectionMutex) 2017-04-19 16:30:35,913 INFO [0x000013b0] [ls\src\…
func (Parser) Glued(line []byte, from int) int {
	// The comma before the milliseconds is rarer than anything else in a head.
	const comma = len("2006-01-02 15:04:05")
	for i := max(from, 1) + comma; i < len(line); i++ {
		at := bytes.IndexByte(line[i:], ',')
		if at < 0 {
			return -1
		}
		i += at
		start := i - comma
		if line[i-3] != ':' || line[i-6] != ':' || line[start+4] != '-' || line[start-1] >= '0' && line[start-1] <= '9' {
			continue
		}
		if h, ok := readHead(line[start:], time.Time{}); ok && !h.time.IsZero() {
			return start
		}
	}
	return -1
}

// Parse appends the events of r.
func (p Parser) Parse(dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	return p.ParseIn(nil, dst, f, r)
}

// ParseIn implements arena.Parser.
func (Parser) ParseIn(a *arena.Arena, dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	raw, rest := text.Line(r.Text)
	line, mended := text.Clean(raw)
	h, ok := readFields(line)
	if !ok {
		if h.message = line; !excerpt(line) {
			return unknown(a, dst, f, r, raw)
		}
		mended |= text.Head
	}
	rule, at := find(h.message)
	if rule == nil {
		return dst
	}
	if r.Glued {
		mended |= text.Glued
	}
	s := statement{
		mem: a, file: f, record: r, raw: raw, line: line, rest: rest,
		function: h.function, message: h.message[at:], mended: mended,
	}
	return rule.read(s, dst, rule)
}

// unknown appends the event of a text without head; blank lines state nothing.
func unknown(a *arena.Arena, dst []schemas.Event, f *schemas.File, r *schemas.Record, first []byte) []schemas.Event {
	if text.Blank(r.Text) {
		return dst
	}
	s := statement{mem: a, file: f, record: r, raw: first}
	return s.unparsed(dst, "no record head")
}

// statement is a record about to be read.
type statement struct {
	mem    *arena.Arena
	file   *schemas.File
	record *schemas.Record
	// raw is the first line, line is it mended; rest is what follows it, as it
	// stands.
	raw, line, rest []byte
	// function is nil for an excerpt. message begins where the rule was found.
	function, message []byte
	mended            text.Repairs
}

func (s *statement) unparsed(dst []schemas.Event, why string) []schemas.Event {
	e := s.event(schemas.KindUnparsed)
	e.Attrs = []schemas.Attr{{Name: "why", Value: why}}
	return append(dst, e)
}

// event returns a new event of the record; its evidence is the first line as
// it stands in the file.
func (s *statement) event(kind schemas.Kind) schemas.Event {
	line := mask(s.raw[:min(len(s.raw), schemas.MaxEvidence)])
	return schemas.Event{
		Kind: kind, Repairs: s.mended.Names(),
		Text: s.mem.Keep(text.AppendEvidence(s.mem.Scratch(), line, schemas.MaxEvidence)),
	}
}

// loginKey ties the stages of one client's sign-in together.
func (s *statement) loginKey() schemas.Key {
	scope := s.mem.Keep(hex.AppendEncode(s.mem.Scratch(), s.file.Fingerprint[:]))
	return schemas.Key{Type: schemas.KeyLogin, Value: "client", Scope: scope}
}
