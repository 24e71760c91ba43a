package xmppclient

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/sasl"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/normalizer/internal/xmpp"
	"github.com/uctrace/uctrace/schemas"
)

// Parser reads the debug output of XMPP clients. The zero value is ready; it has
// no state.
type Parser struct{}

var (
	_ arena.Parser      = Parser{}
	_ schemas.Gluer     = Parser{}
	_ schemas.Excerpter = Parser{}
	_ schemas.Explainer = Parser{}
)

// Source returns XMPPClient.
func (Parser) Source() schemas.Source { return schemas.XMPPClient }

// Match returns 100 when the lines of head are an XMPP client's: the first one
// has a head that no other product prints, or, where head begins inside a record,
// one line in eight has a head and some of them such a one. Else it is 0: a
// document that quotes a few lines is read by Excerpt.
func (Parser) Match(_ string, head []byte) int {
	lines, heads, sure := 0, 0, 0
	for len(head) > 0 {
		var line []byte
		line, head = text.Line(head)
		if text.Blank(line) {
			continue
		}
		lines++
		h, ok := readHead(line)
		if !ok {
			continue
		}
		heads++
		if h.sure {
			if sure++; lines == 1 {
				return 100
			}
		}
	}
	if sure > 0 && 8*heads >= lines {
		return 100
	}
	return 0
}

// Start reports a record head. The time is local time in the zone of prev.
func (Parser) Start(line []byte, prev time.Time) (time.Time, bool) {
	h, ok := readHead(line)
	if !ok {
		return time.Time{}, false
	}
	return h.at(prev), true
}

// Glued returns the index in line of the first head of libpurple's, or else of
// the attendant console's, at or after from, or -1; the other shapes cannot be
// told from what a line says.
//
//	… (16:54:30) sasl: No worthy mechs found (16:54:30) connection: Connection error on …
func (Parser) Glued(line []byte, from int) int {
	if at := gluedPurple(line, from); at >= 0 {
		return at
	}
	return gluedConsoleApp(line, from)
}

func gluedPurple(line []byte, from int) int {
	for i := max(from, 1); i+12 < len(line); i++ {
		at := bytes.IndexByte(line[i:len(line)-12], '(')
		if at < 0 {
			return -1
		}
		i += at
		if line[i+3] != ':' || line[i+6] != ':' || line[i+9] != ')' {
			continue
		}
		if h, ok := readHead(line[i:]); ok && h.sure {
			return i
		}
	}
	return -1
}

// Excerpt reports whether line has a head that no other product prints.
func (Parser) Excerpt(line []byte) bool {
	h, ok := readHead(line)
	return ok && h.sure
}

// Continues reports whether line goes on the record in rec: XML.
func (Parser) Continues(_, line []byte) bool {
	line = bytes.TrimLeft(line, " \t")
	return len(line) > 0 && line[0] == '<'
}

// Parse appends the events of r.
func (p Parser) Parse(dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	return p.ParseIn(nil, dst, f, r)
}

// ParseIn implements arena.Parser.
func (Parser) ParseIn(a *arena.Arena, dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	all, mended := text.Clean(r.Text)
	line, _ := text.Line(all)
	h, ok := readHead(line)
	s := statement{mem: a, file: f, record: r, all: all, head: h, mended: mended}
	if !ok {
		if text.Blank(all) {
			return dst
		}
		return s.unparsed(dst, "no record head")
	}
	if r.Glued {
		s.mended |= text.Glued
	}
	s.from = len(line) - len(h.message)
	switch {
	case h.title:
		return s.headline(dst)
	case h.direction != "":
		return s.stanzas(dst)
	case h.module != nil:
		return s.purple(dst)
	}
	return dst
}

// statement is a record about to be read.
type statement struct {
	mem    *arena.Arena
	file   *schemas.File
	record *schemas.Record
	// all is the record, its message begins at from.
	all    []byte
	from   int
	head   head
	mended text.Repairs
}

// event returns a new event; its evidence is the line in which the byte at of the
// mended text stands, as it is in the file.
func (s *statement) event(kind schemas.Kind, at int) schemas.Event {
	before := bytes.Count(s.all[:at], []byte{'\n'})
	line, rest := text.Line(s.record.Text)
	for range before {
		line, rest = text.Line(rest)
	}
	line = sasl.Mask(line[:min(len(line), schemas.MaxEvidence)])
	e := schemas.Event{
		Kind: kind, Repairs: s.mended.Names(), Attrs: s.mem.Attrs(7), Keys: s.mem.Keys(4),
		Text: s.mem.Evidence(line, schemas.MaxEvidence),
	}
	if before > 0 {
		e.Line = s.record.Line + before
	}
	return e
}

func (s *statement) unparsed(dst []schemas.Event, why string) []schemas.Event {
	e := s.event(schemas.KindUnparsed, 0)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "why", Value: why})
	return append(dst, e)
}

// headline reads the first line of a saved debug window.
//
//	Pidgin Debug Log : Sun 10 Aug 2008 11:29:32 BST
func (s statement) headline(dst []schemas.Event) []schemas.Event {
	e := s.event(schemas.KindLogHead, 0)
	s.word(&e, "product", "Pidgin")
	return append(dst, e)
}

// stage appends a login.stage event about the byte at: of attributes, only those
// with a value.
func (s *statement) stage(dst []schemas.Event, at int, stage, outcome string, detail, host []byte) []schemas.Event {
	e := s.event(schemas.KindLoginStage, at)
	s.word(&e, "stage", stage)
	s.word(&e, "outcome", outcome)
	s.attr(&e, "detail", detail)
	jid, ok := xmpp.ParseJID(string(s.head.account))
	ok = ok && jid.Node != ""
	if ok {
		s.word(&e, "user", jid.Bare())
	}
	s.attr(&e, "host", host)
	e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyLogin, Value: "client", Scope: s.mem.Fingerprint(s.file.Fingerprint)})
	if ok {
		e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyJID, Value: jid.Bare()})
	}
	return append(dst, e)
}

// The outcomes of a stage.
const (
	enter = "enter"
	ok    = "ok"
	fail  = "fail"
)

// attr appends an attribute unless value is empty. Secrets are masked.
func (s *statement) attr(e *schemas.Event, name string, value []byte) {
	value = bytes.TrimSpace(value)
	if value = sasl.Mask(value[:min(len(value), maxDetail)]); len(value) > 0 {
		e.Attrs = append(e.Attrs, schemas.Attr{Name: name, Value: s.mem.Evidence(value, maxDetail)})
	}
}

// maxDetail bounds a detail to what a person reads.
const maxDetail = 240

// word appends an attribute whose value is a constant or a copy.
func (s *statement) word(e *schemas.Event, name, value string) {
	e.Attrs = append(e.Attrs, schemas.Attr{Name: name, Value: value})
}

func (s *statement) key(e *schemas.Event, t schemas.KeyType, value []byte) {
	if len(value) > 0 {
		e.Keys = append(e.Keys, schemas.Key{Type: t, Value: s.mem.String(bytes.ToLower(value))})
	}
}
