package flow

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/schemas"
)

// Watch looks at how full the streams are and how far the stages are behind,
// and keeps the answer for whoever asks: health and metrics.
type Watch struct {
	Bus *bus.Bus
	// Readers are the stages of each stream.
	Readers map[schemas.Stream][]Reader
	// Every is the time between two looks; 0 means 5 s.
	Every time.Duration

	mu   sync.Mutex
	last Look
}

// Look is what a Watch saw.
type Look struct {
	At      time.Time // the zero time when there was none yet
	Err     error     // why nothing was seen; the rest is that of the Look before
	Streams map[string]bus.Info
	Lags    []Lag
}

// Lag is how far a stage is behind the stream that it reads.
type Lag struct {
	Stage, Stream string // Reader.Stage, and the name of the stream
	// Done is the sequence up to which everything is worked off.
	Done uint64
	// Messages are in the stream and not worked off, Age is that of the oldest.
	Messages uint64
	Age      time.Duration
	// Still is for how long Done has stood while there were Messages.
	Still time.Duration

	since time.Time // when Done moved last, or the stage had nothing to do
}

// Last returns what was seen last. It is not changed afterwards.
func (w *Watch) Last() Look {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last
}

// Run looks until ctx ends.
func (w *Watch) Run(ctx context.Context) error {
	every := w.Every
	if every == 0 {
		every = 5 * time.Second
	}
	tick := time.NewTicker(every)
	defer tick.Stop()
	for {
		w.look(ctx, max(every, time.Second))
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// look takes the place of the look before, or notes why it cannot.
func (w *Watch) look(ctx context.Context, limit time.Duration) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	before := w.Last()
	next := Look{At: time.Now(), Streams: map[string]bus.Info{}}
	for _, stream := range schemas.Streams() {
		lags, err := w.stream(ctx, &next, stream)
		if err != nil {
			next = Look{At: before.At, Err: fmt.Errorf("look at stream %s: %w", stream.Name, err), Streams: before.Streams, Lags: before.Lags}
			break
		}
		for i := range lags {
			lags[i].follow(before.Lags, next.At)
		}
		next.Lags = append(next.Lags, lags...)
	}
	w.mu.Lock()
	defer w.mu.Unlock()
	w.last = next
}

// stream looks at one stream and at those who read it.
func (w *Watch) stream(ctx context.Context, look *Look, stream schemas.Stream) ([]Lag, error) {
	info, err := w.Bus.StreamInfo(ctx, stream)
	if err != nil {
		return nil, err
	}
	look.Streams[stream.Name] = info
	var lags []Lag
	for _, r := range w.Readers[stream] {
		at, err := w.Bus.Position(ctx, CursorName(r.Cursor, info))
		if err != nil {
			return nil, err
		}
		lag := Lag{Stage: r.Stage, Stream: stream.Name, Done: at.Done}
		if info.Last > at.Done {
			first := max(info.First, at.Done+1)
			lag.Messages = info.Last - first + 1
			stored, err := w.Bus.StoredAt(ctx, stream, first)
			if err != nil {
				return nil, err
			}
			if !stored.IsZero() {
				lag.Age = max(0, look.At.Sub(stored))
			}
		}
		lags = append(lags, lag)
	}
	return lags, nil
}

// follow compares l with what was seen of the stage before.
func (l *Lag) follow(before []Lag, now time.Time) {
	l.since = now
	for i := range before {
		b := &before[i]
		if b.Stage == l.Stage && b.Stream == l.Stream && b.Done == l.Done && b.Messages > 0 && l.Messages > 0 {
			l.since = b.since
		}
	}
	l.Still = now.Sub(l.since)
}
