package correlator

// table is a hash table from hashes to small integers, open addressed and
// without pointers, so the garbage collector has nothing to follow in it.
// The caller compares what the integers stand for.
type table struct {
	slots []uint64 // high half of the hash, then the value plus one; 0 is free
	n     int
}

// find returns the first value with hash h that eq accepts.
func (t *table) find(h uint64, eq func(v uint32) bool) (uint32, bool) {
	if len(t.slots) == 0 {
		return 0, false
	}
	mask := uint32(len(t.slots) - 1)
	tag := uint32(h >> 32)
	for i := tag & mask; ; i = (i + 1) & mask {
		s := t.slots[i]
		if s == 0 {
			return 0, false
		}
		if uint32(s>>32) == tag && eq(uint32(s)-1) {
			return uint32(s) - 1, true
		}
	}
}

// insert adds v, which must not be in the table.
func (t *table) insert(h uint64, v uint32) {
	if 4*(t.n+1) > 3*len(t.slots) {
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
