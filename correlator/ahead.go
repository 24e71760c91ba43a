package correlator

import "github.com/uctrace/uctrace/schemas"

// ahead looks at the events that are added next. Where their keys stand, and
// what these join, lies anywhere in memory when many sessions are open; one
// event after the other would wait for each of these places in turn. Looked at
// beforehand, for many events at once, they are fetched side by side.
type ahead struct {
	plans []plan
	keys  []hashed
	slots []uint64
	nodes []uint32
	// touched keeps the compiler from leaving out what is only looked at.
	touched uint64
}

// plan is what an event is to the correlator, before anything is looked up.
type plan struct {
	kind   uint8
	family family
	class  class
	keys   int // where its keys begin in ahead.keys
}

// hashed is a key of an event with its hash.
type hashed struct {
	hash  uint64
	scope uint32 // symbol
	typ   uint8  // noKey: it is not kept; perhapsKept: it was not looked at
}

const perhapsKept = noKey - 1

// aheadEvents is how many events are looked at before the first of them is added:
// enough to have many places under way, few enough to find them still there.
const aheadEvents = 64

// lookAhead plans events.
func (c *Correlator) lookAhead(events []schemas.Event) {
	a, t := &c.ahead, &c.store.keys
	a.plans, a.keys = a.plans[:0], a.keys[:0]
	for i := range events {
		e := &events[i]
		p := planOf(e)
		p.keys = len(a.keys)
		a.plans = append(a.plans, p)
		for j := range e.Keys {
			k := &e.Keys[j]
			h := hashed{typ: keyCode(k.Type)}
			switch {
			case h.typ == noKey || p.kind == 0:
			case p.family == factFamily && !joins(factFamily, classUnsaid, k.Type):
				h.typ = perhapsKept
			case keeps(e, p.family, k):
				h.scope = t.symbol(k.Scope)
				h.hash = t.hash(h.typ, k.Value, h.scope)
			default:
				h.typ = noKey
			}
			a.keys = append(a.keys, h)
		}
	}
	c.fetch()
}

// fetch looks at what the planned keys lead to: their slots, then what stands
// there, then the units. Nothing in a round depends on another of the same round.
func (c *Correlator) fetch() {
	a, t := &c.ahead, &c.store.keys
	if len(t.index.slots) == 0 {
		return
	}
	a.slots, a.nodes = a.slots[:0], a.nodes[:0]
	mask := uint32(len(t.index.slots) - 1)
	for i := range a.keys {
		tag := uint32(a.keys[i].hash >> 32)
		a.slots = append(a.slots, t.index.slots[tag&mask])
	}
	for i, s := range a.slots {
		if s != 0 && uint32(s>>32) == uint32(a.keys[i].hash>>32) {
			a.nodes = append(a.nodes, t.at(uint32(s)-1).node)
		}
	}
	for _, n := range a.nodes {
		if n != 0 && int(n) <= len(c.forest.nodes) {
			a.touched += uint64(c.forest.nodes[n-1].parent)
		}
	}
}

// planOf returns the plan of e, but for its keys.
func planOf(e *schemas.Event) plan {
	p := plan{kind: kindCode(e.Kind)}
	if p.kind == 0 {
		return p
	}
	if p.family = familyOfEvent(e); p.family == sipFamily {
		p.class = classOf(e)
	}
	return p
}
