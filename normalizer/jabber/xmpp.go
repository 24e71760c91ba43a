package jabber

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/sasl"
	"github.com/uctrace/uctrace/normalizer/internal/xmpp"
	"github.com/uctrace/uctrace/schemas"
)

// readSent reads a stanza that the client sent: stream, TLS, SASL and bind
// belong to the sign-in, the rest is traffic.
//
//	@XmppSDK: #0, 62, Send:<starttls xmlns="urn:ietf:params:xml:ns:xmpp-tls" cookie="0"/>
func readSent(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	e, read := xmpp.Read(s.message)
	if !read {
		return dst
	}
	f := fact{stage: r.stage, outcome: enter}
	switch string(e.Name) {
	case "stream:stream":
		f.detail, f.host = []byte("stream"), e.To
	case "starttls":
		f.detail = []byte("starttls")
	case "auth":
		f.detail, f.mechanism = []byte("auth"), e.Mechanism
	case "iq":
		if string(e.Type) != "set" || !binds(s.message[e.End:]) {
			return dst
		}
		f.detail = []byte("bind")
	default:
		return dst
	}
	return s.stanza(dst, f, &e, schemas.Out)
}

// readReceived reads what the server answered: stream, TLS, SASL, the bound
// resource, a stream error (RFC 6120 sections 6.4, 7.6 and 4.9). The forms are
// the RFC's; Cisco logs showed starttls and the refused bind.
//
//	Recv:<iq id='uid:527a7fe7:00000cfe:00000000' type='error'><bind …/><error code='409' type='cancel'><conflict …/></error></iq>
func readReceived(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	e, read := xmpp.Read(s.message)
	if !read {
		return dst
	}
	body := s.message[e.End:]
	f := fact{stage: r.stage, outcome: enter}
	switch string(e.Name) {
	case "stream:stream":
		f.detail, f.host = []byte("stream"), e.From
	case "stream:features":
		if f.mechanism = sasl.AppendMechanisms(nil, body); len(f.mechanism) == 0 {
			return dst
		}
		f.detail = []byte("mechanisms")
	case "proceed":
		f.detail = []byte("proceed")
	case "success":
		f.detail = []byte("authenticated")
	case "failure", "stream:error":
		f.outcome, f.detail = fail, xmpp.Condition(s.message)
		if len(f.detail) == 0 {
			f.detail = e.Name
		}
	case "iq":
		if !binds(body) {
			return dst
		}
		switch string(e.Type) {
		case "error":
			f.outcome, f.detail = fail, append([]byte("bind: "), xmpp.Condition(body)...)
		case "result":
			jid := until(after(body, "<jid>"), "<")
			f.outcome, f.jid = ok, jid
			if _, resource, _ := bytes.Cut(jid, []byte("/")); len(resource) > 0 {
				f.detail = append([]byte("resource "), resource...)
			}
		default:
			return dst
		}
	default:
		return dst
	}
	return s.stanza(dst, f, &e, schemas.In)
}

// binds reports whether an iq with that body is about a resource (RFC 6120
// section 7).
func binds(body []byte) bool {
	return has(body, "urn:ietf:params:xml:ns:xmpp-bind") || has(body, "<bind")
}

// stanza appends the stage that a stanza is.
func (s *statement) stanza(dst []schemas.Event, f fact, e *xmpp.Element, d schemas.Direction) []schemas.Event {
	n := len(dst)
	dst = s.stage(dst, &f)
	if len(dst) == n {
		return dst
	}
	x := s.mem.XMPP()
	x.Stanza, x.From, x.To = s.value(e.Name), s.value(e.From), s.value(e.To)
	x.ID, x.Type, x.Direction = s.value(e.ID), s.value(e.Type), d
	dst[n].XMPP = x
	return dst
}

// readLeave reads the reason of a disconnection: 13 is a failed TLS
// handshake, 16 a refused bind. The others are not known to be failures: the
// user may have signed out.
//
//	handleLeaveSession, reason:13
//	CTriClient::HandleDisconnect, reason:16
func readLeave(s *statement, dst []schemas.Event, r *rule) []schemas.Event {
	switch string(digits(after(s.message, "reason:"))) {
	case "13", "16":
		return readText(s, dst, r)
	}
	return dst
}
