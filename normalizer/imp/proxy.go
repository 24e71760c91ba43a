package imp

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/normalizer/internal/xmpp"
	"github.com/uctrace/uctrace/schemas"
)

// packet reads a SIP message that the SIP Proxy received or sent. The form of a
// sent one is inferred from that of a received one. Web copies glue the message
// to the line above it, and a terminal shows its carriage returns as ^M.
//
//	Received 536 bytes TCP packet from 10.53.56.17:34282
//	SUBSCRIBE sip:jdoe@example.com SIP/2.0
func (s statement) packet(dst []schemas.Event) []schemas.Event {
	first, _ := text.Line(s.message)
	rest := after(first, " packet ")
	if rest == nil || !has(first, " bytes ") {
		return dst
	}
	dir := schemas.In
	if addr := after(rest, "from "); addr != nil {
		rest = addr
	} else if addr := after(rest, "to "); addr != nil {
		rest, dir = addr, schemas.Out
	} else {
		return dst
	}
	peer, glued := address(rest)
	body := s.message[len(first)-len(glued):]
	at := sip.Find(body)
	if at < 0 {
		return s.unparsed(dst, "no SIP start line in the packet")
	}
	msg := body[at:]
	if bytes.Contains(msg, caretM) {
		msg = uncaret(msg)
	}
	var m sip.Message
	if !m.Parse(msg) {
		return s.unparsed(dst, "no SIP start line in the packet")
	}
	e := s.event(schemas.KindSIPMessage)
	m.Mended |= s.mended
	e.Repairs = nil
	lines := bytes.Count(s.message[:len(s.message)-len(body)+at], []byte{'\n'})
	if lines == 0 {
		m.Mended |= text.Glued
	} else {
		e.Line = s.record.Line + lines
		e.Text = s.mem.Evidence(m.Line, schemas.MaxEvidence)
	}
	sip.Describe(s.mem, &e, &m, s.file.Cluster)
	e.SIP.Wire, e.SIP.Direction, e.SIP.Peer = true, dir, s.mem.String(peer)
	switch {
	case has(first, " TCP "):
		e.SIP.Transport = "tcp"
	case has(first, " TLS "):
		e.SIP.Transport = "tls"
	case has(first, " UDP "):
		e.SIP.Transport = "udp"
	}
	return append(dst, e)
}

// address returns the host:port that b begins with and what follows it.
func address(b []byte) (addr, rest []byte) {
	colon := bytes.IndexByte(b, ':')
	if colon < 0 || !xmpp.Hostname(b[:colon]) {
		n := 0
		for n < len(b) && b[n] != ' ' {
			n++
		}
		return b[:n], b[n:]
	}
	end := colon + 1 + digits(b[colon+1:])
	return bytes.TrimSuffix(b[:end], []byte(":")), bytes.TrimLeft(b[end:], " ")
}

// caretM is what a terminal shows for a carriage return.
var caretM = []byte("^M")

// uncaret returns b without the ^M, and the blanks behind it, at the ends of
// its lines.
func uncaret(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		var line []byte
		line, b = text.Line(b)
		out = append(append(out, bytes.TrimSuffix(bytes.TrimRight(line, " "), caretM)...), '\n')
	}
	return out
}

// acl reads that the SIP Proxy does not trust who sent a message: the incoming
// access list lacks it. The guide to partitioned federation names the line.
//
//	ACL - upstream not trusted - need to authenticate
func (s statement) acl(dst []schemas.Event) []schemas.Event {
	if !has(s.message, "not trusted") {
		return dst
	}
	e := s.event(schemas.KindSIPEvent)
	s.word(&e, "event", "ACL upstream not trusted")
	s.word(&e, "service", "SIP")
	s.attr(&e, "detail", s.message)
	return append(dst, e)
}
