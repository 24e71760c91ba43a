package correlator

import (
	"slices"

	"github.com/uctrace/uctrace/schemas"
)

// folder reads the events of a unit one by one, in their order. A long unit
// keeps it, so that another event at the end costs the same however long the
// unit is.
type folder interface {
	add(n uint32, e *schemas.Event, level levels)
	// finish adds the sessions so far to the output and changes nothing.
	finish(c *Correlator)
}

// reading is how far a unit has been read.
type reading struct {
	folder folder
	kind   schemas.SessionKind
	newest uint32 // the record of the unit that came last of those that were read
	last   uint32 // the last one in order
	dated  bool
	mixed  bool // some are dated and some not: see sort
}

// minRead is how many records make a long unit.
const minRead = 64

// folded returns the folder of the unit of root r after its last record.
// ordered says how records are ordered, sort orders a whole unit.
func (c *Correlator) folded(r uint32, kind schemas.SessionKind, start func() folder, order func(a, b uint32) int, sort func([]uint32)) folder {
	if st := c.forest.nodes[r].state; st != 0 && c.eval.omit == nil {
		if f := c.forest.state(st).read; f != nil && !f.mixed && f.kind == kind && c.extend(r, f, order, sort) {
			return f.folder
		}
	}
	recs := c.records(c.eval.recs[:0], r)
	f := &reading{folder: start(), kind: kind, newest: recs[len(recs)-1]}
	c.eval.recs = recs
	sort(recs)
	f.dated = c.store.at(recs[0]).t != undated
	c.read(f, recs)
	if len(recs) >= minRead && c.eval.omit == nil {
		c.forest.stateOf(r).read = f
	}
	return f.folder
}

// extend reads the records that are new in the unit of root r, and reports
// false when one of them does not stand behind all that were read.
func (c *Correlator) extend(r uint32, f *reading, order func(a, b uint32) int, sort func([]uint32)) bool {
	recs := c.eval.recs[:0]
	for n := c.forest.nodes[r].head; n != 0 && n-1 != f.newest; n = c.store.at(n - 1).next {
		recs = append(recs, n-1)
	}
	slices.Reverse(recs)
	c.eval.recs = recs
	if len(recs) == 0 {
		return true
	}
	newest := recs[len(recs)-1]
	for _, n := range recs {
		if order(n, f.last) < 0 || f.dated != (c.store.at(n).t != undated) || c.mayBeTwin(n, f.last) {
			return false
		}
	}
	sort(recs)
	f.newest = newest
	c.read(f, recs)
	return true
}

func (c *Correlator) read(f *reading, recs []uint32) {
	for i, n := range recs {
		if c.cameBefore(recs[:i], n) {
			continue
		}
		f.mixed = f.mixed || f.dated != (c.store.at(n).t != undated)
		c.eval.one.reset()
		f.folder.add(n, c.store.load(&c.eval.one, n), c.levelOfRecord(n))
	}
	f.last = recs[len(recs)-1]
}

// unfold forgets what was read of a unit, because a record changed.
func (c *Correlator) unfold(r uint32) {
	if st := c.forest.nodes[r].state; st != 0 {
		c.forest.state(st).read = nil
	}
}
