package flow

import (
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
)

// TestLoadOfManyDays fills loads with messages of one day each, in turns: a load
// of many days takes more rows, so that the statements of its days have some,
// and ends all the same.
func TestLoadOfManyDays(t *testing.T) {
	for _, test := range []struct {
		days, perMessage, maxRows int
		rows, most                int // that a load takes, and the days of it
	}{
		{1, 50, 30_000, 30_000, 1},
		{30, 50, 30_000, 30_000, 30},
		{60, 50, 30_000, 60_000, 60},
		{60, 50, 100, 60_000, 60},
		{500, 50, 30_000, mostRows, 500},
		{500, 50, 200_000, 200_000, 500},
		{10_000, 10, 30_000, maxDays * 10, maxDays},
	} {
		frames := make([][]byte, test.days)
		for day := range frames {
			file := schemas.File{Path: "a", Fingerprint: schemas.FingerprintOf([]byte{byte(day), byte(day >> 8)})}
			var events []schemas.Event
			for i := range test.perMessage {
				id := file.Fingerprint.ID(int64(i))
				at := time.Date(1990, 1, 1+day, 0, 0, i, 0, time.UTC)
				events = append(events, schemas.Event{ID: id, Record: id, Time: at, File: "a", Line: i + 1, Kind: schemas.KindUnparsed, Text: "a line of an old archive"})
			}
			frames[day] = wire.AppendEvents(nil, &schemas.EventBatch{Span: schemas.Span{File: file, End: 100}, Events: events})
		}
		var l load
		for range 2 { // the second time with the memory of the first
			l.reset()
			for n := 0; !l.full(test.maxRows); n++ {
				m := bus.Msg{Data: frames[n%len(frames)]}
				l.bytes += len(m.Data)
				if err := l.add(schemas.StreamEvents, &m); err != nil {
					t.Fatal(err)
				}
			}
			rows := len(l.batch.Events)
			if rows < test.rows*95/100 || rows > test.rows*105/100 || len(l.days) != test.most || l.bytes > maxBytes+len(frames[0]) {
				t.Errorf("%d days in turns: a load of %d events of %d days, %d bytes, want about %d of %d days", test.days, rows, len(l.days), l.bytes, test.rows, test.most)
			}
		}
	}
}
