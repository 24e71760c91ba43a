package imp

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/xmpp"
	"github.com/uctrace/uctrace/schemas"
)

// dialback reads a db:result or db:verify. S is the domain that claims to be the
// sender, T the one it wants to reach, whatever the direction of the stanza.
//
//	xcoder=34A9B60C8 sending:: <db:result from='coluc.com' to='vngtp.lab'>d780f198…</db:result>
//	(e5b18d01-…, vngtp.lab:coluc.com, IN) DBVerify stream is open. Sending db:verify packet: <db:verify from='vngtp.lab' id='05E295A2B' to='coluc.com'>d780f198…</db:verify>
func (s statement) dialback(dst []schemas.Event) []schemas.Event {
	e, ok := xmpp.Read(s.message)
	if !ok || string(e.Name) != "db:result" && string(e.Name) != "db:verify" {
		return s.unparsed(dst, "damaged dialback stanza")
	}
	dir := direction(s.message[:e.Start])
	if dir == "" || !xmpp.Hostname(e.From) || !xmpp.Hostname(e.To) {
		return s.unparsed(dst, "damaged dialback stanza")
	}
	isResult, answer, out := string(e.Name) == "db:result", len(e.Type) > 0, dir == schemas.Out
	key := xmpp.DialbackKey(e.Text)
	if key == nil && !xmpp.MaskedKey(e.Text) && (!answer || len(e.Text) > 0) {
		return s.unparsed(dst, "damaged dialback key")
	}
	kind, name, role := schemas.KindDialbackResult, "db:result", schemas.Receiving
	switch {
	case isResult && out != answer:
		role = schemas.Initiating
	case !isResult && out == answer:
		role = schemas.Authoritative
	}
	if !isResult {
		kind, name = schemas.KindDialbackVerify, "db:verify"
	}
	sender, target := fold(e.From), fold(e.To)
	if isResult == answer {
		// The answer to a db:result, and the question of a db:verify, go from
		// T to S.
		sender, target = target, sender
	}
	ev := s.event(kind)
	s.pair(&ev, sender, target)
	if string(e.Type) == "error" {
		s.attr(&ev, "detail", xmpp.Condition(s.message[e.End:]))
	}
	s.fill(&ev, &e, dir)
	ev.XMPP.Stanza, ev.XMPP.Role = name, role
	s.key(&ev, schemas.KeyDialbackKey, key, "")
	if !isResult {
		s.key(&ev, schemas.KeyStream, e.ID, "")
	}
	s.streamKeys(&ev)
	if !isResult && role == schemas.Receiving && xcoder(s.message) == nil {
		// The id of a db:verify is the receiving server's xcoder of the stream
		// that the db:result came in on.
		s.key(&ev, schemas.KeyXcoder, hexRun(e.ID), s.process())
	}
	s.pairKeys(&ev, sender, target)
	return append(dst, ev)
}

// timer reads the start of the wait for the answer to a db:result.
//
//	(00000000-0000-0000-0000-000000000000, coluc.com:vngtp.lab, OUT) xcoder=34A9B60C8 Scheduling dialback timeout in 30 secs.
func (s statement) timer(dst []schemas.Event) []schemas.Event {
	c, ok := readConnection(s.message)
	if !ok {
		return s.unparsed(dst, "damaged dialback timer")
	}
	e := s.event(schemas.KindDialbackTimer)
	sender, target := c.pair()
	s.pair(&e, sender, target)
	rest := after(s.message, "timeout in ")
	s.attr(&e, "seconds", rest[:digits(rest)])
	s.streamKeys(&e)
	s.pairKeys(&e, sender, target)
	return append(dst, e)
}

// lookup reads the beginning of a name resolution.
//
//	Starting resolver lookup for 'coluc.com:puny=coluc.com:service=_xmpp-server._tcp:defport=0'
func (s statement) lookup(dst []schemas.Event) []schemas.Event {
	name := bytes.TrimLeft(after(s.message, "lookup for "), "'\"")
	return s.resolve(dst, until(name, ":'\" "), "enter", nil)
}

// resolved reads the answer of a lookup.
//
//	(e5b18d01-…, vngtp.lab:coluc.com, IN) resolved dialback address for host=coluc.com method=SRV dns-timings=(TOTAL:0.003157 SRV:0.002885)
func (s statement) resolved(dst []schemas.Event) []schemas.Event {
	var timings []byte
	if at := bytes.Index(s.message, []byte("dns-timings=")); at >= 0 {
		timings = s.message[at:]
	}
	return s.resolve(dst, until(after(s.message, "host="), " ,;'\""), "ok", timings)
}

func (s statement) resolve(dst []schemas.Event, host []byte, outcome string, detail []byte) []schemas.Event {
	if !xmpp.Hostname(host) {
		return s.unparsed(dst, "damaged resolver line")
	}
	e := s.event(schemas.KindDialbackResolve)
	s.attr(&e, "host", host)
	s.attr(&e, "service", until(after(s.message, "service="), ": ,;'\""))
	s.attr(&e, "method", until(after(s.message, "method="), " ,;"))
	s.word(&e, "outcome", outcome)
	s.attr(&e, "detail", detail)
	if c, ok := readConnection(s.message); ok {
		sender, target := c.pair()
		s.pair(&e, sender, target)
	}
	s.streamKeys(&e)
	e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyDomain, Value: fold(host)})
	return append(dst, e)
}

// closed reads the end of a stream that only carried a db:verify; it is normal,
// XEP-0220 recommends it.
//
//	xcoder=94A9B60C8 closing stream used for dialback only
func (s statement) closed(dst []schemas.Event) []schemas.Event {
	return s.state(dst, "closed", []byte("closing stream used for dialback only"))
}

// history reads a change of state of a connection. Only the change to CONNECTED
// was seen; the others are named after their words.
//
//	Connection state change: PENDING->CONNECTED: …
func (s statement) history(dst []schemas.Event) []schemas.Event {
	from, to, ok := bytes.Cut(after(s.message, "state change"), []byte("->"))
	if !ok {
		return dst
	}
	to = until(to, ": ,.\r\n")
	change := append(append(bytes.Clone(from[bytes.LastIndexByte(from, ' ')+1:]), "->"...), to...)
	switch string(to) {
	case "CONNECTED":
		return s.state(dst, "connected", change)
	case "CLOSED", "DISCONNECTED":
		return s.state(dst, "closed", change)
	case "FAILED", "ERROR":
		return s.state(dst, "failed", change)
	}
	return dst
}

// expired reads the end of the wait for a dialback. Its words were seen in no
// log; a line about dialback that speaks of failing is taken for one.
func (s statement) expired(dst []schemas.Event) []schemas.Event {
	if !failing(s.message) {
		return dst
	}
	return s.state(dst, "failed", s.message)
}

// state appends a dialback.stream event.
func (s *statement) state(dst []schemas.Event, state string, detail []byte) []schemas.Event {
	e := s.event(schemas.KindDialbackStream)
	s.word(&e, "state", state)
	s.attr(&e, "detail", detail)
	s.streamKeys(&e)
	if c, ok := readConnection(s.message); ok {
		sender, target := c.pair()
		s.pairKeys(&e, sender, target)
	}
	return append(dst, e)
}

func (s *statement) pair(e *schemas.Event, sender, target string) {
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "sender", Value: sender}, schemas.Attr{Name: "target", Value: target})
}

func (s *statement) pairKeys(e *schemas.Event, sender, target string) {
	e.Keys = append(e.Keys,
		schemas.Key{Type: schemas.KeyDialbackPair, Value: sender + ">" + target, Scope: s.process()},
		schemas.Key{Type: schemas.KeyDomain, Value: sender}, schemas.Key{Type: schemas.KeyDomain, Value: target})
}

// connection is what XCP prints for a server-to-server connection.
//
//	(e5b18d01-fe24-4290-bba1-a57788a76468, vngtp.lab:coluc.com, IN)
type connection struct {
	guid        []byte // nil when absent or all zero, as it is for OUT
	local, peer []byte
	out         bool
}

// pair returns S and T: who opens the connection claims to be S.
func (c connection) pair() (sender, target string) {
	if c.out {
		return fold(c.local), fold(c.peer)
	}
	return fold(c.peer), fold(c.local)
}

// readConnection reads the connection in b.
func readConnection(b []byte) (connection, bool) {
	var c connection
	_, in, ok := bytes.Cut(b, []byte("("))
	end := bytes.IndexByte(in[:min(len(in), 600)], ')')
	if !ok || end < 0 {
		return c, false
	}
	guid, rest, ok := bytes.Cut(in[:end], []byte(","))
	if guid = bytes.TrimSpace(guid); len(guid) != 36 {
		rest, ok = in[:end], true
	} else if len(bytes.Trim(guid, "0-")) > 0 {
		c.guid = guid
	}
	names, way, found := bytes.Cut(rest, []byte(","))
	local, peer, split := bytes.Cut(bytes.TrimSpace(names), []byte(":"))
	way = bytes.TrimSpace(way)
	c.local, c.peer, c.out = local, peer, string(way) == "OUT"
	if !ok || !found || !split || !c.out && string(way) != "IN" || !xmpp.Hostname(local) || !xmpp.Hostname(peer) {
		return connection{}, false
	}
	return c, true
}
