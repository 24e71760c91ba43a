package correlator

import (
	"bufio"
	"encoding/binary"
	"errors"
	"fmt"
	"io"

	"github.com/uctrace/uctrace/schemas"
)

// stateVersion is the version of what Save writes. It changes with anything
// that is kept of an event, or about events.
const stateVersion = "uctrace correlator state 4"

// ErrState is returned by Load for what is no state of this program with these
// rules: add the events again instead.
var ErrState = errors.New("not a state of this program and these rules")

// Save writes all that is needed to go on from here: a Correlator that Load
// makes of it returns, for the same events, what c returns, to the byte. rules
// names the rules that c was made with.
//
// Call it right after Evaluate or Compact: what they returned is taken for
// published. Inputs and Coverage of a Result are not part of the state. The
// bytes carry no checksum. The only other errors are those of w.
func (c *Correlator) Save(w io.Writer, rules string) error {
	if len(c.forest.dirty) > 0 {
		return errors.New("save state: events were added since the last evaluation")
	}
	s := stateCodec{c: c, w: w}
	s.all(rules)
	s.flush()
	return s.err
}

// Load returns the Correlator whose state Save wrote. cfg must be that of the one
// that was saved, with the same rules. Evaluate returns everything once more:
// call it once and drop what it returns.
//
// The errors are ErrState and those of r. What r gives must be what Save wrote,
// unharmed: check a sum before.
func Load(cfg Config, r io.Reader, rules string) (*Correlator, error) {
	s := stateCodec{c: New(cfg), r: bufio.NewReaderSize(r, 64<<10), loading: true, roots: map[uint32]uint32{}}
	s.all(rules)
	if s.err != nil {
		return nil, fmt.Errorf("load state: %w", s.err)
	}
	return s.c, nil
}

// all goes through the state, in one order for both directions: what is
// referred to comes first.
func (s *stateCodec) all(rules string) {
	s.expect(stateVersion)
	s.expect(rules)
	s.names()
	s.origins()
	s.keys()
	s.records()
	s.joins()
	s.marks()
	s.ledger()
	s.rests()
	s.hits()
	s.elsewhere()
	s.clocks()
	s.gaps()
	s.logs()
}

// stateCodec writes a state, or reads it: every method does what it says in the
// direction that is under way.
type stateCodec struct {
	c       *Correlator
	w       io.Writer
	b       []byte
	r       *bufio.Reader
	loading bool
	err     error
	// roots are, while loading, nodes of the units by the roots that they had.
	roots map[uint32]uint32
}

// flushAt is how much is collected before it is written, in bytes.
const flushAt = 64 << 10

func (s *stateCodec) flush() {
	if s.err == nil && len(s.b) > 0 {
		_, s.err = s.w.Write(s.b)
	}
	s.b = s.b[:0]
}

func (s *stateCodec) fail(err error) {
	if s.err == nil {
		s.err = err
	}
}

// maxPiece bounds a string of a state, in bytes: far more than any has.
const maxPiece = 16 << 20

// num is a number that is not negative, and mostly small.
func (s *stateCodec) num(p *uint64) {
	if !s.loading {
		if s.b = binary.AppendUvarint(s.b, *p); len(s.b) >= flushAt {
			s.flush()
		}
		return
	}
	if s.err != nil {
		*p = 0
		return
	}
	n, err := binary.ReadUvarint(s.r)
	if err != nil {
		s.fail(fmt.Errorf("%w: it ends early", ErrState))
	}
	*p = n
}

func (s *stateCodec) u32(p *uint32) {
	n := uint64(*p)
	s.num(&n)
	*p = uint32(n)
}

func (s *stateCodec) int(p *int) {
	n := int64(*p)
	s.i64(&n)
	*p = int(n)
}

// i64 is any number.
func (s *stateCodec) i64(p *int64) {
	n := uint64(*p)<<1 ^ uint64(*p>>63)
	s.num(&n)
	*p = int64(n>>1) ^ -int64(n&1)
}

func (s *stateCodec) flag(p *bool) {
	n := uint64(flag(*p, 1))
	s.num(&n)
	*p = n == 1
}

func (s *stateCodec) byte(p *uint8) {
	n := uint64(*p)
	s.num(&n)
	*p = uint8(n)
}

func (s *stateCodec) bytes(p *[]byte) {
	n := uint64(len(*p))
	s.num(&n)
	if !s.loading {
		s.b = append(s.b, *p...)
		return
	}
	if n > maxPiece {
		s.fail(fmt.Errorf("%w: a string of %d bytes", ErrState, n))
	}
	if s.err != nil {
		*p = nil
		return
	}
	*p = make([]byte, n)
	if _, err := io.ReadFull(s.r, *p); err != nil {
		s.fail(fmt.Errorf("%w: it ends early", ErrState))
	}
}

func (s *stateCodec) str(p *string) {
	b := []byte(*p)
	s.bytes(&b)
	*p = string(b)
}

// fixed is a value of fixed length.
func (s *stateCodec) fixed(b []byte) {
	if !s.loading {
		s.b = append(s.b, b...)
		return
	}
	if s.err == nil {
		if _, err := io.ReadFull(s.r, b); err != nil {
			s.fail(fmt.Errorf("%w: it ends early", ErrState))
		}
	}
}

func (s *stateCodec) print(p *schemas.Fingerprint) { s.fixed(p[:]) }

// expect writes a string that a reader must know.
func (s *stateCodec) expect(want string) {
	got := want
	if s.str(&got); s.err == nil && got != want {
		s.fail(fmt.Errorf("%w: it says %.100q, want %q", ErrState, got, want))
	}
}

// index is a number below n.
func (s *stateCodec) index(p *uint32, n uint32) {
	if s.u32(p); s.loading && *p >= n {
		s.fail(fmt.Errorf("%w: number %d of %d", ErrState, *p, n))
		*p = 0
	}
}

// symbol is the number of a name.
func (s *stateCodec) symbol(p *uint32) { s.index(p, uint32(len(s.c.store.keys.names))) }

// rec is the number of a record.
func (s *stateCodec) rec(p *uint32) { s.index(p, s.c.store.n) }

// root is a unit by its root; false when nothing is left of it.
func (s *stateCodec) root(p *uint32) bool {
	if !s.loading {
		*p = s.c.forest.find(*p)
	}
	s.u32(p)
	if !s.loading {
		return true
	}
	node, ok := s.roots[*p]
	if ok {
		*p = s.c.forest.find(node)
	}
	return ok
}

// each goes through list.
func each[T any](s *stateCodec, list []T, one func(*T)) []T {
	n := uint64(len(list))
	s.num(&n)
	if !s.loading {
		for i := range list {
			x := list[i]
			one(&x)
		}
		return list
	}
	list = nil
	for range n {
		var x T
		if one(&x); s.err != nil {
			return nil
		}
		list = append(list, x)
	}
	return list
}

// entry is an entry of a map.
type entry[K comparable, V any] struct {
	k K
	v V
}

// entries goes through the entries of a map, in any order, and returns those
// that were read.
func entries[K comparable, V any](s *stateCodec, m map[K]V, one func(*entry[K, V])) []entry[K, V] {
	list := make([]entry[K, V], 0, len(m))
	for k, v := range m {
		list = append(list, entry[K, V]{k, v})
	}
	return each(s, list, one)
}
