package golden

import (
	"bytes"
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

// Benchmark measures p over log, apart from the collector: finding the heads
// ("frame"), and making events of the records ("parse").
func Benchmark(b *testing.B, p schemas.Parser, log []byte) {
	b.Helper()
	batch := Batch(p, log, Options{})
	records := batch.Records
	b.Run("frame", func(b *testing.B) {
		b.SetBytes(int64(len(log)))
		b.ReportAllocs()
		glue, _ := p.(schemas.Gluer)
		prev := schemas.Seed(records[0].Time, nil)
		for b.Loop() {
			for rest := log; len(rest) > 0; {
				line := rest
				if i := bytes.IndexByte(rest, '\n'); i >= 0 {
					line = rest[:i]
				}
				rest = rest[min(len(rest), len(line)+1):]
				p.Start(line, prev)
				if glue != nil {
					glue.Glued(line, 1)
				}
			}
		}
	})
	b.Run("parse", func(b *testing.B) {
		b.SetBytes(int64(len(log)))
		b.ReportAllocs()
		var events []schemas.Event
		for b.Loop() {
			for i := range records {
				events = p.Parse(events[:0], &batch.File, &records[i])
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(records)), "ns/record")
	})
}
