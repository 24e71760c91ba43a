// Package ship carries what the collector reads to the records stream: it is
// the agent, without its flags. It is used by uctrace-agent and by the demo.
package ship

import (
	"context"
	"fmt"
	"strconv"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/redact"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
)

// Shipper sends the batches of a Follower to the records stream. The position
// in a file moves only after the stream has stored the batch.
type Shipper struct {
	Follower *collector.Follower
	Bus      *bus.Bus
	// Window is how many batches may be on their way at once; 0 means 16.
	Window int
	// Mask masks the secrets in a batch before anything of it leaves the
	// host; nil sends the text as it is.
	Mask *redact.Masker
}

// Run follows the files until ctx ends or, with Follower.Once, until
// everything is read and stored. At the end of ctx it returns nil, with Once
// the error of ctx, because then something is missing: whatever was not
// acknowledged by then is sent again by the next Run with the same journal.
func (s *Shipper) Run(ctx context.Context) error {
	window := s.Window
	if window == 0 {
		window = 16
	}
	pub := s.Bus.Publisher(bus.PublisherOptions{Window: window})
	var frame []byte
	send := func(ctx context.Context, b *schemas.RecordBatch, done func(error)) error {
		s.Mask.Mask(b)
		frame = wire.AppendRecords(frame[:0], b)
		subject := schemas.StreamRecords.Subject(b.File.Cluster, string(b.File.Source))
		return pub.Publish(ctx, subject, MessageID(b), frame, done)
	}
	err := s.Follower.Run(ctx, send)
	if err == nil {
		err = pub.Flush(ctx)
	}
	switch {
	case err == nil, ctx.Err() != nil && !s.Follower.Once:
		return nil
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return fmt.Errorf("follow: %w", err)
}

// MessageID names a batch by its bytes, so that the stream recognises a batch
// that is sent twice. A batch without records has no bytes of its own: an
// unreadable file has no fingerprint, and several faults may be met at one
// offset. It is named by what it says.
func MessageID(b *schemas.RecordBatch) string {
	id := make([]byte, 0, 96)
	id = append(id, b.File.Fingerprint.String()...)
	id = append(id, ':')
	id = strconv.AppendInt(id, b.Start, 10)
	id = append(id, '-')
	id = strconv.AppendInt(id, b.End, 10)
	if b.EOF {
		id = append(id, '$')
	}
	if len(b.Records) == 0 {
		id = append(id, '/')
		id = append(id, tidings(b).String()...)
	}
	return string(id)
}

// tidings is the hash of the path and the problems of a batch.
func tidings(b *schemas.RecordBatch) schemas.ID {
	parts := []string{b.File.Path}
	for i := range b.Problems {
		p := &b.Problems[i]
		parts = append(parts, p.File, strconv.Itoa(p.Line), p.Message, p.Hint, strconv.FormatBool(p.Unread))
	}
	return schemas.HashID(parts...)
}
