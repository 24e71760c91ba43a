package imp

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/xmpp"
	"github.com/uctrace/uctrace/schemas"
)

// direction tells from the text before a stanza whether this server sent it.
//
//	xcoder=05E295A2B received:: <…>
//	[FROM XMPP] <presence …/>
func direction(before []byte) schemas.Direction {
	out, in := has(before, "ending"), has(before, "eceived") || has(before, "[FROM XMPP]")
	switch {
	case out && !in:
		return schemas.Out
	case in && !out:
		return schemas.In
	}
	return ""
}

// fill sets what e says of a stanza.
func (s *statement) fill(ev *schemas.Event, e *xmpp.Element, dir schemas.Direction) {
	ev.XMPP = s.mem.XMPP()
	*ev.XMPP = schemas.XMPP{
		Stanza: s.mem.String(e.Name), From: s.mem.String(e.From), To: s.mem.String(e.To), ID: s.mem.String(e.ID),
		Type: s.mem.String(e.Type), Direction: dir,
	}
}

// opened reads the head of a stream: a server's belongs to dialback, a client's
// begins a sign-in.
//
//	xcoder=94A9B60C8 onStreamOpen:: <stream:stream from='vngtp.lab' id='1327B794B' to='coluc.com' version='1.0' … xmlns='jabber:server' …/>
func (s statement) opened(dst []schemas.Event) []schemas.Event {
	e, ok := xmpp.Read(s.message)
	if !ok {
		return s.unparsed(dst, "damaged stream header")
	}
	dir := direction(s.message[:e.Start])
	var ev schemas.Event
	switch {
	case string(e.XMLNS) == "jabber:client":
		ev = s.event(schemas.KindLoginAuth)
		s.word(&ev, "outcome", "enter")
		s.word(&ev, "service", "sasl")
		s.word(&ev, "detail", "stream")
	case string(e.XMLNS) == "jabber:server", s.federated():
		ev = s.event(schemas.KindDialbackStream)
		s.word(&ev, "state", "opened")
		if dir == "" {
			dir = schemas.In
		}
	default:
		return dst // a component's stream to the router
	}
	s.fill(&ev, &e, dir)
	s.streamKeys(&ev)
	s.key(&ev, schemas.KeyStream, e.ID, "")
	return append(dst, ev)
}

// features reads the SASL mechanisms that are offered to a client.
//
//	xcoder=05E295A2B sending:: <stream:features><mechanisms …><mechanism>PLAIN</mechanism>…
func (s statement) features(dst []schemas.Event) []schemas.Event {
	at := bytes.IndexAny(s.message, "<&")
	detail := mechanisms(s.message[at:])
	if len(detail) == 0 {
		return dst
	}
	ev := s.event(schemas.KindLoginAuth)
	s.word(&ev, "outcome", "enter")
	s.word(&ev, "service", "sasl")
	s.attr(&ev, "detail", detail)
	s.streamKeys(&ev)
	return append(dst, ev)
}

// sasl reads the question of a client, or the verdict (RFC 6120 section 6.4). The
// payload stays out: that of PLAIN is user and password.
//
//	xcoder=05E295A2B received:: <auth mechanism='PLAIN' …>***</auth>
//	xcoder=05E295A2B sending:: <failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>
func (s statement) sasl(dst []schemas.Event) []schemas.Event {
	e, ok := xmpp.Read(s.message)
	if !ok {
		return s.unparsed(dst, "damaged SASL element")
	}
	if string(e.XMLNS) != "urn:ietf:params:xml:ns:xmpp-sasl" && len(e.Mechanism) == 0 {
		return dst // another element of that name
	}
	ev := s.event(schemas.KindLoginAuth)
	outcome, detail := "enter", e.Mechanism
	switch string(e.Name) {
	case "success":
		outcome, detail = "ok", nil
	case "failure":
		outcome, detail = "fail", xmpp.Condition(s.message[e.Start:])
	default:
		detail = append([]byte("auth "), detail...)
	}
	s.word(&ev, "outcome", outcome)
	s.word(&ev, "service", "sasl")
	s.attr(&ev, "detail", detail)
	s.fill(&ev, &e, direction(s.message[:e.Start]))
	s.streamKeys(&ev)
	return append(dst, ev)
}

// streamError reads why a stream ends (RFC 6120 section 4.9): conflict means that
// the same user signed in anew with the same resource.
func (s statement) streamError(dst []schemas.Event) []schemas.Event {
	e, ok := xmpp.Read(s.message)
	if !ok {
		return s.unparsed(dst, "damaged stream error")
	}
	condition := xmpp.Condition(s.message[e.Start:])
	if _, server := readConnection(s.message); server || s.federated() {
		return s.state(dst, "failed", condition)
	}
	ev := s.event(schemas.KindRegistrationState)
	s.word(&ev, "state", "lost")
	s.attr(&ev, "reason", condition)
	s.fill(&ev, &e, direction(s.message[:e.Start]))
	s.streamKeys(&ev)
	s.person(&ev, until(after(s.message[:e.Start], "jid="), " ,;"))
	return append(dst, ev)
}

// stanza reads an iq, presence or message: resource binding (RFC 6120 section 7)
// and what was refused. A route is the Router's envelope of one.
func (s statement) stanza(dst []schemas.Event) []schemas.Event {
	e, ok := xmpp.Read(s.message)
	if ok && string(e.Name) == "route" {
		inner, found := xmpp.Read(s.message[e.End:])
		if ok = found; ok {
			inner.Start, inner.End = inner.Start+e.End, inner.End+e.End
			e = inner
		}
	}
	if !ok {
		return dst
	}
	body := s.message[e.End:]
	refused := string(e.Type) == "error"
	condition := []byte(nil)
	if refused {
		condition = xmpp.Condition(body)
	}
	switch {
	case string(e.Name) == "iq" && has(body, "xmpp-bind"):
		return s.bind(dst, &e, body, condition)
	case !refused:
		return dst
	case room(e.From):
		return s.refusedRoom(dst, &e, condition)
	case bytes.HasPrefix(condition, []byte("remote-server-")):
		return s.unreachable(dst, &e, condition)
	}
	return dst
}

// bind reads the binding of a resource: asked for, granted, refused.
//
//	<iq id='uid:527a7fe7:00000cfe:00000000' type='error'><bind …/><error code='409' type='cancel'><conflict …/></error></iq>
func (s statement) bind(dst []schemas.Event, e *xmpp.Element, body, condition []byte) []schemas.Event {
	ev := s.event(schemas.KindRegistrationState)
	jid := until(after(body, "<jid>"), "<")
	switch string(e.Type) {
	case "set":
		s.word(&ev, "state", "requested")
	case "result":
		s.word(&ev, "state", "registered")
		s.attr(&ev, "contact", jid)
	case "error":
		s.word(&ev, "state", "rejected")
		s.attr(&ev, "reason", condition)
		s.attr(&ev, "detail", []byte("bind"))
	default:
		return dst
	}
	s.fill(&ev, e, direction(s.message[:e.Start]))
	s.streamKeys(&ev)
	if jid == nil {
		jid = e.To
	}
	s.person(&ev, jid)
	return append(dst, ev)
}

// refusedRoom reads that a chat room does not exist or cannot be reached. Other
// refusals (a password, members only) are people's business.
//
//	Handling disco#info query: <iq from='pchatroom25@conference-3-standalonecluster64ba2.example.com' id='…' to='jdoe@example.com/jabber_7321' type='error'>…<error code='404' type='cancel'><item-not-found …/></error></iq>
func (s statement) refusedRoom(dst []schemas.Event, e *xmpp.Element, condition []byte) []schemas.Event {
	switch string(condition) {
	case "item-not-found", "service-unavailable", "internal-server-error", "remote-server-not-found", "remote-server-timeout", "resource-constraint":
	default:
		return dst
	}
	ev := s.event(schemas.KindRegistrationState)
	s.word(&ev, "state", "rejected")
	s.attr(&ev, "reason", condition)
	s.word(&ev, "detail", "chat room")
	s.attr(&ev, "contact", e.From)
	s.fill(&ev, e, direction(s.message[:e.Start]))
	s.streamKeys(&ev)
	s.person(&ev, e.To)
	if j, ok := xmpp.ParseJID(string(e.From)); ok {
		ev.Keys = append(ev.Keys, schemas.Key{Type: schemas.KeyDomain, Value: j.Domain})
	}
	return append(dst, ev)
}

// room reports whether jid is of a text conference component: Cisco names them
// conference-3-StandAloneCluster64ba2.example.com.
func room(jid []byte) bool {
	_, domain, ok := bytes.Cut(jid, []byte("@"))
	if !ok {
		domain = jid
	}
	return bytes.HasPrefix(bytes.ToLower(domain[:min(len(domain), 16)]), []byte("conference"))
}

// unreachable reads that no connection to another domain can be made.
func (s statement) unreachable(dst []schemas.Event, e *xmpp.Element, condition []byte) []schemas.Event {
	j, ok := xmpp.ParseJID(string(e.From))
	if !ok {
		return dst
	}
	ev := s.event(schemas.KindDialbackStream)
	s.word(&ev, "state", "failed")
	s.attr(&ev, "detail", condition)
	s.fill(&ev, e, direction(s.message[:e.Start]))
	s.streamKeys(&ev)
	ev.Keys = append(ev.Keys, schemas.Key{Type: schemas.KeyDomain, Value: j.Domain})
	return append(dst, ev)
}
