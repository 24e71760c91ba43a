package correlator

import (
	"encoding/binary"
	"math"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// record is one kept event. What few readers need stands in its body, see
// codec.go, and its keys in store.refs.
type record struct {
	id     schemas.ID
	t      int64 // Unix nanoseconds, undated when the log does not give the date
	origin uint32
	line   uint32
	refs   uint32 // index of the first key in store.refs
	next   uint32 // the next record of the unit plus one
	node   uint32 // the union-find node plus one, 0 when nothing joins it
	nrefs  uint8
	kind   uint8
	class  class
	flags  uint8 // see lanes.go
	body   string
}

// undated marks a record without date; it sorts before every time.
const undated = math.MinInt64

// origin is where a record comes from.
type origin struct {
	file, node, cluster, source uint32 // symbols
	level                       levels
}

// store holds the kept events, each once.
type store struct {
	keys    keyTable
	pages   [][]record
	n       uint32
	ids     table
	refs    []uint32
	bodies  arena
	origins []origin
	byPlace map[origin]uint32
	last    uint32 // the origin used last
	texts   samples
	// Memory for the body that is being written.
	scratch, packed, stored []byte
}

func newStore() store {
	return store{keys: newKeyTable(), byPlace: map[origin]uint32{}}
}

// at returns record n; the pointer stays valid.
func (s *store) at(n uint32) *record { return &s.pages[n>>pageBits][n&(1<<pageBits-1)] }

// lookup returns the record with the id.
func (s *store) lookup(id schemas.ID) (uint32, bool) {
	return s.ids.find(hashID(id), func(v uint32) bool { return s.at(v).id == id })
}

// add appends a record whose id is new.
func (s *store) add(r record) uint32 {
	n := s.n
	s.n++
	if n&(1<<pageBits-1) == 0 {
		s.pages = append(s.pages, make([]record, 1<<pageBits))
	}
	*s.at(n) = r
	s.ids.insert(hashID(r.id), n)
	return n
}

// originOf returns the number of e's origin.
func (s *store) originOf(e *schemas.Event) uint32 {
	k := &s.keys
	o := origin{file: k.symbol(e.File), node: k.symbol(e.Node), cluster: k.symbol(e.Cluster), source: k.symbol(string(e.Source)), level: levelOf(e)}
	if len(s.origins) > 0 && s.origins[s.last] == o {
		return s.last
	}
	n, ok := s.byPlace[o]
	if !ok {
		n = uint32(len(s.origins))
		s.origins = append(s.origins, o)
		s.byPlace[o] = n
	}
	s.last = n
	return n
}

// name returns the string of a symbol.
func (s *store) name(symbol uint32) string { return s.keys.names[symbol] }

func hashID(id schemas.ID) uint64 {
	return mix(binary.BigEndian.Uint64(id[:8]) ^ mix(binary.BigEndian.Uint64(id[8:])))
}

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
