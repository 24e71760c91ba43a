package collector

import (
	"fmt"
	"io"
)

// A budget is what one input file, with all archives in it, may still unpack.
type budget struct {
	limits  Limits
	entries int
	total   int64
}

func newBudget(l Limits) *budget { return &budget{limits: l.withDefaults()} }

// overLimit is the error of a member that unpacks to more than allowed.
type overLimit struct {
	what string
	// all is true when nothing more of the input may be unpacked.
	all bool
}

func (e *overLimit) Error() string { return e.what }

// entry counts a member of an archive.
func (b *budget) entry() error {
	b.entries++
	if b.entries > b.limits.Entries {
		return &overLimit{what: fmt.Sprintf("more than %d entries", b.limits.Entries), all: true}
	}
	return nil
}

// counter counts the bytes read from a compressed stream.
type counter struct {
	io.Reader
	n int64
}

// Read implements io.Reader.
func (c *counter) Read(p []byte) (int, error) {
	n, err := c.Reader.Read(p)
	c.n += int64(n)
	return n, err
}

// unpacked is a decompressing reader under a budget. Sizes that headers
// announce are not believed.
type unpacked struct {
	src    io.Reader
	packed func() int64 // compressed bytes used so far
	n      int64
	budget *budget
}

// Read implements io.Reader.
func (u *unpacked) Read(p []byte) (int, error) {
	l := &u.budget.limits
	if u.budget.total >= l.TotalBytes {
		return 0, &overLimit{what: fmt.Sprintf("unpacks to more than %d MiB", l.TotalBytes>>20), all: true}
	}
	if u.n > l.RatioFloor && u.n > l.Ratio*max(u.packed(), 1) {
		return 0, &overLimit{what: fmt.Sprintf("unpacks to more than %d times its size", l.Ratio)}
	}
	n, err := u.src.Read(p[:min(int64(len(p)), l.TotalBytes-u.budget.total)])
	u.n += int64(n)
	u.budget.total += int64(n)
	return n, err
}

// entryReader ends a member of an archive that is longer than allowed.
type entryReader struct {
	src  io.Reader
	left int64
	max  int64
}

// Read implements io.Reader.
func (e *entryReader) Read(p []byte) (int, error) {
	if e.left <= 0 {
		var one [1]byte
		if n, err := e.src.Read(one[:]); n == 0 {
			return 0, err
		}
		return 0, &overLimit{what: fmt.Sprintf("is longer than %d MiB", e.max>>20)}
	}
	n, err := e.src.Read(p[:min(int64(len(p)), e.left)])
	e.left -= int64(n)
	return n, err
}
