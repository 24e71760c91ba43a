package clickhouse

import (
	"context"
	"strings"
	"sync/atomic"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// table is where rows T go, and the memory of the last block, to be used again.
type table[T any] struct {
	name   string
	fields []field[T]
	// names are those of fields, separated by commas.
	names string
	// partition numbers the partition of a row; nil for a table without.
	partition func(*T) int64
	spare     atomic.Pointer[block[T]]
}

func newTable[T any](name string, fields []field[T], partition func(*T) int64) *table[T] {
	names := make([]string, len(fields))
	for i := range fields {
		names[i] = fields[i].name
	}
	return &table[T]{name: name, fields: fields, names: strings.Join(names, ", "), partition: partition}
}

// dayOf and monthOf number the partitions of toYYYYMMDD and toYYYYMM.
func dayOf(t time.Time) int64 {
	t, _ = storedTime(t)
	return t.Unix() / (24 * 60 * 60)
}

func monthOf(t time.Time) int64 {
	t, _ = storedTime(t)
	return int64(t.Year())*12 + int64(t.Month())
}

const (
	// maxRows bounds the rows of one INSERT. ClickHouse takes up to 1,048,449
	// rows as one block; the rows of a block and a partition are stored whole or
	// not at all.
	maxRows = 100_000
	// maxPartitions bounds the partitions of one INSERT; ClickHouse refuses more
	// than 100.
	maxPartitions = 90
)

// write inserts rows, in their order, in as few blocks as the limits allow. The
// cut depends on the rows alone, so a repeat cuts alike.
func (t *table[T]) write(ctx context.Context, s *Sink, token string, rows []T) error {
	for from := 0; from < len(rows); {
		to := t.blockEnd(rows, from)
		if err := t.writeBlock(ctx, s, token, from, rows[from:to]); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// blockEnd returns where the block that begins at from ends.
func (t *table[T]) blockEnd(rows []T, from int) int {
	end := min(from+maxRows, len(rows))
	if t.partition == nil {
		return end
	}
	seen := map[int64]bool{}
	last := int64(-1)
	for i := from; i < end; i++ {
		p := t.partition(&rows[i])
		if p == last {
			continue
		}
		last = p
		if seen[p] = true; len(seen) > maxPartitions {
			return i
		}
	}
	return end
}

func (t *table[T]) writeBlock(ctx context.Context, s *Sink, token string, part int, rows []T) error {
	b, err := t.takeBlock()
	if err != nil {
		return err
	}
	err = s.send(ctx, token, t.name, t.names, part, func(batch driver.Batch) error {
		if err := b.fill(t.fields, rows); err != nil {
			return err
		}
		return b.lend(batch)
	})
	// After a fault the driver may still be reading.
	if err == nil {
		t.spare.Store(b)
	}
	return err
}

// takeBlock returns the spare block or a new one. One writer at a time is the
// rule; memory for others is made and forgotten.
func (t *table[T]) takeBlock() (*block[T], error) {
	if b := t.spare.Swap(nil); b != nil {
		return b, nil
	}
	return newBlock(t.fields)
}
