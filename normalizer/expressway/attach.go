package expressway

import (
	"bytes"
	"encoding/binary"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

var _ arena.Attacher = Parser{}

// lookBack is how far before a line may stand what it goes on with, in bytes.
// The DEBUG line of an INVITE holds the whole message, and with every module
// at DEBUG 28 KB stood between it and the event that it caused.
const lookBack = 64 << 10

// Attach implements arena.Attacher. Two lines say less than they mean: the
// event of a call prints no Call-ID, and the answer of a name server no name.
// Both follow the line that has it, or the message itself.
//
//	Module="network.sip" … Src-ip="192.0.2.31" Src-port="47177" Detail="Receive Request Method=INVITE, … Request-URI=sip:bob@example.net, Call-ID=e7e75ff9, …
//	Event="Call Attempted" … Src-ip="192.0.2.31" Src-port="47177" … Dst-alias="sip:bob@example.net" Call-serial-number="…"
//
//	Module="network.dns" … Detail="Sending DNS query" Name="_sips._tcp.example.net" Type="SRV (IPv4 and IPv6)"
//	Module="network.dns" … Detail="Could not resolve hostname"
func (Parser) Attach(a *arena.Arena, events []schemas.Event, b *schemas.RecordBatch, i int) {
	if len(events) != 1 {
		return
	}
	switch e := &events[0]; {
	case e.Kind == schemas.KindSIPEvent && e.Attr("event") == "Call Attempted" && e.Key(schemas.KeyCallID) == "":
		if n, ok := invited(a.Notes(), b, i, e); ok {
			keys := append(a.Keys(len(e.Keys)+1), e.Keys...)
			e.Keys = append(keys, schemas.Key{Type: schemas.KeyCallID, Value: a.String(n.id)})
		}
	case e.Kind == schemas.KindDNSLookup && e.Attr("name") == "" && e.Attr("outcome") != "enter":
		if n, ok := asked(a.Notes(), b, i); ok {
			answer(a, e, n)
		}
	}
}

// answer completes the answer e to the query n. That there is no NAPTR record
// is the usual case, and no failure.
func answer(a *arena.Arena, e *schemas.Event, n note) {
	attrs := a.Attrs(len(e.Attrs) + 2)
	attrs = append(attrs, schemas.Attr{Name: "name", Value: a.String(n.id)})
	if e.Attr("type") == "" && len(n.user) > 0 {
		attrs = append(attrs, schemas.Attr{Name: "type", Value: a.String(n.user)})
	}
	for _, x := range e.Attrs {
		if x.Name != "outcome" || x.Value != "fail" || string(n.user) != "NAPTR" {
			attrs = append(attrs, x)
		}
	}
	e.Attrs = attrs
	keys := append(a.Keys(len(e.Keys)+1), e.Keys...)
	e.Keys = append(keys, schemas.Key{Type: schemas.KeyDomain, Value: fold(a.String(n.id))})
}

// note is a record that others go on with.
type note struct {
	offset int64
	what   byte
	// peer is who sent the INVITE; id its Call-ID, or the name looked up; user
	// the user part of the Request-URI, or the type of the query.
	peer, id, user []byte
}

// What a note is of.
const (
	noteInvite = 'i'
	noteQuery  = 'q'
	noteAnswer = 'a'
)

// noted reports whether a record is an INVITE that was received, and whether
// it may have a note at all. The quotes may be those of a copy.
func noted(r *schemas.Record) (invite, ok bool) {
	if r.Source == schemas.ExpresswayXCP || r.Source == schemas.ExpresswayTraffic {
		return false, false
	}
	record := r.Text
	for near := record[:min(len(record), 300)]; ; {
		const network = "network."
		at := text.Index(near, network, len("net"))
		if at < 0 {
			return false, ok
		}
		before, module := near[max(0, at-len(`Module=&quot;`)):at], near[at+len(network):]
		near = module
		if !bytes.HasSuffix(before, []byte(`Module="`)) && !bytes.Contains(before, []byte("Module=")) {
			continue
		}
		switch string(module[:min(3, len(module))]) {
		case "dns":
			ok = true
		case "sip":
			const method = "Method=INVITE,"
			detail := record[:min(len(record), 600)]
			if at := text.Index(detail, method, len("Method=I")); at >= 0 {
				return true, bytes.Contains(detail[max(0, at-len("Receive Request ")):at], []byte("Receive"))
			}
			const start = "INVITE sip"
			if at := text.Index(detail, start, len("IN")); at >= 0 {
				return true, bytes.Contains(detail[:at], []byte("Received"))
			}
		}
	}
}

// noteOf reads the note of a record.
func noteOf(r *schemas.Record) (n note, ok bool) {
	invite, ok := noted(r)
	if !ok {
		return note{}, false
	}
	s := statement{record: r, first: r.Text}
	if !s.mend() {
		return note{}, false
	}
	line, _ := cutLine(s.head.rest)
	at := bytes.Index(line, []byte(`Module="`))
	if at < 0 {
		return note{}, false // a line break stands before it
	}
	var p pairs
	p.read(line[at:])
	n.offset = r.Offset
	switch {
	case invite:
		n.what = noteInvite
		n.peer = bytes.Join([][]byte{p.value(fSrcIP), p.value(fSrcPort)}, []byte(":"))
		n.id = until(after(p.value(fDetail), "Call-ID="), ", ")
		n.user = sip.URIUser(until(after(p.value(fDetail), "Request-URI="), ", "))
		if at := s.block(); at >= 0 {
			n.read(s.head.rest[at:])
		}
	case bytes.HasPrefix(p.value(fDetail), []byte("Sending DNS query")):
		n.what, n.id, n.user = noteQuery, p.value(fName), until(p.value(fType), " (,")
	default:
		n.what = noteAnswer
	}
	return n, n.what != noteInvite || len(n.id) > 0
}

// read reads the INVITE of a SIPMSG block, which is all that a copy may have of
// the two lines of a message.
func (n *note) read(block []byte) {
	message, _ := unescape(block[bytes.IndexByte(block, ':')+1:])
	var m sip.Message
	if m.Parse(unwrap(message)) && string(m.Method) == "INVITE" {
		n.id, n.user = bytes.ReplaceAll(m.CallID, []byte(" "), nil), sip.URIUser(m.URI)
	}
}

// after returns what stands behind name in b, nil when b has no such name.
func after(b []byte, name string) []byte {
	_, rest, _ := bytes.Cut(b, []byte(name))
	return rest
}

// invited returns the last INVITE before b.Records[i] that came from where the
// attempt of that record, which is e, came from, and for the same user.
func invited(x *arena.Index, b *schemas.RecordBatch, i int, e *schemas.Event) (found note, ok bool) {
	before(x, b, i, func(n note) bool {
		if n.what == noteInvite && string(n.peer) == e.Attr("src") && bytes.Equal(n.user, sip.URIUser([]byte(e.Attr("dst_alias")))) {
			found, ok = n, true
		}
		return !ok
	})
	return found, ok
}

// asked returns the query that the answer b.Records[i] is to: the last one
// before it, when no other waits. That there is no NAPTR record is not logged.
func asked(x *arena.Index, b *schemas.RecordBatch, i int) (found note, ok bool) {
	before(x, b, i, func(n note) bool {
		switch {
		case n.what == noteInvite:
		case ok: // the one before the query
			ok = n.what == noteAnswer || string(n.user) == "NAPTR"
			return false
		case n.what == noteQuery:
			found, ok = n, true
		default:
			return false
		}
		return true
	})
	return found, ok
}

// before calls do for the notes before b.Records[i], the last one first, until
// it returns false. x is the index of the records of b that may have one.
func before(x *arena.Index, b *schemas.RecordBatch, i int, do func(n note) bool) {
	from := b.Records[i].Offset - lookBack
	for j := x.Seen(); j < i; j++ {
		if _, ok := noted(&b.Records[j]); ok {
			x.Enter(0)
		} else {
			x.Skip()
		}
	}
	for j := x.Last(0); j >= 0 && b.Records[j].Offset >= from; j = x.Before(j) {
		if n, ok := noteOf(&b.Records[j]); ok && !do(n) {
			return
		}
	}
	kept := notes(b)
	for j := len(kept) - 1; j >= 0 && kept[j].offset >= from; j-- {
		if !do(kept[j]) {
			return
		}
	}
}

// Context implements schemas.Contexter: the notes in the last lookBack bytes,
// each as its distance before the end of b, what it is, and three strings.
func (Parser) Context(dst []byte, b *schemas.RecordBatch) []byte {
	from := b.End - lookBack
	add := func(n note) {
		if n.offset < from {
			return
		}
		dst = append(binary.AppendUvarint(dst, uint64(b.End-n.offset)), n.what)
		for _, s := range [...][]byte{n.peer, n.id, n.user} {
			dst = append(binary.AppendUvarint(dst, uint64(len(s))), s...)
		}
	}
	if b.Start > from {
		for _, n := range notes(b) {
			add(n)
		}
	}
	first := len(b.Records)
	for first > 0 && b.Records[first-1].Offset >= from {
		first--
	}
	for i := first; i < len(b.Records); i++ {
		if n, ok := noteOf(&b.Records[i]); ok {
			add(n)
		}
	}
	return dst
}

// notes returns the notes in b.Context. It stops at bytes that Context did not
// make.
func notes(b *schemas.RecordBatch) (list []note) {
	for c := b.Context; len(c) > 0; {
		back, n := binary.Uvarint(c)
		if n <= 0 || back > 1<<40 || len(c) == n {
			return list
		}
		x := note{offset: b.Start - int64(back), what: c[n]}
		c = c[n+1:]
		for _, s := range [...]*[]byte{&x.peer, &x.id, &x.user} {
			size, n := binary.Uvarint(c)
			if n <= 0 || size > uint64(len(c)-n) {
				return list
			}
			*s, c = c[n:n+int(size)], c[n+int(size):]
		}
		list = append(list, x)
	}
	return list
}
