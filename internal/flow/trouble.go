package flow

import (
	"fmt"
	"sync"
	"time"
)

// trouble is what a Store has with the batch that it writes.
type trouble struct {
	mu    sync.Mutex
	since time.Time // when the batch was begun; the zero time when there is none
	err   error     // of the last try
}

// silence is for how long a sink may say nothing to a batch.
const silence = 30 * time.Second

func (t *trouble) begin() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.since, t.err = time.Now(), nil
}

func (t *trouble) failed(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.err = err
}

func (t *trouble) end() {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.since, t.err = time.Time{}, nil
}

// Trouble returns why the sink does not take what s has for it, and since when;
// nil while it does. Several goroutines may call it.
func (s *Store) Trouble() error {
	s.trouble.mu.Lock()
	defer s.trouble.mu.Unlock()
	since := s.trouble.since
	waited := time.Since(since).Round(time.Second)
	switch {
	case since.IsZero():
		return nil
	case s.trouble.err != nil:
		return fmt.Errorf("nothing of %s has been stored for %s: %w", s.Stream.Name, waited, s.trouble.err)
	case waited > silence:
		return fmt.Errorf("nothing of %s has been stored for %s: the sink has not answered", s.Stream.Name, waited)
	}
	return nil
}
