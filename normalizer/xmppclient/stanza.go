package xmppclient

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/sasl"
	"github.com/uctrace/uctrace/normalizer/internal/xmpp"
	"github.com/uctrace/uctrace/schemas"
)

// stanzas reads what was sent or received. A server may send the head of its
// stream and the features in one piece; anything else is one stanza a record.
func (s statement) stanzas(dst []schemas.Event) []schemas.Event {
	at := s.from
	for range maxPieces {
		e, found := xmpp.Read(s.all[at:])
		if !found {
			return dst
		}
		start, end := at+e.Start, at+e.End
		dst = s.stanza(dst, &e, start, end)
		switch string(e.Name) {
		case "stream:stream":
		case "body": // BOSH's envelope (XEP-0124)
			if e.Closed || string(e.XMLNS) != "http://jabber.org/protocol/httpbind" {
				return dst
			}
		default:
			return dst
		}
		at = end
	}
	return dst
}

// maxPieces bounds how much of one record is read: an envelope, the head of a
// stream, the features.
const maxPieces = 4

// stanza reads one stanza: what belongs to the sign-in, the rest is traffic.
func (s *statement) stanza(dst []schemas.Event, e *xmpp.Element, start, end int) []schemas.Event {
	out := s.head.direction == schemas.Out
	body := s.all[end:]
	switch string(e.Name) {
	case "stream:stream":
		return s.opened(dst, e, start)
	case "stream:features", "features":
		return s.features(dst, body, start)
	case "starttls":
		return s.step(dst, out, start, enter, "starttls")
	case "proceed":
		return s.step(dst, !out, start, enter, "proceed")
	case "auth":
		if out {
			return s.auth(dst, e.Mechanism, start)
		}
	case "success":
		return s.step(dst, !out, start, enter, "authenticated")
	case "failure":
		if !out {
			return s.refused(dst, xmpp.Condition(s.all[start:]), start, "")
		}
	case "stream:error":
		if !out {
			return s.refused(dst, xmpp.Condition(s.all[start:]), start, "stream: ")
		}
	case "iq":
		return s.iq(dst, e, body, start)
	}
	return dst
}

// step appends a step of the stage xmpp when it goes the right way.
func (s *statement) step(dst []schemas.Event, right bool, at int, outcome, detail string) []schemas.Event {
	if !right {
		return dst
	}
	return s.stage(dst, at, "xmpp", outcome, []byte(detail), nil)
}

// opened reads the head of a stream. The id of the server's is the same before
// and after TLS on IM and Presence.
//
//	<stream:stream xmlns='jabber:client' … id='17124513C1DF' from='example.com' version='1.0'>
func (s *statement) opened(dst []schemas.Event, e *xmpp.Element, at int) []schemas.Event {
	detail, domain := "stream sent", e.To
	if s.head.direction == schemas.In {
		detail, domain = "stream received", e.From
	}
	dst = s.stage(dst, at, "xmpp", enter, []byte(detail), domain)
	ev := &dst[len(dst)-1]
	if len(e.ID) > 0 {
		ev.Keys = append(ev.Keys, schemas.Key{Type: schemas.KeyStream, Value: s.mem.String(e.ID)})
	}
	return dst
}

// features reads what the server offers: TLS, or mechanisms. What it offers to a
// client that is signed in is no step of the sign-in.
func (s *statement) features(dst []schemas.Event, body []byte, at int) []schemas.Event {
	if s.head.direction != schemas.In {
		return dst
	}
	if end := bytes.Index(body, []byte("features")); end >= 0 {
		body = body[:end]
	}
	const lead = "mechanisms: "
	if detail := sasl.AppendMechanisms([]byte(lead), body); len(detail) > len(lead) {
		return s.stage(dst, at, "xmpp", enter, detail, nil)
	}
	if bytes.Contains(body, []byte("xmpp-tls")) {
		return s.stage(dst, at, "xmpp", enter, []byte("starttls offered"), nil)
	}
	return dst
}

// auth reads that the client sent its credentials.
//
//	<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>***</auth>
func (s *statement) auth(dst []schemas.Event, mechanism []byte, at int) []schemas.Event {
	dst = s.stage(dst, at, "xmpp", enter, []byte("auth"), nil)
	s.attr(&dst[len(dst)-1], "mechanism", mechanism)
	return dst
}

// refused appends a failure of the stage xmpp.
func (s *statement) refused(dst []schemas.Event, condition []byte, at int, lead string) []schemas.Event {
	if len(condition) == 0 {
		condition = []byte("failure")
	}
	return s.stage(dst, at, "xmpp", fail, append([]byte(lead), condition...), nil)
}

// iq reads the binding of a resource (RFC 6120 section 7) and the sign-in of
// before SASL (XEP-0078).
//
//	<iq type='result' id='…'><bind xmlns='urn:ietf:params:xml:ns:xmpp-bind'><jid>jdoe@example.com/home</jid></bind></iq>
func (s *statement) iq(dst []schemas.Event, e *xmpp.Element, body []byte, at int) []schemas.Event {
	out := s.head.direction == schemas.Out
	switch {
	case bytes.Contains(body, []byte("urn:ietf:params:xml:ns:xmpp-bind")):
		switch string(e.Type) {
		case "set":
			return s.step(dst, out, at, enter, "bind")
		case "result":
			return s.bound(dst, body, at)
		case "error":
			return s.refused(dst, xmpp.Condition(body), at, "bind: ")
		}
	case bytes.Contains(body, []byte("jabber:iq:auth")):
		switch {
		case string(e.Type) == "set" && out:
			return s.auth(dst, []byte("jabber:iq:auth"), at)
		case string(e.Type) == "error" && !out:
			return s.refused(dst, xmpp.Condition(body), at, "")
		}
	}
	return dst
}

// bound reads the bound resource: the client is signed in.
func (s *statement) bound(dst []schemas.Event, body []byte, at int) []schemas.Event {
	if s.head.direction == schemas.Out {
		return dst
	}
	if _, jid, found := bytes.Cut(body, []byte("<jid>")); found {
		if end := bytes.IndexByte(jid, '<'); end > 0 {
			s.head.account = jid[:end]
		}
	}
	return s.stage(dst, at, "xmpp", ok, []byte("bound"), nil)
}
