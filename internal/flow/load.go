package flow

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
)

// load is a run of messages and the batch they make. It is used again.
type load struct {
	msgs    []bus.Msg
	batch   schemas.SinkBatch
	decoder wire.Decoder
	bytes   int                // of the messages
	days    map[int64]struct{} // of the events
	err     error
}

const (
	// stride is how many messages are asked for at a time. Fewer have come
	// when the reader has caught up.
	stride = 16
	// maxBytes bounds the messages of a load, in bytes as they are sent:
	// decoded they are five to ten times as much.
	maxBytes = 8 << 20
	// dayRows is for how many rows of each of its days a load goes on. A table
	// that is divided by days takes a statement for each of them, so a load of
	// an archive that is read in no order should hold more of a day than a line.
	dayRows = 1000
	// mostRows is where that ends, because they lie in memory.
	mostRows = 100_000
	// maxDays bounds the days of a load, and so how long it takes to store.
	maxDays = 2000
	// linger is how long a load that is behind waits for more.
	linger = 5 * time.Millisecond
)

// ahead reads and decodes one load while the last one is being written.
type ahead struct {
	cancel context.CancelFunc
	done   sync.WaitGroup
	full   chan *load
	free   chan *load
}

// readAhead starts to read in behind pos, the noted batch of pos first. Nothing
// of what it reads is noted anywhere: the cursor belongs to the caller.
func (s *Store) readAhead(ctx context.Context, in *bus.Reader, pos bus.Position) *ahead {
	a := &ahead{full: make(chan *load), free: make(chan *load, 2)}
	a.free <- new(load)
	a.free <- new(load)
	ctx, a.cancel = context.WithCancel(ctx)
	a.done.Go(func() {
		defer close(a.full)
		for noted := pos.Last; ; noted = 0 {
			var l *load
			select {
			case l = <-a.free:
			case <-ctx.Done():
				return
			}
			for len(l.msgs) == 0 && l.err == nil {
				l.err = l.fill(ctx, s, in, noted)
			}
			select {
			case a.full <- l:
			case <-ctx.Done():
				return
			}
			if l.err != nil {
				return
			}
		}
	})
	return a
}

// next returns the next load, which has at least one message.
func (a *ahead) next() (*load, error) {
	l, ok := <-a.full
	if !ok {
		return nil, context.Canceled
	}
	return l, l.err
}

// release gives l back to be filled again.
func (a *ahead) release(l *load) {
	l.reset()
	a.free <- l
}

// stop ends the reading and waits for it.
func (a *ahead) stop() {
	a.cancel()
	a.done.Wait()
}

func (l *load) reset() {
	clear(l.msgs)
	l.msgs, l.bytes = l.msgs[:0], 0
	b := &l.batch
	b.Spans, b.Events, b.Sessions, b.Findings = b.Spans[:0], b.Events[:0], b.Sessions[:0], b.Findings[:0]
	b.Coverage = b.Coverage[:0]
	b.Agents = b.Agents[:0]
	clear(l.days)
	l.decoder.Reset()
}

// full reports whether l is to take no more.
func (l *load) full(maxRows int) bool {
	days := len(l.days)
	return l.bytes >= maxBytes || days >= maxDays || l.batch.Len() >= max(maxRows, min(days*dayRows, mostRows))
}

// count notes the days of events.
func (l *load) count(events []schemas.Event) {
	if l.days == nil {
		l.days = map[int64]struct{}{}
	}
	last := int64(-1)
	for i := range events {
		if day := events[i].Time.Unix() / (24 * 60 * 60); day != last {
			l.days[day], last = struct{}{}, day
		}
	}
}

// fill reads the messages up to sequence last, or, when last is 0, what has
// arrived.
func (l *load) fill(ctx context.Context, s *Store, in *bus.Reader, last uint64) error {
	if last > 0 {
		// One by one: a hole in the stream must not pull in messages behind last.
		for len(l.msgs) == 0 || l.msgs[len(l.msgs)-1].Seq < last {
			m, err := in.Next(ctx)
			if err != nil {
				return err
			}
			if err := l.decode(s, []bus.Msg{m}); err != nil {
				return err
			}
			l.msgs = append(l.msgs, m)
		}
		return nil
	}
	for wait := s.MaxWait; !l.full(s.MaxRows); wait = linger {
		msgs, err := in.Batch(ctx, stride, wait)
		if err != nil {
			return err
		}
		if err := l.decode(s, msgs); err != nil {
			return err
		}
		l.msgs = append(l.msgs, msgs...)
		if len(msgs) < stride {
			break
		}
	}
	return nil
}

// decode adds the content of msgs to the batch. The error is that of a message
// of a version that a newer program understands; what nobody can read is left
// out.
func (l *load) decode(s *Store, msgs []bus.Msg) error {
	for i := range msgs {
		m := &msgs[i]
		l.bytes += len(m.Data)
		if m.Lost > 0 {
			s.count.lost.Add(int(m.Lost), s.SinkName, s.Stream.Name)
			s.Log.Error("messages were deleted from the stream before they were stored", "sink", s.SinkName, "stream", s.Stream.Name, "messages", m.Lost, "before", m.Seq)
			l.batch.Spans = append(l.batch.Spans, gap(s.Stream, m.Seq, fmt.Sprintf("%d messages before %d were deleted before they were stored (stream too small or too old)", m.Lost, m.Seq)))
		}
		switch err := l.add(s.Stream, m); {
		case errors.Is(err, wire.ErrVersion):
			return fmt.Errorf("message %d: %w", m.Seq, err)
		case err != nil:
			s.count.undecodable.Inc(s.SinkName, s.Stream.Name)
			s.Log.Error("unreadable message is left out", "sink", s.SinkName, "stream", s.Stream.Name, "sequence", m.Seq, "error", err)
		}
	}
	return nil
}

func (l *load) add(stream schemas.Stream, m *bus.Msg) error {
	b, data := &l.batch, m.Data
	switch stream.Name {
	case schemas.StreamEvents.Name:
		// The events that were here before lend their memory.
		part := schemas.EventBatch{Events: b.Events[len(b.Events):cap(b.Events)]}
		if err := l.decoder.Events(data, &part); err != nil {
			return err
		}
		part.Span.Batch = recordsSeq(m.ID)
		b.Spans = append(b.Spans, part.Span)
		b.Events = append(b.Events, part.Events...)
		l.count(part.Events)
	case schemas.StreamSessions.Name:
		sessions, err := wire.DecodeSessions(data)
		if err != nil {
			return err
		}
		b.Sessions = append(b.Sessions, sessions...)
	case schemas.StreamFindings.Name:
		findings, err := wire.DecodeFindings(data)
		if err != nil {
			return err
		}
		b.Findings = append(b.Findings, findings...)
	case schemas.StreamCoverage.Name:
		coverage, err := wire.DecodeCoverage(data)
		if err != nil {
			return err
		}
		b.Coverage = append(b.Coverage, coverage...)
	case schemas.StreamAgents.Name:
		status, err := decodeAgent(m)
		if err != nil {
			return err
		}
		if !status.Tick() {
			b.Agents = append(b.Agents, status)
		}
	default:
		return fmt.Errorf("stream %s holds nothing that a sink stores", stream.Name)
	}
	return nil
}
