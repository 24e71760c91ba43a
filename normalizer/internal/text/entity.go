package text

import (
	"bytes"
	"strconv"
	"unicode/utf8"
)

// entities are what a page makes of the characters of a log.
var entities = [...]struct {
	name string
	r    rune
	// alone is true when one of them tells that a page escaped the text: XML
	// in a log holds the others by right.
	alone bool
}{
	{"lt;", '<', true},
	{"gt;", '>', true},
	{"quot;", '"', true},
	{"nbsp;", ' ', true},
	{"amp;", '&', false},
	{"apos;", '\'', false},
	{"ldquo;", '"', true},
	{"rdquo;", '"', true},
	{"lsquo;", '\'', true},
	{"rsquo;", '\'', true},
	{"ndash;", '-', true},
	{"mdash;", '-', true},
	{"hellip;", '\u2026', true},
}

// unescaped resolves HTML entities in text that a page escaped as a whole.
// XML in a log is not touched: there an escaped bracket stands beside real
// ones, and is a part of a value.
//
//	From: &quot;Ada&quot; &lt;sip:2015@10.1.1.10&gt;;tag=1
func unescaped(b []byte) ([]byte, bool) {
	first := bytes.IndexByte(b, '&')
	if first < 0 || bytes.IndexByte(b, '<') >= 0 || !escaped(b[first:], bytes.IndexByte(b, '"') >= 0) {
		return b, false
	}
	out := append(make([]byte, 0, len(b)), b[:first]...)
	for rest := b[first:]; len(rest) > 0; {
		if rest[0] == '&' {
			if r, n, _ := entity(rest); n > 0 {
				out = utf8.AppendRune(out, r)
				rest = rest[n:]
				continue
			}
		}
		i := bytes.IndexByte(rest[1:], '&') + 1
		if i == 0 {
			i = len(rest)
		}
		out = append(out, rest[:i]...)
		rest = rest[i:]
	}
	return out, true
}

// escaped reports whether b has an entity that tells. Where there are real
// quotes, an escaped one tells nothing.
func escaped(b []byte, quotes bool) bool {
	for {
		i := bytes.IndexByte(b, '&')
		if i < 0 {
			return false
		}
		b = b[i:]
		if r, _, alone := entity(b); alone && (!quotes || r != '"') {
			return true
		}
		b = b[1:]
	}
}

// entity returns the character of the entity that b begins with, and its
// length, 0 when b begins with none.
func entity(b []byte) (r rune, n int, alone bool) {
	for _, e := range entities {
		if len(b) > len(e.name) && string(b[1:1+len(e.name)]) == e.name {
			return e.r, 1 + len(e.name), e.alone
		}
	}
	if len(b) < 4 || b[1] != '#' {
		return 0, 0, false
	}
	end := bytes.IndexByte(b[:min(len(b), 10)], ';')
	if end < 3 {
		return 0, 0, false
	}
	digits, base := b[2:end], 10
	if digits[0]|0x20 == 'x' {
		digits, base = digits[1:], 16
	}
	v, err := strconv.ParseUint(string(digits), base, 21)
	if err != nil || v < ' ' || !utf8.ValidRune(rune(v)) {
		return 0, 0, false
	}
	return rune(v), end + 1, v == '<' || v == '>' || v == '"' || v >= utf8.RuneSelf
}
