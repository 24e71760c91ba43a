package schemas

import (
	"slices"
	"strings"
)

// Clone returns a copy of e that refers to nothing e refers to: what a
// normalizer or a decoder hands out is gone with the next batch.
func (e *Event) Clone() Event {
	c := *e
	c.Source, c.Kind = Source(strings.Clone(string(e.Source))), Kind(strings.Clone(string(e.Kind)))
	cloneStrings(&c.Cluster, &c.Node, &c.File, &c.Text)
	c.Keys, c.Attrs, c.Repairs = slices.Clone(e.Keys), slices.Clone(e.Attrs), slices.Clone(e.Repairs)
	for i := range c.Keys {
		k := &c.Keys[i]
		k.Type = KeyType(strings.Clone(string(k.Type)))
		cloneStrings(&k.Value, &k.Scope)
	}
	for i := range c.Attrs {
		cloneStrings(&c.Attrs[i].Name, &c.Attrs[i].Value)
	}
	for i := range c.Repairs {
		cloneStrings(&c.Repairs[i])
	}
	if e.SIP != nil {
		m := *e.SIP
		m.Direction = Direction(strings.Clone(string(m.Direction)))
		cloneStrings(&m.Transport, &m.Peer, &m.Local, &m.Method, &m.RequestURI, &m.Reason, &m.CSeq, &m.CallID, &m.From, &m.To,
			&m.Contact, &m.UserAgent, &m.SessionID, &m.ReasonHeader, &m.Warning)
		c.SIP = &m
	}
	if e.XMPP != nil {
		x := *e.XMPP
		x.Direction = Direction(strings.Clone(string(x.Direction)))
		cloneStrings(&x.Stanza, &x.From, &x.To, &x.ID, &x.Type, &x.Role)
		c.XMPP = &x
	}
	return c
}

// Clone returns a copy of b that refers to nothing the events of b refer to.
func (b *EventBatch) Clone() *EventBatch {
	c := &EventBatch{Span: b.Span, Events: make([]Event, len(b.Events))}
	c.Span.Problems = slices.Clone(b.Span.Problems)
	for i := range b.Events {
		c.Events[i] = b.Events[i].Clone()
	}
	return c
}

func cloneStrings(list ...*string) {
	for _, s := range list {
		*s = strings.Clone(*s)
	}
}
