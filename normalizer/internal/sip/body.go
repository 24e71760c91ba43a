package sip

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
)

// body finds out what Body says about the message.
func (m *Message) body() {
	m.SDP = m.ContentLength != 0 && isSDP(m.ContentType) || len(m.Body) > 2 && hasSDP(m.Body, m.ContentType)
	if isFragment(m.ContentType) {
		if line, _ := text.Line(text.TrimLead(m.Body)); statusLine(line) > 0 {
			m.extra(sipfrag, line[len("SIP/2.0 "):])
		}
	}
	m.Truncated = m.ContentLength > 0 && !m.flat && !m.complete() && bodyLen(m.Body, m.spaced) < m.ContentLength
}

func isSDP(contentType []byte) bool { return hasPrefixFold(contentType, "application/sdp") }

// isFragment reports whether a body of this type is SIP again: the outcome of
// a REFER (RFC 3515 section 2.4.5), a tunnelled message.
func isFragment(contentType []byte) bool { return hasPrefixFold(contentType, "message/sip") }

// Fragment reports whether the body of the message is SIP again, which is no
// message of its own.
//
//	Content-Type: message/sipfrag;version=2.0
func (m *Message) Fragment() bool { return isFragment(m.ContentType) }

// hasSDP reports whether body is, or has as a part, a session description.
// Web copies lose lines, v=0 among them.
func hasSDP(body, contentType []byte) bool {
	body = text.TrimLead(body)
	if len(body) < 3 {
		return false
	}
	if body[1] == '=' {
		return body[0] == 'v' || body[0] == 'o' || body[0] == 'c' || body[0] == 'm'
	}
	return (body[0] == '-' || hasPrefixFold(contentType, "multipart/")) && bytes.Contains(body, []byte("\nv=0"))
}

// complete reports whether as much of the body is there as Content-Length says,
// whatever its lines are like.
func (m *Message) complete() bool {
	size := len(m.Body)
	if size >= 2*m.ContentLength {
		return true
	}
	// At the least: every CR is one before a line end.
	return !m.spaced && size+bytes.Count(m.Body, []byte{'\n'})-bytes.Count(m.Body, []byte{'\r'}) >= m.ContentLength
}

// bodyLen returns the most bytes that body can have had on the wire: logs
// write LF where CR LF was sent, and drop the last line end. Blank lines count
// only when the log has not spaced the message out.
func bodyLen(body []byte, spaced bool) int {
	n := 0
	for len(body) > 0 {
		var line []byte
		line, body = text.Line(body)
		if !spaced || !text.Blank(line) {
			n += len(line) + 2
		}
	}
	return n
}

// conclude cuts what follows an address in a message on one line, and names the
// method of a response without CSeq, where no other will do: the address of record is both From and To, the contact is the device
// itself, and the registrar grants a time (RFC 3261 section 10.3).
func (m *Message) conclude() {
	if m.Mended&text.Glued != 0 {
		m.From, m.To = addressOnly(m.From), addressOnly(m.To)
	}
	if m.CSeq != nil || m.Status/100 != 2 || m.extras[expires] == nil || !bytes.Contains(m.Contact, []byte("+sip.instance=")) {
		return
	}
	from, ok := Addr(m.From)
	to, ok2 := Addr(m.To)
	if ok && ok2 && len(from) > 0 && bytes.Equal(from, to) {
		m.register = true
		m.Mended |= text.Method
	}
}

// addressOnly returns the address and the parameters that a value of From or To
// begins with. In a message that stands on one line its author's words may
// follow.
//
//	<sip:3000@10.0.6.105>;tag=4705~8b68bd5c-f78f-44c5-b1ce-8ea93a8efbb6-21438414 . . //Truncated Output
func addressOnly(value []byte) []byte {
	open := len(value) - len(afterQuoted(value))
	if i := bytes.IndexByte(value[open:], '<'); i >= 0 {
		open += i
	} else {
		return value
	}
	i := bytes.IndexByte(value[open:], '>')
	if i < 0 {
		return value
	}
	for end := open + i + 1; ; {
		rest := bytes.TrimLeft(value[end:], " \t")
		if len(rest) == 0 || rest[0] != ';' {
			return value[:end]
		}
		end = len(value) - len(rest) + 1
		for end < len(value) && value[end] != ' ' && value[end] != '\t' && value[end] != ';' {
			end++
		}
	}
}
