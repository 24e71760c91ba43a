package flow_test

import (
	"context"
	"errors"
	"log/slog"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/flow"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
)

// asked is a RawSink that tells what it was given and does as it is told.
type asked struct {
	given chan []string
	// answer is what WriteRaw returns; nothing in it makes it wait.
	answer chan error
}

func (a *asked) WriteRaw(ctx context.Context, batches []schemas.RawBatch) error {
	var said []string
	for _, b := range batches {
		if time.Since(b.Arrived) > patience {
			said = append(said, "arrived at "+b.Arrived.String())
		}
		for i := range b.Records.Records {
			r := &b.Records.Records[i]
			line := string(r.Text)
			for e := range b.Events {
				if b.Events[e].Record == r.ID {
					line += b.Events[e].Key(schemas.KeyCallID)
				}
			}
			said = append(said, line)
		}
	}
	a.given <- said
	select {
	case err := <-a.answer:
		return err
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (a *asked) Close() error { return nil }

// TestRawMovesOnWhenTheSinkHasStored: a stage that ends before its sink has
// said yes gives it the same records again, with the keys of what they state.
func TestRawMovesOnWhenTheSinkHasStored(t *testing.T) {
	r := newRig(t, bus.Limits{})
	record := "INVITE sip:2@b SIP/2.0\r\nFrom: <sip:1@a>;tag=1\r\nTo: <sip:2@b>\r\nCall-ID: 7@a\r\nCSeq: 1 INVITE\r\n\r\n"
	file := schemas.File{Path: "a.log", Source: schemas.SIPClient, Fingerprint: schemas.FingerprintOf([]byte(record))}
	r.publish(schemas.StreamRecords, wire.AppendRecords(nil, &schemas.RecordBatch{
		File: file, Blob: []byte(record), End: int64(len(record)),
		Records: []schemas.Record{{ID: file.Fingerprint.ID(0), Source: file.Source, Line: 1, Lines: 6, Head: true, Text: []byte(record)}},
	}), []byte("garbage"))

	sink := &asked{given: make(chan []string), answer: make(chan error, 1)}
	stage := &flow.Raw{Bus: r.bus, Sink: sink, SinkName: "raw", Identity: "x", Log: slog.New(slog.DiscardHandler)}
	info := r.info(schemas.StreamRecords)
	position := func() uint64 {
		at, err := r.bus.Position(r.ctx, flow.CursorName(stage.Cursor(), info))
		if err != nil {
			t.Fatal(err)
		}
		return at.Done
	}
	// Nothing is answered, then something that cannot be mended, then yes.
	silent := errors.New("no answer")
	for _, answer := range []error{silent, errors.New("no room"), nil} {
		fails := answer != nil && !errors.Is(answer, silent)
		ctx, stop := context.WithCancel(r.ctx)
		ended := make(chan error, 1)
		go func() { ended <- stage.Run(ctx) }()
		if got := <-sink.given; len(got) != 1 || got[0] != record+"7@a" {
			t.Errorf("the sink was given %q", got)
		}
		if n := position(); n != 0 {
			t.Errorf("the position is %d before anything is stored", n)
		}
		if !errors.Is(answer, silent) {
			sink.answer <- answer
		}
		if answer == nil {
			await(r.ctx, t, "the position", func() bool { return position() == info.Last })
		}
		if !fails {
			stop()
		}
		if err := <-ended; (err != nil) != fails {
			t.Errorf("answered %v, the stage ended with %v", answer, err)
		}
		stop()
	}
}
