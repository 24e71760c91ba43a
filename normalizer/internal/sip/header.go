package sip

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
)

// header reads the header fields that b begins with and sets Body to the rest.
func (m *Message) header(b []byte) {
	fields, ends := 0, false
	if m.wire {
		b, fields, ends = m.usual(b)
	}
	if ends {
		m.Body = b
	} else {
		m.fields(b, fields)
	}
}

// fields reads the header fields that b goes on with behind so many others, and
// sets Body to the rest.
func (m *Message) fields(b []byte, fields int) {
	for len(b) > 0 {
		line, rest := text.Line(b)
		if text.Blank(line) {
			next, more := m.past(rest, fields)
			if !more {
				m.Body = rest
				return
			}
			m.Mended |= text.BlankLines
			b = next
			continue
		}
		if bodyLine(line) || fields > 0 && m.bodyStart(line) {
			m.Mended |= text.NoBlank
			m.Body = b
			return
		}
		line, rest = m.folded(b, line, rest)
		if m.field(line) {
			fields++
		}
		if m.flat {
			return
		}
		b = rest
	}
}

// bodyStart reports whether line, which follows a header field, begins a body
// that is no session description: XML, multipart, a message in the message.
func (m *Message) bodyStart(line []byte) bool {
	switch line[0] {
	case '<':
		return m.CallID != nil
	case '-':
		return m.CallID != nil && len(line) > 2 && line[1] == '-'
	case 'S':
		return isFragment(m.ContentType) && statusLine(line) > 0
	}
	return false
}

// folded returns line with the lines that go on its value: those that begin
// with a blank (RFC 3261 section 7.3.1), and those that a page broke off, which
// are no fields of their own.
func (m *Message) folded(b, line, rest []byte) (whole, after []byte) {
	for len(rest) > 0 {
		blank := rest[0] == ' ' || rest[0] == '\t'
		if !blank {
			if m.wire || len(line) < edge {
				break
			}
			if name, _ := cutName(rest); name != nil {
				break
			}
		}
		more, next := text.Line(rest)
		if text.Blank(more) || !blank && !wraps(line, more) {
			break
		}
		if !blank {
			m.Mended |= text.Wrapped
		}
		line, rest, m.folds = b[:offset(b, more)+len(more)], next, true
	}
	return line, rest
}

// edge is the least width of a page.
const edge = 60

// wraps reports whether more goes on line, a field that a page broke at its
// right edge: line is about as long as a page is wide, and more, which is no
// field, is no remark and no prose either.
func wraps(line, more []byte) bool {
	const widest = 200
	if name, _ := cutName(line); name == nil {
		return false
	}
	if i := bytes.LastIndexByte(line, '\n'); i >= 0 {
		line = line[i+1:]
	}
	if len(line) < edge || len(line) > widest || bytes.IndexByte([]byte("#<-[*="), more[0]) >= 0 ||
		bodyLine(more) || statusLine(more) > 0 || bytes.IndexByte(more, '|') >= 0 {
		return false
	}
	prose := bytes.Count(more, []byte{' '}) > 2 && !bytes.ContainsAny(more, ";=@")
	return !prose
}

// past decides what the blank line before b means: the end of the header
// fields (more is false), or a line that a web page put between two of them.
// Then next begins with the next field.
//
// A message has fields, Call-ID and CSeq among them (RFC 3261 section 8.1.1),
// so a blank line straight after the start line or before those two is damage,
// and damage of one line is damage of all.
func (m *Message) past(b []byte, fields int) (next []byte, more bool) {
	if !m.spaced && fields > 0 && m.CallID != nil && m.CSeq != nil {
		return nil, false
	}
	for len(b) > 0 {
		line, rest := text.Line(b)
		if text.Blank(line) {
			b = rest
			continue
		}
		name, _ := cutName(line)
		odd := (isCompact(name) || bytes.IndexByte(name, '-') > 0) && (m.spaced || fields == 0)
		if !Known(name) && !odd {
			return nil, false
		}
		if fields == 0 {
			m.spaced = true
		}
		return b, true
	}
	return nil, false
}

// field reads one header field, and those that are glued behind it. It
// reports false when line is none.
func (m *Message) field(line []byte) bool {
	name, value := cutName(line)
	if name == nil {
		return false
	}
	for {
		i := 0
		if !m.wire {
			i = gluedField(value)
		}
		var next, rest []byte
		if i > 0 {
			next, rest = cutName(value[i:])
		}
		if next == nil {
			m.set(name, bytes.TrimSpace(m.flatBody(value)))
			return true
		}
		m.Mended |= text.Glued
		m.set(name, bytes.TrimSpace(value[:i]))
		name, value = next, rest
	}
}

// flatBody returns value without the session description that stands behind
// the last field of a message whose line ends were lost.
//
//	Content-Length: 316 v=0 o=aastra400 442514688 442514688 IN IP4 10.0.6.2
func (m *Message) flatBody(value []byte) []byte {
	if m.wire || m.Mended&text.Glued == 0 {
		return value
	}
	i := bytes.Index(value, []byte(" v=0 "))
	if i < 0 {
		i = bytes.Index(value, []byte(" o="))
	}
	if i < 0 {
		return value
	}
	m.Body, m.flat = value[i+1:], true
	return value[:i]
}

// cutName splits a header line at its colon. name is nil when line does not
// begin with a token (RFC 3261 section 25.1) and a colon.
func cutName(line []byte) (name, value []byte) {
	i := 0
	for i < len(line) && tokenChar[line[i]] {
		i++
	}
	j := i
	for j < len(line) && (line[j] == ' ' || line[j] == '\t') {
		j++
	}
	if i == 0 || j >= len(line) || line[j] != ':' {
		return nil, nil
	}
	return line[:i], line[j+1:]
}

// gluedField returns the index in value where a further header field begins,
// or 0: the name of a known field as it is commonly written, a colon and a
// blank, outside of quotes. Before it stands a blank, or the end of a value
// that no name goes on. Blanks before the colon are allowed (RFC 3261 section
// 7.3.1).
//
//	Session-Expires:  1800Diversion: <sip:9180@10.4.15.5>;reason=unconditional
//	CSeq: 102 BYE Reason: Q.850;cause=47 Content-Length: 0
//	CSeq: 2066245576 INVITE From : "DX70" <sip:2000 @example.com >;tag=9fea3e7d70afd884
func gluedField(value []byte) int {
	quotes, counted := 0, 0
	for from := 0; ; {
		i := bytes.Index(value[from:], []byte(": "))
		if i < 0 {
			return 0
		}
		colon := from + i
		end := colon
		for end > from && isBlank(value[end-1]) {
			end--
		}
		at := end
		for at > from && tokenChar[value[at-1]] {
			at--
		}
		whole := end-at > 1 && at > 0 && closes(value[at-1]) && exactly(value[at:end])
		if !whole {
			if k := knownEnd(value[at:end]); k > 0 {
				at += k
			} else {
				at = 0
			}
		}
		if at > 0 {
			quotes, counted = quotes+bytes.Count(value[counted:at], []byte{'"'}), at
			if quotes%2 == 0 {
				return at
			}
		}
		from = colon + 2
	}
}

// closes reports whether a header field may begin behind c.
func closes(c byte) bool { return isBlank(c) || c == '>' || c == '"' || c == ')' || c == ';' }

// offset returns where part, a sub-slice of b, begins in b.
func offset(b, part []byte) int { return cap(b) - cap(part) }

var tokenChar = func() (t [256]bool) {
	for c := range t {
		t[c] = c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' ||
			bytes.IndexByte([]byte("-.!%*_+`'~"), byte(c)) >= 0
	}
	return t
}()

// equalFold reports whether b is lower in any case; lower is ASCII lower case.
func equalFold(b []byte, lower string) bool {
	if len(b) != len(lower) {
		return false
	}
	for i := range b {
		c := b[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		if c != lower[i] {
			return false
		}
	}
	return true
}
