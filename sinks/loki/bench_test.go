package loki_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/simulate"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/loki"
)

// traces returns a simulated SDL trace of a few hundred KiB as one batch.
func traces(b *testing.B) *schemas.RecordBatch {
	var file string
	batch := &schemas.RecordBatch{File: schemas.File{Source: schemas.CUCMSDL, Node: "cucm1"}}
	for at := arrived.Add(-20 * time.Minute); len(batch.Blob) < schemas.MaxBatch; at = at.Add(time.Second) {
		for _, line := range simulate.Traces(at) {
			if file == "" {
				file = line.File
			}
			if line.File != file {
				continue
			}
			offset := int64(len(batch.Blob))
			batch.Blob = append(batch.Blob, line.Text...)
			batch.Records = append(batch.Records, schemas.Record{
				ID: batch.File.Fingerprint.ID(offset), Source: batch.File.Source, Time: at, Line: len(batch.Records) + 1, Lines: 1,
				Offset: offset, Head: true, Text: []byte(line.Text),
			})
		}
	}
	if len(batch.Records) < 10 {
		b.Fatalf("%d records of %s", len(batch.Records), file)
	}
	batch.End = int64(len(batch.Blob))
	return batch
}

// BenchmarkRaw measures what a raw line costs: to parse it for its keys, and
// to push it to a server that reads it and says yes, eight batches at a time
// as the stage does.
func BenchmarkRaw(b *testing.B) {
	records := traces(b)
	n := normalizer.New(normalizer.Parsers())
	var events schemas.EventBatch
	b.Run("keys", func(b *testing.B) {
		b.SetBytes(records.End)
		b.ReportAllocs()
		for b.Loop() {
			n.Normalize(&events, records)
		}
	})
	b.Run("push", func(b *testing.B) {
		server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			io.Copy(io.Discard, r.Body)
			w.WriteHeader(http.StatusNoContent)
		}))
		defer server.Close()
		sink, err := loki.Open(loki.Config{URL: server.URL, Dead: &letters{}})
		if err != nil {
			b.Fatal(err)
		}
		defer sink.Close()
		n.Normalize(&events, records)
		batches := make([]schemas.RawBatch, 8)
		for i := range batches {
			batches[i] = schemas.RawBatch{Records: records, Events: events.Events, Arrived: arrived}
		}
		b.SetBytes(8 * records.End)
		b.ReportAllocs()
		for b.Loop() {
			if err := sink.WriteRaw(b.Context(), batches); err != nil {
				b.Fatal(err)
			}
		}
	})
}
