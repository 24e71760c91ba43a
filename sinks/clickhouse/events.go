package clickhouse

import (
	"context"
	"encoding/binary"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/uctrace/uctrace/schemas"
)

// maxDays bounds the partitions of one INSERT; ClickHouse refuses more than
// 100.
const maxDays = 90

// writeEvents inserts the events of b, in their order, in as few blocks as the
// limits allow. The cut depends on the batch alone, so a repeat cuts alike.
func (s *Sink) writeEvents(ctx context.Context, b *schemas.SinkBatch) error {
	for from := 0; from < len(b.Events); {
		to := blockEnd(b.Events, from)
		if err := s.writeBlock(ctx, b.Token, from, b.Events[from:to]); err != nil {
			return err
		}
		from = to
	}
	return nil
}

func (s *Sink) writeBlock(ctx context.Context, token string, part int, events []schemas.Event) error {
	b, err := s.takeBlock()
	if err != nil {
		return err
	}
	err = s.send(ctx, token, "events", eventColumnNames, part, func(batch driver.Batch) error {
		if err := b.fill(events); err != nil {
			return err
		}
		return b.lend(batch)
	})
	// After a fault the driver may still be reading.
	if err == nil {
		s.spare.Store(b)
	}
	return err
}

// takeBlock returns the spare block or a new one. One writer at a time is the
// rule; memory for others is made and forgotten.
func (s *Sink) takeBlock() (*block, error) {
	if b := s.spare.Swap(nil); b != nil {
		return b, nil
	}
	return newBlock()
}

// blockEnd returns where the block that begins at from ends.
func blockEnd(events []schemas.Event, from int) int {
	end := min(from+maxRows, len(events))
	days := map[int64]bool{}
	last := int64(-1)
	for i := from; i < end; i++ {
		t, _ := storedTime(events[i].Time)
		day := t.Unix() / 86400
		if day == last {
			continue
		}
		last = day
		if days[day] = true; len(days) > maxDays {
			return i
		}
	}
	return end
}

// eventColumn is a column of table events.
type eventColumn struct {
	name string
	kind column.Type
	// fill sets col, which is empty, to the values of events.
	fill func(b *block, col column.Interface, events []schemas.Event) error
}

var eventColumnNames = func() string {
	names := make([]string, len(eventColumns))
	for i := range eventColumns {
		names[i] = eventColumns[i].name
	}
	return strings.Join(names, ", ")
}()

// chunkRows is how many strings are handed to the driver at a time.
const chunkRows = 1024

// text is a column of strings of which few are equal.
func text(name string, of func(*schemas.Event) string) eventColumn {
	return eventColumn{name, "String", func(b *block, col column.Interface, events []schemas.Event) error {
		for len(events) > 0 {
			chunk := events[:min(chunkRows, len(events))]
			events = events[len(chunk):]
			values := b.scratch.strings[:0]
			for i := range chunk {
				values = append(values, of(&chunk[i]))
			}
			b.scratch.strings = values
			if _, err := col.Append(values); err != nil {
				return err
			}
		}
		return nil
	}}
}

// word is a column of strings of which most are equal.
func word(name string, of func(*schemas.Event) string) eventColumn {
	return eventColumn{name, "LowCardinality(String)", func(b *block, col column.Interface, events []schemas.Event) error {
		s := &b.scratch
		s.dict.reset()
		s.index = s.index[:0]
		for i := range events {
			s.index = append(s.index, s.dict.number(of(&events[i])))
		}
		s.bytes = s.dict.appendTo(s.bytes[:0], s.index)
		return b.decode(col, s.bytes, len(events))
	}}
}

// texts is a column of lists of strings: of appends those of an event to dst,
// in the Native format, and returns how many there are.
func texts(name string, of func(dst []byte, e *schemas.Event) ([]byte, int)) eventColumn {
	return eventColumn{name, "Array(String)", func(b *block, col column.Interface, events []schemas.Event) error {
		s := &b.scratch
		s.bytes, s.items = s.bytes[:0], s.items[:0]
		end := 0
		for i := range events {
			n := 0
			s.items, n = of(s.items, &events[i])
			end += n
			s.bytes = binary.LittleEndian.AppendUint64(s.bytes, uint64(end))
		}
		return b.decode(col, append(s.bytes, s.items...), len(events))
	}}
}

// words is a column of lists of strings of which most are equal: of calls add
// with those of an event.
func words(name string, of func(e *schemas.Event, add func(string))) eventColumn {
	return eventColumn{name, "Array(LowCardinality(String))", func(b *block, col column.Interface, events []schemas.Event) error {
		s := &b.scratch
		s.dict.reset()
		s.bytes, s.index = s.bytes[:0], s.index[:0]
		add := func(v string) { s.index = append(s.index, s.dict.number(v)) }
		for i := range events {
			of(&events[i], add)
			s.bytes = binary.LittleEndian.AppendUint64(s.bytes, uint64(len(s.index)))
		}
		if len(s.index) > 0 {
			s.bytes = s.dict.appendTo(s.bytes, s.index)
		}
		return b.decode(col, s.bytes, len(events))
	}}
}

// ids is a column of ids.
func ids(name string, of func(*schemas.Event) *schemas.ID) eventColumn {
	return fixed(name, "FixedString(16)", func(dst []byte, e *schemas.Event) []byte {
		return append(dst, of(e)[:]...)
	})
}

// times is a column of times, as storedTime has them.
func times(name string, of func(*schemas.Event) time.Time) eventColumn {
	return fixed(name, "DateTime64(6, 'UTC')", func(dst []byte, e *schemas.Event) []byte {
		t, _ := storedTime(of(e))
		return binary.LittleEndian.AppendUint64(dst, uint64(t.UnixMicro()))
	})
}

// fixed is a column of values of fixed size: of appends that of an event in
// the Native format.
func fixed(name string, kind column.Type, of func(dst []byte, e *schemas.Event) []byte) eventColumn {
	return eventColumn{name, kind, func(b *block, col column.Interface, events []schemas.Event) error {
		dst := b.scratch.bytes[:0]
		for i := range events {
			dst = of(dst, &events[i])
		}
		b.scratch.bytes = dst
		return b.decode(col, dst, len(events))
	}}
}
