package log4j

import (
	"bytes"
	"strings"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/stamp"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// Parser reads the logs of CUCM. The zero value is ready; it has no state.
type Parser struct{}

// Presence reads those of IM and Presence, which have the same shape.
type Presence struct{ Parser }

var (
	_ arena.Parser      = Parser{}
	_ arena.Attacher    = Parser{}
	_ schemas.Gluer     = Parser{}
	_ schemas.Sourcer   = Parser{}
	_ schemas.Excerpter = Parser{}
	_ schemas.Explainer = Parser{}
)

// Source implements schemas.Parser.
func (Parser) Source() schemas.Source { return schemas.CUCMLog4j }

// Source implements schemas.Parser.
func (Presence) Source() schemas.Source { return schemas.IMPLog4j }

// How sure Match is, see schemas.Parser. Other products use log4j too.
const (
	sure   = 95 // of IM and Presence
	likely = 90
)

// Match implements schemas.Parser.
func (Parser) Match(_ string, head []byte) int {
	if shaped(head) {
		return likely
	}
	return 0
}

// Match implements schemas.Parser.
func (Presence) Match(path string, head []byte) int {
	if !presencePath(path) && !presenceLoggers(head) || !shaped(head) {
		return 0
	}
	return sure
}

// shaped reports whether head begins with a record, or with comments or the
// end of one and then many.
func shaped(head []byte) bool {
	const early, oneIn = 8, 10
	lines, heads := 0, 0
	for len(head) > 0 {
		var line []byte
		if line, head = text.Line(head); text.Blank(line) {
			continue
		}
		lines++
		if _, ok := readHead(line); !ok {
			if _, _, ok = readAccess(line); !ok {
				continue
			}
		}
		if lines <= early {
			return true
		}
		heads++
	}
	return heads > 0 && heads*oneIn >= lines
}

// presencePath reports whether path names a folder or a log of IM and
// Presence.
func presencePath(path string) bool {
	path = strings.ToLower(path)
	for _, w := range [...]string{
		"epas", "xcpconfigmgr", "cupicsa", "icsyncagent", "imdb", "cupadmin", "cupconfig", "cuposg", "cupoam",
		"syncagent", "presence", "srmd", "cupserviceability", "ccmpns",
	} {
		if strings.Contains(path, w) {
			return true
		}
	}
	return false
}

// presenceLoggers reports whether one of the records of head comes from a
// class that only IM and Presence has.
func presenceLoggers(head []byte) bool {
	for len(head) > 0 {
		var line []byte
		line, head = text.Line(head)
		if h, ok := readHead(line); ok && h.ofPresence() {
			return true
		}
	}
	return false
}

// ofPresence reports whether the logger is one of IM and Presence.
func (h *head) ofPresence() bool {
	for _, p := range [...]string{"xmlframework.", "ccmpns.", "utilities.CloudOnboarding", "logging.IMPCommonLogger", "axl.AXLClientLogger"} {
		if bytes.HasPrefix(h.logger, []byte(p)) {
			return true
		}
	}
	l := h.logger
	return bytes.Contains(l, []byte(".cup.")) || bytes.HasPrefix(l, []byte("cup")) || bytes.Contains(l, []byte("epas")) ||
		bytes.Contains(l, []byte("icsa")) || bytes.Contains(l, []byte("XCP")) || bytes.HasPrefix(l, []byte("srm"))
}

// SourceOf implements schemas.Sourcer.
func (Parser) SourceOf(line []byte) schemas.Source {
	if h, ok := readHead(line); ok && h.ofPresence() {
		return schemas.IMPLog4j
	}
	return schemas.CUCMLog4j
}

// SourceOf implements schemas.Sourcer.
func (Presence) SourceOf([]byte) schemas.Source { return schemas.IMPLog4j }

// Start implements schemas.Parser. The time is local time in the zone of prev,
// except in access logs, which print it.
func (Parser) Start(line []byte, prev time.Time) (time.Time, bool) {
	if h, ok := readHead(line); ok {
		return stamp.In(h.seconds, h.nsec, prev.Location()), true
	}
	if _, sec, ok := readAccess(line); ok {
		return time.Unix(sec, 0).In(prev.Location()), true
	}
	return time.Time{}, false
}

// Glued implements schemas.Gluer: the index in line of the first complete head
// at or after from.
//
//	… ... 16 more 2021-01-23 17:54:57,087 DEBUG [Thread-137] actions.TopologyNodeStatusAction - …
func (Parser) Glued(line []byte, from int) int {
	// The comma before the milliseconds is rarer than anything else in a head.
	for i := max(from, 1) + stamp.DateTimeLen; i < len(line); i++ {
		at := bytes.IndexByte(line[i:], ',')
		if at < 0 {
			return -1
		}
		i += at
		start := i - stamp.DateTimeLen
		if line[i-3] != ':' || line[i-6] != ':' || line[start+4] != '-' || line[start-1]-'0' <= 9 {
			continue
		}
		if _, ok := readHead(line[start:]); ok {
			return start
		}
	}
	return -1
}

// Excerpt implements schemas.Excerpter: a record is told by its head alone.
func (Parser) Excerpt([]byte) bool { return false }

// Continues implements schemas.Excerpter: XML, and the lines of a stack trace.
func (Parser) Continues(_, line []byte) bool {
	line = bytes.TrimSpace(line)
	if len(line) == 0 {
		return false
	}
	if line[0] == '<' {
		return true
	}
	for _, p := range [...]string{"at ", "Caused by: ", "... ", "java.", "javax.", "com.", "org."} {
		if bytes.HasPrefix(line, []byte(p)) {
			return true
		}
	}
	return false
}

// Parse implements schemas.Parser.
func (p Parser) Parse(dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	return p.ParseIn(nil, dst, f, r)
}

// ParseIn implements arena.Parser.
func (Parser) ParseIn(a *arena.Arena, dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	line, rest := text.Line(r.Text)
	h, ok := readHead(line)
	if !ok {
		return other(a, dst, f, r, line, rest)
	}
	rule := ruleOf(&h, rest)
	if rule == nil && !h.grave() && (len(rest) == 0 || !mayThrow(rest)) {
		return dst
	}
	s := statement{mem: a, file: f, record: r, line: line, rest: rest}
	if line, s.mended = text.Clean(line); s.mended != 0 {
		if h, ok = readHead(line); !ok {
			return dst
		}
		s.line = line
	}
	if r.Glued {
		s.mended |= text.Glued
	}
	s.head = h
	if rule != nil {
		from := len(dst)
		if dst = rule(&s, dst); len(dst) > from {
			return dst
		}
	}
	return s.trouble(dst)
}

// other reads a record that is none of log4j.
func other(a *arena.Arena, dst []schemas.Event, f *schemas.File, r *schemas.Record, line, rest []byte) []schemas.Event {
	s := statement{mem: a, file: f, record: r, line: line, rest: rest}
	if x, _, ok := readAccess(line); ok {
		if !x.wanted() {
			return dst
		}
		return append(dst, s.access(&x))
	}
	if text.Blank(r.Text) || r.Offset == 0 {
		// What stands before the first head is a comment, or the end of a
		// record of the file before.
		return s.trouble(dst)
	}
	e := s.event(schemas.KindUnparsed, line, r.Line)
	e.Attrs = append(a.Attrs(1), schemas.Attr{Name: "why", Value: "no record head"})
	return append(dst, e)
}

// mayThrow reports whether the lines behind the first may hold a stack trace:
// an answer in XML holds none.
func mayThrow(rest []byte) bool {
	rest = bytes.TrimLeft(rest, " \t\r\n")
	return len(rest) > 0 && rest[0] != '<' && bytes.Contains(rest, []byte("Exception"))
}
