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
// The memory comes from a. The strings are copies, so that e does not keep the
// log text alive.
func Describe(a *arena.Arena, e *schemas.Event, m *Message, cluster string) {
	x := a.SIP()
	var extras [numExtras]span
	all := m.fill(a, x, &extras)
	e.Kind = schemas.KindSIPMessage
	e.SIP = x
	if e.Keys == nil {
		e.Keys = a.Keys(8 + len(m.serials))
	}
	if x.CallID != "" {
		e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyCallID, Value: x.CallID})
	}
	local, remote := SessionHalves(m.SessionID)
	e.Keys = appendHalf(e.Keys, x.SessionID, m.SessionID, local)
	if !bytes.EqualFold(local, remote) {
		e.Keys = appendHalf(e.Keys, x.SessionID, m.SessionID, remote)
	}
	if e.Attrs == nil {
		e.Attrs = a.Attrs(7 + bits.OnesCount16(m.has) + recordingAttrs)
	}
	from, whole := Addr(m.From)
	if whole {
		e.Attrs = appendUser(e.Attrs, "from_user", x.From, m.From, URIUser(from))
	}
	e.Attrs = appendUser(e.Attrs, "to_user", x.To, m.To, User(m.To))
	e.Attrs = appendUser(e.Attrs, "contact_user", x.Contact, m.Contact, User(m.Contact))
	e.Attrs = appendUser(e.Attrs, "ruri_user", x.RequestURI, m.URI, URIUser(m.URI))
	if device := Device(m.Contact); device != nil {
		e.Attrs = appendPart(e.Attrs, "device", x.Contact, m.Contact, device)
		name := e.Attrs[len(e.Attrs)-1].Value
		e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyDevice, Value: name, Scope: cluster})
	}
	if m.has != 0 {
		m.describeExtras(e, all, &extras, cluster)
	}
	for _, s := range m.serials {
		if s == nil {
			break
		}
		e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyCallSerial, Value: a.String(s)})
	}
	e.Attrs = appendRecording(e.Attrs, x.From, m.From)
	mended := m.Mended
	if !whole {
		mended |= text.Address
	}
	e.Repairs = mended.Append(e.Repairs)
}

// fill copies what an event keeps to x, and what m.extras say behind it, where
// extras then points. All values are parts of the string that it returns.
func (m *Message) fill(a *arena.Arena, x *schemas.SIP, extras *[numExtras]span) string {
	agent := m.UserAgent
	if agent == nil {
		agent = m.Server
	}
	buf := a.Scratch()
	var ends [11]int
	for i, v := range [...][]byte{
		m.URI, m.Phrase, m.CSeq, m.CallID, m.From, m.To, m.Contact, agent, m.SessionID, m.Warning, m.Reason,
	} {
		if len(v) > 0 {
			buf = appendUnfolded(buf, v)
			if i == 9 && m.Warning2 != nil {
				buf = appendUnfolded(append(buf, ", "...), m.Warning2)
			} else if i == 10 && m.Reason2 != nil {
				buf = appendUnfolded(append(buf, ", "...), m.Reason2)
			}
		}
		ends[i] = len(buf)
	}
	if m.has != 0 {
		buf = m.appendExtras(buf, extras)
	}
	all := a.Keep(buf)
	x.RequestURI = all[:ends[0]]
	x.Reason = all[ends[0]:ends[1]]
	x.CSeq = all[ends[1]:ends[2]]
	x.CallID = all[ends[2]:ends[3]]
	x.From = all[ends[3]:ends[4]]
	x.To = all[ends[4]:ends[5]]
	x.Contact = all[ends[5]:ends[6]]
	x.UserAgent = all[ends[6]:ends[7]]
	x.SessionID = all[ends[7]:ends[8]]
	x.Warning = all[ends[8]:ends[9]]
	x.ReasonHeader = all[ends[9]:ends[10]]
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
	return all
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

// share returns part, a sub-slice of whole, as a piece of copied, the string
// that whole was copied to. A folded value has moved: its part is copied anew.
func share(copied string, whole, part []byte) string {
	i := offset(whole, part)
	if len(copied) >= i+len(part) && copied[i:i+len(part)] == string(part) {
		return copied[i : i+len(part)]
	}
	return string(part)
}

func appendPart(attrs []schemas.Attr, name, copied string, whole, part []byte) []schemas.Attr {
	if len(part) == 0 {
		return attrs
	}
	return append(attrs, schemas.Attr{Name: name, Value: share(copied, whole, part)})
}

// appendUser appends a user part, its escapes resolved.
func appendUser(attrs []schemas.Attr, name, copied string, whole, user []byte) []schemas.Attr {
	if bytes.IndexByte(user, '%') >= 0 {
		return append(attrs, schemas.Attr{Name: name, Value: string(AppendUnescaped(nil, user))})
	}
	return appendPart(attrs, name, copied, whole, user)
}

func appendHalf(keys []schemas.Key, copied string, whole, part []byte) []schemas.Key {
	if len(part) == 0 {
		return keys
	}
	return append(keys, schemas.Key{Type: schemas.KeySessionID, Value: strings.ToLower(share(copied, whole, part))})
}
