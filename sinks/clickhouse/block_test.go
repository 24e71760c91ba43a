package clickhouse

import (
	"fmt"
	"io"
	"slices"
	"testing"
	"time"

	chproto "github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2"

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

// BenchmarkBlock is the client's side of an insert without the network: events
// to the bytes of a block as the embedded engine takes them, in the frames for a
// server, and for the native protocol, whose frames cost as much again.
func BenchmarkBlock(b *testing.B) {
	events := busy(30_000)
	lz4 := &clickhouse.Compression{Method: clickhouse.CompressionLZ4}
	var out chproto.Buffer
	for _, way := range []struct {
		name string
		send func(blk *block) (int64, error)
	}{
		{"plain", func(blk *block) (size int64, err error) {
			for _, p := range *blk.pieces() {
				size += int64(len(p))
			}
			return size, nil
		}},
		{"lz4", func(blk *block) (int64, error) { return io.Copy(struct{ io.Writer }{io.Discard}, blk.compressed(lz4)) }},
		{"native", func(blk *block) (int64, error) {
			columns, err := blk.decode()
			out.Reset()
			for _, c := range columns {
				c.Encode(&out)
			}
			return int64(len(out.Buf)), err
		}},
	} {
		b.Run(way.name, func(b *testing.B) {
			blk, size := newBlock(eventFields), int64(0)
			b.ReportAllocs()
			for b.Loop() {
				fill(blk, eventFields, rows[schemas.Event]{[][]schemas.Event{events}, len(events)})
				var err error
				if size, err = way.send(blk); err != nil {
					b.Fatal(err)
				}
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N*len(events)), "ns/row")
			b.ReportMetric(float64(size)/float64(len(events)), "B/row")
		})
	}
}

// TestDictionary reads back columns of few and of many words, which the Native
// format numbers in one, two and four bytes.
func TestDictionary(t *testing.T) {
	type row struct{ word string }
	fields := []field[row]{
		word("word", func(r *row) string { return r.word }),
		words("twice", func(r *row, add func(string)) {
			if r.word != "" {
				add(r.word)
				add("again")
			}
		}),
	}
	b := newBlock(fields)
	for _, n := range []int{0, 1, 254, 255, 256, 257, 65_535, 65_536, 3} { // in the same memory
		var list []row
		for i := range n {
			list = append(list, row{fmt.Sprint("w", i)}, row{}, row{fmt.Sprint("w", i/2)})
		}
		list = append(list, row{})
		fill(b, fields, rows[row]{[][]row{list[:len(list)/3], list[len(list)/3:]}, len(list)})
		columns, err := b.decode()
		if err != nil {
			t.Fatal(err)
		}
		for i, r := range list {
			want := []string{r.word, "again"}
			if r.word == "" {
				want = []string{}
			}
			if got := columns[0].Row(i, false); got != r.word {
				t.Fatalf("%d words: row %d is %v, want %s", n, i, got, r.word)
			}
			if got, ok := columns[1].Row(i, false).([]string); !ok || !slices.Equal(got, want) {
				t.Fatalf("%d words: row %d is %v, want %s", n, i, got, want)
			}
		}
		for i := range b.columns {
			if d := &b.columns[i].dict; len(d.numbers) > 0 || slices.ContainsFunc(d.strings, func(s string) bool { return s != "" }) {
				t.Error("the dictionary keeps strings of the rows")
			}
		}
	}
}
