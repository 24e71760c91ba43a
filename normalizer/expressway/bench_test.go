package expressway_test

import (
	"bytes"
	"fmt"
	"os"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/expressway"
)

// silentLog is a log of n records that state nothing we keep.
func silentLog(n int) []byte {
	var b bytes.Buffer
	for i := range n {
		switch i % 4 {
		case 0:
			fmt.Fprintf(&b, `2018-01-01T12:56:48.%03d-05:00 vcse1 tvcs: UTCTime="2018-01-01 17:56:48,%03d" Module="developer.sip.leg" Level="DEBUG" CodeLocation="ppcmains/sip/sipproxy/SipProxyLeg.cpp(11009)" Method="SipProxyLeg::isMediaRouted" Thread="0x7fc1d8e2d700":  this="0x556a750bd3d0" Type="Inbound"  isMediaRouted="false"`, i%1000, i%1000)
		case 1:
			fmt.Fprintf(&b, `2018-01-01T12:56:48.%03d-05:00 vcse1 tvcs: Event="Call Attempted" Service="SIP" Src-ip="10.122.73.183" Src-port="47177" Src-alias="sip:1003@example.com" Call-serial-number="0b0cd0b8-4ed3-41fe-893e-6b896ec133fd" Tag="ea969993-c4a8-48a3-83fb-ba427f0622a4" Protocol="TLS" Level="1" UTCTime="2018-01-01 17:56:48,%03d"`, i%1000, i%1000)
		case 2:
			fmt.Fprintf(&b, `2018-01-01T12:56:48.%03d-05:00 vcse1 traffic_server[2030]: UTCTime="2018-01-01 17:56:48,%03d" Module="network.http.trafficserver" Level="DEBUG": Detail="Sending Request" Txn-id="%d" Dst-ip="10.48.36.46" Dst-port="6972"`, i%1000, i%1000, i)
		case 3:
			fmt.Fprintf(&b, `2018-01-01T12:56:48.%03d-05:00 vcse1 XCP_CM2[12122]: UTCTime="2018-01-01 17:56:48,%03d" ThreadID="139747212576512" Module="cm-2" Level="DEBUG" CodeLocation="mio.c:1109" Detail="Connecting on fd %d to host '10.48.36.171', port 7400"`, i%1000, i%1000, i)
		}
		b.WriteByte('\n')
	}
	return b.Bytes()
}

// BenchmarkSilent measures the records of which a log is full.
func BenchmarkSilent(b *testing.B) { golden.Benchmark(b, expressway.Parser{}, silentLog(20000)) }

// BenchmarkGenerated measures the log that the environment names, for example
// one of the performance corpus.
func BenchmarkGenerated(b *testing.B) {
	path := os.Getenv("UCTRACE_BENCH_EXPRESSWAY")
	if path == "" {
		b.Skip("UCTRACE_BENCH_EXPRESSWAY names no log")
	}
	data, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	golden.Benchmark(b, expressway.Parser{}, data)
}
