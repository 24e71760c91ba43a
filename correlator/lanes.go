package correlator

import (
	"slices"

	"github.com/uctrace/uctrace/schemas"
)

// federation holds what dialback lines without key need to find their
// dialback. A dialback is evaluated on its own; lines that name only a
// stream, a pair of domains or a host find it through lanes.
type federation struct {
	lanes    []lane
	threads  []thread
	byThread map[threadKey]uint32 // index in threads
	links    map[uint32][]uint32  // line → the heads it belongs to
	followed map[uint32][]uint32  // head → the lines that belong to it
	// stale are the lines whose links must be found again. Those on a stream
	// come first: what they leave over may be a head for the others.
	stale [2][]uint32
}

func newFederationIndex() federation {
	return federation{byThread: map[threadKey]uint32{}, links: map[uint32][]uint32{}, followed: map[uint32][]uint32{}}
}

// lane holds the dialback lines with one xcoder, connection, pair or resolver
// key, in the order of compareRecords.
type lane struct {
	heads []uint32 // with dialback key; in the lane of a pair also those of threads
	lines []uint32 // without, which look for one dialback
	wide  []uint32 // without, which every dialback of the stream gets
}

// lineRole is what a dialback line is without its key.
type lineRole uint8

const (
	lineKeyed    lineRole = iota
	linePair              // a timer or an answer without key
	lineState             // a line about a stream
	lineResolver          // a resolver lookup or its answer
)

// The flags of a record; all but flagApart are those of a dialback line.
const (
	flagStale  uint8 = 1 << iota // stands in federation.stale
	flagOrphan                   // stands in a thread
	flagEnter                    // a db:result without verdict: from here on the address is needed
	flagVerify                   // a db:verify: the address is known
	flagFailed                   // a resolver that found nothing
	flagFound                    // a resolver that found the address
	flagApart                    // stays although its unit was let go, see compact.go
)

func isLane(typ uint8) bool {
	switch keyTypes[typ] {
	case schemas.KeyXcoder, schemas.KeyConnection, schemas.KeyDialbackPair, keyResolver:
		return true
	}
	return false
}

func (c *Correlator) refsOf(n uint32) []uint32 {
	return c.store.refsOf(c.store.at(n))
}

// refOf returns the first key of record n with the type, plus one; 0 is none.
func (c *Correlator) refOf(n uint32, t schemas.KeyType) uint32 {
	for _, ref := range c.refsOf(n) {
		if keyTypes[c.store.keys.at(ref).typ] == t {
			return ref + 1
		}
	}
	return 0
}

// lanesOf appends the keys of record n that have one of the types.
func (c *Correlator) lanesOf(dst []uint32, n uint32, t ...schemas.KeyType) []uint32 {
	for _, ref := range c.refsOf(n) {
		if slices.Contains(t, keyTypes[c.store.keys.at(ref).typ]) {
			dst = append(dst, ref)
		}
	}
	return dst
}

func (c *Correlator) streamsOf(dst []uint32, n uint32) []uint32 {
	return c.lanesOf(dst, n, schemas.KeyXcoder, schemas.KeyConnection)
}

// inLanes reports whether record n stands in a lane, or belongs to a key.
func (c *Correlator) inLanes(n uint32) bool {
	return slices.ContainsFunc(c.refsOf(n), func(ref uint32) bool {
		typ := c.store.keys.at(ref).typ
		return isLane(typ) || keyTypes[typ] == schemas.KeyDialbackKey
	})
}

// lane returns the lane of a key. The keys of lanes join no unit, so their
// node numbers the lane.
func (c *Correlator) lane(ref uint32) *lane {
	k, f := c.store.keys.at(ref), &c.federation
	if k.node == 0 {
		f.lanes = append(f.lanes, lane{})
		k.node = uint32(len(f.lanes))
	}
	return &f.lanes[k.node-1]
}

func (c *Correlator) roleOf(n uint32) lineRole {
	switch {
	case c.refOf(n, schemas.KeyDialbackKey) != 0:
		return lineKeyed
	case kindNames[c.store.at(n).kind] == schemas.KindDialbackResolve:
		return lineResolver
	case kindNames[c.store.at(n).kind] == schemas.KindDialbackStream:
		return lineState
	}
	return linePair
}

// place inserts record n into an ordered list, and reports its index.
func (c *Correlator) place(list []uint32, n uint32) []uint32 {
	if k := len(list); k == 0 || c.compareRecords(list[k-1], n) < 0 {
		return append(list, n)
	}
	i, found := slices.BinarySearchFunc(list, n, c.compareRecords)
	if found {
		return list
	}
	return slices.Insert(list, i, n)
}

func (c *Correlator) displace(list []uint32, n uint32) []uint32 {
	if i, found := slices.BinarySearchFunc(list, n, c.compareRecords); found {
		return slices.Delete(list, i, i+1)
	}
	return list
}

// enterLanes enters record n, a dialback line, where others find it.
func (c *Correlator) enterLanes(n uint32) {
	role := c.roleOf(n)
	if role == lineKeyed {
		for _, ref := range c.refsOf(n) {
			if isLane(c.store.keys.at(ref).typ) {
				l := c.lane(ref)
				l.heads = c.place(l.heads, n)
				c.unsettle(ref, n)
			}
		}
		return
	}
	var buf [8]uint32
	for _, ref := range c.searches(buf[:0], n, role) {
		l := c.lane(ref)
		if role == linePair || !c.onStream(ref) {
			l.lines = c.place(l.lines, n)
			if role == lineResolver {
				c.unsettleResolver(l, n)
			}
			continue
		}
		l.wide = c.place(l.wide, n)
		c.touchLane(l)
	}
	c.markStale(n, role)
}

// leaveLanes undoes enterLanes, before record n is changed.
func (c *Correlator) leaveLanes(n uint32) {
	role := c.roleOf(n)
	if role != lineKeyed {
		c.link(n, nil)
		c.orphan(n, role, false)
	}
	for _, ref := range c.refsOf(n) {
		if !isLane(c.store.keys.at(ref).typ) {
			continue
		}
		l := c.lane(ref)
		switch {
		case role == lineKeyed:
			c.unsettle(ref, n)
		case role == lineResolver && keyTypes[c.store.keys.at(ref).typ] == keyResolver:
			c.unsettleResolver(l, n)
		}
		l.heads, l.lines, l.wide = c.displace(l.heads, n), c.displace(l.lines, n), c.displace(l.wide, n)
		c.touchLane(l)
	}
}

// searches appends the lanes in which line n looks for its dialback: its
// streams, else its pair; for the resolver its streams and the domain.
func (c *Correlator) searches(dst []uint32, n uint32, role lineRole) []uint32 {
	dst = c.streamsOf(dst, n)
	if role == lineResolver {
		return c.lanesOf(dst, n, keyResolver)
	}
	if len(dst) > 0 {
		return dst
	}
	return c.lanesOf(dst, n, schemas.KeyDialbackPair)
}

func (c *Correlator) onStream(ref uint32) bool {
	t := keyTypes[c.store.keys.at(ref).typ]
	return t == schemas.KeyXcoder || t == schemas.KeyConnection
}

// touchLane marks everything that a line for the whole lane belongs to.
func (c *Correlator) touchLane(l *lane) {
	for _, n := range l.heads {
		c.touchRecord(n)
	}
	for _, n := range l.lines {
		c.touchRecord(n)
	}
}

func (c *Correlator) markStale(n uint32, role lineRole) {
	r := c.store.at(n)
	if r.flags&flagStale != 0 {
		return
	}
	r.flags |= flagStale
	i := 1
	if role == linePair {
		var buf [8]uint32
		if len(c.streamsOf(buf[:0], n)) > 0 {
			i = 0
		}
	}
	c.federation.stale[i] = append(c.federation.stale[i], n)
}

// unsettle marks the lines of a lane that may belong to another dialback now
// that head n comes or goes: those behind it up to where the next dialback of
// its pair begins, and those before it when none begins there.
func (c *Correlator) unsettle(ref, n uint32) {
	l := c.lane(ref)
	for _, w := range l.wide {
		if c.roleOf(w) == lineResolver {
			c.markStale(w, lineResolver)
		}
	}
	if len(l.lines) == 0 {
		return
	}
	if keyTypes[c.store.keys.at(ref).typ] == keyResolver {
		c.unsettleResolver(l, n)
		// Another line of the dialback may begin it now, or no longer.
		c.sameDialback(n, ref, func(x uint32) { c.unsettleResolver(l, x) })
		return
	}
	pair := c.refOf(n, keyTowards)
	from := n
	if _, ok := c.begunBefore(l, ref, n, pair); !ok {
		from = l.lines[0]
	}
	i, _ := slices.BinarySearchFunc(l.lines, from, c.compareRecords)
	if i == len(l.lines) {
		return
	}
	next, bounded := c.begunAfter(l, ref, c.lastOf(n, ref), pair)
	for ; i < len(l.lines) && (!bounded || c.compareRecords(l.lines[i], next) < 0); i++ {
		c.markStale(l.lines[i], c.roleOf(l.lines[i]))
	}
}
