package flow_test

import (
	"context"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/flow"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
)

// TestTextsComeFromTheStream: the ledger says which message a record came in,
// and as long as the stream holds that one, it gives the record's bytes.
func TestTextsComeFromTheStream(t *testing.T) {
	r := newRig(t, bus.Limits{})
	var frames [][]byte
	var ids []schemas.ID
	for n := range 3 {
		text := fmt.Sprintf("log %d, one\nlog %d, two\n", n, n)
		file := schemas.File{Path: fmt.Sprintf("%d.log", n), Source: schemas.Unknown, Fingerprint: schemas.FingerprintOf([]byte(text))}
		b := &schemas.RecordBatch{File: file, Blob: []byte(text), End: int64(len(text))}
		half := len(text) / 2
		for i, at := range []int{0, half} {
			b.Records = append(b.Records, schemas.Record{ID: file.Fingerprint.ID(int64(at)), Source: file.Source, Line: i + 1, Lines: 1, Offset: int64(at), Text: b.Blob[at : at+half]})
		}
		ids = append(ids, b.Records[1].ID)
		frames = append(frames, wire.AppendRecords(nil, b))
	}
	r.publish(schemas.StreamRecords, frames...)

	ctx, stop := context.WithCancel(r.ctx)
	stored := make(chan schemas.Span, 100)
	sink := sinkFunc(func(b *schemas.SinkBatch) {
		for _, s := range b.Spans {
			stored <- s
		}
	})
	store := &flow.Store{Bus: r.bus, Stream: schemas.StreamEvents, Sink: sink, SinkName: "test", Dead: sink, Log: slog.New(slog.DiscardHandler), MaxWait: time.Millisecond}
	ended := make(chan error, 2)
	go func() { ended <- (&flow.Normalizer{Bus: r.bus, Log: slog.New(slog.DiscardHandler)}).Run(ctx) }()
	go func() { ended <- store.Run(ctx) }()
	var spans []schemas.Span
	for len(spans) < 3 {
		select {
		case s := <-stored:
			spans = append(spans, s)
		case <-r.ctx.Done():
			t.Fatal("not all was stored")
		}
	}
	stop()
	for range 2 {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}

	texts := &flow.Texts{Bus: r.bus, Batches: func(_ context.Context, record schemas.ID) (seqs []uint64, err error) {
		for _, s := range spans {
			if [10]byte(record[:10]) == [10]byte(s.File.Fingerprint) && s.Batch > 0 {
				seqs = append(seqs, 99, s.Batch) // an old message, gone
			}
		}
		return seqs, nil
	}}
	for n, id := range ids {
		for range 2 { // from the stream, then from memory
			if text, ok, err := texts.Text(r.ctx, id); err != nil || !ok || string(text) != fmt.Sprintf("log %d, two\n", n) {
				t.Errorf("record %d: %q %v %v", n, text, ok, err)
			}
		}
	}
	if err := r.bus.Purge(r.ctx, schemas.StreamRecords, 4); err != nil {
		t.Fatal(err)
	}
	late := &flow.Texts{Bus: r.bus, Batches: texts.Batches}
	if text, ok, err := late.Text(r.ctx, ids[0]); err != nil || ok {
		t.Errorf("a record that the stream has dropped: %q %v %v", text, ok, err)
	}
	if text, ok, err := late.Text(r.ctx, schemas.HashID("another")); err != nil || ok {
		t.Errorf("a record that nobody knows: %q %v %v", text, ok, err)
	}
}
