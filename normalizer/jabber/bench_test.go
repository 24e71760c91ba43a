package jabber_test

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/jabber"
	"github.com/uctrace/uctrace/schemas"
)

// silentLog is a log of n records in which nothing happens to a sign-in: other
// functions, other lengths, words that rules begin with.
func silentLog(n int) []byte {
	lines := [...]string{
		`[src\framework\ServicesDispatcher.cpp(38)] [services-dispatcher] [CSFUnified::ServicesDispatcher::enqueue] - ServicesDispatcher.enqueue: TelephonyServiceImpl::notifyOnPRTStart`,
		`[rc\callcontrol\CallControlManager.cpp(77)] [csf.ecc.api] [CSFUnified::CallControl::onCallEvent] - callEvent=CallStateChanged call state: eRingOut handle`,
		`[pters\config\ConfigStoreManager.cpp(165)] [ConfigService-ConfigStoreManager] [CSFUnified::ConfigStoreManager::getValue] - key : [ShowOfflineContacts] skipLocal : [0]  value: [] success: [false] configStoreName: []`,
		`[netutils\src\http\CurlHttpUtils.cpp(188)] [csf.httpclient] [csf::http::CurlHttpUtils::curlTraceCallback] - Request #20 pre connect phase: ' Trying 127.0.0.1...'`,
		`[pcc\core\sipstack\sip_transport.c(100)] [csf.sip-call-control] [sip_transport_get_ti_addr] - [SIP][TRANS] No active 1: PRIMARY_CCM found! Using primary CUCM`,
	}
	var b bytes.Buffer
	for i := range n {
		fmt.Fprintf(&b, "2021-07-29 22:41:27,%03d DEBUG [0x%08x] %s %d\n", i%1000, 0x52c8+i%40, lines[i%len(lines)], i)
		if i%25 == 0 {
			b.WriteString("<presence from='jdoe@example.com/jabber_7' to='jroe@example.com'>\n  <show>away</show>\n</presence>\n")
		}
	}
	return b.Bytes()
}

// BenchmarkSilent measures the records of which a log is full.
func BenchmarkSilent(b *testing.B) { golden.Benchmark(b, jabber.Parser{}, silentLog(20000)) }

// BenchmarkGenerated measures the log that the environment names, for example
// one of the performance corpus; "batch" with the memory of a batch used again.
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
	b.Run("batch", func(b *testing.B) {
		batch := golden.Batch(jabber.Parser{}, data, golden.Options{})
		var mem arena.Arena
		var events []schemas.Event
		count := 0
		b.SetBytes(int64(len(data)))
		b.ReportAllocs()
		for b.Loop() {
			count = 0
			for i := range batch.Records {
				if i%1000 == 0 {
					count += len(events)
					events = events[:0]
					mem.Reset()
				}
				events = jabber.Parser{}.ParseIn(&mem, events, &batch.File, &batch.Records[i])
			}
		}
		b.ReportMetric(float64(count), "events")
		b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(batch.Records)), "ns/record")
	})
}
