package jabber

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// readSIP reads a SIP message that crossed the wire, and, for a registration,
// the stage it is.
//
//	[platform_print_sip_msg] - sipio-sent---> REGISTER sip:10.10.10.1 SIP/2.0
//	[_SIPCCLoggerFunction] – sipio-recv<— SIP/2.0 200 OK
func readSIP(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	sent := bytes.HasPrefix(s.message, []byte("sipio-sent"))
	if !sent && !bytes.HasPrefix(s.message, []byte("sipio-recv")) {
		return dst
	}
	start := bytes.TrimSuffix(bytes.TrimLeft(s.message[len("sipio-sent"):], "-<> "), caretM)
	if !sip.StartLine(start) {
		if s.function != nil && !has(s.line, "SIP/2.0") {
			return dst // another component talks about the message
		}
		return s.unparsed(dst, "no SIP start line in the dump")
	}
	var m sip.Message
	if !m.Parse(dumped(start, s.rest)) {
		return s.unparsed(dst, "no SIP start line in the dump")
	}
	e := s.event(schemas.KindSIPMessage)
	mended := s.mended | m.Mended
	m.Mended, e.Repairs = mended, nil
	sip.Describe(s.mem, &e, &m, s.file.Cluster)
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
	dst = append(dst, e)
	if e.SIP.Method != "REGISTER" {
		return dst
	}
	return s.registration(dst, dst[len(dst)-1], &m, r.stage)
}

// caretM is what a terminal shows for a carriage return: phones of the 7800
// and 8800 series, which have the same stack, log it in two characters.
var caretM = []byte("^M")

// dumped returns the message of a dump: the start line and the lines up to
// the end marker or a line of the ladder diagram, which belong to no message.
func dumped(start, rest []byte) []byte {
	end := len(rest)
	for off := 0; off < len(rest); {
		line, next := text.Line(rest[off:])
		if bytes.HasPrefix(line, []byte("[SIP][")) || has(line, "::End-Of-Sip-Message::") {
			end = off
			break
		}
		if next == nil {
			break
		}
		off = len(rest) - len(next)
	}
	msg := make([]byte, 0, len(start)+1+end)
	msg = append(append(append(msg, start...), '\n'), rest[:end]...)
	if bytes.Contains(msg, caretM) {
		msg = bytes.ReplaceAll(msg, []byte("^M\n"), []byte("\n"))
	}
	return msg
}

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

// registration appends the stage that a REGISTER or its final answer is. 401
// and 407 ask for credentials, 423 for another lease: the client goes on. A
// REGISTER with Expires: 0 is a sign-out.
func (s statement) registration(dst []schemas.Event, e schemas.Event, m *sip.Message, stage string) []schemas.Event {
	f := fact{stage: stage, callID: []byte(e.SIP.CallID), device: sip.Device(m.Contact)}
	status := e.SIP.Status
	switch {
	case status == 0:
		if unregisters(s.rest) {
			return dst
		}
		f.outcome, f.host = enter, uriHost(m.URI)
	case status < 200, status == 401, status == 407, status == 423, status/100 == 3:
		return dst
	case status < 300:
		f.outcome = ok
	default:
		f.outcome = fail
		f.detail = append(append([]byte(nil), m.Line[len("SIP/2.0 "):]...), reasons(m)...)
	}
	if status > 0 {
		f.status = m.Line[len("SIP/2.0 ") : len("SIP/2.0 ")+3]
	}
	return s.stage(dst, f)
}

// reasons returns the Warning and Reason values of m, each behind "; ".
func reasons(m *sip.Message) []byte {
	var out []byte
	for _, v := range [...][]byte{m.Warning, m.Reason} {
		if len(v) > 0 {
			out = append(append(out, "; "...), v...)
		}
	}
	return out
}

// unregisters reports whether the header fields end all bindings (RFC 3261
// section 10.2.2).
func unregisters(fields []byte) bool {
	at := bytes.Index(fields, []byte("\nExpires:"))
	return at >= 0 && string(digits(after(fields[at:], ":"))) == "0"
}

// uriHost returns the host of a SIP URI, without port.
func uriHost(uri []byte) []byte {
	_, host, found := bytes.Cut(uri, []byte(":"))
	if !found {
		return nil
	}
	if at := bytes.LastIndexByte(host, '@'); at >= 0 {
		host = host[at+1:]
	}
	return until(host, ":;?>")
}

// readRepeat reads a line that repeats a SIP message.
//
//	ccsip_store_send_msg_for_alarm: Sent:REGISTER sip:10.48.47.143 SIP/2.0 Cseq:154 REGISTER CallId:<id>
func readRepeat(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	line, tail, found := bytes.Cut(s.message[len(r.needle):], []byte(" Cseq:"))
	callID := until(after(s.message, "CallId:"), " ")
	var m sip.Message
	if !found || len(callID) == 0 || !m.Parse(bytes.TrimSpace(line)) {
		return dst
	}
	m.CallID = callID
	cseq, _, _ := bytes.Cut(tail, []byte("CallId:"))
	m.CSeq = bytes.TrimSpace(cseq)
	e := s.event(schemas.KindSIPSummary)
	sip.Describe(s.mem, &e, &m, s.file.Cluster)
	e.Kind = schemas.KindSIPSummary
	e.SIP.Direction = schemas.In
	if r.needle == "Sent:" {
		e.SIP.Direction = schemas.Out
	}
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "of", Value: "repeat"})
	return append(dst, e)
}
