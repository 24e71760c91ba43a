package collector

import (
	"context"
	"sync"
)

// inFlight counts the batches that are sent and not confirmed.
type inFlight struct {
	mu    sync.Mutex
	n     int
	err   error
	empty chan struct{} // closed when n is 0 or err is set; nil when nobody waits
}

func (f *inFlight) add() {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n++
}

func (f *inFlight) done(err error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	f.n--
	if f.err == nil {
		f.err = err
	}
	if f.empty != nil && (f.n == 0 || f.err != nil) {
		close(f.empty)
		f.empty = nil
	}
}

// failed returns the error of a batch that could not be stored.
func (f *inFlight) failed() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}

// wait waits until every batch is confirmed.
func (f *inFlight) wait(ctx context.Context) error {
	f.mu.Lock()
	if f.n == 0 || f.err != nil {
		defer f.mu.Unlock()
		return f.err
	}
	empty := make(chan struct{})
	f.empty = empty
	f.mu.Unlock()
	select {
	case <-empty:
		return f.failed()
	case <-ctx.Done():
		return ctx.Err()
	}
}
