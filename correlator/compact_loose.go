package correlator

import (
	"slices"

	"github.com/uctrace/uctrace/schemas"
)

// chooseLoose keeps the lines of streams that stand outside units.
func (m *moving) chooseLoose() {
	c := m.old
	one := make([]uint32, 1)
	for n := range c.store.n {
		if r := c.store.at(n); r.node != 0 || r.flags&flagApart != 0 || c.follows(n) {
			continue
		}
		if one[0] = n; m.alive(one, m.limits.Ended) {
			m.keep[n] = whole
		}
	}
}

// chooseIncidents keeps the hits of incidents.
func (m *moving) chooseIncidents() {
	c := m.old
	m.incidents = make([]bool, len(c.signed.incidents))
	for i := range c.signed.incidents {
		in := &c.signed.incidents[i]
		recs := make([]uint32, len(in.hits))
		for j, h := range in.hits {
			recs[j] = h.rec
		}
		if m.incidents[i] = m.alive(recs, m.limits.Lasting) && len(recs) <= longest; m.incidents[i] {
			m.keepAll(recs, apart)
		}
	}
}

// chooseKnown keeps the records that say what is known beyond units: about
// clocks, remote destinations, settings, and what is missing.
func (m *moving) chooseKnown() {
	c := m.old
	for _, x := range c.clocks.list {
		if m.restsClock(x) {
			continue
		}
		for _, d := range x.ahead {
			m.keepAll([]uint32{d.rec}, apart)
		}
	}
	for _, d := range c.facts.dests {
		m.keepAll([]uint32{d.rec}, apart)
	}
	for _, recs := range c.signed.settings {
		m.keepAll(m.settingsThatStay(recs), apart)
	}
	for _, g := range c.gaps.list {
		if !m.restsGap(g) {
			m.keepAll(g.resting(), apart)
		}
	}
}

// follows reports whether record n is a line that belongs to dialbacks, and so
// goes with them: alone it would be taken for one whose key is missing.
func (c *Correlator) follows(n uint32) bool {
	if len(c.federation.links[n]) > 0 {
		return true
	}
	if kindNames[c.store.at(n).kind] != schemas.KindDialbackResolve {
		return false
	}
	var buf [8]uint32
	return slices.ContainsFunc(c.streamsOf(buf[:0], n), func(ref uint32) bool { return c.used(c.lane(ref)) })
}
