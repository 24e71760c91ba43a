package correlator

import (
	"math"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// record is one kept event. What few readers need stands in its body, see
// codec.go, and its keys in store.refs.
type record struct {
	id     schemas.ID
	t      int64  // Unix nanoseconds, undated when the log does not give the date
	body   placed // in store.bodies, see codec.go
	origin uint32
	line   uint32
	refs   uint32 // where its keys begin in store.refs
	next   uint32 // the record of the unit that came before it, plus one
	node   uint32 // the union-find node plus one, 0 when nothing joins it
	nrefs  uint8
	kind   uint8
	class  class
	flags  uint8 // see lanes.go
}

// undated marks a record without date; it sorts before every time.
const undated = math.MinInt64

// origin is where a record comes from.
type origin struct {
	file, node, cluster, source uint32 // symbols
	level                       levels
}

// store holds the kept events, each once. Nothing that grows with them has
// pointers.
type store struct {
	keys    keyTable
	pages   [][]record
	n       uint32
	ids     ids
	refs    [][]uint32 // the keys of records, in pages
	bodies  arena
	origins []origin
	byPlace map[origin]uint32
	last    whence
	texts   samples
	// Memory for the body and the keys that are being written.
	scratch, packed, stored []byte
	found                   []uint32
}

func newStore() store {
	return store{keys: newKeyTable(), ids: newIDs(), byPlace: map[origin]uint32{}}
}

// at returns record n; the pointer stays valid.
func (s *store) at(n uint32) *record { return &s.pages[n>>pageBits][n&(1<<pageBits-1)] }

// add appends a record whose id is new.
func (s *store) add(r record) uint32 {
	n := s.n
	s.n++
	if n&(1<<pageBits-1) == 0 {
		s.pages = append(s.pages, make([]record, 1<<pageBits))
	}
	*s.at(n) = r
	s.ids.add(r.id, n)
	return n
}

// refBits is how many keys of records a page has, as a power of two.
const refBits = 14

// keepRefs keeps the keys of a record, and returns where.
func (s *store) keepRefs(list []uint32) uint32 {
	last := len(s.refs) - 1
	if last < 0 || cap(s.refs[last])-len(s.refs[last]) < len(list) {
		s.refs = append(s.refs, make([]uint32, 0, 1<<refBits))
		last++
	}
	at := len(s.refs[last])
	s.refs[last] = append(s.refs[last], list...)
	return uint32(last<<refBits | at)
}

// refsOf returns the keys of a record.
func (s *store) refsOf(r *record) []uint32 {
	if r.nrefs == 0 {
		return nil
	}
	return s.refs[r.refs>>refBits][r.refs&(1<<refBits-1):][:r.nrefs]
}

// whence are the names of the origin used last: neighbours share it.
type whence struct {
	file, node, cluster, source string
	level                       levels
	origin                      uint32
	known                       bool
}

// originOf returns the number of the origin of e, which was written at level.
func (s *store) originOf(e *schemas.Event, level levels) uint32 {
	if w := &s.last; w.known && w.file == e.File && w.node == e.Node && w.level == level && w.source == string(e.Source) && w.cluster == e.Cluster {
		return w.origin
	}
	k := &s.keys
	o := origin{file: k.symbol(e.File), node: k.symbol(e.Node), cluster: k.symbol(e.Cluster), source: k.symbol(string(e.Source)), level: level}
	n, ok := s.byPlace[o]
	if !ok {
		n = uint32(len(s.origins))
		s.origins = append(s.origins, o)
		s.byPlace[o] = n
	}
	s.last = whence{s.name(o.file), s.name(o.node), s.name(o.cluster), s.name(o.source), level, n, true}
	return n
}

// name returns the string of a symbol.
func (s *store) name(symbol uint32) string { return s.keys.names[symbol] }

// UnixNano is defined from 1678 to 2262; no log has years before 1700 or behind
// 2200. In Unix seconds.
const (
	firstSecond = -8520336000
	endSecond   = 7289654400
)

// instant returns t as the store keeps it.
func instant(t time.Time) int64 {
	if s := t.Unix(); s < firstSecond || s >= endSecond {
		return undated
	}
	return t.UnixNano()
}

func timeOf(ns int64) time.Time {
	if ns == undated {
		return time.Time{}
	}
	return time.Unix(0, ns).UTC()
}
