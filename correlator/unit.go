package correlator

import (
	"slices"

	"github.com/uctrace/uctrace/schemas"
)

// family says how a unit is evaluated. Units of different families never
// join, because no key joins events of two families.
type family uint8

const (
	noFamily family = iota
	sipFamily
	lookupFamily
	dialbackFamily
	axlFamily
	loginFamily
	threadFamily
	// incidentFamily are the roots of incidents, see signed.go.
	incidentFamily
	// clockFamily are the roots of pairs of clocks, see skew.go.
	clockFamily
	// gapFamily are the roots of what cannot be seen, see gaps.go.
	gapFamily
	// mraFamily are the HTTP messages of clients at the edge, see mra.go.
	mraFamily
	// factFamily are events that are no part of a session's course: their keys
	// join the units of others.
	factFamily
)

// node is one joining key in the union-find forest; the root of a tree holds
// the unit. Node numbers are used plus one where 0 means none.
type node struct {
	parent     uint32 // itself for a root
	head, tail uint32 // the last and the first of the unit's records, plus one; head is of a thread, an incident or a clock its number, plus one
	n          uint32 // records
	state      uint32 // index in forest.states plus one, 0 before the first evaluation
	link       uint32 // lookups: the SIP record that it was made for, plus one
	family     family
	classes    uint8 // bits of the classes of its SIP records
	dirty      bool  // in forest.dirty
	stale      bool  // lookups: in forest.stale, the link must be found again
	signed     bool  // may have hits in signed.sessions
}

// emitted is the trace of one session or finding that Evaluate returned.
type emitted struct {
	id      schemas.ID
	hash    uint64
	name    string // kind or rule
	cluster string
	finding bool
	open    bool  // a session that has not ended
	since   int64 // Session.Since or Finding.Since, see instant
}

// state is what a unit remembers between evaluations.
type state struct {
	out  []emitted
	asks []ask    // facts that the unit waits for and has registered
	read *reading // what was read of a long unit
}

// forest holds the units.
type forest struct {
	nodes  []node
	states [][]state // in pages
	filled uint32    // states
	dirty  []uint32
	stale  []uint32
}

// find returns the root of n.
func (f *forest) find(n uint32) uint32 {
	for f.nodes[n].parent != n {
		f.nodes[n].parent = f.nodes[f.nodes[n].parent].parent
		n = f.nodes[n].parent
	}
	return n
}

// grow adds a root.
func (f *forest) grow(fam family) uint32 {
	n := uint32(len(f.nodes))
	f.nodes = append(f.nodes, node{parent: n, family: fam})
	return n
}

// touch marks the unit of root r for evaluation.
func (f *forest) touch(r uint32) {
	if !f.nodes[r].dirty {
		f.nodes[r].dirty = true
		f.dirty = append(f.dirty, r)
	}
}

// stateOf returns the state of root r.
func (f *forest) stateOf(r uint32) *state {
	if f.nodes[r].state == 0 {
		if f.filled&(1<<pageBits-1) == 0 {
			f.states = append(f.states, make([]state, 1<<pageBits))
		}
		f.filled++
		f.nodes[r].state = f.filled
	}
	return f.state(f.nodes[r].state)
}

// state returns the state with a number plus one.
func (f *forest) state(number uint32) *state {
	n := number - 1
	return &f.states[n>>pageBits][n&(1<<pageBits-1)]
}

// union makes one unit of the units of roots a and b and returns its root,
// which the caller touches. What both had emitted is then the new unit's to
// revise or to withdraw.
func (c *Correlator) union(a, b uint32) uint32 {
	f := &c.forest
	if a == b {
		return a
	}
	if f.nodes[a].n < f.nodes[b].n {
		a, b = b, a
	}
	if f.nodes[a].family == lookupFamily {
		c.unlink(b)
	}
	A, B := &f.nodes[a], &f.nodes[b]
	B.parent = a
	c.mergeHits(a, b)
	if len(c.rests) > 0 {
		c.mergeRests(a, b)
	}
	A.classes |= B.classes
	if B.head != 0 {
		if A.head == 0 {
			A.tail = B.tail
		} else {
			c.store.at(B.tail - 1).next = A.head
		}
		A.head = B.head
		A.n += B.n
	}
	switch {
	case B.state == 0:
	case A.state == 0:
		A.state = B.state
		f.state(A.state).read = nil
	default:
		sa, sb := f.state(A.state), f.state(B.state)
		sa.out = append(sa.out, sb.out...)
		*sb = state{}
	}
	return a
}

// attach appends record n to the unit of root r.
func (c *Correlator) attach(r, n uint32) {
	root, rec := &c.forest.nodes[r], c.store.at(n)
	rec.node = r + 1
	rec.next = root.head
	if root.head == 0 {
		root.tail = n + 1
	}
	root.head = n + 1
	root.n++
	root.classes |= 1 << rec.class
}

// rootOf returns the root of the unit that record n belongs to.
func (c *Correlator) rootOf(n uint32) uint32 { return c.forest.find(c.store.at(n).node - 1) }

// records appends the records of the unit of root r to dst, in the order in which
// they came.
func (c *Correlator) records(dst []uint32, r uint32) []uint32 {
	first := len(dst)
	for n := c.forest.nodes[r].head; n != 0; n = c.store.at(n - 1).next {
		dst = append(dst, n-1)
	}
	slices.Reverse(dst[first:])
	if omit := c.eval.omit; omit != nil {
		dst = slices.DeleteFunc(dst, func(n uint32) bool { return omit[n] })
	}
	return dst
}

// reclass finds the classes of the unit of root r again, after a record
// changed.
func (c *Correlator) reclass(r uint32) {
	root := &c.forest.nodes[r]
	root.classes = 0
	for n := root.head; n != 0; n = c.store.at(n - 1).next {
		root.classes |= 1 << c.store.at(n-1).class
	}
	if x := c.rests[r]; x != nil {
		root.classes |= x.classes
	}
}

// likely returns how many sessions there may be. Lookups and requests outside
// a dialog make none.
func (f *forest) likely() int {
	n := 0
	for i := range f.nodes {
		x := &f.nodes[i]
		if x.parent == uint32(i) && x.n > 0 && x.family != lookupFamily && x.family != incidentFamily && x.family < clockFamily && (x.family != sipFamily || x.classes&^(1<<classOther|1<<classUnsaid) != 0) {
			n++
		}
	}
	return n
}
