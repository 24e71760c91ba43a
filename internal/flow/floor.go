package flow

import "sync"

// floor is the highest sequence below which everything is done, while single
// messages finish in any order.
type floor struct {
	mu      sync.Mutex
	done    uint64         // everything up to here is done
	pending map[uint64]int // sequence → parts that are still on their way
	order   []uint64       // the pending sequences, ascending
}

func newFloor(done uint64) *floor {
	return &floor{done: done, pending: map[uint64]int{}}
}

// begin announces that seq has parts parts. Sequences come in ascending order.
func (f *floor) begin(seq uint64, parts int) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pending[seq] = parts
	f.order = append(f.order, seq)
}

// finish reports that one part of seq is stored.
func (f *floor) finish(seq uint64) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.pending[seq]--
	for len(f.order) > 0 && f.pending[f.order[0]] == 0 {
		f.done = f.order[0]
		delete(f.pending, f.order[0])
		f.order = f.order[1:]
	}
}

// value returns the floor.
func (f *floor) value() uint64 {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.done
}
