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
//	attr.text …                         one that is called like a field below
//	key.device, key.ci …                the first key of that type
//	sip.status, sip.warning, xmpp.type  a field of the message
//	host.peer, host.key.addr …          the host of host:port
//	domain.name …                       the domain of a name as _sips._tcp.example.com
//	gateway.key.device …                the gateway of an MGCP endpoint as S0/SU1/DS1-0@gw1.example.com
//	a|b                                 the first of them that has a value
//	inside.peer …                       "true" when the address is no stranger's
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
	case strings.Contains(name, "|"):
		return firstOf(name)
	case !dotted:
		if get, ok := plainFields[name]; ok {
			return Field{name, get}, nil
		}
		return Field{name, func(e *schemas.Event) string { return e.Attr(name) }}, nil
	case family == "attr":
		return Field{name, func(e *schemas.Event) string { return e.Attr(rest) }}, nil
	case family == "host":
		of, err := NewField(rest)
		return Field{name, func(e *schemas.Event) string { return Host(of.Of(e)) }}, err
	case family == "domain":
		of, err := NewField(rest)
		return Field{name, func(e *schemas.Event) string { return domain(of.Of(e)) }}, err
	case family == "gateway":
		of, err := NewField(rest)
		return Field{name, func(e *schemas.Event) string { return gateway(of.Of(e)) }}, err
	case family == "inside":
		of, err := NewField(rest)
		return Field{name, func(e *schemas.Event) string { return yes(inside(of.Of(e), e)) }}, err
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
	return Field{}, fmt.Errorf("%s: want an attribute, attr.NAME, key.TYPE, sip.FIELD, xmpp.FIELD, host.FIELD, domain.FIELD, gateway.FIELD or inside.FIELD", name)
}

// firstOf returns the field that is the first with a value of those named.
func firstOf(names string) (Field, error) {
	var fields []Field
	for name := range strings.SplitSeq(names, "|") {
		f, err := NewField(name)
		if err != nil {
			return Field{}, err
		}
		fields = append(fields, f)
	}
	return Field{names, func(e *schemas.Event) string {
		for _, f := range fields {
			if v := f.Of(e); v != "" {
				return v
			}
		}
		return ""
	}}, nil
}

// domain returns name without the labels of a service (RFC 2782) before it.
func domain(name string) string {
	for strings.HasPrefix(name, "_") {
		_, rest, ok := strings.Cut(name, ".")
		if !ok {
			break
		}
		name = rest
	}
	return name
}

// gateway returns the gateway of an MGCP endpoint (RFC 3435 section 2.1.2), and
// anything else as it is. Some lines give the channel behind the name.
func gateway(endpoint string) string {
	if i := strings.LastIndexByte(endpoint, '@'); i >= 0 {
		return Host(endpoint[i+1:])
	}
	return endpoint
}

var plainFields = map[string]func(e *schemas.Event) string{
	"kind":    func(e *schemas.Event) string { return string(e.Kind) },
	"source":  func(e *schemas.Event) string { return string(e.Source) },
	"node":    func(e *schemas.Event) string { return e.Node },
	"cluster": func(e *schemas.Event) string { return e.Cluster },
	"file":    func(e *schemas.Event) string { return e.File },
	"text":    func(e *schemas.Event) string { return e.Text },
	// The hosts of attributes that are host:port.
	"peer_host":   func(e *schemas.Event) string { return Host(e.Attr("peer")) },
	"client_host": func(e *schemas.Event) string { return Host(e.Attr("client")) },
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
