package expressway

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// h323 reads a message of H.323. The INFO line is the message; of the printed
// PDU beside it only the rejection of a channel is read, because the INFO line
// does not say why.
//
//	Module="network.h323" Level="INFO":  Action="Sent" Dst-ip="192.0.2.16" Dst-port="1719" Detail="Sending RAS LRQ  SeqNum=52320 Retransmit=True"
//	Module="network.h323" Level="DEBUG": Dst-ip="192.0.2.9" Dst-port="49162"
//	Sending H.245 PDU:
//	value MultimediaSystemControlMessage ::= response : openLogicalChannelReject :
func (s *statement) h323(dst []schemas.Event) []schemas.Event {
	if at := bytes.Index(s.head.rest, []byte(" PDU:")); at >= 0 {
		return s.pdu(dst, at)
	}
	var p pairs
	s.pairs(&p)
	d := p.value(fDetail)
	out := bytes.HasPrefix(d, []byte("Sending "))
	if !out && !bytes.HasPrefix(d, []byte("Receiv")) {
		return dst
	}
	_, d, _ = bytes.Cut(d, []byte(" "))
	protocol, message, _ := bytes.Cut(d, []byte(" "))
	message, detail, _ := bytes.Cut(bytes.TrimLeft(message, " "), []byte(" "))
	name := signalProtocol(protocol)
	if name == "" || len(message) == 0 {
		return dst
	}
	dst, e := s.fact(dst, schemas.KindDigitsSignal, 5, 1)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "protocol", Value: name})
	e.Attrs = s.attrs(e.Attrs, "message", message)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "direction", Value: string(direction(out))})
	peer := s.far(&p)
	e.Attrs = word1(e.Attrs, "peer", peer)
	e.Attrs = s.attrs(e.Attrs, "detail", clip(detail))
	e.Keys = addrKey(e.Keys, peer)
	return dst
}

// far returns the address of the other side: the one of Src and Dst that a
// line prints.
func (s *statement) far(p *pairs) string {
	src, dst := s.ends(p)
	if src == "" {
		return dst
	}
	return src
}

func signalProtocol(word []byte) string {
	switch string(word) {
	case "RAS", "H.225", "H225":
		return "h225"
	case "H.245", "H245":
		return "h245"
	case "Q.931", "Q931":
		return "q931"
	}
	return ""
}

// pdu reads a printed PDU whose marker is at. It has no terminator.
func (s *statement) pdu(dst []schemas.Event, at int) []schemas.Event {
	body := s.head.rest[at:]
	reject := bytes.Index(body, []byte("openLogicalChannelReject"))
	if reject < 0 {
		return dst
	}
	var p pairs
	s.pairs(&p)
	from := bytes.LastIndexByte(body[:reject], '\n') + 1
	line, _ := cutLine(body[from:])
	dst, e := s.event(dst, schemas.KindMediaChannel, line)
	e.Line = s.record.Line + bytes.Count(s.first[:len(s.first)-len(body)+from], []byte("\n"))
	e.Attrs, e.Keys = s.mem.Attrs(4), s.mem.Keys(1)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "state", Value: "rejected"})
	peer := s.far(&p)
	e.Attrs = word1(e.Attrs, "peer", peer)
	e.Attrs = s.attrs(e.Attrs, "cause", wordAfter(body[reject:], "cause "))
	if n := wordAfter(body[reject:], "LogicalChannelNumber "); len(n) > 0 {
		e.Attrs = append(e.Attrs, schemas.Attr{Name: "detail", Value: "channel " + string(n)})
	}
	e.Keys = addrKey(e.Keys, peer)
	return dst
}

// wordAfter returns the word behind name in b, nil when b has no such name.
func wordAfter(b []byte, name string) []byte {
	_, after, ok := bytes.Cut(b, []byte(name))
	if !ok {
		return nil
	}
	return until(bytes.TrimLeft(after, " "), " ,:;\"'\t\r\n}")
}

// mediaRoute reads a route of the media through this box. Where the first one
// of a port is made nothing is known yet of the sender (UNDEFINED).
//
//	Detail="Route: Creating: Packets Rxd on 10.81.54.5:36000 (socket 0x556a70d11220) from 192.0.2.102:48446 Txd on 10.81.54.5:36072  (socket 0x556a7510b9c0)  to 192.0.2.183:18160"
func (s *statement) mediaRoute(dst []schemas.Event) []schemas.Event {
	var p pairs
	s.pairs(&p)
	d, ok := bytes.CutPrefix(p.value(fDetail), []byte("Route: "))
	if !ok {
		return dst
	}
	state := ""
	switch string(until(d, ": ")) {
	case "Creating", "Created", "Updating", "Updated", "Modifying":
		state = "routed"
	case "Deleting", "Deleted":
		state = "closed"
	default:
		return dst
	}
	dst, e := s.fact(dst, schemas.KindMediaChannel, 4, 0)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "state", Value: state})
	e.Attrs = s.attrs(e.Attrs, "local", wordAfter2(d, "Rxd on "))
	if from := wordAfter2(d, " from "); bytes.IndexByte(from, ':') > 0 {
		e.Attrs = s.attrs(e.Attrs, "peer", from)
	}
	if at := bytes.Index(d, []byte("Txd on ")); at >= 0 {
		e.Attrs = s.attrs(e.Attrs, "detail", clip(d[at:]))
	}
	return dst
}

// wordAfter2 returns the blank-delimited word behind name in b.
func wordAfter2(b []byte, name string) []byte {
	_, after, _ := bytes.Cut(b, []byte(name))
	return until(after, " ")
}

// policy reads what the call policy (RFC 3880) decided. A rejection is the
// reason of the 403 that follows; other steps are how every call goes.
//
//	Module="network.cpl" Level="DEBUG": Remote-ip="192.0.2.6" Remote-port="7003" Detail="CPL: <reject status="403" reason="Forbidden"/> "
func (s *statement) policy(dst []schemas.Event) []schemas.Event {
	b := s.head.rest
	event := ""
	switch {
	case has(b, "<reject"):
		event = "CPL reject"
	case has(b, "CPL: <rule ") && has(b, "> matched"):
		event = "CPL rule matched"
	default:
		return dst
	}
	var p pairs
	s.pairs(&p)
	dst, e := s.fact(dst, schemas.KindSIPEvent, 4, 1)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "event", Value: event})
	e.Attrs = s.attrs(e.Attrs, "detail", clip(p.value(fDetail)))
	remote := s.hostPort(p.value(fRemoteIP), p.value(fRemotePort))
	e.Attrs = word1(e.Attrs, "src", remote)
	e.Keys = addrKey(s.callKeys(e.Keys, &p), remote)
	return dst
}

// search reads which rule a search goes on with. That other rules do not match
// is how a search works.
//
//	Detail="Considering search rule 'Calls to Webex' towards target 'Webex DNS' at priority '90' with alias 'amy@call.example.com'"
func (s *statement) search(dst []schemas.Event) []schemas.Event {
	_, d, _ := bytes.Cut(s.head.rest, []byte(`Detail="`))
	if !bytes.HasPrefix(bytes.TrimLeft(d, " "), []byte("Considering search rule '")) {
		return dst
	}
	var p pairs
	s.pairs(&p)
	dst, e := s.fact(dst, schemas.KindSIPEvent, 3, 0)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "event", Value: "Considering search rule"})
	e.Attrs = s.attrs(e.Attrs, "detail", clip(p.value(fDetail)))
	if _, alias, ok := bytes.Cut(p.value(fDetail), []byte(" with alias '")); ok {
		e.Attrs = s.attrs(e.Attrs, "dst_alias", bytes.TrimRight(alias, " '"))
	}
	return dst
}
