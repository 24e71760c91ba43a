// Package text mends what web pages and editors do to a log: typographic
// quotes and dashes, no-break spaces, ellipses, "Line 190: " prefixes of
// search results, HTML entities, lines broken at the edge of a page.
//
// It is used where a record is about to state a fact. Clean ASCII, which is
// nearly every record of a real log, is recognised many bytes at a time and
// handed back as it is. All functions are pure.
package text

import (
	"bytes"
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// Repairs is the set of things that had to be mended to read a record.
type Repairs uint32

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
	// Address: the opening of an address was lost, as in 7@host>;tag=x, or a blank
	// got into a Call-ID.
	Address
	// Wrapped: a line was broken in two at the edge of a page.
	Wrapped
	// Entities: &lt; &quot; &nbsp; and their like became characters.
	Entities
	// CaretM: a carriage return that was printed as ^M, or as a dot, was
	// removed.
	CaretM
	// Tags: a page took <NAME:: for a tag, and the name is gone.
	Tags
	// Latin1: bytes of Windows-1252 became UTF-8.
	Latin1
	// Method: the method of a response was concluded, its CSeq is lost.
	Method
)

var names = [...]string{
	"quotes", "dashes", "nbsp", "ellipsis", "line-prefix", "glued", "blank-lines", "no-blank", "head", "address",
	"wrapped", "entities", "caret-m", "tags", "latin-1", "method",
}

// Append appends the names of r to dst, in the order of the constants, and
// returns it. Nothing is allocated for an empty r.
func (r Repairs) Append(dst []string) []string {
	for ; r != 0; r &= r - 1 {
		if i := bits.TrailingZeros32(uint32(r)); i < len(names) {
			dst = append(dst, names[i])
		}
	}
	return dst
}

// Names returns the names of r, nil for none.
func (r Repairs) Names() []string { return r.Append(nil) }

// ASCII reports whether b has no byte of 0x80 or above.
func ASCII(b []byte) bool {
	whole := b
	for len(b) >= 32 {
		if ascii32(b)&high != 0 {
			return false
		}
		b = b[32:]
	}
	if len(whole) >= 32 { // the last ones, some for the second time
		return ascii32(whole[len(whole)-32:])&high == 0
	}
	for len(b) >= 8 {
		if binary.LittleEndian.Uint64(b)&high != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c >= utf8.RuneSelf {
			return false
		}
	}
	return true
}

// high has the highest bit of eight bytes.
const high = 0x8080808080808080

func ascii32(b []byte) uint64 {
	return binary.LittleEndian.Uint64(b) | binary.LittleEndian.Uint64(b[8:]) |
		binary.LittleEndian.Uint64(b[16:]) | binary.LittleEndian.Uint64(b[24:])
}

// Printable reports whether b is ASCII without control characters, 32 bytes at a
// time.
func Printable(b []byte) bool {
	whole := b
	for len(b) >= 32 {
		if print32((*[32]byte)(b))&high != 0 {
			return false
		}
		b = b[32:]
	}
	if n := len(whole); n >= 32 { // the last ones, some for the second time
		return print32((*[32]byte)(whole[n-32:]))&high == 0
	}
	for len(b) >= 8 {
		if v := binary.LittleEndian.Uint64(b); (v|(v-blanks))&high != 0 {
			return false
		}
		b = b[8:]
	}
	for _, c := range b {
		if c-' ' >= utf8.RuneSelf-' ' {
			return false
		}
	}
	return true
}

// blanks is eight of them.
const blanks = 0x2020202020202020

// print32 has a highest bit set when one of the bytes of b is not printable: a
// byte below a blank borrows from it.
func print32(b *[32]byte) uint64 {
	u, v := binary.LittleEndian.Uint64(b[0:8]), binary.LittleEndian.Uint64(b[8:16])
	w, x := binary.LittleEndian.Uint64(b[16:24]), binary.LittleEndian.Uint64(b[24:32])
	return u | (u - blanks) | v | (v - blanks) | w | (w - blanks) | x | (x - blanks)
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
	if end := bytes.IndexByte(b, '\n'); end >= 0 {
		b, rest = b[:end], b[end+1:]
	}
	return trimCR(b), rest
}

// FirstLine does what Line does for text of so many lines: one need not be
// searched for its end.
func FirstLine(b []byte, lines int) (line, rest []byte) {
	if n := len(b); lines == 1 && n > 0 && b[n-1] == '\n' {
		return trimCR(b[:n-1]), b[n:]
	}
	return Line(b)
}

func trimCR(b []byte) []byte {
	for len(b) > 0 && b[len(b)-1] == '\r' {
		b = b[:len(b)-1]
	}
	return b
}

// TrimLead returns b without the white space that it begins with: what Blank
// takes for blank.
func TrimLead(b []byte) []byte {
	n := 0
	for n < len(b) && (b[n] == ' ' || b[n] == '\t' || b[n] == '\r' || b[n] == '\n') {
		n++
	}
	return b[n:]
}

// Blank reports whether b holds nothing but white space, behind the byte order
// mark that an editor begins a file with.
func Blank(b []byte) bool {
	if len(b) > 2 && b[0] == 0xEF && b[1] == 0xBB && b[2] == 0xBF {
		b = b[3:]
	}
	for _, c := range b {
		if c != ' ' && c != '\t' && c != '\r' && c != '\n' {
			return false
		}
	}
	return true
}

// wholeRunes returns where to cut s, which is longer, so that at most max bytes
// are left and no rune is split. Bytes that are no UTF-8 are cut anywhere.
func wholeRunes(s []byte, max int) int {
	for start := max - 1; start >= 0 && start > max-utf8.UTFMax; start-- {
		if !utf8.RuneStart(s[start]) {
			continue
		}
		if _, n := utf8.DecodeRune(s[start:]); n > max-start {
			return start
		}
		break
	}
	return max
}

// Evidence returns s as an evidence line: at most max bytes, cut before a
// rune, valid UTF-8, without line ends and blanks at its end.
func Evidence(s []byte, max int) string { return string(AppendEvidence(nil, s, max)) }

// Plain returns the part of s that Evidence returns, and whether it needs no
// change.
func Plain(s []byte, max int) ([]byte, bool) {
	for len(s) > 0 && (s[len(s)-1] == ' ' || s[len(s)-1] == '\t' || s[len(s)-1] == '\r' || s[len(s)-1] == '\n') {
		s = s[:len(s)-1]
	}
	if len(s) > max {
		s = s[:wholeRunes(s, max)]
	}
	return s, Printable(s)
}

// AppendEvidence appends Evidence(s, max) to dst and returns it; line ends
// inside s become blanks.
func AppendEvidence(dst, s []byte, max int) []byte {
	s, plain := Plain(s, max)
	if plain {
		return append(dst, s...)
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
