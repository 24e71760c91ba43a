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
	_ schemas.Glancer   = Parser{}
	_ schemas.Excerpter = Parser{}
	_ schemas.Alike     = Parser{}
	_ schemas.Explainer = Parser{}
)

// Source returns ExpresswayTVCS; SourceOf tells the records apart.
func (Parser) Source() schemas.Source { return schemas.ExpresswayTVCS }

// Match returns 100 when the lines of head are Expressway's: the first one
// has a stamp, a host and a UTCTime field, or a stamp and a process that only
// Expressway has, or, where head begins inside a record or with a remark, one in
// eight of the lines at the left edge, where no message stands. It is 90 for a
// dump of the configuration or the status, 80 when the file begins with a line
// that only lacks the stamp, else 0: a document that quotes a few lines is read
// by Excerpt.
func (Parser) Match(_ string, head []byte) int {
	lines, heads, settings, flush := 0, 0, 0, 0 // flush: at the left edge
	for len(head) > 0 {
		var line []byte
		line, head = cutLine(head)
		if blank(line) {
			continue
		}
		lines++
		if line[0] != ' ' && line[0] != '\t' {
			flush++
		}
		h, ok := anyHead(line, time.Time{})
		switch {
		case !ok:
		case line[0] == '*':
			settings++
		case h.time.IsZero() && lines == 1:
			return 80
		case !h.time.IsZero() && (bytes.Contains(h.rest, utcTime) || knownTag(h.tag) && startsWithPair(h.rest)):
			if heads++; lines == 1 {
				return 100
			}
		}
	}
	switch {
	case heads > 0 && 8*heads >= flush:
		return 100
	case settings > 0 && 2*settings >= flush:
		return 90
	}
	return 0
}

// Node returns the host of the first record that prints one.
func (Parser) Node(_ string, head []byte) string {
	for len(head) > 0 {
		var line []byte
		line, head = cutLine(head)
		if h, ok := anyHead(line, time.Time{}); ok && h.host != nil {
			return string(h.host)
		}
	}
	return ""
}

// Start reports a record head; the time is its UTCTime where it has one.
func (Parser) Start(line []byte, prev time.Time) (time.Time, bool) {
	var h head
	if !h.stamped(line, prev) {
		return time.Time{}, false
	}
	return h.time, true
}

// Head does what Start and SourceOf do, and reads the head once.
func (Parser) Head(line []byte, prev time.Time) (time.Time, schemas.Source, bool) {
	var h head
	if !h.stamped(line, prev) {
		return time.Time{}, "", false
	}
	return h.time, source(h.tag), true
}

// SourceOf tells a record's source by its process: tvcs, XCP_*,
// traffic_server, or another.
func (Parser) SourceOf(line []byte) schemas.Source {
	h, ok := anyHead(line, time.Time{})
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
	s := statement{mem: a, file: f, record: r, first: r.Text}
	if !s.mend() {
		return s.excerpt(dst)
	}
	return s.parse(dst)
}
