package arena_test

import (
	"slices"
	"testing"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
)

// TestIndex enters three times as many numbers as there are chains, each
// several times, and wants every record back, the last first; Reset forgets
// them.
func TestIndex(t *testing.T) {
	for _, a := range []*arena.Arena{nil, new(arena.Arena)} {
		for range 2 {
			x, other := a.Signals(), a.Notes()
			other.Enter(0)
			const numbers, records = 3000, 9001
			for i := range records {
				if x.Seen() != i {
					t.Fatalf("seen %d of %d", x.Seen(), i)
				}
				if i%3 == 2 {
					x.Skip()
				} else {
					x.Enter(uint64(i % numbers))
				}
			}
			for n := range numbers {
				var got, want []int
				for i := x.Last(uint64(n)); i >= 0; i = x.Before(i) {
					if i%numbers == n {
						got = append(got, i)
					}
				}
				for i := records - 1; i >= 0; i-- {
					if i%numbers == n && i%3 != 2 {
						want = append(want, i)
					}
				}
				if !slices.Equal(got, want) {
					t.Fatalf("number %d: got %v, want %v", n, got, want)
				}
			}
			if other.Seen() != 1 {
				t.Fatalf("the other index has seen %d records", other.Seen())
			}
			if a != nil {
				a.Reset()
			}
		}
	}
}
