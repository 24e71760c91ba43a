package correlator

import (
	"slices"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// move adds what is kept to fresh.
func (m *moving) move() {
	c, f := m.old, m.fresh
	f.ledger.sources, f.ledger.families = c.ledger.sources, c.ledger.families
	m.moveMarks()
	var mem slab
	for n := range c.store.n {
		if m.keep[n] == gone {
			continue
		}
		mem.reset()
		r := c.store.at(n)
		e := c.store.load(&mem, n)
		e.Text = c.store.text(r)
		fam := familyOfEvent(e)
		fresh := record{id: r.id, t: r.t, line: r.line, origin: f.store.originOf(e, levelOf(e)), kind: r.kind, class: r.class}
		if m.keep[n] == apart {
			m.moved[n] = f.insertApart(fresh, e, fam, []byte(c.store.factsOf(r)))
			continue
		}
		if fam == dialbackFamily {
			fresh.flags = flagsOf(e)
		}
		if fam == factFamily {
			f.joinFact(e, nil) // a fact joins the units of others and makes none
		}
		m.moved[n] = f.insert(fresh, e, fam, nil, []byte(c.store.factsOf(r)))
	}
	m.moveKeys()
	m.moveRests()
	m.moveHits()
	m.moveElsewhere()
	m.moveClocks()
	m.moveSettings()
	m.moveGaps()
	m.moveLogs()
	for fp, facts := range c.facts.files {
		if facts.detailed && !m.rests(fp) {
			f.facts.file(fp).detailed = true
		}
	}
}

// insertApart adds a record that something else rests on. It is part of no unit.
func (c *Correlator) insertApart(r record, e *schemas.Event, fam family, facts []byte) uint32 {
	r.flags = flagApart
	n := c.take(r, e, fam, nil, facts)
	if fam == lookupFamily {
		c.noteDestination(n, e)
	}
	return n
}

// moveMarks copies the watermarks, which only the streams of records move: those
// of hosts, and of files that may still be asked about.
func (m *moving) moveMarks() {
	c, f := m.old, m.fresh
	for p, x := range c.facts.marks {
		if p.file != (schemas.Fingerprint{}) && m.rests(p.file) {
			continue
		}
		k := place{file: p.file}
		for _, s := range []struct {
			to   *uint32
			from uint32
		}{{&k.cluster, p.cluster}, {&k.node, p.node}, {&k.product, p.product}} {
			*s.to = f.store.keys.symbol(c.store.name(s.from))
		}
		f.facts.mark(k).t = x.t
	}
}

// moveKeys joins again what facts had joined that are no records.
func (m *moving) moveKeys() {
	c, f := m.old, m.fresh
	roots := map[uint32]uint32{} // of old, to a record of fresh
	for n := range c.store.n {
		if at, ok := m.moved[n]; ok && c.store.at(n).node != 0 && f.store.at(at).node != 0 {
			roots[c.rootOf(n)] = at
		}
	}
	for i := range c.store.keys.n {
		k := c.store.keys.at(i)
		if k.node == 0 || !joins(factFamily, classUnsaid, keyTypes[k.typ]) {
			continue
		}
		root := c.forest.find(k.node - 1)
		at, ok := roots[root]
		if !ok {
			continue // nothing of the unit is left but the key
		}
		p := c.store.keys.public(i)
		x := f.store.keys.at(f.store.keys.add(k.typ, p.Value, p.Scope))
		to := f.rootOf(at)
		switch {
		case x.node == 0:
			x.node = to + 1
		case f.forest.find(x.node-1) != to:
			f.forest.touch(f.union(to, f.forest.find(x.node-1)))
		}
	}
}

// moveHits takes over the parts that events play in signatures.
func (m *moving) moveHits() {
	c, f := m.old, m.fresh
	for root, list := range c.signed.sessions {
		for _, h := range list {
			at, ok := m.moved[h.rec]
			if !ok || !m.live[c.forest.find(root)] || m.dropped != nil && m.dropped[h.rec] {
				continue
			}
			e := f.store.load(new(slab), at)
			if to, joined := f.unitOf(at, e); joined {
				f.hitUnit(to, hit{at, h.sig, h.role})
			}
		}
	}
	for i := range c.signed.incidents {
		if !m.incidents[i] {
			continue
		}
		in := &c.signed.incidents[i]
		s := in.subject
		s.cluster = f.store.keys.symbol(c.store.name(s.cluster))
		s.value, s.per = strings.Clone(s.value), strings.Clone(s.per)
		for _, h := range in.hits {
			if at, ok := m.moved[h.rec]; ok {
				f.incidentOf(s, hit{at, h.sig, h.role})
			}
		}
	}
	for root := range f.signed.sessions {
		slices.SortFunc(f.signed.sessions[root], compareHits)
	}
}

// moveClocks takes over what is known about clocks.
func (m *moving) moveClocks() {
	c, f := m.old, m.fresh
	for _, x := range c.clocks.list {
		if m.restsClock(x) {
			continue
		}
		to := f.clockOf(m.clockKey(x.clockKey))
		to.n, to.last = x.n, x.last
		for seconds, d := range x.ahead {
			to.ahead[seconds] = &difference{n: d.n, rec: m.moved[d.rec]}
		}
		f.forest.nodes[to.root].n = uint32(to.n)
		f.forest.touch(to.root)
	}
	for x, list := range c.clocks.exchanges {
		var kept dates
		for _, d := range *list {
			if at, ok := m.moved[d.rec]; ok {
				kept = append(kept, dated{d.date, m.clockKey(d.key), at})
			}
		}
		if len(kept) > 0 {
			f.clocks.exchanges[exchange{x.file, strings.Clone(x.callID), strings.Clone(x.cseq), x.in}] = &kept
		}
	}
}

func (m *moving) clockKey(k clockKey) clockKey {
	c, keys := m.old, &m.fresh.store.keys
	return clockKey{file: k.file, cluster: keys.symbol(c.store.name(k.cluster)), node: keys.symbol(c.store.name(k.node)), peer: strings.Clone(k.peer)}
}
