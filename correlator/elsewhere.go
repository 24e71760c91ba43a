package correlator

import (
	"cmp"
	"math"
	"slices"
	"sort"
	"strings"
	"time"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// elsewhere finds the events that a signature looks for beyond a session: what
// another host, or another client's connection, logged at the same time. They
// belong to nothing, so they are kept by what a proof has to agree in, and the
// units with such a proof are evaluated again when one comes.
type elsewhere struct {
	spots map[spot]*found
	// seekers are the units with proofs that look at a spot, by the roots that
	// they had when the proofs came.
	seekers map[lookout]map[uint32]bool
}

// lookout is a spot at a time: a companion concerns the units with a proof near
// it.
type lookout struct {
	spot
	period int64
}

// always is the period of proofs for which any time will do.
const always = math.MaxInt64

// spot is where the companions of a proof are looked for.
type spot struct {
	sig       uint16
	clear     bool // one of detect.Signature.Clear, else of Need
	companion uint8
	cluster   uint32 // symbol
	same      string // the values of detect.Companion.Same
}

// found are the records at a spot.
type found struct {
	recs     []uint32
	unsorted bool
}

func newElsewhere() elsewhere {
	return elsewhere{spots: map[spot]*found{}, seekers: map[lookout]map[uint32]bool{}}
}

// periodOf returns the number of the piece of time, as long as the companion
// may be away, in which t lies.
func periodOf(t int64, within time.Duration) int64 {
	if within == 0 || t == undated {
		return always
	}
	return t / int64(within)
}

// spotOf returns the spot that e looks at, or stands at; false when it has no
// value for a field in which the two must agree.
func (c *Correlator) spotOf(sig uint16, clear bool, n int, e *schemas.Event) (spot, bool) {
	s := spot{sig: sig, clear: clear, companion: uint8(n), cluster: c.store.keys.symbol(e.Cluster)}
	for _, f := range c.companionsOf(sig, clear)[n].Same {
		v := f.Of(e)
		if v == "" {
			return s, false
		}
		s.same += foldName(v) + "\x00"
	}
	return s, true
}

func (c *Correlator) companionsOf(sig uint16, clear bool) []detect.Companion {
	if clear {
		return c.signed.sigs[sig].Clear
	}
	return c.signed.sigs[sig].Need
}

// standElsewhere keeps record n, which is e, for the proofs of other units.
func (c *Correlator) standElsewhere(sig uint16, n uint32, e *schemas.Event) {
	for _, clear := range [...]bool{false, true} {
		list := c.companionsOf(sig, clear)
		for i := range list {
			if !list[i].Elsewhere || !list[i].Matches(e) {
				continue
			}
			s, ok := c.spotOf(sig, clear, i, e)
			if !ok {
				continue
			}
			f := c.signed.elsewhere.spots[s]
			if f == nil {
				f = &found{}
				c.signed.elsewhere.spots[s] = f
			}
			f.recs, f.unsorted = append(f.recs, n), true
			c.wake(s, c.store.at(n).t, list[i].Within)
		}
	}
}

// wake has the units evaluated again whose proofs may have found what stands at
// a spot at the time t. Without a time it concerns them all.
func (c *Correlator) wake(s spot, t int64, within time.Duration) {
	seekers := c.signed.elsewhere.seekers
	if t == undated && within != 0 {
		for l, roots := range seekers {
			if l.spot == s {
				c.touchAll(roots)
			}
		}
		return
	}
	at := periodOf(t, within)
	for _, period := range [...]int64{at - 1, at, at + 1, always} {
		c.touchAll(seekers[lookout{s, period}])
	}
}

func (c *Correlator) touchAll(roots map[uint32]bool) {
	for root := range roots {
		c.forest.touch(c.forest.find(root))
	}
}

// seek notes that a proof, which is e, looks beyond the unit of root.
func (c *Correlator) seek(h hit, root uint32, e *schemas.Event) {
	if h.role&detect.Proves != 0 {
		c.lookElsewhere(h.sig, h.rec, root, e)
	}
}

// lookElsewhere notes that record n, which is e, is a proof in the unit of root.
func (c *Correlator) lookElsewhere(sig uint16, n, root uint32, e *schemas.Event) {
	for _, clear := range [...]bool{false, true} {
		for i, x := range c.companionsOf(sig, clear) {
			if !x.Elsewhere {
				continue
			}
			s, ok := c.spotOf(sig, clear, i, e)
			if !ok {
				continue
			}
			l := lookout{s, periodOf(c.store.at(n).t, x.Within)}
			if c.signed.elsewhere.seekers[l] == nil {
				c.signed.elsewhere.seekers[l] = map[uint32]bool{}
			}
			c.signed.elsewhere.seekers[l][root] = true
		}
	}
}

// findElsewhere returns the first companion x of proof, by time, file and
// offset; nil when there is none.
func (c *Correlator) findElsewhere(sig uint16, x *detect.Companion, proof *schemas.Event) *schemas.Event {
	for _, clear := range [...]bool{false, true} {
		list := c.companionsOf(sig, clear)
		for i := range list {
			if &list[i] != x {
				continue
			}
			s, ok := c.spotOf(sig, clear, i, proof)
			if f := c.signed.elsewhere.spots[s]; ok && f != nil {
				return c.nearest(f, x, proof)
			}
		}
	}
	return nil
}

func (c *Correlator) nearest(f *found, x *detect.Companion, proof *schemas.Event) *schemas.Event {
	if f.unsorted {
		slices.SortFunc(f.recs, func(a, b uint32) int {
			return cmp.Or(cmp.Compare(c.store.at(a).t, c.store.at(b).t), c.store.at(a).id.Compare(c.store.at(b).id))
		})
		f.recs, f.unsorted = slices.Compact(f.recs), false
	}
	at := instant(proof.Time)
	from := 0
	if x.Within > 0 && at != undated && len(f.recs) > 0 && c.store.at(f.recs[0]).t != undated {
		from = sort.Search(len(f.recs), func(i int) bool { return c.store.at(f.recs[i]).t >= at-int64(x.Within) })
	}
	// What stands at the spot agrees with the proof; a message does not keep all
	// the keys that it was found by.
	stands := *x
	stands.Same = nil
	for _, n := range f.recs[from:] {
		t := c.store.at(n).t
		if x.Within > 0 && at != undated && t != undated && t > at+int64(x.Within) {
			return nil
		}
		if e := c.store.load(&c.eval.mem, n); e.ID != proof.ID && stands.Goes(e, proof) {
			return e
		}
	}
	return nil
}

// chooseElsewhere keeps what the proofs that stay rest on in other units.
func (m *moving) chooseElsewhere() {
	for _, list := range m.old.signed.sessions {
		m.chooseCompanions(list)
	}
	for i := range m.old.signed.incidents {
		m.chooseCompanions(m.old.signed.incidents[i].hits)
	}
}

func (m *moving) chooseCompanions(list []hit) {
	c := m.old
	var mem slab
	for _, h := range list {
		if m.keep[h.rec] == gone || h.role&detect.Proves == 0 {
			continue
		}
		for _, clear := range [...]bool{false, true} {
			companions := c.companionsOf(h.sig, clear)
			for i := range companions {
				if !companions[i].Elsewhere {
					continue
				}
				mem.reset()
				if e := c.findElsewhere(h.sig, &companions[i], c.store.load(&mem, h.rec)); e != nil {
					if n, ok := c.store.lookup(e.ID); ok {
						m.keepAll([]uint32{n}, apart)
					}
				}
			}
		}
	}
}

// moveElsewhere takes over what stands beyond the units of proofs.
func (m *moving) moveElsewhere() {
	c, f := m.old, m.fresh
	for s, old := range c.signed.elsewhere.spots {
		s.cluster, s.same = f.store.keys.symbol(c.store.name(s.cluster)), strings.Clone(s.same)
		for _, n := range old.recs {
			at, ok := m.moved[n]
			if !ok {
				continue
			}
			to := f.signed.elsewhere.spots[s]
			if to == nil {
				to = &found{unsorted: true}
				f.signed.elsewhere.spots[s] = to
			}
			to.recs = append(to.recs, at)
		}
	}
	seek := func(list []hit, root uint32) {
		for _, h := range list {
			f.seek(h, root, f.store.load(new(slab), h.rec))
		}
	}
	for root, list := range f.signed.sessions {
		seek(list, root)
	}
	for i := range f.signed.incidents {
		seek(f.signed.incidents[i].hits, f.signed.incidents[i].root)
	}
}
