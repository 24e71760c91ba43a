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
	// XMLNS is the default namespace.
	XMLNS []byte
	// Text is the character data up to the next tag, blanks trimmed: a
	// dialback key, a SASL payload.
	Text []byte
	// Closed is true for an empty-element tag, which has no Text.
	Closed bool
	// Start and End are the offsets of the tag: its first byte and the byte
	// after its closing bracket.
	Start, End int
}

// Read returns the first element of b. A closing tag, a comment, a declaration
// and what is no complete tag are skipped. It reports false when b holds none.
//
//	<db:verify from='vngtp.lab' id='05E295A2B' to='coluc.com'>d780f198…</db:verify>
func Read(b []byte) (Element, bool) {
	for i := 0; i < len(b); {
		at, n := nextOpen(b, i)
		if at < 0 {
			return Element{}, false
		}
		i = at + n
		if i < len(b) && isNameStart(b[i]) {
			if e, ok := readTag(b, at, i); ok {
				return e, true
			}
		}
	}
	return Element{}, false
}

// nextOpen returns the offset and the length of the next opening bracket at
// or after from: < or, from web copies, &lt;.
func nextOpen(b []byte, from int) (at, n int) {
	for i := from; i < len(b); i++ {
		if n := openLen(b[i:]); n > 0 {
			return i, n
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

// readTag reads the tag whose bracket is at start and whose name is at i.
func readTag(b []byte, start, i int) (Element, bool) {
	e := Element{Start: start}
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
			return Element{}, false
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
		next, ok := e.readAttr(b, i)
		if !ok {
			return Element{}, false
		}
		i, e.Closed = next, false
	}
	if !e.Closed {
		e.Text = textAfter(b[e.End:])
	}
	return e, true
}

// readAttr reads name=value at i, keeps the values that matter and returns
// the offset behind it. A word without value is skipped.
func (e *Element) readAttr(b []byte, i int) (int, bool) {
	n := i
	for n < len(b) && isName(b[n]) {
		n++
	}
	if n == i {
		return 0, false // not a tag after all: prose with a < in it
	}
	name := b[i:n]
	for n < len(b) && isBlank(b[n]) {
		n++
	}
	if n >= len(b) || b[n] != '=' {
		return n, true
	}
	n++
	for n < len(b) && isBlank(b[n]) {
		n++
	}
	open, class := quote(b[n:])
	if open == 0 {
		return 0, false
	}
	n += open
	end, after := closing(b, n, class)
	if end < 0 {
		return 0, false
	}
	e.keep(name, b[n:end])
	return after, true
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
	case "xmlns":
		e.XMLNS = value
	}
}

// closing returns where the value that begins at i ends and where its closing
// quote of the class ends, or -1. A bracket ends the search: it cannot stand
// in an attribute (XML 1.0 section 2.3), so the quote was lost.
func closing(b []byte, i int, class byte) (end, after int) {
	for ; i < len(b); i++ {
		if openLen(b[i:]) > 0 {
			break
		}
		if n, k := quote(b[i:]); n > 0 && k == class {
			return i, i + n
		}
	}
	return -1, -1
}

// quote returns the length of the quote that b begins with, 0 when it begins
// with none, and its class: ' or ". Typographic and escaped quotes count.
func quote(b []byte) (n int, class byte) {
	if len(b) == 0 {
		return 0, 0
	}
	switch b[0] {
	case '\'', '"':
		return 1, b[0]
	case '&':
		for _, q := range escapedQuotes {
			if bytes.HasPrefix(b, []byte(q.text)) {
				return len(q.text), q.class
			}
		}
	case 0xE2: // U+2018 to U+201F are E2 80 98 to E2 80 9F
		if len(b) >= 3 && b[1] == 0x80 && b[2] >= 0x98 && b[2] <= 0x9F {
			if b[2] < 0x9C {
				return 3, '\''
			}
			return 3, '"'
		}
	}
	return 0, 0
}

var escapedQuotes = [...]struct {
	text  string
	class byte
}{
	{"&apos;", '\''},
	{"&#39;", '\''},
	{"&#x27;", '\''},
	{"&quot;", '"'},
	{"&#34;", '"'},
	{"&#x22;", '"'},
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
