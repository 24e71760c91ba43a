package expressway

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/schemas"
)

var (
	sipMarker = []byte("SIPMSG:")
	levelInfo = []byte(`Level="INFO"`)
)

// sip reads a record of network.sip. A DEBUG line with a SIPMSG block is the
// message that crossed the wire; the INFO line beside it, with the same
// Msg-Hash, repeats it; a DEBUG line without block, as web pages have them,
// says nothing about the message.
func (s statement) sip(dst []schemas.Event) []schemas.Event {
	header, _ := cutLine(s.head.rest)
	if at := bytes.Index(s.head.rest, sipMarker); at >= 0 {
		return s.message(dst, header, s.head.rest[at+len(sipMarker):])
	}
	if bytes.Contains(header, levelInfo) {
		return s.summary(dst, header)
	}
	return dst
}

// message appends the SIP message of a SIPMSG block.
//
//	…Module="network.sip" Level="DEBUG":  Action="Received" Local-ip="10.81.54.5" Local-port="5061" Src-ip="10.122.73.183" Src-port="47177" Msg-Hash="14340233468942773735"
//	 SIPMSG:
//	 |INVITE sip:1004@cucm1.example.com SIP/2.0
//	 Via: SIP/2.0/TLS 10.122.73.183:47177;branch=z9hG4bK45174a9c99f3;rport
func (s statement) message(dst []schemas.Event, header, block []byte) []schemas.Event {
	var m sip.Message
	if !m.Parse(unwrap(block)) {
		return s.unparsed(dst, "no SIP start line in the SIPMSG block")
	}
	e := s.event(schemas.KindSIPMessage, m.Line)
	e.Line = s.record.Line + bytes.Count(s.first[:len(s.first)-len(block)], []byte("\n")) + blankLines(block)
	sip.Describe(s.mem, &e, &m, s.file.Cluster)
	for _, value := range [...][]byte{m.From, m.To} {
		if ci := sip.CI(value); ci != nil {
			e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyCI, Value: string(ci), Scope: s.file.Cluster})
		}
	}
	e.SIP.Wire = true
	e.SIP.Transport = transport(m.Via)
	addresses(e.SIP, header)
	return append(dst, e)
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

// blankLines counts the line ends before the first visible byte of block.
func blankLines(block []byte) int {
	n := 0
	for _, c := range block {
		switch c {
		case '\n':
			n++
		case ' ', '\r', '\t':
		default:
			return n
		}
	}
	return 0
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

// addresses sets direction, peer and local address from the header line. X7
// prints neither Action nor the local address, and only one of Src and Dst.
func addresses(m *schemas.SIP, header []byte) {
	action, _ := value(header, "Action=")
	src, hasSrc := endpoint(header, "Src-ip=", "Src-port=")
	to, hasDst := endpoint(header, "Dst-ip=", "Dst-port=")
	m.Local, _ = endpoint(header, "Local-ip=", "Local-port=")
	switch {
	case string(action) == "Received", len(action) == 0 && hasSrc && !hasDst:
		m.Direction, m.Peer = schemas.In, src
	case string(action) == "Sent", len(action) == 0 && hasDst && !hasSrc:
		m.Direction, m.Peer = schemas.Out, to
	}
}

// endpoint returns host:port of two pairs, with brackets around an IPv6
// address.
func endpoint(b []byte, ipName, portName string) (string, bool) {
	ip, ok := value(b, ipName)
	if !ok || len(ip) == 0 {
		return "", false
	}
	buf := make([]byte, 0, 64)
	if bytes.IndexByte(ip, ':') >= 0 && ip[0] != '[' {
		buf = append(append(append(buf, '['), ip...), ']')
	} else {
		buf = append(buf, ip...)
	}
	if port, ok := value(b, portName); ok && len(port) > 0 {
		buf = append(append(buf, ':'), port...)
	}
	return string(buf), true
}

// summary appends the message that an INFO line repeats.
//
//	Detail="Receive Request Method=INVITE, CSeq=100, Request-URI=sip:1004@cucm1.example.com, Call-ID=e7e75ff9a67fb2435b25eab2a1498171, From-Tag=809f1f10ebdb302c, To-Tag=, Msg-Hash=14340233468942773735, Local-SessionID=, Remote-SessionID="
//	Detail="Sending Response Code=100, Method=INVITE, CSeq=101, To=sip:1004@cucm1.example.com, Call-ID=22794c00-a4a17661-3a-6936510a@10.81.54.105, …"
func (s statement) summary(dst []schemas.Event, header []byte) []schemas.Event {
	d, ok := detail(header)
	callID := field(d, "Call-ID=")
	method := field(d, "Method=")
	if !ok || len(callID) == 0 || len(method) == 0 {
		return dst
	}
	line, _ := cutLine(s.first)
	e := s.event(schemas.KindSIPSummary, line)
	uri := field(d, "Request-URI=")
	status := 0
	for _, c := range field(d, "Code=") {
		if c < '0' || c > '9' || status > 99 {
			return dst
		}
		status = status*10 + int(c-'0')
	}
	e.SIP = &schemas.SIP{
		Method: string(method), Status: status, CallID: string(callID),
		CSeq: string(field(d, "CSeq=")) + " " + string(method), SessionID: sessionID(d),
	}
	if status == 0 {
		e.SIP.RequestURI = string(uri)
		e.Attrs = s.attrs(e.Attrs, "ruri_user", sip.URIUser(uri))
	}
	addresses(e.SIP, header)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "of", Value: "info"})
	e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyCallID, Value: e.SIP.CallID})
	local, remote := sip.SessionHalves([]byte(e.SIP.SessionID))
	e.Keys = s.key1(e.Keys, schemas.KeySessionID, local)
	if !bytes.Equal(local, remote) {
		e.Keys = s.key1(e.Keys, schemas.KeySessionID, remote)
	}
	return append(dst, e)
}

// sessionID returns the Session-ID header value that a summary splits in two.
func sessionID(d []byte) string {
	local, remote := field(d, "Local-SessionID="), field(d, "Remote-SessionID=")
	if len(local) == 0 && len(remote) == 0 {
		return ""
	}
	if len(local) == 0 {
		local = []byte("00000000000000000000000000000000")
	}
	if len(remote) == 0 {
		return string(local)
	}
	return string(local) + ";remote=" + string(remote)
}

// field returns the value of a field of a summary: it ends at the next comma.
func field(d []byte, name string) []byte {
	at := bytes.Index(d, []byte(name))
	if at < 0 {
		return nil
	}
	d = d[at+len(name):]
	if end := bytes.IndexByte(d, ','); end >= 0 {
		d = d[:end]
	}
	return bytes.TrimSpace(d)
}
