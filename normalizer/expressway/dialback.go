package expressway

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/normalizer/internal/xmpp"
	"github.com/uctrace/uctrace/schemas"
)

// stanza reads a db:result or db:verify, the first element of the detail at or
// behind open.
//
//	xcoder=34A9B60C8 sending:: <db:result from='coluc.com' to='vngtp.lab'>d780f198…</db:result>
//	(e5b18d01-…, vngtp.lab:coluc.com, IN) DBVerify stream is open. Sending db:verify packet: <db:verify from='vngtp.lab' id='05E295A2B' to='coluc.com'>d780f198…</db:verify>
func (l *xcpLine) stanza(dst []schemas.Event, open int) []schemas.Event {
	e, ok := xmpp.Read(l.detail[open:])
	e.Start, e.End = e.Start+open, e.End+open
	name, isResult := "db:verify", string(e.Name) == "db:result"
	if isResult {
		name = "db:result"
	}
	if !ok || string(e.Name) != name {
		return l.unparsed(dst, "damaged dialback stanza")
	}
	before := l.detail[:e.Start]
	out := text.Index(before, "ending", len("endin")) >= 0 // Sending, sending::
	if out == (text.Index(before, "eceived", len("ecei")) >= 0) || !xmpp.Hostname(e.From) || !xmpp.Hostname(e.To) {
		return l.unparsed(dst, "damaged dialback stanza")
	}
	answer := len(e.Type) > 0
	key := xmpp.DialbackKey(e.Text)
	if key == nil && !xmpp.MaskedKey(e.Text) && (!answer || len(e.Text) > 0 && e.Text[0] != '<') {
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
	dst, ev := l.about(dst, kind, sender, target)
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
	l.keyed(ev, sender, target)
	return dst
}

// timer reads the start of the wait for the answer to a db:result.
//
//	(00000000-0000-0000-0000-000000000000, coluc.com:vngtp.lab, OUT) xcoder=34A9B60C8 Scheduling dialback timeout in 30 secs.
func (l *xcpLine) timer(dst []schemas.Event) []schemas.Event {
	if !l.hasConnection {
		return l.unparsed(dst, "damaged dialback timer")
	}
	sender, target := l.connection.pair()
	dst, e := l.about(dst, schemas.KindDialbackTimer, sender, target)
	_, after, _ := bytes.Cut(l.detail, []byte("timeout in "))
	n := 0
	for n < len(after) && after[n] >= '0' && after[n] <= '9' {
		n++
	}
	e.Attrs = l.attrs(e.Attrs, "seconds", after[:n])
	scope := l.process()
	e.Keys = append(l.streamKeys(e.Keys, scope), l.pairKey(sender, target, scope))
	return dst
}

// about appends an event about S and T, or about neither when they are empty,
// and returns it too.
func (l *xcpLine) about(dst []schemas.Event, kind schemas.Kind, sender, target string) ([]schemas.Event, *schemas.Event) {
	dst, e := l.event(dst, kind, l.first)
	if !l.plain() && text.Index(l.first, "\u201d", 0) >= 0 {
		e.Repairs = append(e.Repairs, "quotes")
	}
	e.Keys, e.Attrs = l.mem.Keys(7), l.mem.Attrs(6)
	if sender != "" {
		e.Attrs = append(e.Attrs, schemas.Attr{Name: "sender", Value: sender}, schemas.Attr{Name: "target", Value: target})
	}
	return dst, e
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

func direction(out bool) schemas.Direction {
	if out {
		return schemas.Out
	}
	return schemas.In
}

// fold returns a domain as all of its spellings have it.
func fold(domain string) string { return xmpp.FoldDomain(domain) }

// hexRun returns the hex digits that b begins with.
func hexRun(b []byte) []byte {
	n := 0
	for n < len(b) && hexDigit[b[n]] {
		n++
	}
	return b[:n]
}

var hexDigit = func() (t [256]bool) {
	for _, c := range []byte("0123456789abcdefABCDEF") {
		t[c] = true
	}
	return t
}()
