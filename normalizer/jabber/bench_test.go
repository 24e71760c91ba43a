package jabber_test

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/jabber"
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
func BenchmarkSilent(b *testing.B) { golden.Benchmark(b, jabber.Parser{}, silentLog(20000)) }

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
	golden.Benchmark(b, jabber.Parser{}, data)
}
