package wire_test

import (
	"testing"

	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
)

// The MB/s of the record benchmarks are of log text.

func BenchmarkAppendRecords(b *testing.B) {
	batch := load()
	var dst []byte
	b.SetBytes(int64(len(batch.Blob)))
	b.ReportAllocs()
	for b.Loop() {
		dst = wire.AppendRecords(dst[:0], batch)
	}
	b.ReportMetric(float64(len(batch.Records)), "records/op")
	b.ReportMetric(float64(len(dst)), "frame-B")
}

func BenchmarkDecodeRecords(b *testing.B) {
	batch := load()
	frame := wire.AppendRecords(nil, batch)
	var got schemas.RecordBatch
	b.SetBytes(int64(len(batch.Blob)))
	b.ReportAllocs()
	for b.Loop() {
		if err := wire.DecodeRecords(frame, &got); err != nil {
			b.Fatal(err)
		}
	}
}

// The MB/s of the event benchmarks are of payload; one operation is 500 SIP
// events.

func BenchmarkAppendEvents(b *testing.B) {
	batch := manyEvents(500)
	var dst []byte
	b.SetBytes(int64(len(payloadOf(b, wire.AppendEvents(nil, batch)))))
	b.ReportAllocs()
	for b.Loop() {
		dst = wire.AppendEvents(dst[:0], batch)
	}
	b.ReportMetric(float64(len(dst)), "frame-B")
}

func BenchmarkDecodeEvents(b *testing.B) {
	frame := wire.AppendEvents(nil, manyEvents(500))
	var got schemas.EventBatch
	b.SetBytes(int64(len(payloadOf(b, frame))))
	b.ReportAllocs()
	for b.Loop() {
		if err := wire.DecodeEvents(frame, &got); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkGuard(b *testing.B) {
	p := payloadOf(b, wire.AppendEvents(nil, manyEvents(500)))
	b.SetBytes(int64(len(p)))
	b.ReportAllocs()
	for b.Loop() {
		if err := wire.Guard(p, 16); err != nil {
			b.Fatal(err)
		}
	}
}
