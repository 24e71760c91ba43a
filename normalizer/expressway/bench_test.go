package expressway_test

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/expressway"
	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/schemas"
)

// silent are records that state nothing we keep, one of each of the modules of
// which a log at level DEBUG is full.
var silent = [...]string{
	`tvcs: UTCTime="2018-01-01 17:56:48,%03d" Module="developer.sip.leg" Level="DEBUG" CodeLocation="ppcmains/sip/sipproxy/SipProxyLeg.cpp(11009)" Method="SipProxyLeg::isMediaRouted" Thread="0x7fc1d8e2d700":  this="0x556a750bd3d0" Type="Inbound"  isMediaRouted="false"`,
	`tvcs: UTCTime="2018-01-01 17:56:48,%03d" Module="network.search" Level="DEBUG": Detail="Search rule 'Calls to Webex' did not match destination alias 'amy@call.example.com'"`,
	`tvcs: UTCTime="2018-01-01 17:56:48,%03d" Module="developer.mediasessionmgr.mediasession" Level="DEBUG" CodeLocation="ppcmains/oak/media/MediaSession.cpp(801)" Method="MediaSession::addStream" Thread="0x7fc1d8e2d700":  this="0x556a750bd3d0" Key="m_callSerialNumber: 0b0cd0b8-4ed3-41fe-893e-6b896ec133fd m_sessionKey: branchId = 1"`,
	`XCP_CM2[12122]: UTCTime="2018-01-01 17:56:48,%03d" ThreadID="139747212576512" Module="cm-2" Level="DEBUG" CodeLocation="queue.cpp:109" Detail="xcoder=34A9B60C8 packet queued for delivery to the router component, 3 waiting"`,
}

// silentLog is a log of n records that state nothing we keep.
func silentLog(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "2018-01-01T12:56:48.%03d-05:00 vcse1 "+silent[i%len(silent)]+"\n", i%1000, i%1000)
	}
	return b.Bytes()
}

// BenchmarkSilent measures the records of which a log is full.
func BenchmarkSilent(b *testing.B) { golden.Benchmark(b, expressway.Parser{}, silentLog(20000)) }

// BenchmarkGenerated measures the log that the environment names, for example
// one of the performance corpus.
func BenchmarkGenerated(b *testing.B) { golden.Benchmark(b, expressway.Parser{}, named(b)) }

// BenchmarkArena measures the same as a Normalizer uses the Parser.
func BenchmarkArena(b *testing.B) {
	log := named(b)
	batch := golden.Batch(expressway.Parser{}, log, golden.Options{})
	var mem arena.Arena
	var events []schemas.Event
	b.SetBytes(int64(len(log)))
	b.ReportAllocs()
	for b.Loop() {
		for i := range batch.Records {
			const perBatch = 800
			if i%perBatch == 0 {
				mem.Reset()
			}
			events = expressway.Parser{}.ParseIn(&mem, events[:0], &batch.File, &batch.Records[i])
		}
	}
}

func named(b *testing.B) []byte {
	b.Helper()
	path := os.Getenv("UCTRACE_BENCH_EXPRESSWAY")
	if path == "" {
		b.Skip("UCTRACE_BENCH_EXPRESSWAY names no log")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	return data
}

// TestSilent holds the benchmark to its name, and silent records to no
// allocation.
func TestSilent(t *testing.T) {
	batch := golden.Batch(expressway.Parser{}, silentLog(100), golden.Options{})
	var events []schemas.Event
	n := testing.AllocsPerRun(10, func() {
		for i := range batch.Records {
			events = expressway.Parser{}.ParseIn(nil, events[:0], &batch.File, &batch.Records[i])
			if len(events) > 0 {
				t.Errorf("%s", golden.Line(&events[0]))
			}
		}
	})
	if n != 0 {
		t.Errorf("%v allocations", n)
	}
}
