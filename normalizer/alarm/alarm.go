package alarm

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// Parser reads alarm files. Its records are cucm.alarm, or imp.rtmt when they
// come from IM and Presence. The zero value is ready; it has no state.
type Parser struct{}

// Presence is the Parser of the records that are imp.rtmt. Parser chooses the
// files.
type Presence struct{ Parser }

var (
	_ arena.Parser       = Parser{}
	_ schemas.HeadReader = Parser{}
	_ schemas.Sourcer    = Parser{}
	_ schemas.Noder      = Parser{}
	_ schemas.Zoner      = Parser{}
	_ schemas.Excerpter  = Parser{}
	_ schemas.Explainer  = Parser{}
)

// Source implements schemas.Parser.
func (Parser) Source() schemas.Source { return schemas.CUCMAlarm }

// Source implements schemas.Parser.
func (Presence) Source() schemas.Source { return schemas.IMPRTMT }

// How sure Match is, see schemas.Parser.
const (
	sure   = 100
	likely = 90
	// less is taken off for a file that holds more alarms of the other.
	less = 5
)

// Match implements schemas.Parser. A file of syslog is Cisco's when it holds
// an alarm; one without any is recognised by the facility and severity that
// the files of a node print in every line.
func (Parser) Match(_ string, head []byte) int {
	n, presence := match(head)
	if presence {
		n -= less
	}
	return n
}

// Match implements schemas.Parser.
func (Presence) Match(_ string, head []byte) int {
	if n, presence := match(head); presence {
		return n
	}
	return 0
}

// match says how sure it is that head begins a file of alarms, and whether
// most are those of IM and Presence.
func match(head []byte) (n int, presence bool) {
	const early = 8
	lines, heads, alarms, theirs := 0, 0, 0, 0
	for rest := head; len(rest) > 0; {
		var line []byte
		line, rest = text.Line(rest)
		if text.Blank(line) {
			continue
		}
		lines++
		h, ok := readHead(line, time.Time{})
		if !ok {
			continue
		}
		heads++
		switch {
		case h.alarm, h.form == "audit log":
			alarms++
			if h.source(line) == schemas.IMPRTMT {
				theirs++
			}
			if lines <= early {
				n = sure
			}
		case h.form == "event log":
			if lines == 1 && bytes.Contains(rest[:min(len(rest), 200)], []byte("Cisco")) {
				return sure, false
			}
		}
	}
	if n == 0 && (alarms > 0 && heads*2 >= lines || heads > 0 && heads == lines && diskFile(head)) {
		n = likely
	}
	return n, n > 0 && theirs*2 > alarms
}

// diskFile reports whether head begins with a line of syslog/messages.
func diskFile(head []byte) bool {
	line, _ := text.Line(head)
	m, n := readMoment(line)
	return n > 0 && m.year == 0 && diskForm(line[n:])
}

// Start implements schemas.Parser.
func (Parser) Start(line []byte, prev time.Time) (time.Time, bool) {
	h, _, ok := mendedHead(line, prev)
	if !ok {
		return time.Time{}, false
	}
	return h.time, true
}

// Head implements schemas.HeadReader.
func (Parser) Head(line []byte, prev time.Time) (time.Time, schemas.Source, bool) {
	h, line, ok := mendedHead(line, prev)
	if !ok {
		return time.Time{}, "", false
	}
	return h.time, h.source(line), true
}

// SourceOf implements schemas.Sourcer.
func (Parser) SourceOf(line []byte) schemas.Source {
	h, line, _ := mendedHead(line, time.Time{})
	return h.source(line)
}

// mendedHead reads the head of line, and when a page has put no-break spaces
// into it, that of the line without them.
func mendedHead(line []byte, prev time.Time) (head, []byte, bool) {
	h, ok := readHead(line, prev)
	if !ok && bytes.IndexByte(line, 0xC2) >= 0 && bytes.IndexByte(line, '%') >= 0 {
		line, _ = text.Clean(line)
		h, ok = readHead(line, prev)
	}
	return h, line, ok
}

// source tells whose alarm line is: that of the alarm, for an alert that of
// the alarm it is about.
func (h *head) source(line []byte) schemas.Source {
	if !h.alarm {
		return schemas.CUCMAlarm
	}
	about := h.header
	if about.isAlert() {
		rest, _ := text.Line(line)
		if inner, ok := findHeader(rest, about.body); ok {
			about = inner
		}
	}
	if about.isPresence() {
		return schemas.IMPRTMT
	}
	return schemas.CUCMAlarm
}

// Excerpt implements schemas.Excerpter: an alert that has lost its head.
func (Parser) Excerpt(line []byte) bool {
	at := bytes.Index(line, []byte("[AlertName="))
	return at >= 0 && at < maxPrefix && bytes.Contains(line[at:], []byte("[AlertDetail="))
}

// Continues implements schemas.Excerpter: the lines of an event log message,
// and what an alert quotes.
func (Parser) Continues(record, line []byte) bool {
	trimmed := bytes.TrimSpace(line)
	if len(trimmed) == 0 {
		return false
	}
	if bytes.HasPrefix(record, []byte("Event Type:")) {
		at := bytes.IndexByte(trimmed, ':')
		return at > 0 && at < 80 && plainWords(trimmed[:at])
	}
	for _, name := range [...]string{"SeverityMatch", "MatchedEvent", "AppID", "ClusterID", "NodeID", "TimeStamp"} {
		if bytes.HasPrefix(trimmed, []byte(name)) {
			return true
		}
	}
	return bytes.HasPrefix(trimmed, []byte("Custom Message:"))
}

// Parse implements schemas.Parser.
func (p Parser) Parse(dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	return p.ParseIn(nil, dst, f, r)
}

// ParseIn implements arena.Parser.
func (Parser) ParseIn(a *arena.Arena, dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	raw, rest := text.Line(r.Text)
	line, mended := text.Clean(raw[:min(len(raw), maxLine)])
	if r.Glued {
		mended |= text.Glued
	}
	s := statement{mem: a, file: f, record: r, line: line, rest: rest, mended: mended, first: len(dst)}
	h, ok := readHead(line, r.Time)
	switch {
	case !ok:
		return s.headless(dst)
	case h.alarm:
		dst = s.alarm(dst, &h)
		if h.header.isAlert() {
			dst = s.quotedIn(dst, line, h.header.body, r.Line)
		}
		return s.quoted(dst, rest, r.Line+1)
	case h.form == "audit log":
		return s.auditLog(dst, line[h.from:])
	case h.form == "event log":
		return s.eventLog(dst)
	case brokenHeader(line):
		return s.unparsed(dst, "alarm header cut")
	}
	return dst
}

// maxLine is how much of a line is read, in bytes. A message has at most 800,
// an alert that quotes several has more.
const maxLine = 8 << 10

// brokenHeader reports whether line ends inside the header of an alarm.
func brokenHeader(line []byte) bool {
	at := bytes.LastIndexByte(line, '%')
	if at < 0 || !ours(line[at+1:]) {
		return false
	}
	for _, c := range line[at+1:] {
		if !word(c) && c != '-' {
			return false
		}
	}
	return true
}

// headless reads a record without a head: it states a fact only when it quotes
// an alarm.
func (s *statement) headless(dst []schemas.Event) []schemas.Event {
	if text.Blank(s.record.Text) {
		return dst
	}
	s.mended |= text.Head
	if dst = s.quoted(dst, s.record.Text, s.record.Line); len(dst) > s.first {
		return dst
	}
	if s.record.Head {
		return dst
	}
	return s.unparsed(dst, "no syslog head")
}

func (s *statement) unparsed(dst []schemas.Event, why string) []schemas.Event {
	s.mended = 0
	e := s.event(schemas.KindUnparsed, s.line)
	e.Attrs = append(s.mem.Attrs(1), schemas.Attr{Name: "why", Value: why})
	return append(dst, e)
}
