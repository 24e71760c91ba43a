package cucm

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/text"
)

// sdlHead is what the head of an SDL record says.
//
//	02523441.000 |16:23:08.121 |SdlSig   |StationRegister  …
type sdlHead struct {
	seq   []byte        // 02523441, nil when a web page lost it
	clock time.Duration // time of day
	timed bool          // clock is known
	kind  []byte        // SdlSig
	body  int           // index of what follows the bar behind kind
	// dated is true when the head prints its date, as in CUCM 8 and earlier.
	dated     bool
	year, day int
	month     time.Month
	// mended is text.Head when the head is out of shape.
	mended text.Repairs
}

// The columns of an undamaged head.
const (
	seqLen   = 8
	sdlBar1  = 13
	sdlClock = 14
	sdlBar2  = 27
)

// readSDL reads the head that b begins with. b may go on behind the line.
func readSDL(b []byte) (h sdlHead, ok bool) {
	if len(b) > sdlBar2+2 && b[seqLen] == '.' && b[sdlBar1] == '|' && b[sdlBar2] == '|' &&
		b[sdlBar1-1] == ' ' && b[sdlBar2-1] == ' ' && b[0]-'0' <= 9 {
		if h.clock, h.timed = clock(b[sdlClock:]); h.timed {
			if h.kind, h.body = sdlKind(b, sdlBar2+1); h.kind != nil && eightDigits(b) && digits(b[seqLen+1:seqLen+4]) {
				h.seq = b[:seqLen]
				return h, true
			}
		}
	}
	if !mayBegin(b) {
		return sdlHead{}, false
	}
	return readDamagedSDL(b)
}

// mayBegin tells most lines that begin no record by their first byte: a head
// begins with a digit or with what text.TrimLinePrefix removes.
func mayBegin(b []byte) bool {
	return len(b) > 0 && (b[0]-'0' <= 9 || prefixed(b) || b[0] == '|' && len(b) > 1 && b[1]-'0' <= 9)
}

func prefixed(b []byte) bool {
	return len(b) > 0 && (b[0] == 'L' || b[0] == ' ' || b[0] == '\t' || b[0] == 0xEF)
}

// readDamagedSDL reads a head that a web page, an editor or an anonymiser has
// changed.
//
//	82645958 .001 |13:08:46.297 |AppInfo  |…      a blank in the number
//	1234567.001 |13:08:46.297 |AppInfo |…         seven digits
//	08:32:16.866 |AppInfo  |…                     no number
//	|09:54:41.102 |AppInfo |…                     nor the blank before the bar
//	00020092.001 |07:34:192.1684 |AppInfo  |…     an anonymised time
//	Line 190: 00020092.001 |07:34:19.684 |AppInfo  |…
func readDamagedSDL(b []byte) (h sdlHead, ok bool) {
	line, _ := text.Line(b)
	whole := line
	h.mended = text.Head
	if rest, ok := text.TrimLinePrefix(line); ok {
		line, h.mended = rest, text.LinePrefix
	}
	n := 0
	for n < len(line) && n <= seqLen && line[n]-'0' <= 9 {
		n++
	}
	rest := line
	if n == legacySeqLen {
		return readLegacySDL(b)
	}
	if n >= seqLen-1 {
		h.seq = line[:n]
		rest = bytes.TrimLeft(line[n:], " \t")
		if len(rest) < 5 || rest[0] != '.' || !digits(rest[1:4]) {
			return sdlHead{}, false
		}
		rest = bytes.TrimLeft(rest[4:], " \t")
		if len(rest) == 0 || rest[0] != '|' {
			return sdlHead{}, false
		}
		rest = rest[1:]
	} else if len(rest) > 0 && rest[0] == '|' {
		rest = rest[1:]
	}
	bar := bytes.IndexByte(rest, '|')
	if bar < 0 || bar > 20 {
		return sdlHead{}, false
	}
	stamp := bytes.TrimSpace(rest[:bar])
	if h.clock, h.timed = clock(stamp); !h.timed || len(stamp) != clockLen {
		h.timed = false
		if h.seq == nil || !timeLike(stamp) {
			return sdlHead{}, false
		}
	}
	from := len(whole) - len(rest) + bar + 1
	if h.kind, h.body = sdlKind(whole, from); h.kind == nil || h.seq == nil && !usualKind(h.kind) {
		return sdlHead{}, false
	}
	return h, true
}

// sdlKind reads the type column at b[i:] and returns it and the index behind
// its bar; nil when there is none. Types are padded with blanks to nine
// columns, which web pages trim and editors make tabs of.
func sdlKind(b []byte, i int) (kind []byte, body int) {
	switch { // nearly all are these two, padded
	case hasPrefix(b[i:], "SdlSig   |"):
		return b[i : i+len("SdlSig")], i + len("SdlSig   |")
	case hasPrefix(b[i:], "AppInfo  |"):
		return b[i : i+len("AppInfo")], i + len("AppInfo  |")
	}
	from := i
	for i < len(b) && (b[i]|0x20 >= 'a' && b[i]|0x20 <= 'z' || b[i] == '-') {
		i++
	}
	end := i
	for i < len(b) && (b[i] == ' ' || b[i] == '\t') {
		i++
	}
	if end == from || end-from > 16 || i >= len(b) || b[i] != '|' {
		return nil, 0
	}
	return b[from:end], i + 1
}

// usualKind reports whether kind is a type that CUCM writes: a record without
// number is told by it.
func usualKind(kind []byte) bool {
	switch string(kind) {
	case "AppInfo", "SdlSig", "SdlSig-O", "SdlSig-I", "SdlSig-S", "SdlSig-Q", "SdlSig-D", "SdlStat", "SdlError",
		"Created", "Create", "Stopping", "AlarmErr", "FileHead", "LnkState", "AppError", "NetError":
		return true
	}
	return false
}

// timeLike reports whether b has the look of a time of day whose digits are
// not right.
func timeLike(b []byte) bool {
	colons := 0
	for _, c := range b {
		switch {
		case c == ':':
			colons++
		case c != '.' && c-'0' > 9:
			return false
		}
	}
	return colons == 2 && len(b) >= 8
}

// gluedSDL returns the index in line, at or after from, of the first complete
// head, or -1. The bar behind a number is what it looks for: few bars stand
// behind ".ddd ".
func gluedSDL(line []byte, from int) int {
	from = max(from, prefixLen(line)+1)
	if len(line)-from < shortestHead {
		return -1
	}
	i := from + seqLen - 1
	if shaped(line) {
		// Nothing in an undamaged head looks like the seven digits and the
		// dot of another, so the first bar of one stands far behind it.
		i = max(i, gluedFrom)
	}
	for i < len(line) {
		bar := bytes.IndexByte(line[i:], '|')
		if bar < 0 {
			return -1
		}
		bar += i
		i = bar + 1
		if bar < 5 || line[bar-1] != ' ' || line[bar-5] != '.' {
			continue
		}
		start := bar - 5
		if start > from && line[start-1] == ' ' {
			start--
		}
		n := 0
		for n < seqLen && start > from && line[start-1]-'0' <= 9 {
			start--
			n++
		}
		if n < seqLen-1 || n < seqLen && start > 0 && line[start-1]-'0' <= 9 {
			continue
		}
		if h, ok := readSDL(line[start:]); ok && h.timed {
			return start
		}
	}
	return -1
}

// shortestHead is the length of 1234567.001 |13:08:46.297 |a|.
const shortestHead = 28

// shaped reports whether line has the columns of an undamaged head.
func shaped(line []byte) bool {
	return len(line) > sdlBar2 && line[0]-'0' <= 9 && line[seqLen] == '.' && line[sdlBar1] == '|' && line[sdlBar2] == '|' &&
		line[sdlClock+2] == ':' && line[sdlClock+5] == ':' && line[sdlClock+8] == '.' && line[sdlBar2-1] == ' '
}

// gluedFrom is where the first bar of a head that is glued into a shaped line
// can stand.
const gluedFrom = sdlBar2 + 1 + seqLen + len("001 ")

// prefixLen returns the length of the "Line 190: " that line begins with: the
// head behind it is the line's own.
func prefixLen(line []byte) int {
	if !prefixed(line) {
		return 0
	}
	rest, _ := text.TrimLinePrefix(line)
	return len(line) - len(rest)
}
