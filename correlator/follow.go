package correlator

import (
	"slices"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// resolverTime is how long a dialback may wait for an address: twice the
// time that Expressway gives the whole dialback.
const resolverTime = 60 * time.Second

// settleDialbacks finds the dialbacks of the lines without key that are new,
// or near which one has begun.
func (c *Correlator) settleDialbacks() {
	f := &c.federation
	for i := range f.stale {
		for len(f.stale[i]) > 0 {
			list := f.stale[i]
			f.stale[i] = nil
			for _, n := range list {
				c.store.at(n).flags &^= flagStale
				c.follow(n)
			}
		}
	}
}

// follow links line n to what it belongs to.
func (c *Correlator) follow(n uint32) {
	role := c.roleOf(n)
	var buf, own [8]uint32
	searches := c.searches(buf[:0], n, role)
	switch role {
	case lineKeyed:
		return
	case linePair:
		head, ok := c.begun(searches, n)
		c.link(n, one(own[:0], head, ok))
		c.orphan(n, role, !ok)
	case lineState:
		if len(searches) > 0 && !c.onStream(searches[0]) {
			// A line about a connection that names only the pair.
			head, ok := c.begunBefore(c.lane(searches[0]), searches[0], n, 0)
			c.link(n, one(own[:0], head, ok))
		}
	case lineResolver:
		// On a stream that no dialback uses yet the address leads nowhere: the
		// domain tells whose it is.
		found, waiting := false, own[:0]
		for _, ref := range searches {
			found = found || c.onStream(ref) && c.used(c.lane(ref))
		}
		if i := len(searches) - 1; !found && i >= 0 && !c.onStream(searches[i]) {
			waiting = c.waiting(waiting, c.lane(searches[i]), n)
		}
		c.link(n, waiting)
		c.orphan(n, role, !found && len(waiting) == 0 && c.store.at(n).flags&flagFailed != 0)
	}
}

func one(dst []uint32, n uint32, ok bool) []uint32 {
	if ok {
		dst = append(dst, n)
	}
	return dst
}

// used reports whether a dialback runs on a stream.
func (c *Correlator) used(l *lane) bool {
	return len(l.heads) > 0 || slices.ContainsFunc(l.lines, func(n uint32) bool { return c.store.at(n).flags&flagOrphan != 0 })
}

// begun returns the head of the last dialback that begins before line n in
// one of the lanes, else of the first behind it: in front of the key may
// stand what was written by another thread.
func (c *Correlator) begun(lanes []uint32, n uint32) (head uint32, ok bool) {
	pair := c.refOf(n, keyTowards)
	for _, ref := range lanes {
		if h, found := c.begunBefore(c.lane(ref), ref, n, pair); found && (!ok || c.compareRecords(h, head) > 0) {
			head, ok = h, true
		}
	}
	if ok {
		return head, ok
	}
	for _, ref := range lanes {
		if h, found := c.begunAfter(c.lane(ref), ref, n, pair); found && (!ok || c.compareRecords(h, head) < 0) {
			head, ok = h, true
		}
	}
	return head, ok
}

// begunBefore returns the last head of a lane before record n with which a
// dialback of the pair begins; pair 0 is any.
func (c *Correlator) begunBefore(l *lane, ref, n, pair uint32) (uint32, bool) {
	i, _ := slices.BinarySearchFunc(l.heads, n, c.compareRecords)
	for i--; i >= 0; i-- {
		if h := l.heads[i]; c.begins(h, ref, pair) {
			return h, true
		}
	}
	return 0, false
}

// begunAfter returns the first such head behind record n.
func (c *Correlator) begunAfter(l *lane, ref, n, pair uint32) (uint32, bool) {
	i, found := slices.BinarySearchFunc(l.heads, n, c.compareRecords)
	if found {
		i++
	}
	for ; i < len(l.heads); i++ {
		if h := l.heads[i]; c.begins(h, ref, pair) {
			return h, true
		}
	}
	return 0, false
}

// begins reports whether record h is the first of a dialback of the pair in
// the lane of ref.
func (c *Correlator) begins(h, ref, pair uint32) bool {
	p := c.refOf(h, keyTowards)
	if p == 0 || pair != 0 && p != pair || c.store.keys.valueOf(c.store.keys.at(p - 1))[0] == 0 {
		return false
	}
	if c.store.at(h).flags&flagOrphan != 0 {
		return c.threadOf(h).recs[0] == h
	}
	first := true
	c.sameDialback(h, ref, func(x uint32) { first = first && c.compareRecords(h, x) < 0 })
	return first
}

// lastOf returns the last record in the lane of ref of the dialback that
// record n belongs to.
func (c *Correlator) lastOf(n, ref uint32) uint32 {
	last := n
	if c.store.at(n).flags&flagOrphan != 0 {
		recs := c.threadOf(n).recs
		return recs[len(recs)-1]
	}
	c.sameDialback(n, ref, func(x uint32) {
		if c.compareRecords(x, last) > 0 {
			last = x
		}
	})
	return last
}

// sameDialback calls yield with the other records of the dialback of record n,
// which has a key, that stand in the lane of ref.
func (c *Correlator) sameDialback(n, ref uint32, yield func(uint32)) {
	key, pair := c.refOf(n, schemas.KeyDialbackKey), c.refOf(n, keyTowards)
	for m := c.forest.nodes[c.rootOf(n)].head; m != 0; m = c.store.at(m - 1).next {
		if x := m - 1; x != n && c.refOf(x, schemas.KeyDialbackKey) == key && c.refOf(x, keyTowards) == pair && slices.Contains(c.refsOf(x), ref) {
			yield(x)
		}
	}
}

// link makes heads what line n belongs to.
func (c *Correlator) link(n uint32, heads []uint32) {
	f := &c.federation
	old := f.links[n]
	if slices.Equal(old, heads) {
		return
	}
	for _, h := range old {
		rest := slices.DeleteFunc(f.followed[h], func(x uint32) bool { return x == n })
		if f.followed[h] = rest; len(rest) == 0 {
			delete(f.followed, h)
		}
		c.touchRecord(h)
	}
	for _, h := range heads {
		f.followed[h] = append(f.followed[h], n)
		c.touchRecord(h)
	}
	if f.links[n] = slices.Clone(heads); len(heads) == 0 {
		delete(f.links, n)
	}
}
