package clickhouse

import (
	"fmt"
	"testing"
	"time"

	chproto "github.com/ClickHouse/ch-go/proto"

	"github.com/uctrace/uctrace/schemas"
)

// busy returns n events as a busy node logs them: four of five are SIP.
func busy(n int) []schemas.Event {
	fp := schemas.FingerprintOf([]byte("a log"))
	noon := time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
	events := make([]schemas.Event, n)
	for i := range events {
		at := noon.Add(time.Duration(i) * 3 * time.Millisecond)
		call := fmt.Sprintf("%08x-%d@10.1.%d.7", i/9*2654435761, i/9, i%7)
		e := schemas.Event{
			ID: fp.ID(int64(i) * 1311), Record: fp.ID(int64(i) * 1311), Time: at, Source: schemas.CUCMSDL, Node: "cucm-pub", File: fmt.Sprintf("SDL001_100_%06d.txt.gz", i/20000),
			Line: i%20000*31 + 1, Kind: schemas.KindSIPMessage,
			Keys:  []schemas.Key{{Type: schemas.KeyCallID, Value: call}, {Type: schemas.KeyCI, Value: fmt.Sprint(40000000 + i/9), Scope: "west"}, {Type: schemas.KeyNetID, Value: fmt.Sprint(i), Scope: "west/cucm-pub"}},
			Attrs: []schemas.Attr{{Name: "from_user", Value: fmt.Sprint(4000 + i%900)}, {Name: "to_user", Value: fmt.Sprint(5000 + i%700)}, {Name: "index", Value: fmt.Sprint(i % 50)}},
			Text:  fmt.Sprintf("%08d.001 |%s |AppInfo  |SIPTcp - wait_SdlReadRsp: Incoming SIP TCP message from 10.1.%d.7 on port 5060 index %d with 945 bytes:", i, at.Format("15:04:05.000"), i%7, i%50),
		}
		if i%5 == 0 {
			e.Kind = schemas.KindMobilityLookup
		} else {
			e.SIP = &schemas.SIP{
				Direction: schemas.In, Transport: "tcp", Peer: fmt.Sprintf("10.1.%d.7:5060", i%7), Method: "INVITE", Status: 100 + i%5*20, CSeq: "101 INVITE", CallID: call,
				From: fmt.Sprintf("<sip:%d@10.1.1.1>;tag=%d", 4000+i%900, i/9), To: fmt.Sprintf("<sip:%d@10.1.1.2>", 5000+i%700), UserAgent: "Cisco-CP8845/12.8.1", Wire: true,
			}
		}
		events[i] = e
	}
	return events
}

// BenchmarkBlock is the client's side of an insert: events to the bytes of a
// block, without compression and network.
func BenchmarkBlock(b *testing.B) {
	events := busy(30_000)
	blk, err := newBlock(eventFields)
	if err != nil {
		b.Fatal(err)
	}
	var out chproto.Buffer
	b.ReportAllocs()
	for b.Loop() {
		if err := blk.fill(eventFields, rows[schemas.Event]{[][]schemas.Event{events}, len(events)}); err != nil {
			b.Fatal(err)
		}
		out.Reset()
		for _, c := range blk.columns {
			c.Encode(&out)
		}
	}
	b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(events)), "ns/row")
	b.ReportMetric(float64(len(out.Buf))/float64(len(events)), "B/row")
}
