package expressway

import (
	"bytes"
	"strings"

	"github.com/uctrace/uctrace/normalizer/internal/xmpp"
	"github.com/uctrace/uctrace/schemas"
)

// xcp reads a record of an XCP process: the server dialback of XEP-0220 as
// XCP_CM2 prints it. S is the domain that claims to be the sender, T the one
// it wants to reach, whatever the direction of the stanza.
func (s statement) xcp(dst []schemas.Event) []schemas.Event {
	d, ok := detail(s.head.rest)
	if !ok {
		return dst
	}
	var read func(xcpLine, []schemas.Event) []schemas.Event
	switch {
	case has(d, "<db:"), has(d, "&lt;db:"):
		read = xcpLine.stanza
	case has(d, "Scheduling dialback timeout in "):
		read = xcpLine.timer
	case has(d, "resolved dialback address for "):
		read = xcpLine.resolved
	case has(d, "onStreamOpen"):
		read = xcpLine.opened
	case has(d, "closing stream used for dialback"):
		read = xcpLine.closed
	case has(s.head.rest, `CodeLocation="Resolver`):
		read = xcpLine.lookup
	case has(s.head.rest, `CodeLocation="ConnInfoHistory"`):
		read = xcpLine.history
	default:
		return dst
	}
	l := xcpLine{statement: s, detail: d}
	l.connection, l.hasConnection = readConnection(d)
	if _, after, ok := bytes.Cut(d, []byte("xcoder=")); ok {
		l.xcoder = hexRun(after)
	}
	return read(l, dst)
}

// xcpLine is a record of an XCP process.
type xcpLine struct {
	statement
	detail        []byte
	xcoder        []byte // nil when the line prints none
	connection    connection
	hasConnection bool
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
	local, peer := fold(string(c.local)), fold(string(c.peer))
	if c.out {
		return local, peer
	}
	return peer, local
}

// readConnection reads the first connection in b.
func readConnection(b []byte) (connection, bool) {
	var c connection
	open := bytes.IndexByte(b, '(')
	if open < 0 {
		return c, false
	}
	b = b[open+1:]
	end := bytes.IndexByte(b, ')')
	if end < 0 || end > 600 {
		return c, false
	}
	parts := bytes.Split(b[:end], []byte(","))
	for i := range parts {
		parts[i] = bytes.TrimSpace(parts[i])
	}
	if len(parts) == 3 {
		if len(parts[0]) != 36 {
			return c, false
		}
		if len(bytes.Trim(parts[0], "0-")) > 0 {
			c.guid = parts[0]
		}
		parts = parts[1:]
	}
	if len(parts) != 2 {
		return c, false
	}
	switch string(parts[1]) {
	case "OUT":
		c.out = true
	case "IN":
	default:
		return c, false
	}
	var ok bool
	c.local, c.peer, ok = bytes.Cut(parts[0], []byte(":"))
	return c, ok && xmpp.Hostname(c.local) && xmpp.Hostname(c.peer)
}

// stanza reads a db:result or db:verify.
//
//	xcoder=34A9B60C8 sending:: <db:result from='coluc.com' to='vngtp.lab'>d780f198…</db:result>
//	(e5b18d01-…, vngtp.lab:coluc.com, IN) DBVerify stream is open. Sending db:verify packet: <db:verify from='vngtp.lab' id='05E295A2B' to='coluc.com'>d780f198…</db:verify>
func (l xcpLine) stanza(dst []schemas.Event) []schemas.Event {
	e, ok := xmpp.Read(l.detail)
	name, isResult := "db:verify", string(e.Name) == "db:result"
	if isResult {
		name = "db:result"
	}
	if !ok || string(e.Name) != name {
		return l.unparsed(dst, "damaged dialback stanza")
	}
	before := l.detail[:e.Start]
	out := has(before, "ending") // Sending, sending::
	if out == has(before, "eceived") || !xmpp.Hostname(e.From) || !xmpp.Hostname(e.To) {
		return l.unparsed(dst, "damaged dialback stanza")
	}
	answer := len(e.Type) > 0
	key := xmpp.DialbackKey(e.Text)
	if key == nil && (!answer || len(e.Text) > 0 && e.Text[0] != '<') {
		return l.unparsed(dst, "damaged dialback key")
	}
	kind, role := schemas.KindDialbackResult, schemas.Receiving
	from, to := l.mem.String(e.From), l.mem.String(e.To)
	sender, target := fold(from), fold(to)
	switch {
	case isResult && out != answer:
		role = schemas.Initiating
	case !isResult && out == answer:
		role = schemas.Authoritative
	}
	if isResult == answer {
		// The answer to a db:result, and the question of a db:verify, go
		// from T to S.
		sender, target = target, sender
	}
	if !isResult {
		kind = schemas.KindDialbackVerify
	}
	ev := l.fact(kind, sender, target)
	if string(e.Type) == "error" {
		if c := xmpp.Condition(l.detail[e.End:]); c != nil {
			ev.Attrs = l.attrs(ev.Attrs, "detail", c)
		}
	}
	ev.XMPP = l.mem.XMPP()
	*ev.XMPP = schemas.XMPP{
		Stanza: name, From: from, To: to, ID: l.mem.String(e.ID), Type: l.mem.String(e.Type),
		Direction: direction(out), Role: role,
	}
	ev.Keys = l.key1(ev.Keys, schemas.KeyDialbackKey, key)
	if !isResult {
		ev.Keys = l.key1(ev.Keys, schemas.KeyStream, e.ID)
		if role == schemas.Receiving && l.xcoder == nil {
			// The id of a db:verify is the receiving server's xcoder of the
			// stream that the db:result came in on.
			l.xcoder = hexRun(e.ID)
		}
	}
	l.keyed(&ev, sender, target)
	return append(dst, ev)
}

// timer reads the start of the wait for the answer to a db:result.
//
//	(00000000-0000-0000-0000-000000000000, coluc.com:vngtp.lab, OUT) xcoder=34A9B60C8 Scheduling dialback timeout in 30 secs.
func (l xcpLine) timer(dst []schemas.Event) []schemas.Event {
	if !l.hasConnection {
		return l.unparsed(dst, "damaged dialback timer")
	}
	sender, target := l.connection.pair()
	e := l.fact(schemas.KindDialbackTimer, sender, target)
	_, after, _ := bytes.Cut(l.detail, []byte("timeout in "))
	n := 0
	for n < len(after) && after[n] >= '0' && after[n] <= '9' {
		n++
	}
	e.Attrs = l.attrs(e.Attrs, "seconds", after[:n])
	scope := l.process()
	e.Keys = append(l.streamKeys(e.Keys, scope), l.pairKey(sender, target, scope))
	return append(dst, e)
}

// fact returns an event about S and T, or about neither when they are empty.
func (l *xcpLine) fact(kind schemas.Kind, sender, target string) schemas.Event {
	e := l.event(kind, l.first)
	if has(l.first, "\u201d") {
		e.Repairs = append(e.Repairs, "quotes")
	}
	e.Keys, e.Attrs = l.mem.Keys(7), l.mem.Attrs(6)
	if sender != "" {
		e.Attrs = append(e.Attrs, schemas.Attr{Name: "sender", Value: sender}, schemas.Attr{Name: "target", Value: target})
	}
	return e
}

// keyed adds the keys that all lines about a pair share.
func (l *xcpLine) keyed(e *schemas.Event, sender, target string) {
	scope := l.process()
	e.Keys = append(l.streamKeys(e.Keys, scope), l.pairKey(sender, target, scope),
		schemas.Key{Type: schemas.KeyDomain, Value: sender}, schemas.Key{Type: schemas.KeyDomain, Value: target})
}

func (s *statement) pairKey(sender, target, scope string) schemas.Key {
	pair := s.mem.Keep(append(append(append(s.mem.Scratch(), sender...), '>'), target...))
	return schemas.Key{Type: schemas.KeyDialbackPair, Value: pair, Scope: scope}
}

// streamKeys adds xcoder and connection, which are unique in one process.
func (l *xcpLine) streamKeys(keys []schemas.Key, scope string) []schemas.Key {
	if len(l.xcoder) > 0 {
		keys = append(keys, schemas.Key{Type: schemas.KeyXcoder, Value: l.mem.String(l.xcoder), Scope: scope})
	}
	if len(l.connection.guid) > 0 {
		keys = append(keys, schemas.Key{Type: schemas.KeyConnection, Value: l.mem.String(l.connection.guid), Scope: scope})
	}
	return keys
}

func (s *statement) key1(keys []schemas.Key, t schemas.KeyType, value []byte) []schemas.Key {
	if len(value) == 0 {
		return keys
	}
	return append(keys, schemas.Key{Type: t, Value: s.mem.String(value)})
}

func direction(out bool) schemas.Direction {
	if out {
		return schemas.Out
	}
	return schemas.In
}

// fold returns a domain in lower case without a final dot.
func fold(domain string) string { return strings.TrimSuffix(strings.ToLower(domain), ".") }

// hexRun returns the hex digits that b begins with.
func hexRun(b []byte) []byte {
	n := 0
	for n < len(b) && (b[n] >= '0' && b[n] <= '9' || b[n]|0x20 >= 'a' && b[n]|0x20 <= 'f') {
		n++
	}
	return b[:n]
}

func has(b []byte, s string) bool { return bytes.Contains(b, []byte(s)) }
