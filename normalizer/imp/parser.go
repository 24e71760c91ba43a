package imp

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// Parser reads the traces of XCP components, SIP Proxy and Presence Engine. The
// zero value is ready; it has no state.
type Parser struct{}

var (
	_ arena.Parser      = Parser{}
	_ schemas.Noder     = Parser{}
	_ schemas.Gluer     = Parser{}
	_ schemas.Excerpter = Parser{}
	_ schemas.Explainer = Parser{}
)

// Source returns IMPXCP.
func (Parser) Source() schemas.Source { return schemas.IMPXCP }

// Match returns 100 when the lines of head are of an XCP component or of the SIP
// Proxy: the first one has a head that only these print, or, where head begins
// inside a record, one line in eight. It is 60 for a file with the name of a
// component whose lines have but a time and a bar. Else it is 0: a document that
// quotes a few lines is read by Excerpt.
func (Parser) Match(path string, head []byte) int {
	lines, sure, loose := 0, 0, 0
	for len(head) > 0 {
		var line []byte
		line, head = text.Line(head)
		if text.Blank(line) {
			continue
		}
		lines++
		h, ok := readHead(line)
		switch {
		case !ok:
		case h.sure && (h.timed || h.component != nil):
			if sure++; lines == 1 {
				return 100
			}
		case !h.banner:
			loose++
		}
	}
	switch {
	case sure > 0 && 8*sure >= lines:
		return 100
	case loose > 0 && 8*loose >= lines && componentOf(base(path)) != nil:
		return 60
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

// Glued returns the index in line of the first head with a time, of the shapes
// that no other product prints, at or after from, or -1.
//
//	… component jabberd-port-1.example 16:12:44.634 |046f1b70| debug| DiscoGear.cpp:240 …
func (Parser) Glued(line []byte, from int) int {
	const bar = len("16:12:44.634 ")
	for i := max(from, 1) + bar; i < len(line); i++ {
		at := bytes.IndexByte(line[i:], '|')
		if at < 0 {
			return -1
		}
		i += at
		start := i - bar
		if line[i-1] != ' ' || line[i-5] != '.' || line[i-8] != ':' || line[i-11] != ':' || isWord(line[start-1]) {
			continue
		}
		if h, ok := readHead(line[start:]); ok && h.sure && h.timed {
			return start
		}
	}
	return -1
}

// Node returns the host of the first record that prints one.
func (Parser) Node(_ string, head []byte) string {
	for len(head) > 0 {
		var line []byte
		line, head = text.Line(head)
		if h, ok := readHead(line); ok {
			return string(h.host)
		}
	}
	return ""
}

// Excerpt reports whether line has a head that only these components print; a
// search result's "Line 3807: " may stand before it.
func (Parser) Excerpt(line []byte) bool {
	h, ok := readHead(line)
	return ok && h.sure
}

// Continues reports whether line goes on the record in rec: the SIP message of a
// packet, or XML. Any other quotation is one line.
func (Parser) Continues(rec, line []byte) bool {
	if text.Blank(line) {
		return false
	}
	line = bytes.TrimSuffix(bytes.TrimSpace(line), caretM)
	if bytes.Contains(rec, []byte(" packet ")) {
		return sip.HeaderLine(line) || sip.BodyLine(line) || sip.StartLine(line)
	}
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
	if !ok {
		if text.Blank(all) {
			return dst
		}
		s := statement{mem: a, file: f, record: r}
		return s.unparsed(dst, "no record head")
	}
	read, _ := find(all[len(line)-len(h.message):])
	if read == nil {
		return dst
	}
	if !h.located {
		h.locate()
	}
	s := statement{mem: a, file: f, record: r, head: h, mended: mended}
	if !h.timed && h.component == nil {
		s.mended |= text.Head
	}
	if r.Glued {
		s.mended |= text.Glued
	}
	if s.message = bytes.TrimSpace(all[len(line)-len(h.message):]); h.quoted {
		s.message = bytes.TrimRight(s.message, "\" ")
	}
	return read(s, dst)
}

// base returns the file name of path, without the folders and archives around it.
func base(path string) []byte {
	b := []byte(path)
	return b[bytes.LastIndexAny(b, "/\\!")+1:]
}
