package text

import (
	"bytes"
	"unicode/utf8"
)

// Clean returns b mended, and what was mended. It returns b itself, and
// allocates nothing, when nothing was; otherwise the result is new memory.
// Letters of other scripts stay as they are, and bytes that are neither UTF-8
// nor a plausible Windows-1252 character.
//
// Clean of what Clean returned is that again.
func Clean(b []byte) ([]byte, Repairs) {
	if plainText(b) {
		return b, 0
	}
	var done Repairs
	for {
		next, mended := pass(b)
		if mended == 0 {
			return b, done
		}
		b, done = next, done|mended
	}
}

// plainText reports whether nothing in b can need a repair.
func plainText(b []byte) bool { return ASCII(b) && Whole(b) }

// Whole reports whether nothing in b, which is ASCII, can need a repair.
func Whole(b []byte) bool {
	return WholeLine(b) && (bytes.IndexByte(b, '\n') < 0 || !bytes.Contains(b, []byte("^M")))
}

// WholeLine does what Whole does for one line.
func WholeLine(b []byte) bool {
	if len(b) > 0 && (b[0] == 'L' || b[0] == ' ' || b[0] == '\t') {
		if _, ok := TrimLinePrefix(b); ok {
			return false
		}
	}
	return bytes.IndexByte(b, '&') < 0 && !caretM(b)
}

// caretM reports whether b ends with ^M.
func caretM(b []byte) bool {
	n := len(b)
	for n > 0 && (b[n-1] == ' ' || b[n-1] == '\t') {
		n--
	}
	return n > 1 && b[n-1] == 'M' && b[n-2] == '^'
}

// pass mends what it sees. One repair may uncover another: an entity was a
// typographic quote, a zero width space stood inside a prefix.
func pass(b []byte) ([]byte, Repairs) {
	var done Repairs
	if _, ok := TrimLinePrefix(b); ok {
		b, done = trimLinePrefixes(b), LinePrefix
	}
	if out, ok := unescaped(b); ok {
		b, done = out, done|Entities
	}
	if out, ok := withoutCaretM(b); ok {
		b, done = out, done|CaretM
	}
	if out, mended := typography(b); mended != 0 {
		b, done = out, done|mended
	}
	return b, done
}

// typography replaces typographic characters by those of a log.
func typography(b []byte) ([]byte, Repairs) {
	if ASCII(b) {
		return b, 0
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
		if r == utf8.RuneError && n == 1 {
			if r = windows1252(b, i); r != utf8.RuneError {
				mended |= Latin1
			}
		}
		if with, what := plain(r); what != 0 {
			out = append(out, with...)
			mended |= what
		} else if r != utf8.RuneError && n == 1 {
			out = utf8.AppendRune(out, r)
		} else {
			out = append(out, b[i:i+n]...)
		}
		i += n
	}
	return out, mended
}

// plain returns what a typographic rune was before a web page changed it, and
// the repair that is; 0 when r is no such rune.
func plain(r rune) (string, Repairs) {
	switch r {
	case '\u2018', '\u2019', '\u201a', '\u201b', '\u2032', '\u2039', '\u203a', '\u00b4':
		return "'", Quotes
	case '\u201c', '\u201d', '\u201e', '\u201f', '\u2033', '\u00ab', '\u00bb':
		return `"`, Quotes
	case '\u2010', '\u2011', '\u2012', '\u2013', '\u2014', '\u2015', '\u2212', '\ufe58', '\ufe63', '\uff0d':
		return "-", Dashes
	case '\u2026':
		return "...", Ellipsis
	case '\u00a0', '\u1680', '\u2000', '\u2001', '\u2002', '\u2003', '\u2004', '\u2005', '\u2006', '\u2007', '\u2008',
		'\u2009', '\u200a', '\u202f', '\u205f', '\u3000':
		return " ", NBSP
	case '\u2028', '\u2029':
		return "\n", NBSP
	case '\u200b', '\u200c', '\u200d', '\u200e', '\u200f', '\u2060', '\ufeff', '\u00ad':
		return "", NBSP
	}
	return "", 0
}

// windows1252 returns the character that the byte at i is when an editor of
// Windows wrote b: punctuation, or a letter with ASCII letters about it. Of
// any other byte that is no UTF-8 nothing is known: utf8.RuneError.
func windows1252(b []byte, i int) rune {
	if i > 0 && b[i-1] >= utf8.RuneSelf || i+1 >= len(b) || b[i+1] >= utf8.RuneSelf {
		return utf8.RuneError
	}
	switch c := b[i]; {
	case c == 0x85:
		return '\u2026'
	case c == 0x91, c == 0x92:
		return '\u2019'
	case c == 0x93, c == 0x94:
		return '\u201d'
	case c == 0x96, c == 0x97:
		return '\u2013'
	case c == 0xA0:
		return '\u00a0'
	case c >= 0xC0 && c != 0xD7 && c != 0xF7 && (letter(b[i+1]) || i > 0 && letter(b[i-1])):
		return rune(c)
	}
	return utf8.RuneError
}

func letter(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }

// withoutCaretM removes the carriage returns that an editor shows as ^M at
// the end of a line, and the blanks that a page left behind them.
//
//	SIP/2.0 200 OK^M
func withoutCaretM(b []byte) ([]byte, bool) {
	var out []byte
	from := 0
	for at := 0; ; at += 2 {
		i := bytes.Index(b[at:], []byte("^M"))
		if i < 0 {
			break
		}
		at += i
		end := at + 2
		for end < len(b) && (b[end] == ' ' || b[end] == '\t') {
			end++
		}
		if end < len(b) && b[end] != '\n' && b[end] != '\r' {
			continue
		}
		out = append(out, b[from:at]...)
		from = end
	}
	if from == 0 {
		return b, false
	}
	return append(out, b[from:]...), true
}
