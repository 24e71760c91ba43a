package correlator

import (
	"slices"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// evaluateLookup looks at a lookup whose call is not known. It makes a
// session only when something is found in it.
func (c *Correlator) evaluateLookup(r uint32) {
	if c.forest.nodes[r].link != 0 {
		return // its call speaks for it
	}
	recs := c.records(c.eval.recs[:0], r)
	c.eval.recs = recs
	c.sort(recs)
	events := c.load(recs)
	l := detect.NewLookup(events)
	c.eval.lookups = append(c.eval.lookups[:0], l)
	s := c.eval.begin(detect.Session{Events: events, Lookups: c.eval.lookups})
	s.Kind, s.Cluster = schemas.SessionOther, events[0].Cluster
	rep := c.eval.report()
	if c.detect(s, rep, false); len(rep.Findings)+len(rep.Coverage) == 0 {
		return // as nearly always: spare the rest
	}
	s.Session = c.describe(schemas.SessionOther, events[0], events)
	s.Summary = "lookup of " + l.Number + ", its call is not in these logs"
	c.finish(s)
}

// lookup reads the lookup of root r.
func (c *Correlator) lookup(r uint32) detect.Lookup {
	recs := c.records(nil, r)
	slices.SortFunc(recs, func(a, b uint32) int { return c.store.at(a).id.Compare(c.store.at(b).id) })
	return detect.NewLookup(c.load(recs))
}

// lookupRoots returns the lookups made for SIP record n, in file order.
func (c *Correlator) lookupRoots(n uint32) []uint32 {
	made := c.facts.made[n]
	if len(made) < 2 {
		return made
	}
	first := func(r uint32) schemas.ID {
		ids := c.records(nil, r)
		return c.store.at(slices.MinFunc(ids, func(a, b uint32) int { return c.store.at(a).id.Compare(c.store.at(b).id) })).id
	}
	made = slices.Clone(made)
	slices.SortFunc(made, func(a, b uint32) int { return first(a).Compare(first(b)) })
	return made
}
