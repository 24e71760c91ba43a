package sip

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
)

// body finds out what Body says about the message.
func (m *Message) body() {
	m.SDP = m.ContentLength != 0 && bytes.Contains(m.ContentType, []byte("application/sdp")) || hasSDP(m.Body)
	m.Truncated = m.ContentLength > 0 && len(m.Body) < 2*m.ContentLength && bodyLen(m.Body, m.spaced) < m.ContentLength
}

// hasSDP reports whether body is, or has as a part, a session description.
// Web copies lose lines, so v=0 alone does not decide.
func hasSDP(body []byte) bool {
	body = bytes.TrimLeft(body, " \t\r\n")
	if len(body) < 3 {
		return false
	}
	if body[0] == 'v' || body[0] == 'o' {
		return body[1] == '='
	}
	return body[0] == '-' && bytes.Contains(body, []byte("\nv=0"))
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
