// Package xmpp reads XMPP elements and JIDs out of log text: one start tag
// with the attributes that identify a stanza, and the text behind it. It is
// used with normalizer/jabber and normalizer/expressway.
//
// It is no XML parser. Logs cut stanzas, quote them inside other quotes,
// escape them for HTML and replace their quotes by typographic ones; Read
// takes what can be told safely and leaves the rest. It holds no state and
// keeps no memory: everything it returns is a part of its argument.
package xmpp

import "bytes"

// Element is a start tag and the text that follows it. All fields are parts
// of the text given to Read, as printed: entities are not resolved.
type Element struct {
	Name []byte // with prefix: db:result, stream:stream, auth
	// The attributes of RFC 6120 section 8.1, nil when absent.
	From, To, ID, Type []byte
	// Mechanism is the attribute of a SASL auth element (RFC 6120 section
	// 6.4.2).
	Mechanism []byte
	// Code is the attribute of an error before RFC 6120.
	Code []byte
	// XMLNS is the default namespace.
	XMLNS []byte
	// Text is the character data up to the next tag, blanks trimmed: a
	// dialback key, a SASL payload.
	Text []byte
	// Closed is true for an empty-element tag, which has no Text.
	Closed bool
	// Cut is true when the log cut the tag off; End is then the end of the
	// log. Only ReadPart returns such an element.
	Cut bool
	// Start and End are the offsets of the tag: its first byte and the byte
	// after its closing bracket.
	Start, End int
}

// Read returns the first element of b. A closing tag, a comment, a declaration
// and what is no complete tag are skipped. It reports false when b holds none.
//
//	<db:verify from='vngtp.lab' id='05E295A2B' to='coluc.com'>d780f198…</db:verify>
func Read(b []byte) (e Element, ok bool) {
	whole, ok := e.read(b)
	return e, ok && whole
}

// ReadPart is Read, except that it also returns an element of XMPP whose tag
// the log cut off, with Cut set and the attributes that are whole.
//
//	<iq id='uid:527a7fe7:00000cfe:00000000' type='error' from='exam
func ReadPart(b []byte) (e Element, ok bool) {
	whole, ok := e.read(b)
	if ok && !whole {
		e.Cut, e.Closed, e.End = true, false, len(b)
	}
	return e, ok
}

// read reads the first whole element of b, or else the last one if that is of
// XMPP and cut. An Element is large: it is filled where it is.
func (e *Element) read(b []byte) (whole, ok bool) {
	for i := 0; i < len(b); {
		at, n := nextOpen(b, i)
		if at < 0 {
			break
		}
		i = at + n
		if i >= len(b) || !isNameStart(b[i]) {
			continue
		}
		switch end := e.readTag(b, at, i); {
		case end == wholeTag:
			return true, true
		case end == cutTag && IsStanza(e.Name):
			return false, true
		}
		*e = Element{}
	}
	return false, false
}

// nextOpen returns the offset and the length of the next opening bracket at
// or after from: < or, from web copies, &lt;.
func nextOpen(b []byte, from int) (at, n int) {
	const near = 256 // escaped text has brackets of one kind only
	for ; from < len(b); from += near {
		part := b[from:min(len(b), from+near)]
		if i := bytes.IndexByte(part, '<'); i >= 0 {
			part, n = part[:i], 1
		}
		for i := 0; i < len(part); i++ {
			next := bytes.IndexByte(part[i:], '&')
			if next < 0 {
				break
			}
			i += next
			if n := openLen(b[from+i:]); n > 0 {
				return from + i, n
			}
		}
		if n > 0 {
			return from + len(part), n
		}
	}
	return -1, 0
}

// openLen returns the length of the opening bracket that b begins with.
func openLen(b []byte) int {
	switch {
	case b[0] == '<':
		return 1
	case b[0] == '&' && bytes.HasPrefix(b, []byte("&lt;")):
		return len("&lt;")
	}
	return 0
}

// tagEnd says how a tag ends: with its bracket, with the text, or in what no
// tag holds.
type tagEnd uint8

const (
	noTag tagEnd = iota
	cutTag
	wholeTag
)

// readTag reads the tag whose bracket is at start and whose name is at i.
func (e *Element) readTag(b []byte, start, i int) tagEnd {
	e.Start = start
	n := i
	for n < len(b) && isName(b[n]) {
		n++
	}
	e.Name = b[i:n]
	i = n
	for {
		for i < len(b) && isBlank(b[i]) {
			i++
		}
		if i >= len(b) {
			return cutTag
		}
		if b[i] == '/' {
			e.Closed = true
			i++
			continue
		}
		if k := closeLen(b[i:]); k > 0 {
			e.End = i + k
			break
		}
		next, end := e.readAttr(b, i)
		if end != wholeTag {
			return end
		}
		i, e.Closed = next, false
	}
	if !e.Closed {
		e.Text = textAfter(b[e.End:])
	}
	return wholeTag
}

// readAttr reads name=value at i, keeps the values that matter and returns
// the offset behind it. A word without value is skipped. A value without
// quotes, as a masked one is printed, ends at a blank.
func (e *Element) readAttr(b []byte, i int) (int, tagEnd) {
	n := i
	for n < len(b) && isName(b[n]) {
		n++
	}
	if n == i {
		return 0, noTag // not a tag after all: prose with a < in it
	}
	name := b[i:n]
	for n < len(b) && isBlank(b[n]) {
		n++
	}
	if n >= len(b) || b[n] != '=' {
		return n, wholeTag
	}
	n++
	for n < len(b) && isBlank(b[n]) {
		n++
	}
	if n >= len(b) {
		return 0, cutTag
	}
	open, class := quote(b[n:])
	if open == 0 {
		value := masked(b[n:])
		if value == nil {
			return 0, noTag
		}
		e.keep(name, value)
		return n + len(value), wholeTag
	}
	n += open
	end, after := closing(b, n, class)
	switch {
	case end >= 0:
		e.keep(name, b[n:end])
		return after, wholeTag
	case after == len(b):
		return 0, cutTag
	}
	return 0, noTag
}

// masked returns the value without quotes that b begins with: stars or x.
func masked(b []byte) []byte {
	n := 0
	for n < len(b) && (b[n] == '*' || b[n] == 'x' || b[n] == 'X') {
		n++
	}
	if n < 2 || n < len(b) && !isBlank(b[n]) && b[n] != '>' && b[n] != '/' {
		return nil
	}
	return b[:n]
}

func (e *Element) keep(name, value []byte) {
	switch string(name) {
	case "from":
		e.From = value
	case "to":
		e.To = value
	case "id":
		e.ID = value
	case "type":
		e.Type = value
	case "mechanism":
		e.Mechanism = value
	case "code":
		e.Code = value
	case "xmlns":
		e.XMLNS = value
	}
}

// closeLen returns the length of the closing bracket that b begins with.
func closeLen(b []byte) int {
	if b[0] == '>' {
		return 1
	}
	if bytes.HasPrefix(b, []byte("&gt;")) {
		return len("&gt;")
	}
	return 0
}

// textAfter returns the character data that b begins with.
func textAfter(b []byte) []byte {
	if at, _ := nextOpen(b, 0); at >= 0 {
		b = b[:at]
	}
	return bytes.TrimSpace(b)
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

func isNameStart(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c == '_'
}

func isName(c byte) bool {
	return isNameStart(c) || c >= '0' && c <= '9' || c == ':' || c == '-' || c == '.'
}
