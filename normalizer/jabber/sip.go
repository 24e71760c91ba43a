package jabber

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// readSIP reads a SIP message that crossed the wire, and, for a registration,
// what it means.
//
//	[platform_print_sip_msg] - sipio-sent---> REGISTER sip:10.10.10.1 SIP/2.0
//	[_SIPCCLoggerFunction] – sipio-recv<— SIP/2.0 200 OK
func readSIP(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	sent := bytes.HasPrefix(s.message, []byte("sipio-sent"))
	if !sent && !bytes.HasPrefix(s.message, []byte("sipio-recv")) {
		return dst
	}
	start := behindArrow(s.message[len("sipio-sent"):])
	if !sip.StartLine(start) {
		if s.function != nil && !has(s.line, "SIP/2.0") {
			return dst // another component talks about the message
		}
		return s.unparsed(dst, "no SIP start line in the dump")
	}
	var m sip.Message
	dump := s.dumped(start)
	if !m.Parse(dump) {
		return s.unparsed(dst, "no SIP start line in the dump")
	}
	dst = s.event(dst, schemas.KindSIPMessage)
	e := &dst[len(dst)-1]
	m.Mended, e.Repairs = m.Mended|s.mended, nil
	sip.Describe(s.mem, e, &m, s.file.Cluster)
	for _, value := range [...][]byte{m.From, m.To} {
		if ci := sip.CI(value); ci != nil {
			e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyCI, Value: string(ci), Scope: s.file.Cluster})
		}
	}
	e.SIP.Wire = true
	e.SIP.Direction = schemas.In
	if sent {
		e.SIP.Direction = schemas.Out
	}
	addresses(e.SIP, m.Via)
	if s.shape == phone && !schemas.Dated(s.record.Time) && !e.SIP.Date.IsZero() {
		// A phone's head has no year; the message has.
		e.Time = onDay(s.record.Time, e.SIP.Date)
	}
	at, method := e.Time, e.SIP.Method
	if method != "REGISTER" {
		return dst
	}
	n := len(dst)
	fields := dump[:max(0, len(dump)-len(m.Body))]
	dst = s.registration(dst, dst[n-1].SIP, &m, fields, r.stage)
	for i := n; i < len(dst); i++ {
		dst[i].Time = at
	}
	return dst
}

// behindArrow returns b without the arrow that it begins with.
func behindArrow(b []byte) []byte {
	for len(b) > 0 && (b[0] == '-' || b[0] == '<' || b[0] == '>' || b[0] == ' ') {
		b = b[1:]
	}
	return b
}

// dumped returns the message of a dump: the start line and the lines up to
// the end marker or a line of the ladder diagram, which belong to no message.
// It is a part of the record unless that must be changed to be read.
func (s *statement) dumped(start []byte) []byte {
	end := len(s.rest)
	for off := 0; off < len(s.rest); {
		line, next := text.Line(s.rest[off:])
		if bytes.HasPrefix(line, []byte("[SIP][")) || has(line, "::End-Of-Sip-Message::") {
			end = off
			break
		}
		if next == nil {
			break
		}
		off = len(s.rest) - len(next)
	}
	indent := indentOf(s.rest[:end])
	record := s.record.Text
	if at := bytes.LastIndex(s.raw, start); at >= 0 && indent == 0 && s.mended&text.Wrapped == 0 {
		return record[at : len(record)-len(s.rest)+end]
	}
	msg := append(append(make([]byte, 0, len(start)+1+end), start...), '\n')
	for rest := s.rest[:end]; len(rest) > 0; {
		var line []byte
		line, rest = text.Line(rest)
		msg = append(append(msg, line[min(indent, indentOf(line)):]...), '\n')
	}
	return msg
}

// indentOf returns how many blanks b begins with: the log of a phone indents
// all lines of a message by eight.
func indentOf(b []byte) int { return len(b) - len(bytes.TrimLeft(b, " \t")) }

// addresses sets transport and the address that the top Via names: that of
// the side which sent the request (RFC 3261 section 18.1.1).
func addresses(m *schemas.SIP, via []byte) {
	const version = "SIP/2.0/"
	if len(via) < len(version)+4 || string(via[:len(version)]) != version {
		return
	}
	protocol, by, found := bytes.Cut(via[len(version):], []byte(" "))
	if !found {
		return
	}
	m.Transport = string(bytes.ToLower(protocol))
	by = bytes.TrimSpace(until(by, ";,"))
	if len(by) == 0 {
		return
	}
	if (m.Direction == schemas.Out) == (m.Status == 0) {
		m.Local = string(by)
	} else {
		m.Peer = string(by)
	}
}

// readRepeat reads a line that repeats a SIP message.
//
//	ccsip_store_send_msg_for_alarm: Sent:REGISTER sip:10.48.47.143 SIP/2.0 Cseq:154 REGISTER CallId:<id>
func readRepeat(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	line, tail, found := bytes.Cut(s.message[len(r.needle):], []byte(" Cseq:"))
	callID := until(after(s.message, "CallId:"), " ")
	var m sip.Message
	if !found || len(callID) == 0 || !m.Parse(bytes.TrimSpace(line)) {
		return dst
	}
	m.CallID = callID
	cseq, _, _ := bytes.Cut(tail, []byte("CallId:"))
	m.CSeq = bytes.TrimSpace(cseq)
	dst = s.event(dst, schemas.KindSIPSummary)
	e := &dst[len(dst)-1]
	sip.Describe(s.mem, e, &m, s.file.Cluster)
	e.Kind = schemas.KindSIPSummary
	e.SIP.Direction = schemas.In
	if r.needle == "Sent:" {
		e.SIP.Direction = schemas.Out
	}
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "of", Value: "repeat"})
	return dst
}
