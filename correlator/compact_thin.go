package correlator

import (
	"maps"
	"slices"
	"strings"
	"time"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// What of a unit that goes on is let go: whole transactions between the first
// and the latest events, when there are many of them.
const (
	thinHead  = 32 // events
	thinTail  = 64
	thinLeast = 64
	// quiet is for how long nothing was said where a unit is cut: a SIP request
	// is given up then (RFC 3261 section 17.1.1.2, timer B).
	quiet = 32 * time.Second
	// longest is how many events a unit without an end, or an incident, may have
	// that cannot be summed up: a phone that is refused for ever. It is let go as
	// it was published; what follows makes another one.
	longest = 10_000
)

// endless sums up what has come to rest of the unit of root r, and reports
// whether that cannot be done and it has too many events.
func (m *moving) endless(r uint32) bool {
	m.thin(r)
	x := &m.old.forest.nodes[r]
	return x.n > longest && m.summed[r] == nil && x.classes&(1<<classCall) == 0 &&
		(x.family == sipFamily || x.family == axlFamily || x.family == mraFamily)
}

// thin drops what may go of the unit of root r, which stays: what is said of it
// is the same without, but for the list of its events.
func (m *moving) thin(r uint32) {
	c, n := m.old, &m.old.forest.nodes[r]
	if n.n < thinHead+thinTail+thinLeast || n.family != axlFamily && (n.family != sipFamily || n.classes&(1<<classCall) != 0) {
		return
	}
	recs := c.records(nil, r)
	c.sort(recs)
	from, to := m.middle(recs)
	if to-from < thinLeast {
		return
	}
	before := m.said(r, nil)
	drop := c.droppable(recs, from, to, m.bearing(r, recs, &before))
	if len(drop) < thinLeast {
		return
	}
	x := c.rests[r].clone()
	x.classes |= n.classes
	x.unseen(before.blind)
	c.sum(x, drop)
	if m.dropped == nil {
		m.dropped = make([]bool, c.store.n)
	}
	for _, rec := range drop {
		m.dropped[rec] = true
	}
	if now := m.said(r, x); slices.Equal(now.hashes, before.hashes) {
		m.summed[r] = x
		for _, h := range now.hashes {
			m.same[h] = true
		}
		return
	}
	for _, rec := range drop {
		m.dropped[rec] = false
	}
}

// middle returns between which indexes of ordered records whole transactions
// stand that have come to rest.
func (m *moving) middle(recs []uint32) (from, to int) {
	c := m.old
	at := func(i int) int64 { return c.store.at(recs[i]).t }
	cut := func(i int) bool { return c.quietBefore(recs, i) }
	if at(0) == undated {
		return 0, 0
	}
	from, to = thinHead, len(recs)-thinTail
	for from < to && !cut(from) {
		from++
	}
	rested := at(len(recs)-1) - int64(m.summedAfter(recs))
	for to > from && (at(to) > rested || !cut(to)) {
		to--
	}
	return from, to
}

// summedAfter returns for how long the events of a unit rest before they are summed
// up. What an Expressway says comes a second time with the archives that are
// collected of it, see twin.go.
func (m *moving) summedAfter(recs []uint32) time.Duration {
	for _, n := range recs {
		if s := &m.old.store; expressway(s.name(s.origins[s.at(n).origin].source)) {
			return max(m.limits.Ended, m.limits.Lasting)
		}
	}
	return m.limits.Ended
}

// sum adds what records say to a rest.
func (c *Correlator) sum(x *rest, recs []uint32) {
	var mem slab
	hosts, axl := hostsOf{}, c.forest.nodes[c.rootOf(recs[0])].family == axlFamily
	for i, n := range recs {
		if c.cameBefore(recs[:i], n) {
			continue // counted once
		}
		mem.reset()
		e := c.store.load(&mem, n)
		host := ""
		if axl {
			host = hosts.of(e)
		}
		x.share(host).add(e, c.levelOfRecord(n))
	}
}

// quietBefore reports whether nothing was said for a while before the ith of
// ordered records.
func (c *Correlator) quietBefore(recs []uint32, i int) bool {
	return c.store.at(recs[i]).t-c.store.at(recs[i-1]).t >= int64(quiet)
}

// droppable returns those of recs[from:to] that belong to no transaction on which
// something rests.
func (c *Correlator) droppable(recs []uint32, from, to int, bearing map[uint32]bool) []uint32 {
	var drop []uint32
	for i := from; i < to; {
		first, bears := i, false
		for ; i < to && (i == first || !c.quietBefore(recs, i)); i++ {
			bears = bears || bearing[recs[i]]
		}
		if !bears {
			drop = append(drop, recs[first:i]...)
		}
	}
	return drop
}

// fewProofs is how many proofs of a signature in a unit are few: where every
// request is one until it is answered, they are not.
const fewProofs = 256

// bearing returns the records of a unit on which what is said of it rests: the
// evidence of findings, proofs of signatures where they are few, and what is said of
// each host that AXL requests go to.
func (m *moving) bearing(r uint32, recs []uint32, said *verdict) map[uint32]bool {
	c := m.old
	bearing := map[uint32]bool{}
	for _, id := range said.evidence {
		if n, ok := c.store.lookup(id); ok {
			bearing[n] = true
		}
	}
	proofs := map[uint16]int{}
	for _, h := range c.hitsOf(r) {
		if h.proves() {
			proofs[h.sig]++
		}
	}
	for _, h := range c.hitsOf(r) {
		if h.proves() && proofs[h.sig] <= fewProofs {
			bearing[h.rec] = true
		}
	}
	if c.forest.nodes[r].family == axlFamily {
		c.bearingAXL(bearing, recs)
	}
	return bearing
}

// bearingAXL adds, of each host, the first event, refusals and what takes them
// back, and the latest answer.
func (c *Correlator) bearingAXL(bearing map[uint32]bool, recs []uint32) {
	var mem slab
	hosts, known, refused, latest := hostsOf{}, map[string]bool{}, map[string]bool{}, map[string]uint32{}
	for _, n := range recs {
		mem.reset()
		e := c.store.load(&mem, n)
		host := strings.Clone(hosts.of(e))
		status := e.Attr("status")
		if !known[host] || status == "401" || refused[host] && len(status) == 3 && status[0] == '2' {
			bearing[n], known[host] = true, true
		}
		if e.Kind == schemas.KindAXLResponse {
			refused[host] = status == "401"
			latest[host] = n
		}
	}
	for _, n := range latest {
		bearing[n] = true
	}
}

// verdict is what is said of a unit.
type verdict struct {
	hashes   []uint64 // of its sessions, without the lists of events, and findings
	evidence []schemas.ID
	blind    []schemas.Coverage // what gaps hide of it
}

// said returns what is said of the unit of root r; with a rest, as if what is
// dropped were gone.
func (m *moving) said(r uint32, x *rest) (all verdict) {
	c, v := m.old, &m.old.eval
	v.out.reset()
	v.idle = true
	if x != nil {
		v.omit, v.rest = m.dropped, x
	}
	c.evaluate(r)
	v.idle, v.omit, v.rest = false, nil, nil
	for i := range v.out.sessions {
		s := v.out.sessions[i]
		if s.Kind != schemas.SessionProvisioning { // the logs of Expressways have no numbers
			all.blind = c.unseenGaps(all.blind, &detect.Session{Session: s})
		}
		all.hashes = append(all.hashes, hashUnlisted(c.store.keys.seed, s))
	}
	for i := range v.out.findings {
		f := &v.out.findings[i]
		all.hashes = append(all.hashes, hashFinding(c.store.keys.seed, f))
		for _, e := range f.Evidence {
			all.evidence = append(all.evidence, e.Event)
		}
	}
	v.out.reset()
	return all
}

// moveRests takes over what was let go of units that go on.
func (m *moving) moveRests() {
	c, f := m.old, m.fresh
	all := maps.Clone(c.rests)
	if all == nil {
		all = map[uint32]*rest{}
	}
	maps.Copy(all, m.summed)
	for r, x := range all {
		if !m.live[r] {
			continue
		}
		for _, n := range c.records(nil, r) {
			if m.keep[n] == whole {
				f.addRest(f.rootOf(m.moved[n]), x)
				break
			}
		}
	}
}
