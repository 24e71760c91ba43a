package flow

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/metrics"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
)

// Correlator reads the events stream and writes the sessions and findings
// streams. Its state is memory; after a restart it is a snapshot and the events
// behind it, or all events of the stream.
//
// To come back exactly, it notes which evaluation it is about to publish
// before it publishes it. After a crash it evaluates at the same places
// again: first, silently, where everything was published, then at the place
// of the note. So it withdraws what an evaluation before the crash published
// and later evidence changed.
type Correlator struct {
	Bus *bus.Bus
	Log *slog.Logger
	// Every bounds the time between an event and the evaluation that sees it;
	// 0 means 250 ms.
	Every time.Duration
	// Signatures are looked for beside the detectors.
	Signatures []detect.Signature
	// Keep is how many events, and parts of logs, may be held before what has come
	// to rest is let go; 0 means a million, some 200 MB.
	Keep int
	// Rules names the program and its rules, so that a snapshot of others is
	// left out; without it there are no snapshots.
	Rules string
	// SnapshotEvery is how many events are added between two snapshots at least;
	// 0 means half a million.
	SnapshotEvery int
	// Metrics may be nil.
	Metrics *metrics.Registry
}

// CorrelatorCursor is the name of the Correlator's position.
const CorrelatorCursor = "correlator"

// evaluateAfter bounds the messages between two evaluations of a correlator that
// keeps up. Only behind a message whose sequence is a multiple of it may anything
// be let go, and if it is due it is done, so that a replay, which sees other batches, lets go at the same places: what comes late
// then finds, or misses, the same session.
const evaluateAfter = 64

// Run works until ctx ends or another owner takes over.
func (c *Correlator) Run(ctx context.Context) error {
	cursor, info, err := open(ctx, c.Bus, CorrelatorCursor, schemas.StreamEvents, c.Log)
	if err != nil {
		return stopped(ctx, fmt.Errorf("correlator: %w", err))
	}
	every := c.Every
	if every == 0 {
		every = 250 * time.Millisecond
	}
	cfg := correlator.Config{Signatures: c.Signatures}
	run := &correlating{
		c: correlator.New(cfg), bus: c.Bus, cursor: cursor, rules: c.Rules, snapshotEvery: cmp.Or(c.SnapshotEvery, 500_000),
		pub: c.Bus.Publisher(bus.PublisherOptions{Window: 32}), info: info, log: c.Log,
		keep:  cmp.Or(c.Keep, 1_000_000),
		count: newCorrelatorMetrics(c.Metrics),
		seq:   max(info.First, 1) - 1,
	}
	run.full = run.keep
	if err := run.load(ctx, cfg); err != nil {
		return stopped(ctx, fmt.Errorf("correlator: load snapshot: %w", err))
	}
	if run.in, err = c.Bus.Reader(ctx, schemas.StreamEvents, run.seq+1); err != nil {
		return stopped(ctx, fmt.Errorf("correlator: read events: %w", err))
	}
	defer run.in.Close()
	if err := run.recover(ctx); err != nil {
		return stopped(ctx, fmt.Errorf("correlator: %w", err))
	}
	for {
		if err := run.step(ctx, every); err != nil {
			return stopped(ctx, fmt.Errorf("correlator: %w", err))
		}
	}
}

// correlating is the state of one Run.
type correlating struct {
	c      *correlator.Correlator
	bus    *bus.Bus
	in     *bus.Reader
	cursor *bus.Cursor
	pub    *bus.Publisher
	info   bus.Info
	log    *slog.Logger
	count  correlatorMetrics

	keep    int       // events that may be held at all times
	full    int       // events at which the next Compact is due
	seq     uint64    // the last message that was added, at first the one before the stream's first
	behind  []bus.Msg // read by a replay, but behind its end
	decoder wire.Decoder
	events  schemas.EventBatch
	frame   []byte
	heldAt  time.Time // when what is held was counted

	rules         string // of snapshots
	snapshotEvery int
	fresh         int         // events that were added since the last snapshot
	state         *bus.Cursor // where the last snapshot stands; nil without snapshots
	lookAt        time.Time   // when to look how full the stream is
}

// recover replays the stream up to the position and finishes the evaluation
// that a crash interrupted.
func (r *correlating) recover(ctx context.Context) error {
	pos := r.cursor.Get()
	if pos.Done > 0 {
		defer r.count.replay.Since(time.Now())
		if err := r.replay(ctx, pos.Done, true); err != nil {
			return err
		}
		r.c.Evaluate(version(r.info, pos.Done))
		r.snapshot(ctx) // a program that dies again and again gets on
	}
	if pos.Last <= pos.Done {
		return nil
	}
	if err := r.replay(ctx, pos.Last, false); err != nil {
		return err
	}
	return r.evaluate(ctx, pos.Last)
}

// replay adds all messages up to and including sequence last. When that one
// has left the stream, the next one shows it, and is kept for the next step.
// published says that what comes of the messages was published before, so that
// it may be let go unseen.
func (r *correlating) replay(ctx context.Context, last uint64, published bool) error {
	for r.seq < last && last >= r.info.First {
		msgs, err := r.read(ctx)
		if err != nil {
			return err
		}
		if msgs[0].Seq > last {
			r.behind = msgs
			return nil
		}
		if err := r.add(msgs); err != nil {
			return err
		}
		r.count.replayed.Add(len(msgs))
		if published {
			r.compact(version(r.info, r.seq))
		}
	}
	return nil
}

// compactDue reports whether this is a place to let go, and there is reason to.
func (r *correlating) compactDue() bool {
	return r.seq%evaluateAfter == 0 && r.c.Size() >= r.full
}

// compact returns what Evaluate would, and lets go of what has come to rest
// when too much is held. The next time it is due when twice as much is held as
// stayed, so that its cost is in proportion to what arrives.
func (r *correlating) compact(version uint64) (ch correlator.Changes, done bool) {
	if !r.compactDue() {
		return ch, false
	}
	before := r.c.Records()
	ch = r.c.Compact(correlator.DefaultLimits(), version)
	r.full = max(r.keep, 2*r.c.Records())
	r.count.compacted.Add(before - r.c.Records())
	r.log.Info("let go of what has come to rest", "events", before-r.c.Records(), "kept", r.c.Records())
	return ch, true
}

// read returns one message.
func (r *correlating) read(ctx context.Context) ([]bus.Msg, error) {
	if msgs := r.behind; len(msgs) > 0 {
		r.behind = nil
		return msgs, nil
	}
	m, err := r.in.Next(ctx)
	if err != nil {
		return nil, fmt.Errorf("read events: %w", err)
	}
	return []bus.Msg{m}, nil
}

// A correlator that is behind evaluates less often: a call is then evaluated
// once or twice and not with each of its messages. These bound what one
// evaluation sees.
const (
	behindMessages = 4 * evaluateAfter
	behindTime     = time.Second
)

// step waits for messages, evaluates and publishes.
func (r *correlating) step(ctx context.Context, every time.Duration) error {
	added, begin := 0, time.Now()
	for {
		msgs, full, err := r.some(ctx, every)
		if err != nil {
			return err
		}
		if err := r.add(msgs); err != nil {
			return err
		}
		added += len(msgs)
		if !full || r.compactDue() || added >= behindMessages || time.Since(begin) >= behindTime {
			break
		}
	}
	if added == 0 {
		if r.crowded(ctx) { // a stream that is full of what was worked off brings nothing new
			r.store(ctx)
		}
		return nil
	}
	intent := bus.Position{Done: r.cursor.Get().Done, First: r.cursor.Get().Done + 1, Last: r.seq}
	if err := r.cursor.Set(ctx, intent); err != nil {
		return fmt.Errorf("note evaluation %d: %w", r.seq, err)
	}
	return r.evaluate(ctx, r.seq)
}

// some returns messages up to the next one behind which something may be let go;
// full says that they are all up to there, so more may wait.
func (r *correlating) some(ctx context.Context, every time.Duration) (msgs []bus.Msg, full bool, err error) {
	if msgs = r.behind; len(msgs) > 0 {
		r.behind = nil
		return msgs, false, nil
	}
	if msgs, err = r.in.Batch(ctx, evaluateAfter-int(r.seq%evaluateAfter), every); err != nil {
		return nil, false, fmt.Errorf("read events: %w", err)
	}
	return msgs, len(msgs) > 0 && msgs[len(msgs)-1].Seq%evaluateAfter == 0, nil
}

func (r *correlating) add(msgs []bus.Msg) error {
	for i := range msgs {
		m := &msgs[i]
		if m.Lost > 0 {
			r.count.lost.Add(int(m.Lost), CorrelatorCursor, schemas.StreamEvents.Name)
			r.log.Error("events were deleted from the stream before they were read", "messages", m.Lost, "before", m.Seq)
		}
		switch err := r.decoder.Events(m.Data, &r.events); {
		case errors.Is(err, wire.ErrVersion):
			return fmt.Errorf("events message %d: %w", m.Seq, err)
		case err != nil:
			r.count.undecodable.Inc(CorrelatorCursor, schemas.StreamEvents.Name)
			r.log.Error("unreadable events message is left out", "sequence", m.Seq, "error", err)
		default:
			r.c.Add(&r.events)
			r.fresh += len(r.events.Events)
		}
		r.decoder.Reset() // Add copied what it keeps
		r.seq = m.Seq
	}
	return nil
}
