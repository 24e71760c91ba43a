package correlator

import (
	"encoding/binary"

	"github.com/uctrace/uctrace/schemas"
)

// The body of a record holds what of an event is read only when its unit is
// evaluated, as length-prefixed strings: a twelfth of the memory of a
// schemas.Event. The text comes first and is packed, see texts.go; it is read only
// for evidence. Behind it stand the facts.
//
// A header field that a new detector needs is one more line in appendSIP and
// in sip.

// appendFacts appends the facts of e. whole keeps the header fields that only the
// words of a finding need.
func appendFacts(dst []byte, e *schemas.Event, c class, whole bool) []byte {
	var parts byte
	if e.SIP != nil {
		parts |= 1
	}
	if e.XMPP != nil {
		parts |= 2
	}
	dst = append(dst, parts)
	if e.SIP != nil && whole {
		dst[len(dst)-1] |= 4
	}
	if e.SIP != nil {
		dst = appendSIP(dst, e.SIP)
		if whole {
			for _, s := range [...]string{e.SIP.RequestURI, e.SIP.From, e.SIP.To, e.SIP.Local} {
				dst = appendString(dst, s)
			}
		}
	}
	if e.XMPP != nil {
		dst = appendXMPP(dst, e.XMPP)
	}
	for i := range e.Attrs {
		a := &e.Attrs[i]
		if c != classNone && a.Name == "index" {
			continue
		}
		dst = appendWord(dst, a.Name)
		dst = appendString(dst, a.Value)
	}
	return dst
}

func appendSIP(dst []byte, m *schemas.SIP) []byte {
	flags := flag(m.SDP, 1) | flag(m.Wire, 2) | flag(m.Truncated, 4) |
		flag(m.Direction == schemas.In, 8) | flag(m.Direction == schemas.Out, 16)
	dst = append(dst, flags)
	dst = binary.AppendUvarint(dst, uint64(max(0, m.Status)))
	for _, s := range [...]string{
		m.Reason, m.CSeq, m.Peer, m.UserAgent, m.ReasonHeader, m.Warning,
	} {
		dst = appendString(dst, s)
	}
	dst = appendWord(dst, m.Method)
	return appendWord(dst, m.Transport)
}

func appendXMPP(dst []byte, x *schemas.XMPP) []byte {
	dst = append(dst, flag(x.Direction == schemas.In, 8)|flag(x.Direction == schemas.Out, 16))
	for _, s := range [...]string{x.Stanza, x.From, x.To, x.ID, x.Type, x.Role} {
		dst = appendString(dst, s)
	}
	return dst
}

func flag(on bool, bit byte) byte {
	if on {
		return bit
	}
	return 0
}

func appendString(dst []byte, s string) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(s)))
	return append(dst, s...)
}

// noWord says that the word follows as a string.
const noWord = 255

func appendWord(dst []byte, s string) []byte {
	if code, ok := wordCode(s); ok {
		return append(dst, code)
	}
	return appendString(append(dst, noWord), s)
}

// bodyReader reads a body.
type bodyReader string

func (r *bodyReader) byte() byte {
	b := (*r)[0]
	*r = (*r)[1:]
	return b
}

func (r *bodyReader) uvarint() int {
	var v uint64
	for shift := 0; ; shift += 7 {
		b := r.byte()
		v |= uint64(b&0x7f) << shift
		if b < 0x80 {
			return int(v)
		}
	}
}

func (r *bodyReader) string() string {
	n := r.uvarint()
	s := string((*r)[:n])
	*r = (*r)[n:]
	return s
}

func (r *bodyReader) word() string {
	if code := r.byte(); code != noWord {
		return words[code]
	}
	return r.string()
}

func direction(flags byte) schemas.Direction {
	switch {
	case flags&8 != 0:
		return schemas.In
	case flags&16 != 0:
		return schemas.Out
	}
	return ""
}

func (r *bodyReader) sip(m *schemas.SIP) {
	flags := r.byte()
	m.SDP, m.Wire, m.Truncated, m.Direction = flags&1 != 0, flags&2 != 0, flags&4 != 0, direction(flags)
	m.Status = r.uvarint()
	for _, s := range [...]*string{
		&m.Reason, &m.CSeq, &m.Peer, &m.UserAgent, &m.ReasonHeader, &m.Warning,
	} {
		*s = r.string()
	}
	m.Method, m.Transport = r.word(), r.word()
}

func (r *bodyReader) xmpp(x *schemas.XMPP) {
	x.Direction = direction(r.byte())
	for _, s := range [...]*string{&x.Stanza, &x.From, &x.To, &x.ID, &x.Type, &x.Role} {
		*s = r.string()
	}
}

// slab is memory for the events of one evaluation. Its values are valid until
// the next reset; their strings live as long as the store.
type slab struct {
	events []schemas.Event
	keys   []schemas.Key
	attrs  []schemas.Attr
	sips   []schemas.SIP
	xmpps  []schemas.XMPP
	lists  []*schemas.Event
}

func (m *slab) reset() {
	m.events, m.keys, m.attrs = m.events[:0], m.keys[:0], m.attrs[:0]
	m.sips, m.xmpps, m.lists = m.sips[:0], m.xmpps[:0], m.lists[:0]
}

// list returns an empty list with room for n events.
func (m *slab) list(n int) []*schemas.Event {
	if cap(m.lists)-len(m.lists) < n {
		m.lists = make([]*schemas.Event, 0, max(64, 2*cap(m.lists), n))
	}
	at := len(m.lists)
	m.lists = m.lists[:at+n]
	return m.lists[at : at : at+n]
}

// keep stores a body.
func (s *store) keep(kind uint8, text string, facts []byte) placed {
	s.packed = s.texts.pack(s.packed[:0], kind, text)
	s.stored = binary.AppendUvarint(s.stored[:0], uint64(len(s.packed)))
	s.stored = append(append(s.stored, s.packed...), facts...)
	return s.bodies.add(s.stored)
}

// text returns the text of a record.
func (s *store) text(r *record) string {
	body := s.body(r)
	s.packed = s.texts.unpack(s.packed[:0], r.kind, bodyReader(body.string()))
	return string(s.packed)
}

// body returns the body of a record.
func (s *store) body(r *record) bodyReader { return bodyReader(s.bodies.at(r.body)) }

// whole returns a body whose text is not packed.
func (s *store) whole(r *record) string {
	text := s.text(r)
	return wholeBody(text, s.factsOf(r))
}

func wholeBody[T string | []byte | bodyReader](text string, facts T) string {
	return string(append(appendString(nil, text), facts...))
}

// factsOf returns what the body of a record says, without the text of the line.
func (s *store) factsOf(r *record) bodyReader {
	body := s.body(r)
	body.string()
	return body
}

// load appends the event of record n, without Text, to m. A slab that grows leaves what it
// handed out before in the old memory, which nobody changes any more, so the
// pointers into it stay good.
func (s *store) load(m *slab, n uint32) *schemas.Event {
	r := s.at(n)
	o := s.origins[r.origin]
	m.events = append(m.events, schemas.Event{
		ID: r.id, Time: timeOf(r.t), Line: int(r.line), Kind: kindNames[r.kind],
		Source: schemas.Source(s.name(o.source)), Cluster: s.name(o.cluster), Node: s.name(o.node), File: s.name(o.file),
	})
	e := &m.events[len(m.events)-1]
	first := len(m.keys)
	for _, k := range s.refsOf(r) {
		if s.keys.at(k).typ < firstOwnKey {
			m.keys = append(m.keys, s.keys.public(k))
		}
	}
	e.Keys = m.keys[first:len(m.keys):len(m.keys)]

	body := s.factsOf(r)
	parts := body.byte()
	if parts&1 != 0 {
		m.sips = append(m.sips, schemas.SIP{})
		e.SIP = &m.sips[len(m.sips)-1]
		body.sip(e.SIP)
		if parts&4 != 0 {
			m := e.SIP
			for _, f := range [...]*string{&m.RequestURI, &m.From, &m.To, &m.Local} {
				*f = body.string()
			}
		}
		e.SIP.CallID = e.Key(schemas.KeyCallID)
	}
	if parts&2 != 0 {
		m.xmpps = append(m.xmpps, schemas.XMPP{})
		e.XMPP = &m.xmpps[len(m.xmpps)-1]
		body.xmpp(e.XMPP)
	}
	first = len(m.attrs)
	for body != "" {
		name := body.word()
		m.attrs = append(m.attrs, schemas.Attr{Name: name, Value: body.string()})
	}
	e.Attrs = m.attrs[first:len(m.attrs):len(m.attrs)]
	return e
}
