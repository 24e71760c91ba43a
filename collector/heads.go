package collector

import (
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// heads decides which lines begin a record. It has one of three shapes: one
// parser, the kind of the file; all parsers, for a document that quotes logs;
// none, for a file that is no text.
type heads struct {
	parsers  []headParser
	document bool
	// owner is the index of the parser whose record is open in a document,
	// -1 when the text is nobody's.
	owner int
	// skipper and glancer are those of the one parser, nil when it has none.
	skipper schemas.Skipper
	glancer schemas.Glancer
}

// headParser is a parser with its optional abilities looked up once, and the
// time of its last head.
type headParser struct {
	schemas.Parser
	source    schemas.Source
	header    schemas.HeadReader
	gluer     schemas.Gluer
	sourcer   schemas.Sourcer
	excerpter schemas.Excerpter
	contexter schemas.Contexter
	prev      time.Time
	seen      bool // prev comes from a head
}

func newHeads(parsers []schemas.Parser, document bool, seed time.Time) heads {
	h := heads{document: document, owner: -1, parsers: make([]headParser, len(parsers))}
	for i, p := range parsers {
		hp := headParser{Parser: p, source: p.Source(), prev: seed}
		hp.header, _ = p.(schemas.HeadReader)
		hp.gluer, _ = p.(schemas.Gluer)
		hp.sourcer, _ = p.(schemas.Sourcer)
		hp.excerpter, _ = p.(schemas.Excerpter)
		hp.contexter, _ = p.(schemas.Contexter)
		h.parsers[i] = hp
	}
	if !document && len(parsers) == 1 {
		h.skipper, _ = parsers[0].(schemas.Skipper)
		h.glancer, _ = parsers[0].(schemas.Glancer)
	}
	return h
}

// contexter returns what makes RecordBatch.Context, nil when nothing does. The
// records of a document are completed within a batch only.
func (h *heads) contexter() schemas.Contexter {
	if h.document || len(h.parsers) != 1 {
		return nil
	}
	return h.parsers[0].contexter
}

// begin reports whether a record begins with line, and fills the fields of r
// that the line decides. text is the open record so far, empty when none is.
func (h *heads) begin(r *schemas.Record, text, line []byte) bool {
	if !h.document {
		return len(h.parsers) == 1 && h.parsers[0].start(r, line)
	}
	found, untimed := h.quoted(r, text, line)
	if found {
		return true
	}
	if h.goesOn(text, line) {
		return false
	}
	if i := h.weak(r, line, untimed); i >= 0 {
		h.owner = i
		return true
	}
	if len(text) > 0 && h.owner < 0 {
		return false
	}
	h.owner = -1
	*r = schemas.Record{Source: schemas.Unknown}
	return true
}

// quoted finds the heads that end any record in a document: those that give a
// time, whoever's, and those of the parser whose record is open. The start
// line of a SIP message is a head without a time: alone in the text it begins
// a record, inside the record of another product it must not. untimed is the
// parser that takes line for one, -1 for none.
func (h *heads) quoted(r *schemas.Record, text, line []byte) (found bool, untimed int) {
	if h.owner >= 0 && h.parsers[h.owner].start(r, line) {
		return true, -1
	}
	untimed = -1
	for i := range h.parsers {
		switch ok := h.parsers[i].start(r, line); {
		case ok && !r.Time.IsZero():
			h.owner = i
			return true, -1
		case ok && untimed < 0:
			untimed = i
		}
	}
	return h.owner >= 0 && len(text) > 0 && h.parsers[h.owner].excerpt(r, line), untimed
}

func (h *heads) goesOn(text, line []byte) bool {
	if h.owner < 0 || len(text) == 0 {
		return false
	}
	e := h.parsers[h.owner].excerpter
	return e != nil && e.Continues(text, line)
}

// weak returns the parser that takes line for a head without a time, which is
// untimed, or for a damaged line of its log, -1 for none.
func (h *heads) weak(r *schemas.Record, line []byte, untimed int) int {
	if untimed >= 0 && h.parsers[untimed].start(r, line) {
		return untimed
	}
	for i := range h.parsers {
		if h.parsers[i].excerpt(r, line) {
			return i
		}
	}
	return -1
}

// glued returns the index in line, at least 1, of the first complete head
// inside it, or -1, and fills r as begin does.
func (h *heads) glued(r *schemas.Record, line []byte) int {
	best, owner := -1, -1
	for i := range h.parsers {
		at := h.parsers[i].nextGlued(line)
		if at >= 0 && (best < 0 || at < best) {
			best, owner = at, i
		}
	}
	if best < 0 || !h.parsers[owner].start(r, line[best:]) {
		return -1
	}
	if h.document {
		h.owner = owner
	}
	return best
}

// start asks the parser for a head at the begin of line.
func (p *headParser) start(r *schemas.Record, line []byte) bool {
	var t time.Time
	var ok bool
	source := p.source
	if p.header != nil {
		t, source, ok = p.header.Head(line, p.prev)
	} else {
		t, ok = p.Start(line, p.prev)
	}
	if !ok {
		return false
	}
	if p.sourcer != nil && p.header == nil {
		source = p.sourcer.SourceOf(line)
	}
	*r = schemas.Record{Source: source, Head: true}
	if !t.IsZero() {
		p.prev, p.seen = t, true
		r.Time = t.UTC()
	}
	return true
}

// excerpt asks the parser for a line of its log without a full head. The
// record counts as one with a head: something tells where it begins.
func (p *headParser) excerpt(r *schemas.Record, line []byte) bool {
	if p.excerpter == nil || !p.excerpter.Excerpt(line) {
		return false
	}
	*r = schemas.Record{Source: p.Source(), Head: true}
	if p.sourcer != nil {
		r.Source = p.sourcer.SourceOf(line)
	}
	return true
}

func (p *headParser) nextGlued(line []byte) int {
	if p.gluer == nil {
		return -1
	}
	for from := 1; from < len(line); {
		at := p.gluer.Glued(line, from)
		if at < from {
			return -1
		}
		if _, ok := p.Start(line[at:], p.prev); ok {
			return at
		}
		from = at + 1
	}
	return -1
}
