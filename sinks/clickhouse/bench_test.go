package clickhouse_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	"github.com/uctrace/uctrace/schemas"
)

// traffic returns n events as a busy node logs them: four of five are SIP.
func traffic(n int) []schemas.Event {
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
			e.Kind, e.Text = schemas.KindMobilityLookup, fmt.Sprintf("%08d.000 |%s |AppInfo  |RemDestManager - getMatchedRemDest starts: cnumber = %d", i, at.Format("15:04:05.000"), 4000+i%900)
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

func BenchmarkWriteEvents(b *testing.B) {
	s := open(b, chdbtest.Open(b), "")
	for _, size := range []int{1, 2_000, 20_000, 100_000} {
		events := traffic(size)
		b.Run(fmt.Sprint(size), func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := s.Write(b.Context(), &schemas.SinkBatch{Events: events}); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(size)*float64(b.N)/b.Elapsed().Seconds(), "rows/s")
		})
	}
	if err := s.Conn().Exec(b.Context(), "OPTIMIZE TABLE events FINAL"); err != nil {
		b.Fatal(err)
	}
	for _, row := range query(b, s, "SELECT round(sum(bytes_on_disk) / sum(rows), 1), sum(rows) FROM system.parts WHERE active AND table = 'events'") {
		b.Logf("%s bytes on disk per event, %s events", row[0], row[1])
	}
	for _, row := range query(b, s, "SELECT column, round(sum(column_bytes_on_disk) / sum(rows), 2) AS per FROM system.parts_columns WHERE active AND table = 'events' GROUP BY column HAVING per >= 0.05 ORDER BY per DESC") {
		b.Logf("%s %s", row[0], row[1])
	}
}
