package expressway

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/schemas"
)

// Parser reads the four sources of an Expressway file. The zero value is
// ready; it has no state.
type Parser struct{}

var (
	_ arena.Parser      = Parser{}
	_ schemas.Sourcer   = Parser{}
	_ schemas.Noder     = Parser{}
	_ schemas.Gluer     = Parser{}
	_ schemas.Excerpter = Parser{}
)

// Source returns ExpresswayTVCS; SourceOf tells the records apart.
func (Parser) Source() schemas.Source { return schemas.ExpresswayTVCS }

// Match returns 100 when the lines of head are Expressway's: the first one
// has a stamp, a host and a UTCTime field, or a stamp and a process that only
// Expressway has, or, where head begins inside a record, one line in eight. It
// is 80 when the file begins with a line that only lacks the stamp, else 0: a
// document that quotes a few lines is read by Excerpt.
func (Parser) Match(_ string, head []byte) int {
	lines, heads := 0, 0
	for len(head) > 0 {
		var line []byte
		line, head = cutLine(head)
		if blank(line) {
			continue
		}
		lines++
		h, ok := readHead(line, time.Time{})
		switch {
		case !ok:
		case h.time.IsZero() && lines == 1:
			return 80
		case !h.time.IsZero() && (bytes.Contains(h.rest, utcTime) || knownTag(h.tag) && startsWithPair(h.rest)):
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

// Node returns the host of the first record that prints one.
func (Parser) Node(_ string, head []byte) string {
	for len(head) > 0 {
		var line []byte
		line, head = cutLine(head)
		if h, ok := readHead(line, time.Time{}); ok && h.host != nil {
			return string(h.host)
		}
	}
	return ""
}

// Start reports a record head; the time is its UTCTime where it has one.
func (Parser) Start(line []byte, prev time.Time) (time.Time, bool) {
	h, ok := readHead(line, prev)
	if !ok {
		return time.Time{}, false
	}
	h.applyUTC(prev)
	return h.time, true
}

// Head does what Start and SourceOf do, and reads the head once.
func (Parser) Head(line []byte, prev time.Time) (time.Time, schemas.Source, bool) {
	h, ok := readHead(line, prev)
	if !ok {
		return time.Time{}, "", false
	}
	h.applyUTC(prev)
	return h.time, source(h.tag), true
}

// SourceOf tells a record's source by its process: tvcs, XCP_*,
// traffic_server, or another.
func (Parser) SourceOf(line []byte) schemas.Source {
	h, ok := readHead(line, time.Time{})
	if !ok {
		if _, found := findXCP(line); found {
			return schemas.ExpresswayXCP
		}
		return schemas.ExpresswayOther
	}
	return source(h.tag)
}

func source(tag []byte) schemas.Source {
	switch {
	case string(tag) == "tvcs":
		return schemas.ExpresswayTVCS
	case isXCP(tag):
		return schemas.ExpresswayXCP
	case string(tag) == "traffic_server":
		return schemas.ExpresswayTraffic
	}
	return schemas.ExpresswayOther
}

// Parse appends the events of r.
func (p Parser) Parse(dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	return p.ParseIn(nil, dst, f, r)
}

// ParseIn implements arena.Parser.
func (Parser) ParseIn(a *arena.Arena, dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	text := r.Text
	h, ok := readHead(text, time.Time{})
	if !ok {
		return parseExcerpt(a, dst, f, r)
	}
	s := statement{mem: a, file: f, record: r, head: h, first: text}
	switch source(h.tag) {
	case schemas.ExpresswayTVCS:
		return s.tvcs(dst)
	case schemas.ExpresswayXCP:
		return s.xcp(dst)
	case schemas.ExpresswayTraffic:
		return dst
	}
	return s.management(dst)
}

// statement is a record about to be read.
type statement struct {
	mem    *arena.Arena
	file   *schemas.File
	record *schemas.Record
	head   head
	// first is the record from its head on.
	first []byte
}

// tvcs reads a record of the call process.
func (s statement) tvcs(dst []schemas.Event) []schemas.Event {
	switch module(s.head.rest) {
	case "network.sip":
		return s.sip(dst)
	case "network.axl":
		return s.axl(dst)
	case "":
		if bytes.HasPrefix(s.head.rest, []byte(`Event="System Config`)) {
			return s.config(dst)
		}
	}
	return dst
}

// management reads a record of another process: network.axl is logged by the
// management framework, configuration changes by clusterdb and httpd.
func (s statement) management(dst []schemas.Event) []schemas.Event {
	if module(s.head.rest) == "network.axl" {
		return s.axl(dst)
	}
	if bytes.Contains(s.head.rest, changedFrom) {
		return s.config(dst)
	}
	return dst
}

// module returns the module of a record whose rest begins with UTCTime and
// Module, as one of the modules that are read; else "".
func module(rest []byte) string {
	if bytes.HasPrefix(rest, utcTime) {
		rest = rest[len(utcTime):]
		at := bytes.IndexByte(rest, 'M')
		if at < 0 || at > 40 {
			return ""
		}
		rest = rest[at:]
	}
	name, ok := bytes.CutPrefix(rest, []byte(`Module="network.`))
	switch {
	case !ok:
		return ""
	case bytes.HasPrefix(name, []byte(`sip"`)):
		return "network.sip"
	case bytes.HasPrefix(name, []byte(`axl"`)):
		return "network.axl"
	}
	return "other"
}

// event returns a new event of the record. The evidence is line.
func (s *statement) event(kind schemas.Kind, line []byte) schemas.Event {
	e := schemas.Event{Kind: kind, Text: s.evidence(line), Node: s.node()}
	if s.record.Glued {
		e.Repairs = append(e.Repairs, "glued")
	}
	return e
}

// node returns the host that wrote the record.
func (s *statement) node() string {
	if len(s.head.host) == 0 || string(s.head.host) == s.file.Node {
		return s.file.Node
	}
	return s.mem.String(s.head.host)
}

// process returns the scope cluster/node/process[pid].
func (s *statement) process() string {
	b := append(s.mem.Scratch(), s.file.Cluster...)
	b = append(append(b, '/'), s.node()...)
	b = append(append(b, '/'), s.head.tag...)
	b = append(append(b, '['), s.head.pid...)
	return s.mem.Keep(append(b, ']'))
}

// unparsed appends the event of a record that holds a fact which is damaged.
func (s *statement) unparsed(dst []schemas.Event, why string) []schemas.Event {
	e := s.event(schemas.KindUnparsed, s.first)
	e.Attrs = []schemas.Attr{{Name: "why", Value: why}}
	return append(dst, e)
}

func cutLine(b []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(b, []byte("\n"))
	return bytes.TrimSuffix(line, []byte("\r")), rest
}
