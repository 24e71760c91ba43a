package jabber

import (
	"bytes"
	"path"
	"strings"
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
	_ schemas.Glancer   = Parser{}
	_ schemas.Skipper   = Parser{}
	_ schemas.Excerpter = Parser{}
	_ schemas.Zoner     = Parser{}
	_ schemas.Dater     = Parser{}
	_ schemas.Explainer = Parser{}
)

// Source returns JabberCSF.
func (Parser) Source() schemas.Source { return schemas.JabberCSF }

// Match returns 100 when the lines of head are Jabber's or a desk phone's: the
// first one has a record head, or, where head begins inside a record, one line
// in eight. The head of PRT.txt is one that others write too: it counts 60, and
// only under that name. Else the answer is 0: a document that quotes a few lines
// is read by Excerpt.
func (Parser) Match(name string, head []byte) int {
	lines, heads := 0, 0
	for len(head) > 0 {
		var line []byte
		line, head = text.Line(head)
		if text.Blank(line) {
			continue
		}
		lines++
		h, ok := anyHead(line, time.Time{})
		switch {
		case !ok || h.shape == webex:
		case h.shape == report:
			if lines == 1 && reportFile(name) {
				return 60
			}
		default:
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

// reportFile reports whether name is that of a problem report's own log, in a
// folder or an archive.
func reportFile(name string) bool {
	name = path.Base(strings.ReplaceAll(name, `\`, "/"))
	return strings.EqualFold(name[strings.LastIndexByte(name, '!')+1:], "PRT.txt")
}

// Start reports a record head. The time is local time in the zone of prev.
func (Parser) Start(line []byte, prev time.Time) (time.Time, bool) {
	h, ok := anyHead(line, prev)
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
	// The line's own head may have a prefix before it.
	from = max(from, 1, len(line)-len(atHead(line))+1)
	// The comma before the milliseconds is rarer than anything else in a head.
	const comma = len("2006-01-02 15:04:05")
	for i := from + comma; i < len(line); i++ {
		at := bytes.IndexByte(line[i:], ',')
		if at < 0 {
			break
		}
		i += at
		start := i - comma
		if line[i-3] != ':' || line[i-6] != ':' || line[start+4] != '-' || line[start-1] >= '0' && line[start-1] <= '9' {
			continue
		}
		if h, ok := readHead(line[start:], time.Time{}); ok && h.shape == csf && !h.time.IsZero() {
			return start
		}
	}
	if len(line) > 0 && line[0] >= '0' && line[0] <= '9' {
		if _, ok := endpointHead(line, time.Time{}); ok {
			return gluedEndpoint(line, from)
		}
	}
	if len(line) == 0 || line[0] != '-' {
		return -1
	}
	// In the old format the fraction has a dot, and every line begins alike.
	for i := from; i < len(line); i++ {
		at := bytes.Index(line[i:], []byte(" -- 20"))
		if at < 0 {
			break
		}
		i += at
		if h, ok := readHead(line[i+1:], time.Time{}); ok && !h.time.IsZero() {
			return i + 1
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
	s := arena.Own[statement](a)
	h := &s.head
	*h = head{}
	raw, rest := text.FirstLine(r.Text, r.Lines)
	line, mended := raw, text.Repairs(0)
	known := h.fields(raw)
	if known && len(rest) > 0 {
		var broken bool
		if raw, rest, broken = unbroken(h, r.Text, raw, rest); broken {
			line, mended = raw, text.Wrapped
		}
	}
	ascii := a.ASCII(raw)
	plain := known && (ascii || text.ASCII(h.message))
	if !plain {
		var done text.Repairs
		if line, done = text.Clean(raw); done != 0 {
			known, mended = h.fields(line), mended|done
		}
	}
	if !known {
		if *h = (head{message: line}); !excerpt(line) {
			return unknown(a, dst, f, r, raw)
		}
		mended |= text.Head
	}
	rule, at := lookUp(h)
	if rule == nil {
		return dst
	}
	if !ascii || !text.WholeLine(raw) { // nearly no record holds what has to be mended
		if clean, done := text.Clean(line); done != 0 {
			line, mended = clean, mended|done
			if mended&text.Head != 0 || !h.fields(line) {
				h.message = line
			}
			if rule, at = lookUp(h); rule == nil {
				return dst
			}
		}
	}
	if r.Glued {
		mended |= text.Glued
	}
	s.mem, s.file, s.record, s.raw, s.line, s.rest = a, f, r, raw, line, rest
	s.message = h.message[at:]
	s.mended, s.plain = mended, plain && len(rest) == 0
	s.masked, s.text, s.login = unjudged, "", ""
	return rule.read(s, dst, rule)
}

// unknown appends the event of a text without head; blank lines state nothing.
func unknown(a *arena.Arena, dst []schemas.Event, f *schemas.File, r *schemas.Record, first []byte) []schemas.Event {
	if text.Blank(r.Text) {
		return dst
	}
	s := statement{mem: a, file: f, record: r, raw: first, head: head{message: first}}
	return s.unparsed(dst, "no record head")
}
