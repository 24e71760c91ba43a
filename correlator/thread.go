package correlator

import "github.com/uctrace/uctrace/schemas"

// thread is what is left over: the lines on one stream, or about one pair,
// whose key no log shows, or the lookups of one domain that failed and belong
// to no dialback.
type thread struct {
	recs []uint32 // ordered
	root uint32   // its unit
}

// threadKey names a thread by keys of the store, plus one.
type threadKey struct{ lane, pair uint32 }

func (c *Correlator) threadKeyOf(n uint32, role lineRole) threadKey {
	if role == lineResolver {
		return threadKey{lane: c.refOf(n, keyResolver)}
	}
	var buf [8]uint32
	k := threadKey{pair: c.refOf(n, keyTowards)}
	if lanes := c.searches(buf[:0], n, role); len(lanes) > 0 {
		k.lane = lanes[0] + 1
	}
	return k
}

func (c *Correlator) threadOf(n uint32) *thread {
	return &c.federation.threads[c.forest.nodes[c.rootOf(n)].head-1]
}

// orphan puts line n into its thread, or takes it out.
func (c *Correlator) orphan(n uint32, role lineRole, on bool) {
	r, f := c.store.at(n), &c.federation
	if on == (r.flags&flagOrphan != 0) {
		return
	}
	k := c.threadKeyOf(n, role)
	if k.lane == 0 {
		return // nothing could find it again
	}
	i, ok := f.byThread[k]
	if !ok {
		i = uint32(len(f.threads))
		f.byThread[k] = i
		root := c.forest.grow(threadFamily)
		f.threads = append(f.threads, thread{root: root})
		c.forest.nodes[root].head = i + 1
	}
	t := &f.threads[i]
	if on {
		t.recs = c.place(t.recs, n)
		r.node = t.root + 1
		r.flags |= flagOrphan
		c.headThread(n, role, true)
	} else {
		c.headThread(n, role, false)
		t.recs = c.displace(t.recs, n)
		r.node = 0
		r.flags &^= flagOrphan
	}
	c.forest.nodes[t.root].n = uint32(len(t.recs))
	c.forest.touch(t.root)
}

// headThread makes line n, which stands on a stream, a head for the lines of
// its pair that name no stream, or ends that.
func (c *Correlator) headThread(n uint32, role lineRole, on bool) {
	var buf [8]uint32
	streams := c.streamsOf(buf[:0], n)
	if role != linePair || len(streams) == 0 {
		return
	}
	for _, ref := range streams {
		for _, w := range c.lane(ref).wide {
			c.markStale(w, c.roleOf(w))
		}
	}
	for _, ref := range c.refsOf(n) {
		if keyTypes[c.store.keys.at(ref).typ] != schemas.KeyDialbackPair {
			continue
		}
		l := c.lane(ref)
		if on {
			l.heads = c.place(l.heads, n)
		}
		c.unsettle(ref, n)
		if !on {
			l.heads = c.displace(l.heads, n)
		}
	}
}
