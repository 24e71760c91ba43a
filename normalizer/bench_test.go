package normalizer_test

import (
	"fmt"
	"math/rand"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
)

// BenchmarkNormalize measures records to events. The logs are made here, or
// read from the file that UCTRACE_BENCH_SDL or UCTRACE_BENCH_SDI names.
func BenchmarkNormalize(b *testing.B) {
	for _, bm := range []struct {
		name   string
		source schemas.Source
		log    []byte
	}{
		{"sdl", schemas.CUCMSDL, benchLog(b, "UCTRACE_BENCH_SDL", sdlLog)},
		{"sdl-silent", schemas.CUCMSDL, sdlSilent(rand.New(rand.NewSource(1)), 8<<20)},
		{"sdi", schemas.CUCMSDI, benchLog(b, "UCTRACE_BENCH_SDI", sdiLog)},
		{"sdi-silent", schemas.CUCMSDI, sdiSilent(8 << 20)},
	} {
		b.Run(bm.name, func(b *testing.B) {
			batch := golden.Batch(normalizer.ForSource(bm.source), bm.log, golden.Options{})
			n := normalizer.New(normalizer.Parsers())
			var out schemas.EventBatch
			b.SetBytes(int64(len(bm.log)))
			b.ReportAllocs()
			for b.Loop() {
				n.Normalize(&out, batch)
			}
			b.ReportMetric(float64(out.Span.Events), "events")
			b.ReportMetric(float64(out.Span.Records), "records")
		})
	}
}

// BenchmarkStart measures what framing costs a line: Start and Glued.
func BenchmarkStart(b *testing.B) {
	for _, bm := range []struct {
		name   string
		source schemas.Source
		log    []byte
	}{
		{"sdl", schemas.CUCMSDL, benchLog(b, "UCTRACE_BENCH_SDL", sdlLog)},
		{"sdi", schemas.CUCMSDI, benchLog(b, "UCTRACE_BENCH_SDI", sdiLog)},
	} {
		b.Run(bm.name, func(b *testing.B) {
			p := normalizer.ForSource(bm.source)
			glue := p.(schemas.Gluer)
			var lines [][]byte
			for line := range strings.SplitSeq(string(bm.log), "\n") {
				lines = append(lines, []byte(strings.TrimSuffix(line, "\r")))
			}
			b.SetBytes(int64(len(bm.log)))
			b.ReportAllocs()
			for b.Loop() {
				prev := schemas.Seed(time.Date(2026, 1, 5, 0, 0, 0, 0, time.UTC), nil)
				for _, line := range lines {
					if t, ok := p.Start(line, prev); ok {
						prev = t
					}
					glue.Glued(line, 1)
				}
			}
		})
	}
}

func benchLog(b *testing.B, env string, make func() []byte) []byte {
	b.Helper()
	path := os.Getenv(env)
	if path == "" {
		return make()
	}
	data, err := os.ReadFile(path)
	if err != nil {
		b.Fatal(err)
	}
	return data
}

// sdlLog returns eight megabytes of SDL, one record in twelve with a message.
func sdlLog() []byte {
	rng := rand.New(rand.NewSource(1))
	var s strings.Builder
	for n := 0; s.Len() < 8<<20; n++ {
		message := sipMessage(rng.Intn(9000))
		fmt.Fprintf(&s, "%08d.001 |10:15:22.%03d |AppInfo  |SIPTcp - wait_SdlReadRsp: Incoming SIP TCP message from 10.1.2.3 on port 5060 index 7 with %d bytes:\n[%d,NET]\n%s\n",
			n, n/100%1000, len(message), n, message)
		s.Write(sdlSilent(rng, 3000))
	}
	return []byte(s.String())
}

func sdlSilent(rng *rand.Rand, size int) []byte {
	var s strings.Builder
	for n := 0; s.Len() < size; n++ {
		if n%3 == 0 {
			fmt.Fprintf(&s, "%08d.003 |10:15:22.345 |AppInfo  |LineCdpc(%d): -dispatchToAllDevices-, sigName=CcSetupReq, device=SEP%012d\n", n, n, n)
			continue
		}
		fmt.Fprintf(&s, "%08d.000 |10:15:22.345 |SdlSig   |%-38s|%-30s|%-33s|%-33s|1,100,14,%d.4^10.1.2.3^SEP001122334455  |[R:N-H:0,N:0,L:0,V:0,Z:0,D:0]  CI=3\n",
			n, "CcAlertInd", "call_delivered8", "Cdcc(1,100,20,1)", fmt.Sprintf("LineControl(1,100,%d,2)", rng.Intn(99)), n)
	}
	return []byte(s.String())
}

func sipMessage(n int) string {
	sdp := "v=0\r\no=Cisco-SIPUA 1 0 IN IP4 10.1.2.3\r\ns=SIP Call\r\nt=0 0\r\nm=audio 16384 RTP/AVP 114 9 0 8 18 101\r\nc=IN IP4 10.1.2.3\r\na=rtpmap:9 G722/8000\r\na=sendrecv\r\n"
	return fmt.Sprintf("INVITE sip:%[1]d@10.1.1.10;user=phone SIP/2.0\r\nVia: SIP/2.0/TCP 10.1.2.3:5060;branch=z9hG4bK%08[1]d\r\n"+
		"From: \"User %[1]d\" <sip:%[1]d@10.1.1.10>;tag=%024[1]d\r\nTo: <sip:2003@10.1.1.10>\r\nCall-ID: %08[1]d-40ee0056-4ab181e1@10.1.2.3\r\n"+
		"Max-Forwards: 70\r\nSession-ID: 3bc79d8d00105000a000cc7f750586b7;remote=00000000000000000000000000000000\r\n"+
		"Date: Mon, 05 Jan 2026 10:15:22 GMT\r\nCSeq: 101 INVITE\r\nUser-Agent: Cisco-CP8845/14.2.1\r\n"+
		"Contact: <sip:%[1]d@10.1.2.3:5060;transport=tcp>;+u.sip!devicename.ccm.cisco.com=\"SEP001122334455\"\r\n"+
		"Allow: ACK,BYE,CANCEL,INVITE,NOTIFY,OPTIONS,REFER,REGISTER,UPDATE,SUBSCRIBE,INFO\r\nExpires: 180\r\nAccept: application/sdp\r\n"+
		"Content-Type: application/sdp\r\nContent-Length: %d\r\n\r\n%s", n, len(sdp), sdp)
}

const sdiTail = "|<CLID::StandAloneCluster><NID::10.0.0.1><CT::1,100,175,1.%d><IP::10.1.2.3><DEV::SEP001122334455>\n"

// sdiLog returns eight megabytes of SDI, half of it about lookups.
func sdiLog() []byte {
	var s strings.Builder
	for n := 0; s.Len() < 8<<20; n++ {
		const head = "04/17/2013 15:53:55.370 CCM|"
		fmt.Fprintf(&s, head+"DbMobility: getMatchedRemDest starts: cnumber = %d"+sdiTail, n, n)
		fmt.Fprintf(&s, head+"DbMobility: can't find remdest %d in map"+sdiTail, n, n)
		s.Write(sdiSilent(400))
	}
	return []byte(s.String())
}

func sdiSilent(size int) []byte {
	var s strings.Builder
	for n := 0; s.Len() < size; n++ {
		fmt.Fprintf(&s, "04/17/2013 15:53:55.370 CCM|StationD:    (%07d) CallState callState=12 lineInstance=1 callReference=%d privacy=0"+sdiTail, n, n, n)
	}
	return []byte(s.String())
}
