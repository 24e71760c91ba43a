package correlator

import (
	"slices"
	"time"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// How far a lookup may stand behind the INVITE that caused it, when no
// correlation tag says which one that is.
const (
	linkTime  = 2 * time.Second
	linkLines = 200 // when one of the two is undated
)

// unlinked marks a lookup whose call has to be found (again).
func (f *forest) unlinked(r uint32) {
	if !f.nodes[r].stale {
		f.nodes[r].stale = true
		f.stale = append(f.stale, r)
	}
}

// retag enters record n under its correlation tag.
func (c *Correlator) retag(n uint32, lookup bool) {
	r := c.store.at(n)
	for _, ref := range c.store.refsOf(r) {
		if keyTypes[c.store.keys.at(ref).typ] != schemas.KeyCorrelationTag {
			continue
		}
		t := c.tagged(ref)
		if *t = c.listed(*t, n); lookup {
			continue
		}
		for _, l := range *t {
			if c.isLookup(l) {
				c.relink(l)
			}
		}
	}
}

// tagged returns the records that carry a correlation tag. The keys of tags
// join no unit, so their node numbers the list.
func (c *Correlator) tagged(ref uint32) *[]uint32 {
	k := c.store.keys.at(ref)
	if k.node == 0 {
		c.facts.tags = append(c.facts.tags, nil)
		k.node = uint32(len(c.facts.tags))
	}
	return &c.facts.tags[k.node-1]
}

func (c *Correlator) isLookup(n uint32) bool {
	return familyOf(kindNames[c.store.at(n).kind]) == lookupFamily
}

// relinkFrom marks the lookups of a file that stand after a new INVITE.
func (c *Correlator) relinkFrom(f *fileFacts, offset int64) {
	list := f.lookups.sorted()
	for i := len(list) - 1; i >= 0 && list[i].off > offset; i-- {
		c.relink(list[i].rec)
	}
}

func (c *Correlator) relink(n uint32) {
	if c.store.at(n).node != 0 {
		c.forest.unlinked(c.rootOf(n))
	}
}

// settle finds the calls of the lookups that are new or that have a new
// INVITE before them.
func (c *Correlator) settle() {
	c.settleDialbacks()
	c.settleGaps()
	c.settleSettings()
	stale := c.forest.stale
	c.forest.stale = nil
	for _, r := range stale {
		if c.forest.nodes[r].stale = false; c.forest.nodes[r].parent != r {
			continue
		}
		c.unlink(r)
		if n, ok := c.causeOf(r); ok {
			c.forest.nodes[r].link = n + 1
			c.facts.made[n] = append(c.facts.made[n], r)
			c.touchRecord(n)
		}
		c.forest.touch(r)
	}
}

// unlink takes lookup r off its call.
func (c *Correlator) unlink(r uint32) {
	n := c.forest.nodes[r].link
	if n == 0 {
		return
	}
	n--
	c.forest.nodes[r].link = 0
	rest := slices.DeleteFunc(c.facts.made[n], func(x uint32) bool { return x == r })
	if len(rest) == 0 {
		delete(c.facts.made, n)
	} else {
		c.facts.made[n] = rest
	}
	c.touchRecord(n)
}

func (c *Correlator) touchRecord(n uint32) {
	if c.store.at(n).node != 0 {
		c.forest.touch(c.rootOf(n))
	}
}

// causeOf returns the SIP message that the lookup of root r was made for: the
// one with the same correlation tag, else the nearest INVITE before it in the
// same file that brings the number looked up.
func (c *Correlator) causeOf(r uint32) (uint32, bool) {
	recs := c.records(nil, r)
	slices.SortFunc(recs, func(a, b uint32) int { return c.store.at(a).id.Compare(c.store.at(b).id) })
	if n, ok := c.taggedCause(recs); ok {
		return n, true
	}
	var m slab
	events := make([]*schemas.Event, len(recs))
	for i, n := range recs {
		events[i] = c.store.load(&m, n)
	}
	lookup := detect.NewLookup(events)
	first := c.store.at(recs[0])
	list := c.facts.file(first.id.Fingerprint()).starts.sorted()
	for _, l := range slices.Backward(list) {
		if l.off >= first.id.Offset() {
			continue
		}
		s := c.store.at(l.rec)
		if !near(s, first) {
			return 0, false
		}
		var one slab
		if e := c.store.load(&one, l.rec); s.node != 0 && e.SIP.Method == "INVITE" && lookup.IsFor(e) {
			return l.rec, true
		}
	}
	return 0, false
}

func (c *Correlator) taggedCause(recs []uint32) (uint32, bool) {
	best, found := uint32(0), false
	at := c.store.at(recs[0]).id
	for _, n := range recs {
		r := c.store.at(n)
		for _, ref := range c.store.refsOf(r) {
			if keyTypes[c.store.keys.at(ref).typ] != schemas.KeyCorrelationTag {
				continue
			}
			for _, s := range *c.tagged(ref) {
				if !c.isLookup(s) && c.store.at(s).node != 0 && (!found || c.closer(s, best, at)) {
					best, found = s, true
				}
			}
		}
	}
	return best, found
}

// closer reports whether SIP record a rather than b caused what stands at id:
// an INVITE, in the same file, before it, the later one.
func (c *Correlator) closer(a, b uint32, id schemas.ID) bool {
	rank := func(n uint32) int {
		r := c.store.at(n)
		switch {
		case r.class != classCall:
			return 0
		case r.id.Fingerprint() != id.Fingerprint():
			return 1
		case r.id.Offset() > id.Offset():
			return 2
		}
		return 3
	}
	if ra, rb := rank(a), rank(b); ra != rb {
		return ra > rb
	}
	return c.store.at(a).id.Compare(c.store.at(b).id) > 0
}

// near reports whether SIP record s may have caused lookup record l.
func near(s, l *record) bool {
	if s.t != undated && l.t != undated {
		return l.t-s.t <= int64(linkTime) && s.t-l.t <= int64(linkTime)
	}
	return l.line-s.line <= linkLines
}
