package correlator

// table is a hash table from hashes to small integers, open addressed and
// without pointers, so the garbage collector has nothing to follow in it.
// The caller compares what the integers stand for.
type table struct {
	slots []uint64 // high half of the hash, then the value plus one; 0 is free
	n     int
}

// probe is a search for a hash.
type probe struct{ tag, at uint32 }

func (t *table) probe(h uint64) probe { return probe{uint32(h >> 32), uint32(h >> 32)} }

// next returns the next value that may have the hash, false when there is none.
func (t *table) next(p *probe) (uint32, bool) {
	if len(t.slots) == 0 {
		return 0, false
	}
	mask := uint32(len(t.slots) - 1)
	for {
		s := t.slots[p.at&mask]
		if s == 0 {
			return 0, false
		}
		if p.at++; uint32(s>>32) == p.tag {
			return uint32(s) - 1, true
		}
	}
}

// insert adds v, which must not be in the table.
func (t *table) insert(h uint64, v uint32) {
	if 8*(t.n+1) > 5*len(t.slots) {
		t.grow()
	}
	t.put(h>>32<<32 | uint64(v+1))
	t.n++
}

func (t *table) put(slot uint64) {
	mask := uint32(len(t.slots) - 1)
	i := uint32(slot>>32) & mask
	for t.slots[i] != 0 {
		i = (i + 1) & mask
	}
	t.slots[i] = slot
}

func (t *table) grow() {
	old := t.slots
	t.slots = make([]uint64, max(256, 2*len(old)))
	for _, s := range old {
		if s != 0 {
			t.put(s)
		}
	}
}

// mix spreads the bits of x over the whole word (the finalizer of MurmurHash3).
func mix(x uint64) uint64 {
	x ^= x >> 33
	x *= 0xff51afd7ed558ccd
	x ^= x >> 33
	x *= 0xc4ceb9fe1a85ec53
	return x ^ x>>33
}
