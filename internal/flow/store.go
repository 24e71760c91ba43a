package flow

import (
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/metrics"
	"github.com/uctrace/uctrace/schemas"
)

// Store reads one stream and writes it to a sink.
//
// It notes the first and the last sequence of a batch before it writes it. A
// Store that died while writing reads exactly the same messages again and
// writes the same batch under the same token, so a sink that remembers tokens
// keeps one copy, and the ids take care of the rest.
type Store struct {
	Bus    *bus.Bus
	Stream schemas.Stream
	Sink   schemas.Sink
	// SinkName names the sink in the cursor and in messages.
	SinkName string
	// Identity tells the database behind the sink from another one, so that
	// one that was emptied or exchanged is filled from the beginning.
	Identity string
	// Retryable reports whether an error of the sink may pass by itself; nil
	// means always. A batch that fails for good is taken apart, and the rows
	// that cannot be stored go to Dead.
	Retryable func(error) bool
	// Dead takes what the sink refuses.
	Dead schemas.Sink
	Log  *slog.Logger
	// Reason names the kind of an error of the sink for the metrics; nil means
	// that all are of one kind. Few names, none of them from the error's text.
	Reason  func(error) string
	Metrics *metrics.Registry
	// MaxRows and MaxWait bound a batch; 0 means 30,000 and 500 ms. While the
	// sink keeps up a batch is what arrived within MaxWait; after that the
	// batches grow with what waits, because a large one costs less per row, and
	// beyond MaxRows when the events are of many days.
	MaxRows int
	MaxWait time.Duration

	count   storeMetrics
	trouble trouble
}

// Reader is what Trim and Watch need to know of s.
func (s *Store) Reader() Reader { return Reader{Stage: s.SinkName, Cursor: s.Cursor()} }

// Cursor is the name of the Store's position; see CursorName.
func (s *Store) Cursor() string { return cursorOf(s.SinkName, s.Identity, s.Stream) }

// cursorOf returns the name of the position of a sink in a stream.
func cursorOf(sink, identity string, stream schemas.Stream) string {
	if identity == "" {
		return sink + "-" + stream.Name
	}
	return sink + "-" + identity + "-" + stream.Name
}

// Run works until ctx ends or another owner takes over.
func (s *Store) Run(ctx context.Context) error {
	if s.MaxRows == 0 {
		s.MaxRows = 30_000
	}
	if s.MaxWait == 0 {
		s.MaxWait = 500 * time.Millisecond
	}
	s.count = newStoreMetrics(s.Metrics)
	err := s.run(ctx)
	if err != nil {
		err = fmt.Errorf("%s sink of %s: %w", s.SinkName, s.Stream.Name, err)
	}
	return stopped(ctx, err)
}

func (s *Store) run(ctx context.Context) error {
	cursor, info, err := open(ctx, s.Bus, s.Cursor(), s.Stream, s.Log)
	if err != nil {
		return err
	}
	pos := cursor.Get()
	in, err := s.Bus.Reader(ctx, s.Stream, pos.Done+1)
	if err != nil {
		return err
	}
	defer in.Close()
	ahead := s.readAhead(ctx, in, pos)
	defer ahead.stop()
	for {
		l, err := ahead.next()
		if err != nil {
			return err
		}
		first, last := l.msgs[0].Seq, l.msgs[len(l.msgs)-1].Seq
		if pos.Last == 0 {
			pos.First, pos.Last = first, last
			if err := cursor.Set(ctx, pos); err != nil {
				return fmt.Errorf("note batch %d-%d: %w", first, last, err)
			}
		}
		if err := s.write(ctx, s.Stream.Name+"@"+era(info), l); err != nil {
			return err
		}
		pos = bus.Position{Done: last}
		if err := cursor.Set(ctx, pos); err != nil {
			return fmt.Errorf("save position %d: %w", last, err)
		}
		ahead.release(l)
	}
}

// write stores l and returns an error only when ctx ends.
func (s *Store) write(ctx context.Context, tokens string, l *load) error {
	l.batch.Token = fmt.Sprintf("%s:%d-%d", tokens, l.msgs[0].Seq, l.msgs[len(l.msgs)-1].Seq)
	err := s.persist(ctx, s.Sink, &l.batch)
	if err == nil {
		s.count.stored(s.SinkName, s.Stream, &l.batch)
	}
	if err == nil || ctx.Err() != nil {
		return err
	}
	return s.isolate(ctx, &l.batch, err)
}

// isolate stores a batch that the sink refuses for good, as cause says, but for
// the rows that are at fault: it is halved until they stand alone, and those go
// to the dead letters. The cuts depend on the batch alone, and their tokens on the
// cuts, so that it can be done again.
func (s *Store) isolate(ctx context.Context, b *schemas.SinkBatch, cause error) error {
	if b.Len() == 1 {
		s.Log.Error("sink refuses a row; it goes to the dead letters", "sink", s.SinkName, "token", b.Token, "error", cause)
		s.count.dead.Inc(s.SinkName, s.Stream.Name, s.reason(cause))
		b.Refusal = schemas.Refusal{Sink: s.SinkName, Reason: cause.Error()}
		return s.persist(ctx, s.Dead, b)
	}
	s.Log.Warn("sink refuses a batch; looking for the rows that are at fault", "sink", s.SinkName, "token", b.Token, "rows", b.Len(), "error", cause)
	first, second := b.Halves()
	for i, half := range []*schemas.SinkBatch{&first, &second} {
		half.Token = fmt.Sprintf("%s/%d", b.Token, i)
		err := s.persist(ctx, s.Sink, half)
		switch {
		case err == nil:
			s.count.stored(s.SinkName, s.Stream, half)
		case ctx.Err() != nil:
			return err
		default:
			if err := s.isolate(ctx, half, err); err != nil {
				return err
			}
		}
	}
	return nil
}

// persist writes until the sink accepts, refuses for good, or ctx ends.
func (s *Store) persist(ctx context.Context, sink schemas.Sink, b *schemas.SinkBatch) error {
	if b.Len() == 0 {
		return nil
	}
	defer s.count.waiting.Set(0, s.SinkName, s.Stream.Name)
	s.trouble.begin()
	defer s.trouble.end()
	for wait := 100 * time.Millisecond; ; wait = min(2*wait, 10*time.Second) {
		begin := time.Now()
		err := sink.Write(ctx, b)
		s.count.duration.Since(begin, s.SinkName, s.Stream.Name)
		if err == nil || ctx.Err() != nil {
			return err
		}
		if s.Retryable != nil && !s.Retryable(err) {
			return err
		}
		s.trouble.failed(err)
		s.count.retries.Inc(s.SinkName, s.Stream.Name, s.reason(err))
		s.count.waiting.Set(1, s.SinkName, s.Stream.Name)
		s.Log.Warn("sink cannot store now; trying again", "sink", s.SinkName, "token", b.Token, "after", wait, "error", err)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(wait):
		}
	}
}

// reason names the kind of err.
func (s *Store) reason(err error) string {
	if s.Reason == nil {
		return "error"
	}
	return s.Reason(err)
}
