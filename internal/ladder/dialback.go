package ladder

import (
	"slices"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// roles are the lanes of a dialback, from left to right.
var roles = []string{schemas.Initiating, schemas.Receiving, schemas.Authoritative}

// Dialback draws the events of a dialback (XEP-0220) with its three roles as
// participants, whichever servers play them: the initiating server sends
// db:result, the receiving one asks the authoritative one with db:verify, and
// the answers go back the same way. The addresses of a role are the servers
// whose logs show it; one without is a server whose log is not there.
func Dialback(s *schemas.Session, events []schemas.Event, proofs map[schemas.ID]bool) Ladder {
	d := dialback{builder: begin(s, events, proofs), lanes: map[schemas.Key]int{}}
	for _, r := range roles {
		d.ladder.Participants = append(d.ladder.Participants, Participant{Name: r})
	}
	for i := range events {
		d.learn(&events[i])
	}
	for _, e := range Corrected(s, events) {
		d.step(&e)
	}
	gaps(d.ladder.Steps)
	return d.ladder
}

type dialback struct {
	builder
	// lanes tells the role that a stream, a connection or a node has.
	lanes map[schemas.Key]int
}

// learn notes who plays the role that a stanza names.
func (d *dialback) learn(e *schemas.Event) {
	if e.XMPP == nil {
		return
	}
	lane := slices.Index(roles, e.XMPP.Role)
	if lane < 0 {
		return
	}
	for _, k := range d.identities(e) {
		if _, known := d.lanes[k]; !known {
			d.lanes[k] = lane
		}
	}
	p := &d.ladder.Participants[lane]
	if name := d.names.own(e); !slices.Contains(p.Addrs, name) {
		p.Addrs = append(p.Addrs, name)
	}
}

// identities are what tells the side of an event, the surest first.
func (d *dialback) identities(e *schemas.Event) []schemas.Key {
	var list []schemas.Key
	for _, t := range []schemas.KeyType{schemas.KeyXcoder, schemas.KeyConnection} {
		for _, k := range e.Keys {
			if k.Type == t {
				list = append(list, k)
			}
		}
	}
	return append(list, schemas.Key{Type: "node", Value: d.names.own(e)})
}

func (d *dialback) step(e *schemas.Event) {
	if silent(e) {
		return
	}
	var s Step
	if e.XMPP != nil && strings.HasPrefix(e.XMPP.Stanza, "db:") {
		s = said(e.XMPP)
		s.Detail = "" // both sides log it, each with its own role; the lanes say them
		s.From, s.To = course(e.XMPP)
	} else {
		s = d.noteAt(e, d.lane(e))
	}
	d.place(&s, e)
}

// course returns the lanes that a stanza goes from and to.
func course(x *schemas.XMPP) (from, to int) {
	const initiating, receiving, authoritative = 0, 1, 2
	answer := x.Type != ""
	switch {
	case x.Stanza == "db:result" && !answer:
		return initiating, receiving
	case x.Stanza == "db:result":
		return receiving, initiating
	case !answer:
		return receiving, authoritative
	}
	return authoritative, receiving
}

// lane returns the lane of what is no dialback stanza.
func (d *dialback) lane(e *schemas.Event) int {
	for _, k := range d.identities(e) {
		if lane, ok := d.lanes[k]; ok {
			return lane
		}
	}
	return 0
}
