package sip

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// messages appends the events of the messages in b, a record behind its head.
// line is the number of b's first line. A dump with heads has one message a
// record; what follows a start line without a head of its own is one more.
func messages(mem *arena.Arena, dst []schemas.Event, b []byte, h *head, f *schemas.File, line int) (_ []schemas.Event, found bool) {
	var way schemas.Direction
	var m sip.Message
	inside := false // what begins next is the body of m
	for len(b) > 0 {
		at, end := bounds(b)
		if at < 0 {
			break
		}
		found = true
		if d := direction(lastLine(b[:at])); d != "" {
			way = d
		}
		line += bytes.Count(b[:at], []byte{'\n'})
		raw, mended := plain(b[at:end])
		switch {
		case inside:
			inside = false
		case m.Parse(raw) && !fragment(&m):
			m.Mended |= mended
			e := describe(mem, &m, h, f, way)
			e.Line = line
			dst = append(dst, e)
			inside = m.Fragment() && text.Blank(m.Body)
		}
		line += bytes.Count(b[at:end], []byte{'\n'})
		b = b[end:]
	}
	return dst, found
}

// describe makes the event of m. A dump holds what was sent or received, so its
// messages count as on the wire.
func describe(mem *arena.Arena, m *sip.Message, h *head, f *schemas.File, way schemas.Direction) schemas.Event {
	var e schemas.Event
	sip.Describe(mem, &e, m, f.Cluster)
	e.SIP.Wire, e.SIP.Direction, e.SIP.Transport = true, way, h.transport
	if e.SIP.Transport == "" {
		e.SIP.Transport = transport(m.Via)
	}
	if m.Fragment() {
		e.SIP.Truncated = false // its body is SIP, and framed as such
	}
	e.Text = text.Evidence(m.Line, schemas.MaxEvidence)
	return e
}

// bounds returns where the first message of b begins, -1 for none, and where
// the next one does.
func bounds(b []byte) (at, end int) {
	at = find(b)
	if at < 0 {
		return -1, len(b)
	}
	_, rest := text.Line(b[at:])
	next := find(rest)
	if next < 0 {
		return at, len(b)
	}
	return at, len(b) - len(rest) + next
}

// find returns the offset of the first line of b that begins a message, as
// Start sees it, or -1.
func find(b []byte) int {
	for off := 0; off < len(b); {
		line, rest := text.Line(b[off:])
		if startLine(line) {
			return off
		}
		if rest == nil {
			break
		}
		off = len(b) - len(rest)
	}
	return -1
}

// startLine reports whether line is a start line, which a follow-stream print
// may have indented, and ngrep ended with a dot.
func startLine(line []byte) bool {
	line = bytes.TrimLeft(line, " \t")
	return sip.StartLine(line) || len(line) > 11 && line[len(line)-1] == '.' && sip.StartLine(line[:len(line)-1])
}

// fragment reports whether m is the inside of another message's body (RFC
// 3420): it has neither a Via nor a Call-ID, which no message lacks.
func fragment(m *sip.Message) bool { return m.Via == nil && m.CallID == nil }

// plain returns b without the indentation that its first line has, and without
// the dot that ngrep prints for each carriage return.
func plain(b []byte) ([]byte, text.Repairs) {
	first, rest := text.Line(b)
	second, _ := text.Line(rest)
	indent := len(first) - len(bytes.TrimLeft(first, " \t"))
	dots := len(first) > 0 && first[len(first)-1] == '.' && len(second) > 0 && second[len(second)-1] == '.'
	if indent == 0 && !dots {
		return b, 0
	}
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		var line []byte
		line, b = text.Line(b)
		for n := 0; n < indent && len(line) > 0 && (line[0] == ' ' || line[0] == '\t'); n++ {
			line = line[1:]
		}
		if dots {
			line = bytes.TrimSuffix(line, []byte{'.'})
		}
		out = append(append(out, line...), '\n')
	}
	if dots {
		return out, text.CaretM
	}
	return out, 0
}

// transport returns what the topmost Via says.
//
//	SIP/2.0/UDP 10.0.6.2:5060;branch=z9hG4bK2
func transport(via []byte) string {
	for _, t := range [...]string{"udp", "tcp", "tls"} {
		const version = len("SIP/2.0/")
		if len(via) > version+3 && bytes.EqualFold(via[version:version+3], []byte(t)) && via[version+3] == ' ' {
			return t
		}
	}
	return ""
}

// lastLine returns the last line of b that is not blank.
func lastLine(b []byte) []byte {
	b = bytes.TrimRight(b, " \t\r\n")
	return b[bytes.LastIndexByte(b, '\n')+1:]
}
