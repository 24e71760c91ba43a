// Package loki stores the text of records in Grafana Loki, through
// loki-client-go, so that the raw line behind an event is one click away.
//
// The library gives no acknowledgement: Handle never fails, and what Loki does
// not take is dropped with a line in the library's log. client.go makes it
// tell: it tries once, and what became of every line is read off its counters
// and its log. Sink does the rest: it waits and tries again while Loki is at
// fault, finds the single lines that Loki refuses and keeps those aside.
//
// WriteRaw returns nil only when every line was accepted by Loki or stands in
// the dead letters. What comes twice, after a crash, has the same timestamp,
// text and metadata; Loki folds it while the first copy is in its head block,
// and keeps two after that.
package loki

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

var _ schemas.RawSink = (*Sink)(nil)

// Dead takes the lines that Loki refuses for good.
type Dead interface {
	WriteRefused(ctx context.Context, r *schemas.Refused) error
}

// Sink writes to one Loki. Several goroutines may use it; they take turns.
type Sink struct {
	client *client
	dead   Dead
	log    *slog.Logger
	watch  Observer
	pause  time.Duration // the first wait

	mu      sync.Mutex
	streams streams
	entries []entry // memory, used again
	limit   int     // bytes of a push
	maxLine int     // bytes of a line
}

const (
	// maxPush is how many bytes of text go into one push: Loki refuses, for
	// ever, what exceeds its burst (6 MB by default).
	maxPush = 1 << 20
	// minPush is how far a push shrinks while Loki says that it is too much.
	minPush = 64 << 10
	// maxLine is below what Loki takes as a line by default (256 KiB).
	maxLine = 240 << 10
	// maxPause bounds the wait between two tries.
	maxPause = 30 * time.Second
)

// Open makes a Sink. It sends nothing yet: a Loki that cannot be reached makes
// WriteRaw wait.
func Open(cfg Config) (*Sink, error) {
	if cfg.Dead == nil {
		return nil, errors.New("loki: nothing takes what Loki refuses")
	}
	c, err := newClient(&cfg)
	if err != nil {
		return nil, err
	}
	log := cfg.Log
	if log == nil {
		log = slog.New(slog.DiscardHandler)
	}
	pause := cfg.Pause
	if pause == 0 {
		pause = 500 * time.Millisecond
	}
	watch := cfg.Observer
	if watch == nil {
		watch = unseen{}
	}
	return &Sink{client: c, dead: cfg.Dead, log: log, watch: watch, pause: pause, limit: maxPush, maxLine: maxLine, streams: newStreams()}, nil
}

// WriteRaw implements schemas.RawSink. It returns an error only when ctx ends
// or when the dead letters cannot be written; then the same batches come again.
func (s *Sink) WriteRaw(ctx context.Context, batches []schemas.RawBatch) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.client.idle(ctx); err != nil { // it may still read s.entries
		return err
	}
	s.entries = s.entries[:0]
	for i := range batches {
		s.entries = s.append(s.entries, &batches[i])
	}
	rest := s.entries
	for len(rest) > 0 {
		n := chunk(rest, s.limit)
		if err := s.deliver(ctx, rest[:n]); err != nil {
			return err
		}
		rest = rest[n:]
	}
	return nil
}

// Close implements schemas.RawSink. It waits for a push that is on its way,
// but not for long: nothing that matters is lost with it.
func (s *Sink) Close() error { return s.client.close(closePatience) }

// closePatience is how long Close waits for an answer of Loki.
const closePatience = 3 * time.Second

// chunk returns how many entries, at least one, make at most limit bytes.
func chunk(es []entry, limit int) int {
	size := 0
	for i := range es {
		if size += es[i].size(); size > limit && i > 0 {
			return i
		}
	}
	return len(es)
}

// deliver brings es into Loki, or what it refuses into the dead letters. It
// waits as long as it must.
func (s *Sink) deliver(ctx context.Context, es []entry) error {
	defer s.watch.Waiting(false)
	for pause := s.pause; ; pause = min(2*pause, maxPause) {
		left, fault, err := s.try(ctx, es)
		if err != nil || fault == nil {
			return err
		}
		s.watch.Retried(fault.reason)
		s.watch.Waiting(true)
		s.log.Warn("Loki cannot store now; trying again", "lines", len(left), "after", pause, "error", fault)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(pause):
		}
		es = left
		if fault.status == tooMany {
			s.limit = max(s.limit/2, minPush)
			if n := chunk(es, s.limit); n < len(es) {
				return s.each(ctx, [][]entry{es[:n], es[n:]})
			}
		}
	}
}

// try pushes es once, and deals with what is refused. It returns what must be
// pushed again, and why, nil when nothing must.
func (s *Sink) try(ctx context.Context, es []entry) (left []entry, why *fault, err error) {
	failed, err := s.client.push(ctx, es)
	if err != nil {
		return nil, nil, err
	}
	at := 0
	for _, f := range failed {
		s.accepted(es[at:f.from])
		if f.class == passing {
			left, why = append(left, es[f.from:f.to]...), f.fault
		}
		at = f.to
	}
	s.accepted(es[at:])
	if len(failed) == 0 {
		s.limit = min(2*s.limit, maxPush)
	}
	for _, f := range failed {
		if f.class == refused {
			if err := s.divide(ctx, es[f.from:f.to], f.fault); err != nil {
				return nil, nil, err
			}
		}
	}
	return left, why, nil
}

func (s *Sink) accepted(es []entry) {
	bytes := 0
	for i := range es {
		bytes += len(es[i].line)
	}
	if len(es) > 0 {
		s.watch.Stored(len(es), bytes)
	}
}

// each delivers the parts one after the other.
func (s *Sink) each(ctx context.Context, parts [][]entry) error {
	for _, p := range parts {
		if len(p) == 0 {
			continue
		}
		if err := s.deliver(ctx, p); err != nil {
			return err
		}
	}
	return nil
}

// bury puts es into the dead letters.
func (s *Sink) bury(ctx context.Context, es []entry, f *fault) error {
	s.log.Error("Loki refuses lines; they go to the dead letters", "lines", len(es), "first", es[0].id().String(), "error", f)
	for i := range es {
		r := es[i].refused(f)
		for pause := s.pause; ; pause = min(2*pause, maxPause) {
			err := s.dead.WriteRefused(ctx, r)
			if err == nil {
				break
			}
			if ctx.Err() != nil {
				return ctx.Err()
			}
			s.log.Error("dead letters cannot be written; trying again", "after", pause, "error", err)
			select {
			case <-ctx.Done():
				return ctx.Err()
			case <-time.After(pause):
			}
		}
		s.watch.Refused(f.reason)
	}
	return nil
}
