package flow

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/metrics"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
)

// Raw reads the records stream and writes the text of the records to a sink.
//
// The keys that a line is found by are not in the stream: Raw parses the
// records a second time for them. The parsers are pure, so it finds what the
// Normalizer finds, and it needs no join with the events stream, which may be
// far ahead or behind.
type Raw struct {
	Bus  *bus.Bus
	Sink schemas.RawSink
	// SinkName names the sink in the cursor and in messages.
	SinkName string
	// Identity tells the store behind the sink from another one.
	Identity string
	Log      *slog.Logger
	Metrics  *metrics.Registry

	count streamMetrics
}

// Reader is what Trim and Watch need to know of s.
func (s *Raw) Reader() Reader { return Reader{Stage: s.SinkName, Cursor: s.Cursor()} }

// Cursor is the name of the position; see CursorName.
func (s *Raw) Cursor() string { return cursorOf(s.SinkName, s.Identity, schemas.StreamRecords) }

// rawBatches bounds the messages of one write, each up to 256 KiB of text.
const rawBatches = 8

// Run works until ctx ends or another owner takes over.
func (s *Raw) Run(ctx context.Context) error {
	s.count = newStreamMetrics(s.Metrics)
	err := s.run(ctx)
	if err != nil {
		err = fmt.Errorf("%s sink of %s: %w", s.SinkName, schemas.StreamRecords.Name, err)
	}
	return stopped(ctx, err)
}

func (s *Raw) run(ctx context.Context) error {
	cursor, _, err := open(ctx, s.Bus, s.Cursor(), schemas.StreamRecords, s.Log)
	if err != nil {
		return err
	}
	in, err := s.Bus.Reader(ctx, schemas.StreamRecords, cursor.Get().Done+1)
	if err != nil {
		return err
	}
	defer in.Close()
	parsed := make([]parsed, rawBatches)
	batches := make([]schemas.RawBatch, 0, rawBatches)
	for {
		msgs, err := in.Batch(ctx, rawBatches, 500*time.Millisecond)
		if err != nil {
			return err
		}
		if len(msgs) == 0 {
			continue
		}
		batches = batches[:0]
		for i := range msgs {
			b, err := s.read(&parsed[i], &msgs[i])
			if err != nil {
				return err
			}
			if b != nil {
				batches = append(batches, *b)
			}
		}
		if err := s.Sink.WriteRaw(ctx, batches); err != nil {
			return err
		}
		last := msgs[len(msgs)-1].Seq
		if err := cursor.Set(ctx, bus.Position{Done: last}); err != nil {
			return fmt.Errorf("save position %d: %w", last, err)
		}
	}
}

// parsed is a decoded message. It is used again.
type parsed struct {
	n       *normalizer.Normalizer
	records schemas.RecordBatch
	events  schemas.EventBatch
}

// read decodes m into p, whose memory the batch it returns shares; nil when
// nobody can read m. The error is that of a message of a newer version.
func (s *Raw) read(p *parsed, m *bus.Msg) (*schemas.RawBatch, error) {
	if m.Lost > 0 {
		s.count.lost.Add(int(m.Lost), s.SinkName, schemas.StreamRecords.Name)
		s.Log.Error("messages were deleted from the stream before they were stored", "sink", s.SinkName, "stream", schemas.StreamRecords.Name, "messages", m.Lost, "before", m.Seq)
	}
	switch err := wire.DecodeRecords(m.Data, &p.records); {
	case errors.Is(err, wire.ErrVersion):
		return nil, fmt.Errorf("message %d: %w (upgrade uctraced before its agents)", m.Seq, err)
	case err != nil: // the Normalizer reports it as a problem
		s.count.undecodable.Inc(s.SinkName, schemas.StreamRecords.Name)
		s.Log.Error("unreadable message is left out", "sink", s.SinkName, "stream", schemas.StreamRecords.Name, "sequence", m.Seq, "error", err)
		return nil, nil
	}
	if p.n == nil {
		p.n = normalizer.New(normalizer.Parsers())
	}
	p.n.Normalize(&p.events, &p.records)
	return &schemas.RawBatch{Records: &p.records, Events: p.events.Events, Arrived: m.Time}, nil
}
