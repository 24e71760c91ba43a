// Package text mends what web pages and editors do to a log: typographic
// quotes and dashes, no-break spaces, ellipses, "Line 190: " prefixes of
// search results.
//
// It is used where a record is about to state a fact. Clean ASCII, which is
// nearly every record of a real log, is recognised eight bytes at a time and
// handed back as it is. All functions are pure.
package text

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// Repairs is the set of things that had to be mended to read a record.
type Repairs uint16

// The repairs, in the order of their names in Event.Repairs.
const (
	// Quotes: typographic quotes and primes became ' and ".
	Quotes Repairs = 1 << iota
	// Dashes: en, em and other dashes became -.
	Dashes
	// NBSP: no-break and other odd spaces became a blank, zero width ones
	// and byte order marks nothing.
	NBSP
	// Ellipsis: … became three dots.
	Ellipsis
	// LinePrefix: the prefix "Line 190: " of an editor's search result was
	// removed.
	LinePrefix
	// Glued: what belongs on lines of its own stood in one physical line.
	Glued
	// BlankLines: a blank line stood where there is none in the original.
	BlankLines
	// NoBlank: the blank line between header fields and body was missing.
	NoBlank
	// Head: the record head was incomplete or out of shape.
	Head
	// Address: the opening of an address was lost, as in 7@host>;tag=x.
	Address
)

var names = [...]string{
	"quotes", "dashes", "nbsp", "ellipsis", "line-prefix", "glued", "blank-lines", "no-blank", "head", "address",
}

// Append appends the names of r to dst, in the order of the constants, and
// returns it. Nothing is allocated for an empty r.
func (r Repairs) Append(dst []string) []string {
	for ; r != 0; r &= r - 1 {
		if i := bits.TrailingZeros16(uint16(r)); i < len(names) {
			dst = append(dst, names[i])
		}
	}
	return dst
}

// Names returns the names of r, nil for none.
func (r Repairs) Names() []string { return r.Append(nil) }

// ASCII reports whether b has no byte of 0x80 or above.
func ASCII(b []byte) bool {
	const high = 0x8080808080808080
	for len(b) >= 32 {
		w := binary.LittleEndian.Uint64(b) | binary.LittleEndian.Uint64(b[8:]) |
			binary.LittleEndian.Uint64(b[16:]) | binary.LittleEndian.Uint64(b[24:])
		if w&high != 0 {
			return false
		}
		b = b[32:]
	}
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// Clean returns b mended, and what was mended. It returns b itself when
// nothing was; otherwise the result is new memory. Bytes that are no UTF-8 and
// letters of other scripts stay as they are.
func Clean(b []byte) ([]byte, Repairs) {
	var done Repairs
	if _, ok := TrimLinePrefix(b); ok {
		b, done = trimLinePrefixes(b), LinePrefix
	}
	if ASCII(b) {
		return b, done
	}
	i := 0
	for i < len(b) && b[i] < utf8.RuneSelf {
		i++
	}
	out := append(make([]byte, 0, len(b)), b[:i]...)
	var mended Repairs
	for i < len(b) {
		if b[i] < utf8.RuneSelf {
			out = append(out, b[i])
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if with, what := plain(r); what != 0 {
			out = append(out, with...)
			mended |= what
		} else {
			out = append(out, b[i:i+n]...)
		}
		i += n
	}
	if mended == 0 {
		return b, done
	}
	return out, done | mended
}

// plain returns what a typographic rune was before a web page changed it, and
// the repair that is; 0 when r is no such rune.
func plain(r rune) (string, Repairs) {
	switch r {
	case '\u2018', '\u2019', '\u201a', '\u201b', '\u2032', '\u00b4':
		return "'", Quotes
	case '\u201c', '\u201d', '\u201e', '\u201f', '\u2033', '\u00ab', '\u00bb':
		return `"`, Quotes
	case '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2015', '\u2212':
		return "-", Dashes
	case '\u2026':
		return "...", Ellipsis
	case '\u00a0', '\u2002', '\u2003', '\u2009', '\u202f', '\u3000':
		return " ", NBSP
	case '\u200b', '\u200c', '\u200d', '\u2060', '\ufeff', '\u00ad':
		return "", NBSP
	}
	return "", 0
}

// TrimLinePrefix removes what an editor's search result puts before a line,
// and a byte order mark. ok is false, and rest is line, when there is none.
//
//	Line 11448: 2019/07/04  14:37:15.142|CC|SETUP|…
func TrimLinePrefix(line []byte) (rest []byte, ok bool) {
	if len(line) == 0 || line[0] != 'L' && line[0] != ' ' && line[0] != '\t' && line[0] != 0xEF {
		return line, false
	}
	rest, mark := bytes.CutPrefix(line, []byte("\xef\xbb\xbf"))
	s := bytes.TrimLeft(rest, " \t")
	s, ok = bytes.CutPrefix(s, []byte("Line "))
	if !ok {
		return rest, mark
	}
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if n == 0 || n == len(s) || s[n] != ':' {
		return rest, mark
	}
	s = s[n+1:]
	if len(s) > 0 && s[0] == ' ' {
		s = s[1:]
	}
	return s, true
}

func trimLinePrefixes(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		line := b
		if i := bytes.IndexByte(b, '\n'); i >= 0 {
			line = b[:i+1]
		}
		b = b[len(line):]
		line, _ = TrimLinePrefix(line)
		out = append(out, line...)
	}
	return out
}

// Damage counts the bytes of b that are no UTF-8 and its replacement
// characters (U+FFFD).
func Damage(b []byte) int {
	if ASCII(b) {
		return 0
	}
	n := 0
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, size := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError {
			n++
		}
		i += size
	}
	return n
}

// Line cuts b at its first line end. line is without it (LF or CR LF), rest
// is what follows, nil when b is one line.
func Line(b []byte) (line, rest []byte) {
	line, rest, _ = bytes.Cut(b, []byte{'\n'})
	return trimCR(line), rest
}

func trimCR(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == '\r' {
		b = b[:len(b)-1]
	}
	return b
}

// Blank reports whether b holds nothing but white space.
func Blank(b []byte) bool {
	for _, c := range b {
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return false
		}
	}
	return true
}

// Evidence returns s as an evidence line: at most max bytes, cut before a
// rune, valid UTF-8, without line ends and blanks at its end.
func Evidence(s []byte, max int) string { return string(AppendEvidence(nil, s, max)) }

// AppendEvidence appends Evidence(s, max) to dst and returns it; line ends
// inside s become blanks.
func AppendEvidence(dst, s []byte, max int) []byte {
	for len(s) > 0 && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t' || s[len(s)-1] == '\r' || s[len(s)-1] == '\n') {
		s = s[:len(s)-1]
	}
	if len(s) > max {
		s = s[:max]
		for len(s) > 0 && !utf8.RuneStart(s[len(s)-1]) {
			s = s[:len(s)-1]
		}
		if len(s) > 0 && s[len(s)-1] >= utf8.RuneSelf {
			s = s[:len(s)-1]
		}
	}
	from := len(dst)
	if ASCII(s) || utf8.Valid(s) {
		dst = append(dst, s...)
	} else {
		for len(s) > 0 {
			r, n := utf8.DecodeRune(s)
			if r == utf8.RuneError && n == 1 {
				dst = append(dst, '?')
			} else {
				dst = append(dst, s[:n]...)
			}
			s = s[n:]
		}
	}
	for _, c := range [...]byte{'\n', '\r', 0} {
		for flat := dst[from:]; ; {
			i := bytes.IndexByte(flat, c)
			if i < 0 {
				break
			}
			flat[i] = ' '
			flat = flat[i+1:]
		}
	}
	return dst
}
