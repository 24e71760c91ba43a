package sip

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// The fields that have no place in schemas.SIP: index in Message.extras.
const (
	diversion = iota
	asserted
	remoteParty
	referTo
	referredBy
	replaces
	join
	event
	expires
	sessionExpires
	guid
	gci
	tag
	sipfrag
	numExtras
)

// extraNames are the names of their attributes in event.md; the tag is a key.
var extraNames = [numExtras]string{
	"diversion", "asserted", "remote_party", "refer_to", "referred_by", "replaces", "join", "event", "expires",
	"session_expires", "guid", "gci", "", "sipfrag",
}

// extra keeps the first value of a field.
func (m *Message) extra(i int, value []byte) {
	if m.extras[i] == nil && len(value) > 0 {
		m.extras[i] = value
		m.has |= 1 << i
	}
}

// serial keeps the proxy-call-ids in a Via or Record-Route value. An
// Expressway puts one into both when it passes a request on, and the number of
// its events is the same; one that stands lower is that of the box before.
//
//	Via: SIP/2.0/TLS 10.81.54.5:7002;branch=z9hG4bK69d3;proxy-call-id=0b0cd0b8-4ed3-41fe-893e-6b896ec133fd;rport
//	Record-Route: <sip:proxy-call-id=0b0cd0b8-4ed3-41fe-893e-6b896ec133fd@10.81.54.5:7002;transport=tls;lr>
func (m *Message) serial(value []byte) {
	const key, uuid = "proxy-call-id=", 36
	for len(value) >= len(key)+uuid {
		i := text.Index(value, key, len("pro"))
		if i < 0 {
			return
		}
		value = value[i+len(key):]
		if len(value) < uuid || !isUUID(value[:uuid]) {
			continue
		}
		for j := range m.serials {
			if m.serials[j] == nil {
				m.serials[j] = value[:uuid]
			}
			if bytes.Equal(m.serials[j], value[:uuid]) {
				break
			}
		}
		value = value[uuid:]
	}
}

// isUUID reports whether b is 36 bytes of hex digits and hyphens as RFC 9562
// has them.
func isUUID(b []byte) bool {
	for i, c := range b {
		if i == 8 || i == 13 || i == 18 || i == 23 {
			if c != '-' {
				return false
			}
		} else if !hexDigit[c] {
			return false
		}
	}
	return true
}

// appendExtra appends the part of extra i that an event states.
func (m *Message) appendExtra(dst []byte, i int) []byte {
	v := m.extras[i]
	switch i {
	case diversion, asserted, remoteParty, referredBy:
		return AppendUnescaped(dst, User(v))
	case referTo:
		uri, _ := Addr(v)
		if user := URIUser(uri); user != nil && scheme(uri) > 0 {
			return AppendUnescaped(dst, user)
		}
		return appendUnfolded(dst, uri)
	case replaces, join, event:
		v = untilParam(v)
	case expires, sessionExpires:
		n := 0
		for n < len(v) && v[n] >= '0' && v[n] <= '9' {
			n++
		}
		v = v[:n]
	case tag:
		v = untilParam(v)
	}
	return appendUnfolded(dst, v)
}

func untilParam(v []byte) []byte {
	if i := bytes.IndexAny(v, "; \t\r\n"); i >= 0 {
		v = v[:i]
	}
	return v
}

// describeExtras appends the attributes and keys of the extras.
func (m *Message) describeExtras(a *arena.Arena, e *schemas.Event, cluster string) {
	for i := range m.extras {
		if m.has&(1<<i) == 0 {
			continue
		}
		value := a.Keep(m.appendExtra(a.Scratch(), i))
		if value == "" {
			continue
		}
		switch i {
		case tag:
			e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyTag, Value: value})
			continue
		case gci:
			if gciDigits(value) {
				e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyGlobalCallID, Value: value, Scope: cluster})
			}
		}
		e.Attrs = append(e.Attrs, schemas.Attr{Name: extraNames[i], Value: value})
	}
}

// gciDigits reports whether s is the number of a node, a hyphen, and the
// number of a call that is not zero.
//
//	gci= 2-11891177
func gciDigits(s string) bool {
	i := 0
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	if i == 0 || i+1 >= len(s) || s[i] != '-' {
		return false
	}
	zero := true
	for _, c := range []byte(s[i+1:]) {
		if c < '0' || c > '9' {
			return false
		}
		zero = zero && c == '0'
	}
	return !zero
}
