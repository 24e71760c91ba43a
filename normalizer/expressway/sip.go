package expressway

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/schemas"
)

// sip reads a record of network.sip. A DEBUG line with a SIPMSG block is the
// message that crossed the wire; the INFO line beside it, with the same
// Msg-Hash, summarises it; a DEBUG line without block, as web pages have them,
// says nothing about the message. The net_id of both is the Msg-Hash.
func (s *statement) sip(dst []schemas.Event) []schemas.Event {
	if at := s.block(); at >= 0 {
		rest := s.head.rest[at:]
		return s.message(dst, rest[bytes.IndexByte(rest, ':')+1:])
	}
	header, _ := cutLine(s.head.rest)
	if levelOf(header) == "info" {
		return s.summary(dst)
	}
	return dst
}

// message appends the SIP message of a SIPMSG block.
//
//	…Module="network.sip" Level="DEBUG":  Action="Received" Local-ip="10.81.54.5" Local-port="5061" Src-ip="10.122.73.183" Src-port="47177" Msg-Hash="14340233468942773735"
//	 SIPMSG:
//	 |INVITE sip:1004@cucm1.example.com SIP/2.0
//	 Via: SIP/2.0/TLS 10.122.73.183:47177;branch=z9hG4bK45174a9c99f3;rport
func (s *statement) message(dst []schemas.Event, block []byte) []schemas.Event {
	wrapped, escaped := unescape(block)
	var m sip.Message
	if !m.Parse(unwrap(wrapped)) {
		return s.unparsed(dst, "no SIP start line in the SIPMSG block")
	}
	var p pairs
	s.pairs(&p)
	dst, e := s.event(dst, schemas.KindSIPMessage, m.Line)
	if escaped {
		e.Repairs = append(e.Repairs, "escaped")
	}
	at := len(s.first) - len(block)
	for _, c := range block { // the line of the first visible byte
		if c != '\n' && c != ' ' && c != '\r' && c != '\t' {
			break
		}
		at++
	}
	e.Line = s.lineAt(at)
	s.describe(e, &m)
	e.SIP.Wire = true
	s.addressed(e.SIP, &p)
	e.Keys = s.hashKey(e.Keys, p.value(fMsgHash))
	return dst
}

// describe fills e with what the message m says. Its keys are, beside others,
// the serial numbers of the call in the boxes that it went through (proxy-call-id
// of Via and Record-Route) and the Tag that all Expressways give it (X-TAATag).
func (s *statement) describe(e *schemas.Event, m *sip.Message) {
	e.Keys = s.mem.Keys(12)
	sip.Describe(s.mem, e, m, s.file.Cluster)
	for _, value := range [...][]byte{m.From, m.To} {
		if ci := sip.CI(value); ci != nil {
			e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyCI, Value: s.mem.String(ci), Scope: s.file.Cluster})
		}
	}
	e.SIP.Transport = transport(m.Via)
}

// hashKey adds the Msg-Hash, which numbers the messages of a box: the two
// lines of one message have the same.
func (s *statement) hashKey(keys []schemas.Key, hash []byte) []schemas.Key {
	if len(hash) == 0 {
		return keys
	}
	scope := append(append(append(s.mem.Scratch(), s.file.Cluster...), '/'), s.node()...)
	return append(keys, schemas.Key{Type: schemas.KeyNetID, Value: s.mem.String(hash), Scope: s.mem.Scope(scope)})
}

// unescape returns block with the line ends that a syslog relay escaped.
func unescape(block []byte) (text []byte, escaped bool) {
	const lf = "#012"
	if at := bytes.Index(block[:min(len(block), 400)], []byte(lf)); at < 0 {
		return block, false
	}
	block = bytes.ReplaceAll(block, []byte("#015"), nil)
	return bytes.ReplaceAll(block, []byte(lf), []byte("\n")), true
}

// unwrap returns the message of a SIPMSG block as it was on the wire, with LF
// line ends: every line has one leading blank, the first a bar before it, and
// a lone bar ends the block. Blanks are not required: pages lose them.
func unwrap(block []byte) []byte {
	out := make([]byte, 0, len(block))
	begun := false
	for len(block) > 0 {
		var line []byte
		line, block = cutLine(block)
		if trimmed := bytes.Trim(line, " "); !begun {
			trimmed = bytes.TrimPrefix(trimmed, []byte("|"))
			if len(trimmed) == 0 {
				continue
			}
			line, begun = trimmed, true
		} else if len(trimmed) == 1 && trimmed[0] == '|' {
			break
		} else if line = bytes.TrimPrefix(line, []byte(" ")); len(line) > 0 && line[0] == ' ' && len(trimmed) == 0 {
			line = nil
		}
		out = append(append(out, line...), '\n')
	}
	return out
}

// transport returns the transport that the top Via names (RFC 3261 section
// 18.1.1), in lower case.
func transport(via []byte) string {
	for _, t := range [...]struct{ via, name string }{{"SIP/2.0/TLS", "tls"}, {"SIP/2.0/TCP", "tcp"}, {"SIP/2.0/UDP", "udp"}} {
		if bytes.HasPrefix(via, []byte(t.via)) {
			return t.name
		}
	}
	return ""
}

// addressed sets direction, peer and local address from the header line. X7
// prints neither Action nor the local address, and only one of Src and Dst.
func (s *statement) addressed(m *schemas.SIP, p *pairs) {
	src, to := s.ends(p)
	m.Local = s.hostPort(p.value(fLocalIP), p.value(fLocalPort))
	switch {
	case p.is(fAction, "Received"), !p.has(fAction) && src != "" && to == "":
		m.Direction, m.Peer = schemas.In, src
	case p.is(fAction, "Sent"), !p.has(fAction) && to != "" && src == "":
		m.Direction, m.Peer = schemas.Out, to
	}
}
