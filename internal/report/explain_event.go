package report

import (
	"fmt"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// event shows an event: its kind and line, then every field that is set.
func (x *explanation) event(e *schemas.Event) {
	p := &x.page
	p.flow("  "+p.paint(bold, string(e.Kind))+"  ", "    ", fmt.Sprintf("line %s, %s", number(e.Line), e.ID), dim, false)
	var facts []fact
	add := func(name, value string) {
		if value != "" {
			facts = append(facts, fact{name, value})
		}
	}
	for _, k := range e.Keys {
		value := k.Value
		if k.Scope != "" {
			value += "  (within " + k.Scope + ")"
		}
		add("key "+string(k.Type), value)
	}
	for _, a := range e.Attrs {
		add(a.Name, a.Value)
	}
	if e.SIP != nil {
		facts = append(facts, sipFacts(e.SIP)...)
	}
	if m := e.XMPP; m != nil {
		add("stanza", m.Stanza)
		add("from", m.From)
		add("to", m.To)
		add("id", m.ID)
		add("type", m.Type)
		add("direction", string(m.Direction))
		add("role", m.Role)
	}
	add("mended", strings.Join(e.Repairs, ", "))
	p.facts("    ", facts)
}

func sipFacts(s *schemas.SIP) []fact {
	var facts []fact
	add := func(name, value string) {
		if value != "" {
			facts = append(facts, fact{"sip " + name, value})
		}
	}
	message := s.Method
	if s.Status > 0 {
		message = fmt.Sprintf("%d %s (to %s)", s.Status, s.Reason, s.Method)
	}
	if s.RequestURI != "" {
		message += " " + s.RequestURI
	}
	add("message", message)
	add("direction", string(s.Direction))
	add("transport", s.Transport)
	add("peer", s.Peer)
	add("local", s.Local)
	add("cseq", s.CSeq)
	add("call-id", s.CallID)
	add("from", s.From)
	add("to", s.To)
	add("contact", s.Contact)
	add("user-agent", s.UserAgent)
	add("session-id", s.SessionID)
	if !s.Date.IsZero() {
		add("date", s.Date.Format(time.RFC3339))
	}
	add("reason", s.ReasonHeader)
	add("warning", s.Warning)
	for _, f := range []struct {
		is         bool
		name, text string
	}{
		{s.SDP, "sdp", "yes"},
		{s.Wire, "wire", "crossed the wire"},
		{!s.Wire, "wire", "no: an internal copy, a summary or a dump"},
		{s.Truncated, "cut", "fewer body bytes follow than Content-Length says"},
	} {
		if f.is {
			add(f.name, f.text)
		}
	}
	return facts
}
