package jabber

import (
	"github.com/uctrace/uctrace/normalizer/internal/xmpp"
	"github.com/uctrace/uctrace/schemas"
)

// readSent reads a stanza that the client sent: TLS and SASL belong to the
// sign-in, the rest is traffic.
//
//	@XmppSDK: #0, 62, Send:<starttls xmlns="urn:ietf:params:xml:ns:xmpp-tls" cookie="0"/>
func readSent(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	e, read := xmpp.Read(s.message)
	if !read {
		return dst
	}
	f := fact{stage: r.stage, outcome: enter}
	switch string(e.Name) {
	case "starttls":
		f.detail = []byte("starttls")
	case "auth":
		f.detail, f.mechanism = []byte("auth"), e.Mechanism
	default:
		return dst
	}
	return s.stage(dst, f)
}

// readReceived reads what the server answered: the end of SASL, the bound
// resource, a stream error (RFC 6120 sections 6.4, 7.6 and 4.9). The forms of
// success and of the stream error are the RFC's; Cisco logs showed the
// refused bind.
//
//	Recv:<iq id='uid:527a7fe7:00000cfe:00000000' type='error'><bind …/><error code='409' type='cancel'><conflict …/></error></iq>
func readReceived(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	e, read := xmpp.Read(s.message)
	if !read {
		return dst
	}
	body := s.message[e.End:]
	f := fact{stage: r.stage, outcome: fail}
	switch string(e.Name) {
	case "success":
		f.outcome, f.detail = enter, []byte("authenticated")
	case "failure", "stream:error":
		f.detail = xmpp.Condition(s.message)
		if len(f.detail) == 0 {
			f.detail = e.Name
		}
	case "iq":
		if !has(body, "urn:ietf:params:xml:ns:xmpp-bind") && !has(body, "<bind") {
			return dst
		}
		switch string(e.Type) {
		case "error":
			f.detail = append([]byte("bind: "), xmpp.Condition(body)...)
		case "result":
			f.outcome, f.jid = ok, until(after(body, "<jid>"), "<")
		default:
			return dst
		}
	default:
		return dst
	}
	return s.stage(dst, f)
}

// readLeave reads the reason of a disconnection: 13 is a failed TLS
// handshake, 16 a refused bind. The others are not known to be failures: the
// user may have signed out.
//
//	handleLeaveSession, reason:13
//	CTriClient::HandleDisconnect, reason:16
func readLeave(s statement, dst []schemas.Event, r *rule) []schemas.Event {
	switch string(digits(after(s.message, "reason:"))) {
	case "13", "16":
		return readText(s, dst, r)
	}
	return dst
}
