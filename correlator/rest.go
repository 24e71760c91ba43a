package correlator

import (
	"slices"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// A registration is refreshed every two minutes for months, and one node asks
// another by AXL for as long as both run. What Compact has let go of a unit that
// goes on stays as its rest: the sum of the events between the first ones, by which
// the session is named, and the latest.

// rest is what was let go of a unit that goes on.
type rest struct {
	shares  map[string]*share
	classes uint8 // of its SIP records
	// blind is what could not be seen of it.
	blind []schemas.Coverage
}

// share is the rest of one session of the unit: of a host that AXL requests go to,
// or of all, which is "".
type share struct {
	gist                            // sights and keys
	messages, requests, answers int // that crossed the wire; of AXL
}

func (x *rest) share(name string) *share {
	p := x.shares[name]
	if p == nil {
		p = &share{}
		x.shares[strings.Clone(name)] = p
	}
	return p
}

// add counts e, which was written at level.
func (p *share) add(e *schemas.Event, level levels) {
	p.see(e.Node, e.Source, 1, level)
	for i := range e.Keys {
		p.key(&e.Keys[i])
	}
	switch {
	case e.SIP != nil && e.SIP.Wire:
		p.messages++
	case e.Kind == schemas.KindAXLRequest:
		p.requests++
	case e.Kind == schemas.KindAXLResponse:
		p.answers++
	}
}

// key keeps a copy of a key.
func (p *share) key(k *schemas.Key) {
	if !slices.Contains(p.s.Keys, *k) {
		p.gist.key(&schemas.Key{Type: k.Type, Value: strings.Clone(k.Value), Scope: strings.Clone(k.Scope)})
	}
}

// clone returns a copy of x, an empty rest for nil.
func (x *rest) clone() *rest {
	to := &rest{shares: map[string]*share{}}
	to.merge(x)
	return to
}

// merge adds o to x.
func (x *rest) merge(o *rest) {
	if o == nil {
		return
	}
	x.classes |= o.classes
	x.unseen(o.blind)
	for name, from := range o.shares {
		p := x.share(name)
		p.messages += from.messages
		p.requests += from.requests
		p.answers += from.answers
		for i, s := range from.s.Sights {
			p.see(s.Node, s.Source, s.Events, from.levels[i])
		}
		for i := range from.s.Keys {
			p.key(&from.s.Keys[i])
		}
	}
}

// unseen adds what could not be seen.
func (x *rest) unseen(list []schemas.Coverage) {
	for _, b := range list {
		if len(x.blind) < maxUnseen && !slices.Contains(x.blind, b) {
			x.blind = append(x.blind, b)
		}
	}
}

// restOf returns the rest of the unit that is being evaluated, nil for none.
func (c *Correlator) restOf() *rest {
	if c.eval.omit != nil {
		return c.eval.rest
	}
	return c.rests[c.eval.root]
}

// shareOf returns the rest of a session of the unit that is being evaluated, an
// empty one when there is none.
func (c *Correlator) shareOf(name string) share {
	if x := c.restOf(); x != nil && x.shares[name] != nil {
		return *x.shares[name]
	}
	return share{}
}

// whole returns the session that g and the rest of it are together.
func (p *share) whole(g *gist) schemas.Session {
	if len(p.s.Sights) == 0 {
		return g.session()
	}
	all := gist{s: g.s, levels: slices.Clone(g.levels)}
	all.s.Sights, all.s.Keys = slices.Clone(g.s.Sights), slices.Clone(g.s.Keys)
	all.s.Nodes, all.s.Sources = slices.Clone(g.s.Nodes), slices.Clone(g.s.Sources)
	for i, x := range p.s.Sights {
		all.see(x.Node, x.Source, x.Events, p.levels[i])
		all.addNode(x.Node)
		all.addSource(x.Source)
		all.s.EventCount += x.Events
	}
	for i := range p.s.Keys {
		all.key(&p.s.Keys[i])
	}
	return all.session()
}

// mergeRests gives the rest of unit b to unit a, which it has become a part of.
func (c *Correlator) mergeRests(a, b uint32) {
	x := c.rests[b]
	if x == nil {
		return
	}
	delete(c.rests, b)
	c.addRest(a, x)
}

// addRest adds x to the rest of the unit of a root.
func (c *Correlator) addRest(root uint32, x *rest) {
	if c.rests == nil {
		c.rests = map[uint32]*rest{}
	}
	if to := c.rests[root]; to != nil {
		to.merge(x)
	} else {
		c.rests[root] = x
	}
	c.forest.nodes[root].classes |= x.classes
	c.forest.touch(root)
}
