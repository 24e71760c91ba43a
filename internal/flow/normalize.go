package flow

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/metrics"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
)

// Normalizer reads the records stream and writes the events stream: one
// message becomes one message (several when the events are many), in order.
type Normalizer struct {
	Bus *bus.Bus
	Log *slog.Logger
	// Metrics may be nil.
	Metrics *metrics.Registry
}

// NormalizerCursor is the name of the Normalizer's position.
const NormalizerCursor = "normalizer"

// Run works until ctx ends or an error that a restart of the program cannot
// cure by itself: another owner took over, or records of a newer version.
func (n *Normalizer) Run(ctx context.Context) error {
	cursor, info, err := open(ctx, n.Bus, NormalizerCursor, schemas.StreamRecords, n.Log)
	if err != nil {
		return stopped(ctx, fmt.Errorf("normalizer: %w", err))
	}
	at := cursor.Get().Done
	in, err := n.Bus.Reader(ctx, schemas.StreamRecords, at+1)
	if err != nil {
		return fmt.Errorf("normalizer: read records: %w", err)
	}
	defer in.Close()
	run := &normalizing{
		n:     normalizer.New(normalizer.Parsers()),
		pub:   n.Bus.Publisher(bus.PublisherOptions{Window: 32}),
		floor: newFloor(at), era: era(info), log: n.Log, count: newNormalizerMetrics(n.Metrics),
	}
	for {
		msgs, err := in.Batch(ctx, 16, 100*time.Millisecond)
		if err != nil {
			return stopped(ctx, fmt.Errorf("normalizer: read records: %w", err))
		}
		for i := range msgs {
			if err := run.message(ctx, &msgs[i]); err != nil {
				return stopped(ctx, fmt.Errorf("normalizer: %w", err))
			}
		}
		if err := run.replaceRefused(ctx); err != nil {
			return stopped(ctx, fmt.Errorf("normalizer: %w", err))
		}
		if done := run.floor.value(); done > at {
			if err := cursor.Set(ctx, bus.Position{Done: done}); err != nil {
				return stopped(ctx, fmt.Errorf("normalizer: save position %d: %w", done, err))
			}
			at = done
		}
	}
}

// normalizing is the state of one Run.
type normalizing struct {
	n     *normalizer.Normalizer
	pub   *bus.Publisher
	floor *floor
	era   string
	log   *slog.Logger
	count normalizerMetrics

	records schemas.RecordBatch
	events  schemas.EventBatch
	frame   []byte

	mu      sync.Mutex
	refused []refusal
}

// refusal is a message that the events stream will never take.
type refusal struct {
	seq  uint64
	part string
	err  error
}

func (r *normalizing) message(ctx context.Context, m *bus.Msg) error {
	if m.Lost > 0 {
		if err := r.lost(ctx, m); err != nil {
			return err
		}
	}
	switch err := wire.DecodeRecords(m.Data, &r.records); {
	case errors.Is(err, wire.ErrVersion):
		return fmt.Errorf("records message %d: %w (upgrade uctraced before its agents)", m.Seq, err)
	case err != nil:
		r.count.undecodable.Inc(NormalizerCursor, schemas.StreamRecords.Name)
		r.log.Error("unreadable records message is passed on as a problem", "sequence", m.Seq, "subject", m.Subject, "error", err)
		r.unreadable(m.Seq, fmt.Sprintf("message %d on %s cannot be decoded: %v", m.Seq, m.Subject, err))
	default:
		r.n.Normalize(&r.events, &r.records)
		r.count.span(&r.events.Span)
	}
	parts := wire.SplitEvents(&r.events, wire.MaxMessage)
	r.floor.begin(m.Seq, len(parts))
	for i := range parts {
		if err := r.publish(ctx, m.Seq, strconv.Itoa(i), &parts[i]); err != nil {
			return err
		}
	}
	return nil
}

// lost reports messages that left the records stream before they were read.
func (r *normalizing) lost(ctx context.Context, m *bus.Msg) error {
	r.count.lost.Add(int(m.Lost), NormalizerCursor, schemas.StreamRecords.Name)
	r.log.Error("records were deleted from the stream before they were read", "messages", m.Lost, "before", m.Seq)
	r.unreadable(m.Seq, fmt.Sprintf("%d messages before %d were deleted before they were read (stream too small or too old)", m.Lost, m.Seq))
	before := m.Seq - 1
	r.floor.begin(before, 1)
	return r.publish(ctx, before, "lost", &r.events)
}

// replaceRefused puts a problem in the place of events that the stream will
// never take, so that they neither vanish nor block what follows.
func (r *normalizing) replaceRefused(ctx context.Context) error {
	r.mu.Lock()
	refused := r.refused
	r.refused = nil
	r.mu.Unlock()
	for _, f := range refused {
		r.count.refused.Inc(NormalizerCursor, schemas.StreamEvents.Name)
		r.log.Error("events are refused and passed on as a problem", "sequence", f.seq, "error", f.err)
		r.unreadable(f.seq, fmt.Sprintf("events of message %d cannot be passed on: %v", f.seq, f.err))
		if err := r.publish(ctx, f.seq, f.part+"r", &r.events); err != nil {
			return err
		}
	}
	return nil
}

// unreadable makes r.events a batch that holds nothing but the problem, so
// that it reaches whoever reads the results.
func (r *normalizing) unreadable(seq uint64, what string) {
	r.events = schemas.EventBatch{Span: gap(schemas.StreamRecords, seq, what)}
}

// gap is the ledger entry of what is missing in a stream before seq.
func gap(stream schemas.Stream, seq uint64, what string) schemas.Span {
	path := "stream:" + stream.Name
	return schemas.Span{
		File:     schemas.File{Path: path, Source: schemas.Unknown, Fingerprint: schemas.FingerprintOf([]byte(path))},
		Start:    int64(seq),
		End:      int64(seq),
		Problems: []schemas.Problem{{File: path, Message: what, Unread: true}},
	}
}

// publish sends one part of what message seq became.
func (r *normalizing) publish(ctx context.Context, seq uint64, part string, b *schemas.EventBatch) error {
	r.frame = wire.AppendEvents(r.frame[:0], b)
	subject := schemas.StreamEvents.Subject(b.Span.File.Cluster)
	id := eventsID(r.era, seq, part)
	return r.pub.Publish(ctx, subject, id, r.frame, func(err error) {
		switch {
		case err == nil:
			r.floor.finish(seq)
		case ctx.Err() == nil:
			r.mu.Lock()
			r.refused = append(r.refused, refusal{seq, part, err})
			r.mu.Unlock()
		}
	})
}

// eventsID is the message id of a part of what message seq of the records stream
// became.
func eventsID(era string, seq uint64, part string) string {
	return era + "." + strconv.FormatUint(seq, 10) + "." + part
}

// recordsSeq returns the seq of an eventsID, 0 when id is none.
func recordsSeq(id string) uint64 {
	_, rest, _ := strings.Cut(id, ".")
	digits, _, _ := strings.Cut(rest, ".")
	seq, err := strconv.ParseUint(digits, 10, 64)
	if err != nil {
		return 0
	}
	return seq
}

// stopped turns the error of a loop that ended because ctx did into nil.
func stopped(ctx context.Context, err error) error {
	if ctx.Err() != nil {
		return nil //nolint:nilerr // the end of ctx is no error
	}
	return err
}
