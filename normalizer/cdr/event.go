package cdr

import (
	"bytes"
	"strconv"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/codes"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// builder makes the event of a row.
type builder struct {
	mem   *arena.Arena
	file  *schemas.File
	v     fields
	attrs []schemas.Attr
	keys  []schemas.Key
}

// event reads the row of r, which is of kind k, in the order of l.
func event(a *arena.Arena, f *schemas.File, r *schemas.Record, k kind, l *layout) schemas.Event {
	row, _ := text.Line(r.Text)
	b := builder{mem: a, file: f}
	open := b.v.read(row, l)
	e := schemas.Event{
		Kind: schemas.KindCDRCall,
		Text: a.Evidence(open, schemas.MaxEvidence),
	}
	b.keys = a.Keys(8)
	if m, c := b.v[manager], b.v[callID]; len(m) > 0 && len(c) > 0 {
		id := append(append(append(a.Scratch(), m...), '-'), c...)
		b.keys = append(b.keys, schemas.Key{Type: schemas.KeyGlobalCallID, Value: a.Keep(id), Scope: f.Cluster})
	}
	b.leg(b.v[leg])
	if k == media {
		e.Kind = schemas.KindCDRMedia
		b.media()
	} else {
		b.call()
	}
	b.session(b.v[origSession])
	b.session(b.v[destSession])
	e.Attrs, e.Keys = b.attrs, b.keys
	return e
}

func (b *builder) call() {
	v := &b.v
	b.attrs = b.mem.Attrs(20)
	b.add("calling", v[calling])
	b.add("called", v[called])
	b.add("final", v[final])
	b.add("orig_device", v[origDevice])
	b.add("dest_device", v[destDevice])
	b.cause("orig_cause", "orig_cause_text", v[origCause])
	b.cause("dest_cause", "dest_cause_text", v[destCause])
	b.address("orig_addr", v[origAddr], v[origIP])
	b.address("dest_addr", v[destAddr], v[destIP])
	b.instant("originated", v[originated])
	b.instant("connected", v[connected])
	b.instant("disconnected", v[disconnected])
	b.add("duration", v[duration])
	b.add("redirect", v[redirect])
	conversation := v[origConversation]
	if number(conversation) && !positive(conversation) {
		conversation = v[destConversation]
	}
	if positive(conversation) {
		b.add("conversation", conversation)
	}
	b.leg(v[destLeg])
	b.device(v[origDevice])
	b.device(v[destDevice])
}

func (b *builder) media() {
	v := &b.v
	b.attrs = b.mem.Attrs(12 + bytes.Count(v[metrics], []byte{'='}))
	b.add("device", v[device])
	b.add("dn", v[dn])
	b.add("packets_sent", v[sent])
	b.add("packets_received", v[received])
	b.add("packets_lost", v[lost])
	b.add("jitter", v[jitter])
	b.add("latency", v[latency])
	b.add("duration", v[duration])
	b.metrics(v[metrics])
	b.device(v[device])
}

// metrics reads the voice quality metrics.
//
//	CCR=0.0011;ICR=0.0000;ICRmx=0.0034;CS=1;SCS=0;Ver=0.90;VoRxCodec=G.711 u-la;CID=4;VoPktSizeMs=20;maxJitter=8
func (b *builder) metrics(pairs []byte) {
	for len(pairs) > 0 {
		var pair []byte
		pair, pairs, _ = bytes.Cut(pairs, []byte{';'})
		name, value, ok := bytes.Cut(pair, []byte{'='})
		name, value = bytes.TrimSpace(name), bytes.TrimSpace(value)
		if !ok || len(name) == 0 || len(name) > 40 || !nameOnly(name) {
			continue
		}
		lower := append(b.mem.Scratch(), name...)
		for i, c := range lower {
			if c >= 'A' && c <= 'Z' {
				lower[i] = c + 'a' - 'A'
			}
		}
		if string(lower) == "vorxcodec" {
			b.add("codec", value)
		}
		b.add(b.mem.Keep(lower), value)
	}
}

func nameOnly(b []byte) bool {
	for _, c := range b {
		if c|0x20 < 'a' || c|0x20 > 'z' {
			if c-'0' > 9 && c != '_' && c != '-' {
				return false
			}
		}
	}
	return true
}

// add adds name=value, unless value is empty or name stands already.
func (b *builder) add(name string, value []byte) {
	if len(value) == 0 {
		return
	}
	for i := range b.attrs {
		if b.attrs[i].Name == name {
			return
		}
	}
	if v := b.keep(value); v != "" {
		b.attrs = append(b.attrs, schemas.Attr{Name: name, Value: v})
	}
}

// keep returns a value as a string, at most maxValue bytes of it.
func (b *builder) keep(value []byte) string {
	if len(value) <= maxValue && printable(value) {
		return b.mem.String(value)
	}
	return b.mem.Evidence(value, maxValue)
}

// maxValue bounds a value, in bytes; a comment of a record may have 2048.
const maxValue = 256

// printable reports whether b is ASCII without control characters.
func printable(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

// cause adds a cause, of which 0 is none.
func (b *builder) cause(name, named string, value []byte) {
	n, ok := integer(value)
	if !ok || n == 0 {
		return
	}
	cause, words := codes.Q850Of(uint32(n))
	if cause > 0 {
		b.add(name, strconv.AppendInt(nil, int64(cause), 10))
	}
	if words != "" {
		b.attrs = append(b.attrs, schemas.Attr{Name: named, Value: words})
	}
}

// address adds the address of an end: the text where the release has it, else
// the signed number, whose low byte is the first of the address.
//
//	239138826  →  10.248.64.14
//	-1139627840, which is 0xBC12A8C0  →  192.168.18.188
func (b *builder) address(name string, printed, packed []byte) {
	if len(printed) > 0 && string(printed) != "0" {
		b.add(name, printed)
		return
	}
	n, ok := integer(packed)
	if !ok || n == 0 {
		return
	}
	ip := b.mem.Scratch()
	for i, u := 0, uint32(n); i < 4; i, u = i+1, u>>8 {
		if i > 0 {
			ip = append(ip, '.')
		}
		ip = strconv.AppendUint(ip, uint64(u&0xFF), 10)
	}
	b.attrs = append(b.attrs, schemas.Attr{Name: name, Value: b.mem.Keep(ip)})
}

// instant adds a time, of which 0 is none: a call that was not answered has no
// time of its connection.
func (b *builder) instant(name string, value []byte) {
	n, ok := integer(value)
	if !ok || n < minEpoch || n > maxEpoch {
		return
	}
	at := time.Unix(n, 0).UTC().AppendFormat(b.mem.Scratch(), time.RFC3339)
	b.attrs = append(b.attrs, schemas.Attr{Name: name, Value: b.mem.Keep(at)})
}

func positive(field []byte) bool {
	n, ok := integer(field)
	return ok && n > 0
}

// leg adds the call identifier of a leg; 0 is a leg that never was.
func (b *builder) leg(ci []byte) {
	if positive(ci) {
		b.keys = append(b.keys, schemas.Key{Type: schemas.KeyCI, Value: b.mem.String(ci), Scope: b.file.Cluster})
	}
}

func (b *builder) device(name []byte) {
	if len(name) == 0 {
		return
	}
	v := b.keep(name)
	for i := range b.keys {
		if b.keys[i].Type == schemas.KeyDevice && b.keys[i].Value == v {
			return
		}
	}
	b.keys = append(b.keys, schemas.Key{Type: schemas.KeyDevice, Value: v, Scope: b.file.Cluster})
}

// session adds one half of an RFC 7989 session id.
func (b *builder) session(id []byte) {
	if len(id) != 32 || len(bytes.Trim(id, "0")) == 0 {
		return
	}
	for _, c := range id {
		if c-'0' > 9 && (c|0x20 < 'a' || c|0x20 > 'f') {
			return
		}
	}
	b.keys = append(b.keys, schemas.Key{Type: schemas.KeySessionID, Value: b.mem.Keep(append(b.mem.Scratch(), bytes.ToLower(id)...))})
}
