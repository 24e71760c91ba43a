package correlator

import (
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// Limits say how long what has come to rest is kept for late evidence, by the
// time of the logs themselves. A session that is let go stays as it was
// published; evidence that comes later still makes a session of its own. Of a
// registration, a subscription or AXL traffic that goes on, what has rested for
// longer than Ended is summed up.
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
	// Undated is for everything without a date, for which no time passes: how
	// many events are the youngest. The younger half of all is kept besides.
	Undated int
	// Silent is for everything of a host, or a file, whose log does not go on:
	// how far the logs of two others have. The younger half of all is kept
	// besides, so that what arrives late is not let go while it does. 0 is for ever.
	Silent time.Duration
}

// DefaultLimits are long enough for logs that are collected once an hour.
func DefaultLimits() Limits {
	return Limits{Ended: 2 * time.Hour, Open: 26 * time.Hour, Lasting: 26 * time.Hour, Silent: 7 * 24 * time.Hour}
}

// Records returns how many events are kept.
func (c *Correlator) Records() int { return int(c.store.n) }

// Size returns how much is kept: the events, and what came since the last Compact
// and is none, parts of logs and facts that join what others say. A log that
// states nothing, or nothing but such facts, takes memory too until Compact.
func (c *Correlator) Size() int { return c.Records() + int(c.passing) }

// Held counts what a Correlator keeps.
type Held struct {
	Events   int
	Sessions int // published and not let go
	Open     int // those of them that have not ended
	Findings int
}

// Held counts what is kept. It looks at everything, which takes a while.
func (c *Correlator) Held() Held {
	h := Held{Events: c.Records()}
	for n := range c.forest.filled {
		for _, e := range c.forest.state(n + 1).out {
			switch {
			case e.finding:
				h.Findings++
			case e.open:
				h.Open++
				fallthrough
			default:
				h.Sessions++
			}
		}
	}
	return h
}

// Compact lets go of what has rested for longer than its limit, and returns
// what Evaluate would: the revisions since the last call. What a long-running
// Correlator holds is bounded by what is alive and by how many hosts there are,
// not by what it has seen: what is known of a file goes when its node has written
// on in others for longer than Limits.Lasting and nothing that stays has a record
// in it; of the logs of a node, their sum stays.
//
// It is decided by event time, against the newest time of the logs that the
// session is in: a host that has fallen silent lets nothing go before
// Limits.Silent. It depends on the events that were added and their order, so that
// a replay up to the same place gives the same. The cost is that of adding what is
// kept once more.
func (c *Correlator) Compact(l Limits, version uint64) Changes {
	ch := c.Evaluate(version)
	m := moving{old: c, limits: l, fresh: New(c.cfg), moved: map[uint32]uint32{}, live: map[uint32]bool{}, summed: map[uint32]*rest{}, same: map[uint64]bool{}, newest: c.newest()}
	m.fresh.store.keys.seed = c.store.keys.seed // the hashes of what was emitted stay comparable
	m.choose()
	m.move()
	emitted := c.emitted()
	*c = *m.fresh
	again := c.Evaluate(version)
	for _, s := range again.Sessions {
		if emitted[s.ID] != hashSession(c.store.keys.seed, &s) && !m.same[hashUnlisted(c.store.keys.seed, s)] {
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
	live       map[uint32]bool // roots
	incidents  []bool          // those that stay
	newest     int64           // how far the logs have gone, see Correlator.newest
	files      files
	summed     map[uint32]*rest  // by root, of units that go on
	same       map[uint64]bool   // hashes of their sessions, see hashUnlisted
	dropped    []bool            // records of them that do not, nil for none
	keep       []stay            // records
	moved      map[uint32]uint32 // records: where they are in fresh
}

// stay says how a record stays.
type stay uint8

const (
	gone  stay = iota
	apart      // as what something else rests on: its unit is let go
	whole      // with all that it does
)

// choose decides which units, and so which records, stay. A unit stays with all
// that its sessions are made of, or not at all: a part of it would be published
// as what is left of the session.
func (m *moving) choose() {
	c := m.old
	m.keep = make([]stay, c.store.n)
	var recs []uint32
	for r := range c.forest.nodes {
		n := &c.forest.nodes[r]
		if n.parent != uint32(r) || n.family == incidentFamily || n.family == clockFamily || n.family == gapFamily || n.link != 0 {
			continue
		}
		recs = c.withAll(recs[:0], uint32(r))
		if m.live[uint32(r)] = m.alive(recs, m.limit(n, recs)) && !m.endless(uint32(r)); m.live[uint32(r)] {
			m.keepAll(recs, whole)
			for _, rec := range recs {
				if c.store.at(rec).node != 0 && c.forest.nodes[c.rootOf(rec)].family == lookupFamily {
					m.live[c.rootOf(rec)] = true
				}
			}
		}
	}
	m.chooseLoose()
	m.chooseIncidents()
	m.chooseElsewhere()
	m.chooseFiles()
	m.chooseKnown()
}

// withAll appends the records that the sessions of the unit of root r are made
// of: its own, those of the lookups that were made for it, the lines that follow
// a dialback, and what signatures look at.
func (c *Correlator) withAll(dst []uint32, r uint32) []uint32 {
	first, n := len(dst), &c.forest.nodes[r]
	if n.family == threadFamily {
		dst = append(dst, c.federation.threads[n.head-1].recs...)
	} else {
		dst = c.records(dst, r)
	}
	for _, rec := range dst[first:] {
		for _, lookup := range c.facts.made[rec] {
			dst = c.records(dst, c.forest.find(lookup))
		}
		if n.family != threadFamily && n.family != dialbackFamily {
			continue
		}
		dst = append(dst, c.federation.followed[rec]...)
		var buf [8]uint32
		for _, ref := range c.streamsOf(buf[:0], rec) {
			dst = append(dst, c.lane(ref).wide...)
		}
	}
	for _, h := range c.hitsOf(r) {
		dst = append(dst, h.rec)
	}
	return dst
}

func (m *moving) keepAll(recs []uint32, as stay) {
	for _, n := range recs {
		if as == whole && m.dropped != nil && m.dropped[n] {
			continue
		}
		m.keep[n] = max(m.keep[n], as)
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
// youngest.
func (m *moving) alive(recs []uint32, limit time.Duration) bool {
	c := m.old
	last, now := int64(undated), int64(undated)
	young := false
	for _, n := range recs {
		r := c.store.at(n)
		young = young || n >= c.store.n/2 || int(c.store.n-n) <= m.limits.Undated
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
	case now != undated && now-last > int64(limit):
		return false
	}
	return young || !m.silent(last)
}
