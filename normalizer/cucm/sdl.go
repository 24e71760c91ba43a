// Package cucm reads the traces of Cisco Unified Communications Manager: SDL
// (9 and later), SDI (8 and earlier) and the call logs.
//
// Nearly every record states nothing that uctrace keeps. The parsers decide
// that from the type column and from how the text begins, so that a silent
// record costs next to nothing.
package cucm

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/schemas"
)

// SDL reads the SDL trace: cm/trace/ccm/sdl/SDL001_100_000642.txt. Its records
// have a time of day only; the date and the offset from UTC stand in the
// FileHead record of the same file.
type SDL struct{}

var (
	_ arena.Parser      = SDL{}
	_ schemas.Gluer     = SDL{}
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
	return at(prev, h.clock), true
}

// fileHead reads the date and the offset of a FileHead record.
//
//	UTC:-04:00,Date: 2016/10/18, AppName: CCM, AppId: 100, …, HostName: clstr-1-subA, …
func fileHead(b []byte, clock time.Duration) (time.Time, bool) {
	i := bytes.Index(b, []byte("Date: "))
	if i < 0 || len(b) < i+16 {
		return time.Time{}, false
	}
	y, mo, d, ok := slashDate(b[i+6:])
	if !ok {
		return time.Time{}, false
	}
	loc := time.UTC
	if j := bytes.Index(b[:i], []byte("UTC:")); j >= 0 && len(b) >= j+10 {
		loc = offset(b[j+4:])
	}
	return onDay(y, mo, d, clock, loc), true
}

// slashDate reads YYYY/MM/DD.
func slashDate(b []byte) (y int, mo time.Month, d int, ok bool) {
	if len(b) < 10 || b[4] != '/' || b[7] != '/' {
		return 0, 0, 0, false
	}
	y, m, d := two(b, 0)*100+two(b, 2), two(b, 5), two(b, 8)
	return y, time.Month(m), d, y >= 1990 && y < 2200 && m >= 1 && m <= 12 && d >= 1 && d <= 31
}

// offset reads -04:00; UTC when it is none.
func offset(b []byte) *time.Location {
	h, m := two(b, 1), two(b, 4)
	if h > 14 || m > 59 || b[3] != ':' {
		return time.UTC
	}
	s := (h*60 + m) * 60
	if b[0] == '-' {
		s = -s
	}
	if s == 0 {
		return time.UTC
	}
	return time.FixedZone(string(b[:6]), s)
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

// ParseIn implements arena.Parser. Only AppInfo records state facts that are
// kept: the messages on the wire and the mobility lookups.
func (SDL) ParseIn(a *arena.Arena, dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	if r.Lines > 1 {
		if i := untimed(r.Text); i > 0 {
			return parseUntimed(a, dst, f, r, i)
		}
	}
	return parseSDL(a, dst, f, r)
}

func parseSDL(a *arena.Arena, dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	if r.Head && shaped(r.Text) && hasPrefix(r.Text[sdlBar2+1:], "SdlSig") {
		return dst // the type stands where it belongs, and most records have this one
	}
	h, ok := readSDL(r.Text)
	if !ok {
		return headless(a, dst, f, r)
	}
	if len(h.kind) != len("AppInfo") || h.kind[0] != 'A' || string(h.kind) != "AppInfo" {
		return dst
	}
	t := trace{mem: a, file: f, record: r, body: r.Text[h.body:], seq: h.seq, mended: h.mended}
	return t.appInfo(dst)
}

// untimed returns the offset in the record b of a further line that has a
// number, the type AppInfo, and a time that an anonymiser has made unreadable;
// 0 when there is none. Without a time it is no head and begins no record.
//
//	01435241.000 |07:27:192.1686 |AppInfo  |…
func untimed(b []byte) int {
	const longest = 40 // of what stands before the type
	for off := sdlBar2; off < len(b); {
		i := bytes.Index(b[off:], []byte("|AppInfo"))
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
