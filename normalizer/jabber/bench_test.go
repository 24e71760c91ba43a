package jabber_test

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/jabber"
	"github.com/uctrace/uctrace/schemas"
)

// silentLog is a log of n records in which nothing happens to a sign-in.
func silentLog(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "2021-07-29 22:41:27,%03d DEBUG [0x%08x] [src\\framework\\ServicesDispatcher.cpp(38)] [services-dispatcher] [CSFUnified::ServicesDispatcher::enqueue] - ServicesDispatcher.enqueue: TelephonyServiceImpl::notifyOnPRTStart %d\n", i%1000, 0x52c8+i%40, i)
		if i%25 == 0 {
			b.WriteString("<presence from='jdoe@example.com/jabber_7' to='jroe@example.com'>\n  <show>away</show>\n</presence>\n")
		}
	}
	return b.Bytes()
}

// BenchmarkSilent measures the records of which a log is full.
func BenchmarkSilent(b *testing.B) { benchmark(b, silentLog(20000)) }

// BenchmarkGenerated measures the log that the environment names, for example
// one of the performance corpus.
func BenchmarkGenerated(b *testing.B) {
	path := os.Getenv("UCTRACE_BENCH_JABBER")
	if path == "" {
		b.Skip("UCTRACE_BENCH_JABBER names no log")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	benchmark(b, data)
}

func benchmark(b *testing.B, data []byte) {
	var p jabber.Parser
	batch := golden.Batch(p, data, golden.Options{})
	records := batch.Records
	var events []schemas.Event
	b.Run("frame", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		prev := schemas.Seed(records[0].Time, nil)
		for b.Loop() {
			for rest := data; len(rest) > 0; {
				line := rest
				if i := bytes.IndexByte(rest, '\n'); i >= 0 {
					line = rest[:i]
				}
				rest = rest[min(len(rest), len(line)+1):]
				p.Start(line, prev)
				p.Glued(line, 1)
			}
		}
	})
	b.Run("parse", func(b *testing.B) {
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			events = events[:0]
			for i := range records {
				events = p.Parse(events[:0], &batch.File, &records[i])
			}
		}
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(records)), "ns/record")
	})
}
