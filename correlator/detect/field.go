package detect

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// Field names a value of an event, as signatures write it:
//
//	device, detail …                    an attribute (schemas/event.md)
//	attr.text, attr.node …              an attribute that has the name of a field
//	key.device, key.ci …                the first key of that type
//	sip.status, sip.warning, xmpp.type  a field of the message
//	kind, source, node, cluster, file, text
type Field struct {
	Name string
	get  func(e *schemas.Event) string
}

// Of returns the value of the field in e, "" when e has none.
func (f Field) Of(e *schemas.Event) string { return f.get(e) }

// NewField returns the field called name; the error says which names there are.
func NewField(name string) (Field, error) {
	family, rest, dotted := strings.Cut(name, ".")
	switch {
	case name == "":
		return Field{}, fmt.Errorf("a field without a name")
	case !dotted:
		if get, ok := plainFields[name]; ok {
			return Field{name, get}, nil
		}
		return Field{name, func(e *schemas.Event) string { return e.Attr(name) }}, nil
	case family == "attr" && rest != "":
		return Field{name, func(e *schemas.Event) string { return e.Attr(rest) }}, nil
	case family == "key":
		t := schemas.KeyType(rest)
		if keyOrder := schemas.KeyTypes(); !slices.Contains(keyOrder, t) {
			return Field{}, fmt.Errorf("%s: there is no key type %q", name, rest)
		}
		return Field{name, func(e *schemas.Event) string { return e.Key(t) }}, nil
	case family == "sip":
		get, ok := sipFields[rest]
		if !ok {
			return Field{}, fmt.Errorf("%s: a SIP message has no field %q", name, rest)
		}
		return Field{name, func(e *schemas.Event) string {
			if e.SIP == nil {
				return ""
			}
			return get(e.SIP)
		}}, nil
	case family == "xmpp":
		get, ok := xmppFields[rest]
		if !ok {
			return Field{}, fmt.Errorf("%s: an XMPP stanza has no field %q", name, rest)
		}
		return Field{name, func(e *schemas.Event) string {
			if e.XMPP == nil {
				return ""
			}
			return get(e.XMPP)
		}}, nil
	}
	return Field{}, fmt.Errorf("%s: want an attribute, attr.NAME, key.TYPE, sip.FIELD or xmpp.FIELD", name)
}

var plainFields = map[string]func(e *schemas.Event) string{
	"kind":    func(e *schemas.Event) string { return string(e.Kind) },
	"source":  func(e *schemas.Event) string { return string(e.Source) },
	"node":    func(e *schemas.Event) string { return e.Node },
	"cluster": func(e *schemas.Event) string { return e.Cluster },
	"file":    func(e *schemas.Event) string { return e.File },
	"text":    func(e *schemas.Event) string { return e.Text },
}

// sipFields are those that the correlator keeps of a message, beside the
// attributes; the others are there when an event is matched.
var sipFields = map[string]func(m *schemas.SIP) string{
	"method":        func(m *schemas.SIP) string { return m.Method },
	"status":        func(m *schemas.SIP) string { return number(m.Status) },
	"reason_phrase": func(m *schemas.SIP) string { return m.Reason },
	"reason":        func(m *schemas.SIP) string { return m.ReasonHeader },
	"warning":       func(m *schemas.SIP) string { return m.Warning },
	"cseq":          func(m *schemas.SIP) string { return m.CSeq },
	"peer":          func(m *schemas.SIP) string { return m.Peer },
	"peer_host":     func(m *schemas.SIP) string { return Host(m.Peer) },
	"local":         func(m *schemas.SIP) string { return m.Local },
	"direction":     func(m *schemas.SIP) string { return string(m.Direction) },
	"transport":     func(m *schemas.SIP) string { return m.Transport },
	"user_agent":    func(m *schemas.SIP) string { return m.UserAgent },
	"request_uri":   func(m *schemas.SIP) string { return m.RequestURI },
	"from":          func(m *schemas.SIP) string { return m.From },
	"to":            func(m *schemas.SIP) string { return m.To },
	"wire":          func(m *schemas.SIP) string { return yes(m.Wire) },
	"sdp":           func(m *schemas.SIP) string { return yes(m.SDP) },
}

var xmppFields = map[string]func(x *schemas.XMPP) string{
	"stanza":    func(x *schemas.XMPP) string { return x.Stanza },
	"type":      func(x *schemas.XMPP) string { return x.Type },
	"from":      func(x *schemas.XMPP) string { return x.From },
	"to":        func(x *schemas.XMPP) string { return x.To },
	"id":        func(x *schemas.XMPP) string { return x.ID },
	"role":      func(x *schemas.XMPP) string { return x.Role },
	"direction": func(x *schemas.XMPP) string { return string(x.Direction) },
}

func number(n int) string {
	if n == 0 {
		return ""
	}
	return strconv.Itoa(n)
}

func yes(b bool) string {
	if b {
		return "true"
	}
	return ""
}

// Host returns the host of host:port, and anything else as it is.
func Host(addr string) string {
	i := strings.LastIndexByte(addr, ':')
	if i < 0 || strings.Trim(addr[i+1:], "0123456789") != "" {
		return addr
	}
	return strings.Trim(addr[:i], "[]")
}
