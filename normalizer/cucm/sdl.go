// Package cucm reads the traces of Cisco Unified Communications Manager: SDL,
// SDI (8 and earlier) and the call logs.
//
// Nearly every record states nothing that uctrace keeps. The parsers decide
// that from the type column and from how the text begins, so that a silent
// record costs next to nothing.
package cucm

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// SDL reads the SDL trace: cm/trace/ccm/sdl/SDL001_100_000642.txt. Its records
// have a time of day only; the date and the offset from UTC stand in the
// FileHead record of the same file. Those of CUCM 8 and earlier print the date
// themselves, and no offset.
type SDL struct{}

var (
	_ arena.Parser      = SDL{}
	_ schemas.Gluer     = SDL{}
	_ schemas.Skipper   = SDL{}
	_ schemas.Glancer   = SDL{}
	_ schemas.Noder     = SDL{}
	_ schemas.Excerpter = SDL{}
)

// Source implements schemas.Parser.
func (SDL) Source() schemas.Source { return schemas.CUCMSDL }

// Match implements schemas.Parser.
func (p SDL) Match(_ string, head []byte) int {
	return match(head, func(line []byte) bool {
		h, ok := readSDL(line)
		return ok && h.timed || p.Glued(line, 1) >= 0
	})
}

// Start implements schemas.Parser.
func (SDL) Start(line []byte, prev time.Time) (time.Time, bool) {
	if usualSDL(line) {
		if c, ok := clock(line[sdlClock:]); ok {
			return at(prev, c), true // nearly all heads are like this
		}
	}
	if !mayBegin(line) {
		return time.Time{}, false
	}
	h, ok := readSDL(line)
	if !ok || !h.timed {
		return time.Time{}, false
	}
	if h.kind[0] == 'F' && string(h.kind) == "FileHead" {
		if t, ok := fileHead(line[h.body:], h.clock); ok {
			return t, true
		}
	}
	return h.start(prev), true
}

// Glued implements schemas.Gluer.
func (SDL) Glued(line []byte, from int) int { return gluedSDL(line, from) }

// Node implements schemas.Noder: the HostName of the FileHead record, else
// the folder of a collection.
func (SDL) Node(path string, head []byte) string {
	if _, after, ok := bytes.Cut(head, []byte(", HostName: ")); ok {
		if i := bytes.IndexAny(after, ",\r\n"); i > 0 {
			return string(after[:i])
		}
	}
	return pathNode(path)
}

// Excerpt implements schemas.Excerpter. An SDL line without its head is told
// from prose by the words that the SDI parser knows; it leaves them to that.
func (SDL) Excerpt(line []byte) bool {
	h, ok := readSDL(line)
	return ok && h.timed
}

// Continues implements schemas.Excerpter.
func (SDL) Continues(record, line []byte) bool { return continues(record, line) }

// Parse implements schemas.Parser.
func (p SDL) Parse(dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	return p.ParseIn(nil, dst, f, r)
}

// ParseIn implements arena.Parser. The type column tells most silent records:
// timers, statistics, processes that begin and end.
func (SDL) ParseIn(a *arena.Arena, dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	if r.Lines > 1 {
		if i := untimed(r.Text); i > 0 {
			return parseUntimed(a, dst, f, r, i)
		}
	}
	return parseSDL(a, dst, f, r)
}

func parseSDL(a *arena.Arena, dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	if r.Head && shaped(r.Text) && hasPrefix(r.Text[sdlBar2+1:], "SdlSig") && mute(r.Text) {
		return dst // the type stands where it belongs, and most records have this one
	}
	t := trace{mem: a, file: f, record: r}
	if r.Head && usualSDL(r.Text) { // what Start has judged is not judged again: the clock
		t.seq, t.body = r.Text[:seqLen], r.Text[sdlBar2+1+len("AppInfo  |"):]
		if r.Text[sdlBar2+1] == 'A' {
			return t.appInfo(dst)
		}
		return t.signal(dst, r.Text[sdlBar2+1:sdlBar2+1+len("SdlSig")])
	}
	h, ok := readSDL(r.Text)
	if !ok {
		return headless(a, dst, f, r)
	}
	t.seq, t.body, t.mended = h.seq, r.Text[h.body:], h.mended
	switch h.kind[0] {
	case 'A':
		switch {
		case string(h.kind) == "AppInfo":
			return t.appInfo(dst)
		case string(h.kind) == "AppError", hasPrefix(h.kind, "Alarm"): // AlarmErr, whatever the severity
			return t.service(dst)
		}
	case 'S':
		if hasPrefix(h.kind, "SdlSig") {
			return t.signal(dst, h.kind)
		}
	case 'F':
		if string(h.kind) == "FileHead" {
			return t.fileHeadFact(dst)
		}
	case 'L':
		if string(h.kind) == "LnkState" {
			return t.service(dst)
		}
	}
	return dst
}

// untimed returns the offset in the record b of a further line that has a
// number, the type AppInfo, and a time that an anonymiser has made unreadable;
// 0 when there is none. Without a time it is no head and begins no record.
//
//	01435241.000 |07:27:192.1686 |AppInfo  |…
func untimed(b []byte) int {
	const longest = 40 // of what stands before the type
	for off := sdlBar2; off < len(b); {
		i := text.Index(b[off:], "|AppInfo", 0)
		if i < 0 {
			return 0
		}
		bar := off + i - 1
		off = bar + 2
		if b[bar] != ' ' {
			continue
		}
		from := max(0, bar-longest)
		start := bytes.LastIndexByte(b[from:bar], '\n')
		if start < 0 {
			continue
		}
		if h, ok := readSDL(b[from+start+1:]); ok && !h.timed {
			return from + start + 1
		}
	}
	return 0
}

// parseUntimed parses a record in which a line without time begins at i, and
// perhaps more do. What they state has the time of the record, which they
// follow.
func parseUntimed(a *arena.Arena, dst []schemas.Event, f *schemas.File, r *schemas.Record, i int) []schemas.Event {
	for rest := *r; ; i = untimed(rest.Text) {
		part := rest
		if i > 0 {
			part.Text = rest.Text[:i]
		}
		from := len(dst)
		dst = parseSDL(a, dst, f, &part)
		for j := from; j < len(dst); j++ {
			dst[j].Line = max(dst[j].Line, part.Line)
		}
		if i == 0 {
			return dst
		}
		rest.Line += bytes.Count(part.Text, []byte{'\n'})
		rest.Text = rest.Text[i:]
	}
}
