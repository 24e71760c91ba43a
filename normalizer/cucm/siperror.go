package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// sipTransportError appends the event of a message that the SIP transport
// refused or could not send.
//
//	SIPTcp - Ignoring large message from 10.1.0.8:[27469]. Only allow up to 5000 bytes. Resetting connection.
//	SIPUdp - wait_SdlSPISignal: No connection found, dropping the message
func (t *trace) sipTransportError(dst []schemas.Event) []schemas.Event {
	b := t.body[:min(len(t.body), 160)]
	switch {
	case bytes.Contains(b, []byte("Ignoring large message")):
		return t.sipError(dst, "large-message", "Ignoring large message")
	case bytes.Contains(b, []byte("No connection found")):
		return t.sipError(dst, "no-connection", "No connection found")
	}
	return dst
}

// sipError appends the event of an error of SIP; what is printed begins with
// words.
func (t *trace) sipError(dst []schemas.Event, what, words string) []schemas.Event {
	line := t.words()
	i := bytes.Index(line, []byte(words))
	if i < 0 {
		return dst
	}
	f := fact{kind: schemas.KindSIPError}
	f.with("error", []byte(what))
	detail := bytes.TrimRight(line[i:], "| ")
	f.with("detail", detail)
	f.errorPeer(detail)
	f.errorCall(line)
	return t.line(dst, &f)
}

// errorPeer reads the peer that an error names.
//
//	… from 10.1.0.8:[27469]. Only …
//	… for the request received on port 5060 from 10.1.0.8
//	… Cannot find the SIP Device with Name=10.1.0.8
func (f *fact) errorPeer(b []byte) {
	v := param(b, "Device with Name=")
	if v == nil {
		v = param(b, " from ")
		if i := bytes.Index(v, []byte(":[")); i > 0 { // word ends at the bracket
			v = append(append(bytes.Clone(v[:i]), ':'), leadingDigits(v[i+2:])...)
		}
	}
	if v = bytes.TrimRight(v, ".,\""); len(v) == 0 {
		return
	}
	f.with("peer", v)
	f.addr(v)
}

// errorCall reads the call identifier of the code that prints //SIP/… lines.
//
//	//SIP/SIPCdpc(1,74,9)/ci=26717221/ccbId=123/scbId=0/…
func (f *fact) errorCall(line []byte) {
	if !hasPrefix(line, "//SIP/") {
		return
	}
	if v, ok := after(line[:min(len(line), 80)], "/ci="); ok {
		f.ci(v)
	}
}

// noDevice appends the event of a message that belongs to no trunk and no
// phone.
//
//	SIPStationInit: forwardSIPSignal Unable to route message, Cannot find the SIP Device with Name=10.1.0.8
//	//SIP/SIPHandler/ccbId=5/scbId=0/findDevicePID: Unable to find a device handler for the request received on port 5060 from 10.1.0.8
func (t *trace) noDevice(dst []schemas.Event) []schemas.Event {
	line, _, _ := bytes.Cut(t.body[:min(len(t.body), 400)], []byte{'\n'})
	for _, words := range [...]string{"Cannot find the SIP Device", "Unable to find a device handler"} {
		if bytes.Contains(line, []byte(words)) {
			return t.sipError(dst, "no-device", words)
		}
	}
	return dst
}

// stack appends the event of a line of the SIP stack. It prints more than
// anything else, and what it calls an error seldom is one; only words that are
// known to mean a loss count.
//
//	//SIP/Stack/Transport/0x0/sipConnectionManagerProcessSocketExcept: gConnTab=0xce4adc8, addr=10.1.0.35, port=52079, connid=10239, transport=TCP
//	//SIP/Stack/Info/0x0/ccsip_process_sipspi_queue_event: ccsip_spi_get_msg_type returned: 2 (SIP_NETWORK_MSG), for event 60 (SIPSPI_EV_CONNECTION_CREATE_FAILED)
//	//SIP/SIPHandler/ccbId=5/scbId=0/findDevicePID: Unable to find a device handler for …
//	//XML/Error/Error: Expecting '>' after 'x-cisco-alarm'
func (t *trace) stack(dst []schemas.Event) []schemas.Event {
	b := t.body
	if !hasPrefix(b, "//SIP/S") {
		if hasPrefix(b, "//XML/Error") {
			return t.malformed(dst)
		}
		return dst
	}
	const level = len("//SIP/Stack/")
	if !hasPrefix(b, "//SIP/Stack/") {
		switch {
		case isTransport(b[min(len(b), 9):min(len(b), 12)]):
			return t.sipTransportError(dst)
		case hasPrefix(b, "//SIP/SIPHandler/"), hasPrefix(b, "//SIP/SIPD"):
			return t.handler(dst)
		}
		return dst
	}
	function := b[level:min(len(b), level+100)]
	for range 2 { // the level and the address of the call
		i := bytes.IndexByte(function, '/')
		if i < 0 {
			return dst
		}
		function = function[i+1:]
	}
	if len(function) < 12 {
		return dst
	}
	switch {
	case function[0] == 's' && b[level] == 'T':
		return t.connection(dst, function)
	case function[0] == 'c' && hasPrefix(function, "ccsip_process_sipspi_queue_event"):
		return t.queueEvent(dst)
	}
	if i := bytes.IndexByte(function, ':'); i > 0 && i+3 < len(function) && function[i+2] == 'O' && hasPrefix(function[i+2:], "Out of retries") {
		return t.sipError(dst, "retries", "Out of retries")
	}
	return dst
}

// handler appends the event of a line of the SIP handler, whose words stand
// behind the name of the function.
func (t *trace) handler(dst []schemas.Event) []schemas.Event {
	i := bytes.Index(t.body[:min(len(t.body), 120)], []byte(": "))
	if i < 0 || i+2 >= len(t.body) {
		return dst
	}
	switch t.body[i+2] {
	case 'U', 'C', 'f':
		return t.noDevice(dst)
	case 'O':
		if hasPrefix(t.body[i+2:], "Out of retries") {
			return t.sipError(dst, "retries", "Out of retries")
		}
	case 'N':
		return t.sipTransportError(dst)
	}
	return dst
}

// connection appends the event of a connection that the stack made, closed, or
// lost.
//
//	sipCreateConnInstance: Created new accptd conn=0xce4e8e8, connid=10450, addr=10.1.0.58, port=44156, transport=TCP
//	sipTransportPostCloseConnection: Posting TCP conn close for addr=10.1.0.58, port=44156, connid=10450
func (t *trace) connection(dst []schemas.Event, function []byte) []schemas.Event {
	var state, reason string
	switch {
	case hasPrefix(function, "sipConnectionManagerProcessSocketExcept:"):
		state, reason = "closed", "socket exception"
	case hasPrefix(function, "sipCreateConnInstance: Created new accptd"):
		state = "connected"
	case hasPrefix(function, "sipTransportPostCloseConnection: "):
		state, reason = "closed", "closed by this node"
	default:
		return dst
	}
	line := t.words()
	host, port := param(line, "addr="), param(line, "port=")
	if host == nil {
		return dst
	}
	f := fact{kind: schemas.KindSIPConnection}
	f.with("state", []byte(state))
	transport := param(line, "transport=")
	if transport == nil && bytes.Contains(line, []byte("Posting TCP")) {
		transport = []byte("tcp")
	}
	f.with("transport", bytes.ToLower(transport))
	peer := appendPeer(nil, host, port)
	f.with("peer", peer)
	f.with("reason", []byte(reason))
	f.key(schemas.KeyAddr, host)
	return t.line(dst, &f)
}

// queueEvent appends the event of what the transport reports to the stack.
// That a socket has an error is how most connections end.
func (t *trace) queueEvent(dst []schemas.Event) []schemas.Event {
	line, _, _ := bytes.Cut(t.body, []byte{'\n'})
	i := bytes.LastIndexByte(line, '(')
	if i < 0 {
		return dst
	}
	switch name := word(line[i+1:]); string(name) {
	case "SIPSPI_EV_CONNECTION_CREATE_FAILED", "SIPSPI_EV_CREATE_CONNECTION_FAILED":
		f := fact{kind: schemas.KindSIPConnection}
		f.with("state", stateFailed)
		f.with("reason", name)
		return t.line(dst, &f)
	case "SIPSPI_EV_SEND_FAILURE_MSG", "SIPSPI_EV_SEND_FAILURE":
		f := fact{kind: schemas.KindSIPError}
		f.with("error", []byte("send-failed"))
		f.with("detail", name)
		return t.line(dst, &f)
	}
	return dst
}

// malformed appends the event of a body that is no XML.
func (t *trace) malformed(dst []schemas.Event) []schemas.Event {
	line := t.words()
	f := fact{kind: schemas.KindSIPError}
	f.with("error", []byte("malformed"))
	_, detail, _ := bytes.Cut(line, []byte(": "))
	f.with("detail", bytes.TrimRight(detail, "| "))
	return t.line(dst, &f)
}

// tlsError appends the event of a TLS connection that failed. The process of
// the connection stands in brackets; what is wrong with a certificate, that it
// was refused, and what OpenSSL makes of it are lines of their own.
//
//	[1, 600, 17, 5]: HandleSSLError - Certificate verification failed:(Verification error:18)- self signed certificate for 10.1.0.20:7501
//	[1, 600, 17, 5]: HandleSSLError - Certificate verification failed for 10.1.0.20:7501
//	[1, 600, 17, 5]: HandleSSLError - TLS protocol error(ssl reason code=bad message type [114]),lib=SSL routines [20],fun=ssl3_get_server_hello [146], errno=0 for 10.1.0.20:7501
func (t *trace) tlsError(dst []schemas.Event) []schemas.Event {
	if !bytes.Contains(t.body[:min(len(t.body), 48)], []byte("]: HandleSSLError - ")) {
		return dst
	}
	// A page may have broken the line.
	_, v, _ := bytes.Cut(bytes.Join(bytes.Fields(t.text()), []byte(" ")), []byte("HandleSSLError - "))
	f := fact{kind: schemas.KindTLSHandshake}
	f.with("outcome", []byte("fail"))
	var peer []byte
	if i := bytes.LastIndex(v, []byte(" for ")); i >= 0 {
		peer, v = word(v[i+len(" for "):]), v[:i]
	}
	if _, reason, ok := bytes.Cut(v, []byte(")-")); ok && hasPrefix(v, "Certificate") {
		f.kind = schemas.KindTLSCertificate
		f.with("host", peer)
		f.with("reason", bytes.TrimSpace(reason))
	} else {
		f.with("peer", peer)
	}
	f.with("detail", v)
	f.addr(peer)
	return t.emit(dst, &f, t.whole(), 0)
}
