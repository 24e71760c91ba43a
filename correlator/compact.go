package correlator

import (
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// Limits say how long what has come to rest is kept for late evidence, by the
// time of the logs themselves. A session that is let go stays as it was
// published; evidence that comes later still makes a session of its own.
type Limits struct {
	// Ended is for calls that were torn down or refused, dialbacks, and
	// requests that are answered.
	Ended time.Duration
	// Open is for calls without an end: a call may last for hours without a
	// message, when neither side refreshes it.
	Open time.Duration
	// Lasting is for registrations, sign-ins, provisioning, and incidents: what
	// is refreshed now and then.
	Lasting time.Duration
}

// DefaultLimits are long enough for logs that are collected once an hour.
func DefaultLimits() Limits {
	return Limits{Ended: 2 * time.Hour, Open: 26 * time.Hour, Lasting: 26 * time.Hour}
}

// Records returns how many events are kept.
func (c *Correlator) Records() int { return int(c.store.n) }

// Compact lets go of what has rested for longer than its limit, and returns
// what Evaluate would: the revisions since the last call. What a long-running
// Correlator holds is bounded by what is alive, not by what it has seen.
//
// It is decided by event time, against the newest time of the logs that the
// session is in: a host that has fallen silent lets nothing go. It depends on
// the set of the events that were added, so that a replay up to the same place
// gives the same. The cost is that of adding what is kept once more.
func (c *Correlator) Compact(l Limits, version uint64) Changes {
	ch := c.Evaluate(version)
	m := moving{old: c, limits: l, fresh: New(c.cfg), moved: map[uint32]uint32{}, live: map[uint32]bool{}}
	m.fresh.store.keys.seed = c.store.keys.seed // the hashes of what was emitted stay comparable
	m.choose()
	m.move()
	emitted := c.emitted()
	*c = *m.fresh
	again := c.Evaluate(version)
	for _, s := range again.Sessions {
		if emitted[s.ID] != hashSession(c.store.keys.seed, &s) {
			ch.Sessions = append(ch.Sessions, s)
		}
	}
	for _, f := range again.Findings {
		if emitted[f.ID] != hashFinding(c.store.keys.seed, &f) {
			ch.Findings = append(ch.Findings, f)
		}
	}
	return ch
}

// emitted returns the hashes of all that holds now.
func (c *Correlator) emitted() map[schemas.ID]uint64 {
	all := map[schemas.ID]uint64{}
	for n := range c.forest.filled {
		for _, e := range c.forest.state(n + 1).out {
			all[e.id] = e.hash
		}
	}
	return all
}

// moving is one Compact.
type moving struct {
	old, fresh *Correlator
	limits     Limits
	live       map[uint32]bool   // roots
	keep       []bool            // records
	moved      map[uint32]uint32 // records: where they are in fresh
}

// choose decides which units, and so which records, stay.
func (m *moving) choose() {
	c := m.old
	m.keep = make([]bool, c.store.n)
	var recs []uint32
	for r := range c.forest.nodes {
		n := &c.forest.nodes[r]
		if n.parent != uint32(r) || n.family == incidentFamily || n.family == clockFamily || n.family == gapFamily || n.family == threadFamily {
			continue
		}
		recs = c.records(recs[:0], uint32(r))
		for _, h := range c.signed.sessions[uint32(r)] {
			recs = append(recs, h.rec)
		}
		if m.live[uint32(r)] = m.alive(recs, m.limit(n, recs)); m.live[uint32(r)] {
			m.keepAll(recs)
		}
	}
	m.chooseLoose()
	m.chooseLinked()
	m.chooseElsewhere()
}

// chooseLoose keeps what stands outside units: the lines of streams, the hits of
// incidents, what is known about clocks and remote destinations.
func (m *moving) chooseLoose() {
	c := m.old
	one := make([]uint32, 1)
	for n := range c.store.n {
		r := c.store.at(n)
		if r.node != 0 && c.forest.nodes[c.rootOf(n)].family != threadFamily {
			continue
		}
		if one[0] = n; m.alive(one, m.limits.Ended) {
			m.keep[n] = true
		}
	}
	for i := range c.signed.incidents {
		in := &c.signed.incidents[i]
		recs := make([]uint32, len(in.hits))
		for j, h := range in.hits {
			recs[j] = h.rec
		}
		if m.alive(recs, m.limits.Lasting) {
			m.keepAll(recs)
		}
	}
	for _, x := range c.clocks.list {
		for _, d := range x.ahead {
			m.keep[d.rec] = true
		}
	}
	for _, d := range c.facts.dests {
		m.keep[d.rec] = true
	}
	for _, recs := range c.signed.settings {
		m.keepAll(recs)
	}
	for _, g := range c.gaps.list {
		m.keepAll(g.resting())
	}
}

// chooseLinked keeps the lookups that were made for calls that stay.
func (m *moving) chooseLinked() {
	c := m.old
	for n, roots := range c.facts.made {
		if !m.keep[n] {
			continue
		}
		for _, r := range roots {
			r = c.forest.find(r)
			m.live[r] = true
			m.keepAll(c.records(nil, r))
		}
	}
}

func (m *moving) keepAll(recs []uint32) {
	for _, n := range recs {
		m.keep[n] = true
	}
}

// limit returns how long a unit may rest.
func (m *moving) limit(n *node, recs []uint32) time.Duration {
	switch {
	case n.family == loginFamily, n.family == axlFamily, n.classes&(1<<classRegister) != 0:
		return m.limits.Lasting
	case n.classes&(1<<classCall) != 0 && m.talking(recs):
		return m.limits.Open
	}
	return m.limits.Ended
}

// talking reports whether a call was answered and not torn down. One without SIP
// may have been answered.
func (m *moving) talking(recs []uint32) bool {
	answered, plain := false, true
	var mem slab
	for _, n := range recs {
		mem.reset()
		e := m.old.store.load(&mem, n)
		plain = plain && e.SIP == nil
		switch {
		case e.Attr("row") == "RELEASE", e.Attr("row") == "REJECT" && e.Attr("called") != "":
			return false
		case e.SIP == nil:
		case e.SIP.Method == "BYE":
			return false
		case e.SIP.Method == "INVITE" && e.SIP.Status >= 200 && e.SIP.Status < 300:
			answered = true
		}
	}
	return answered || plain
}

// alive reports whether the logs that hold the records have not gone on for
// longer than limit. Records without a date are kept while they are among the
// younger half of all.
func (m *moving) alive(recs []uint32, limit time.Duration) bool {
	c := m.old
	last, now := int64(undated), int64(undated)
	young := false
	for _, n := range recs {
		r := c.store.at(n)
		young = young || n >= c.store.n/2
		last = max(last, r.t)
		o := c.store.origins[r.origin]
		own, host, hosted := c.placesOf(r.id.Fingerprint(), c.store.name(o.cluster), c.store.name(o.node), schemas.Source(c.store.name(o.source)))
		now = max(now, c.facts.mark(own).t)
		if hosted {
			now = max(now, c.facts.mark(host).t)
		}
	}
	switch {
	case last == undated:
		return young
	case now == undated:
		return true // nothing tells that time has gone on
	}
	return now-last <= int64(limit)
}
