package correlator

import (
	"cmp"
	"slices"
	"sort"
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
	// proofs are those that look at a spot.
	proofs map[spot][]seeker
}

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

// seeker is a proof and the root that it was a part of when it came.
type seeker struct{ rec, root uint32 }

func newElsewhere() elsewhere {
	return elsewhere{spots: map[spot]*found{}, proofs: map[spot][]seeker{}}
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
			for _, p := range c.signed.elsewhere.proofs[s] {
				if within(c.store.at(p.rec).t, c.store.at(n).t, list[i].Within) {
					c.forest.touch(c.forest.find(p.root))
				}
			}
		}
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
			if p := (seeker{n, root}); ok && !slices.Contains(c.signed.elsewhere.proofs[s], p) {
				c.signed.elsewhere.proofs[s] = append(c.signed.elsewhere.proofs[s], p)
			}
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
	for _, n := range f.recs[from:] {
		t := c.store.at(n).t
		if x.Within > 0 && at != undated && t != undated && t > at+int64(x.Within) {
			return nil
		}
		if e := c.store.load(&c.eval.mem, n); e.ID != proof.ID && x.Goes(e, proof) {
			return e
		}
	}
	return nil
}

// within reports whether two instants are no further apart than d; zero is no
// bound, and undated ones may be.
func within(a, b int64, d time.Duration) bool {
	return d == 0 || a == undated || b == undated || a-b <= int64(d) && b-a <= int64(d)
}
