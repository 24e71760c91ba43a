package sip

import (
	"bytes"
	"math/bits"
	"strings"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// Describe fills e with what m says: Kind sip.message, SIP, and the keys and
// attributes of event.md that stand in the message itself. cluster is the
// scope of the device key. What the log says around the message, direction,
// peer, network number, is the caller's to add; SIP.Wire is left false.
//
// The memory, that of the strings too, is a's: see arena.Arena.String.
func Describe(a *arena.Arena, e *schemas.Event, m *Message, cluster string) {
	x := a.SIP()
	m.fill(a, x)
	e.Kind = schemas.KindSIPMessage
	e.SIP = x
	if e.Keys == nil {
		e.Keys = a.Keys(8 + len(m.serials))
	}
	if x.CallID != "" {
		e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyCallID, Value: x.CallID})
	}
	local, remote := SessionHalves(m.SessionID)
	e.Keys = appendHalf(a, e.Keys, local)
	if !bytes.EqualFold(local, remote) {
		e.Keys = appendHalf(a, e.Keys, remote)
	}
	if e.Attrs == nil {
		e.Attrs = a.Attrs(7 + bits.OnesCount16(m.has) + recordingAttrs)
	}
	from, whole := Addr(m.From)
	if whole {
		e.Attrs = appendUser(a, e.Attrs, "from_user", URIUser(from))
	}
	e.Attrs = appendUser(a, e.Attrs, "to_user", User(m.To))
	e.Attrs = appendUser(a, e.Attrs, "contact_user", User(m.Contact))
	e.Attrs = appendUser(a, e.Attrs, "ruri_user", URIUser(m.URI))
	if device := Device(m.Contact); device != nil {
		name := a.String(device)
		e.Attrs = append(e.Attrs, schemas.Attr{Name: "device", Value: name})
		e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyDevice, Value: name, Scope: cluster})
	}
	if m.has != 0 {
		m.describeExtras(a, e, cluster)
	}
	for _, s := range m.serials {
		if s == nil {
			break
		}
		e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyCallSerial, Value: a.String(s)})
	}
	e.Attrs = appendRecording(a, e.Attrs, m.From)
	mended := m.Mended
	if !whole {
		mended |= text.Address
	}
	e.Repairs = mended.Append(e.Repairs)
}

// fill gives x the values of the fields that have a place in it.
func (m *Message) fill(a *arena.Arena, x *schemas.SIP) {
	agent := m.UserAgent
	if agent == nil {
		agent = m.Server
	}
	x.RequestURI = m.value(a, m.URI)
	x.Reason = m.value(a, m.Phrase)
	x.CSeq = m.value(a, m.CSeq)
	if x.CallID = m.value(a, m.CallID); strings.IndexByte(x.CallID, ' ') >= 0 {
		// A page put it there: a Call-ID is a word, or two with an @ between.
		x.CallID, m.Mended = strings.ReplaceAll(x.CallID, " ", ""), m.Mended|text.Address
	}
	x.From, x.To = m.value(a, m.From), m.value(a, m.To)
	x.Contact = m.value(a, m.Contact)
	x.UserAgent = m.value(a, agent)
	x.SessionID = m.value(a, m.SessionID)
	x.Warning = m.values(a, m.Warning, m.Warning2)
	x.ReasonHeader = m.values(a, m.Reason, m.Reason2)
	x.Status, x.Date, x.SDP, x.Truncated = m.Status, Date(m.Date), m.SDP, m.Truncated
	switch {
	case m.Status == 0:
		x.Method = method(m.Method)
	case m.register:
		x.Method = "REGISTER"
	default:
		_, name, _ := strings.Cut(x.CSeq, " ")
		x.Method = strings.TrimSpace(name)
	}
}

// value returns v in one line.
func (m *Message) value(a *arena.Arena, v []byte) string {
	if !m.folds || bytes.IndexByte(v, '\n') < 0 {
		return a.String(v)
	}
	return a.Keep(appendUnfolded(a.Scratch(), v))
}

// values returns the values of two fields of one name.
func (m *Message) values(a *arena.Arena, v, more []byte) string {
	if len(v) == 0 || more == nil {
		return m.value(a, v)
	}
	return a.Keep(appendUnfolded(append(appendUnfolded(a.Scratch(), v), ", "...), more))
}

// method returns the name of a request method, without copying a usual one.
func method(b []byte) string {
	for i := range methods {
		if methods[i] == string(b) {
			return methods[i]
		}
	}
	return string(b)
}

var methods = [...]string{
	"INVITE", "ACK", "BYE", "CANCEL", "OPTIONS", "REGISTER", "PRACK", "SUBSCRIBE", "NOTIFY", "PUBLISH",
	"INFO", "REFER", "MESSAGE", "UPDATE", "SERVICE", "BENOTIFY",
}

// appendUnfolded appends v in one line (RFC 3261 section 7.3.1). What begins
// with no blank was broken off by a page, and goes on where the line ended.
func appendUnfolded(dst, v []byte) []byte {
	if bytes.IndexByte(v, '\n') < 0 {
		return append(dst, v...)
	}
	for len(v) > 0 {
		i := bytes.IndexByte(v, '\n')
		if i < 0 {
			return append(dst, v...)
		}
		dst = append(dst, v[:i]...)
		if rest := v[i+1:]; len(rest) > 0 && isBlank(rest[0]) {
			dst = append(bytes.TrimRight(dst, " \t\r"), ' ')
		} else {
			dst = bytes.TrimRight(dst, "\r")
		}
		v = bytes.TrimLeft(v[i:], " \t\r\n")
	}
	return dst
}

// appendUser appends a user part, its escapes resolved.
func appendUser(a *arena.Arena, attrs []schemas.Attr, name string, user []byte) []schemas.Attr {
	switch {
	case len(user) == 0:
		return attrs
	case bytes.IndexByte(user, '%') >= 0:
		return append(attrs, schemas.Attr{Name: name, Value: a.Keep(AppendUnescaped(a.Scratch(), user))})
	}
	return append(attrs, schemas.Attr{Name: name, Value: a.String(user)})
}

func appendHalf(a *arena.Arena, keys []schemas.Key, half []byte) []schemas.Key {
	if len(half) == 0 {
		return keys
	}
	value := a.String(half)
	if hasCapital(half) {
		value = strings.ToLower(value)
	}
	return append(keys, schemas.Key{Type: schemas.KeySessionID, Value: value})
}
