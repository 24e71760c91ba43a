package sip

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
)

// header reads the header fields that b begins with and sets Body to the rest.
func (m *Message) header(b []byte) {
	fields := 0
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
		if bodyLine(line) {
			m.Mended |= text.NoBlank
			m.Body = b
			return
		}
		for len(rest) > 0 && (rest[0] == ' ' || rest[0] == '\t') {
			var more []byte
			if more, rest = text.Line(rest); text.Blank(more) {
				break
			}
			line = b[:offset(b, more)+len(more)]
		}
		if m.field(line) {
			fields++
		}
		b = rest
	}
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
		if !Known(name) {
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
		i := m.gluedField(value)
		if i == 0 {
			m.set(name, bytes.TrimSpace(value))
			return true
		}
		m.Mended |= text.Glued
		m.set(name, bytes.TrimSpace(value[:i]))
		name, value = cutName(value[i:])
	}
}

// set keeps the value of a field that an event needs. Names are compared
// without case and in both forms (RFC 3261 section 7.3.3).
func (m *Message) set(name, value []byte) {
	var dst *[]byte
	switch len(name) {
	case 1:
		dst = m.compact(name[0] | 0x20)
	case 2:
		dst = m.named(name, "to", &m.To)
	case 3:
		dst = m.named(name, "via", &m.Via)
	case 4:
		switch name[0] | 0x20 {
		case 'f':
			dst = m.named(name, "from", &m.From)
		case 'c':
			dst = m.named(name, "cseq", &m.CSeq)
		case 'd':
			dst = m.named(name, "date", &m.Date)
		}
	case 6:
		switch name[0] | 0x20 {
		case 's':
			dst = m.named(name, "server", &m.Server)
		case 'r':
			if dst = m.named(name, "reason", &m.Reason); dst != nil && m.Reason != nil {
				dst = &m.Reason2
			}
		}
	case 7:
		switch name[0] | 0x20 {
		case 'c':
			if dst = m.named(name, "call-id", &m.CallID); dst == nil {
				dst = m.named(name, "contact", &m.Contact)
			}
		case 'w':
			dst = m.named(name, "warning", &m.Warning)
		}
	case 10:
		if dst = m.named(name, "user-agent", &m.UserAgent); dst == nil {
			dst = m.named(name, "session-id", &m.SessionID)
		}
	case 12:
		dst = m.named(name, "content-type", &m.ContentType)
	case 14:
		if equalFold(name, "content-length") {
			m.contentLength(value)
		}
	}
	if dst != nil && *dst == nil {
		*dst = value
	}
}

func (m *Message) named(name []byte, want string, dst *[]byte) *[]byte {
	if equalFold(name, want) {
		return dst
	}
	return nil
}

func (m *Message) compact(c byte) *[]byte {
	switch c {
	case 'v':
		return &m.Via
	case 'f':
		return &m.From
	case 't':
		return &m.To
	case 'i':
		return &m.CallID
	case 'm':
		return &m.Contact
	case 'c':
		return &m.ContentType
	}
	return nil
}

func (m *Message) contentLength(value []byte) {
	n, digits := 0, 0
	for digits < len(value) && digits < 9 && value[digits] >= '0' && value[digits] <= '9' {
		n = n*10 + int(value[digits]-'0')
		digits++
	}
	if digits > 0 && m.ContentLength < 0 {
		m.ContentLength = n
	}
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
// or 0: a blank, the name of a known field as it is commonly written, a colon
// and a blank, outside of quotes. Blanks before the colon are allowed (RFC 3261
// section 7.3.1).
//
//	CSeq: 102 BYE Reason: Q.850;cause=47 Content-Length: 0
//	CSeq: 2066245576 INVITE From : "DX70" <sip:2000 @example.com >;tag=9fea3e7d70afd884
func (m *Message) gluedField(value []byte) int {
	if m.wire {
		return 0
	}
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
		if end-at > 1 && at > 0 && isBlank(value[at-1]) && exactly(value[at:end]) {
			quotes, counted = quotes+bytes.Count(value[counted:at], []byte{'"'}), at
			if quotes%2 == 0 {
				return at
			}
		}
		from = colon + 2
	}
}

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
