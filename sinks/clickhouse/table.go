package clickhouse

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"time"
)

// table is where rows T go, and the memory of the last block, to be used again.
type table[T any] struct {
	name   string
	fields []field[T]
	// names are those of fields, separated by commas.
	names string
	// partition numbers the partition of a row; nil for a table without.
	partition func(*T) int64
	maxRows   int // of an INSERT
	spare     atomic.Pointer[block]
}

func newTable[T any](name string, fields []field[T], partition func(*T) int64) *table[T] {
	names := make([]string, len(fields))
	for i := range fields {
		names[i] = fields[i].name
	}
	return &table[T]{name: name, fields: fields, names: strings.Join(names, ", "), partition: partition, maxRows: maxRows}
}

// dayOf and monthOf number the partitions of toYYYYMMDD and toYYYYMM. Tables
// that ClickHouse fills from events have the same days, or no partitions.
func dayOf(t time.Time) int64 {
	micros, _ := storedTime(t)
	return micros / (24 * 60 * 60 * 1e6)
}

func monthOf(t time.Time) int64 {
	micros, _ := storedTime(t)
	t = time.UnixMicro(micros).UTC()
	return int64(t.Year())*12 + int64(t.Month())
}

// maxRows bounds the rows of one INSERT. ClickHouse takes up to 1,048,449 rows
// as one block; the rows of a block and a partition are stored whole or not at
// all.
const maxRows = 100_000

// part is the rows of one INSERT, all of one partition.
type part[T any] struct {
	partition int64
	number    int // within the partition
	rows      rows[T]
}

// rows are rows of a batch, in its order: runs that lie one behind the other.
type rows[T any] struct {
	runs [][]T
	n    int
}

// cut divides the rows of a batch into parts, in the order of the partitions.
// It depends on the rows alone, so a repeat cuts alike.
func (t *table[T]) cut(batch []T) []part[T] {
	var parts []part[T]
	open := map[int64]int{} // the part of each partition that is not full
	for len(batch) > 0 {
		partition, n := t.run(batch)
		i, ok := open[partition]
		if !ok || parts[i].rows.n == t.maxRows {
			number := 0
			if ok {
				number = parts[i].number + 1
			}
			i = len(parts)
			open[partition] = i
			parts = append(parts, part[T]{partition: partition, number: number})
		}
		r := &parts[i].rows
		n = min(n, t.maxRows-r.n)
		r.runs, r.n = append(r.runs, batch[:n]), r.n+n
		batch = batch[n:]
	}
	slices.SortFunc(parts, func(a, b part[T]) int {
		return cmp.Or(cmp.Compare(a.partition, b.partition), cmp.Compare(a.number, b.number))
	})
	return parts
}

// run returns the partition of the first of rows and how many are of it before
// one is not.
func (t *table[T]) run(rows []T) (partition int64, n int) {
	if t.partition == nil {
		return 0, len(rows)
	}
	partition = t.partition(&rows[0])
	for n = 1; n < len(rows) && t.partition(&rows[n]) == partition; n++ {
	}
	return partition, n
}

// write inserts the rows of a batch.
func (t *table[T]) write(ctx context.Context, s *Sink, token string, batch []T) error {
	for _, p := range t.cut(batch) {
		if err := t.writePart(ctx, s, token, &p); err != nil {
			return err
		}
	}
	return nil
}

// writePart inserts a part of a batch. ClickHouse takes an INSERT of one block
// and one partition whole or not at all, and of two with one token the first.
func (t *table[T]) writePart(ctx context.Context, s *Sink, token string, p *part[T]) error {
	// One writer at a time is the rule; memory for others is made and forgotten.
	b := t.spare.Swap(nil)
	if b == nil {
		b = newBlock(t.fields)
	}
	fill(b, t.fields, p.rows)
	if token != "" {
		token = fmt.Sprintf("%s/%s/%d.%d", token, t.name, p.partition, p.number)
	}
	limited, cancel := context.WithTimeout(ctx, s.timeout)
	defer cancel()
	if err := s.insert(limited, token, t.name, t.names, b); err != nil {
		if limited.Err() != nil && ctx.Err() == nil {
			return fmt.Errorf("no answer within %s: %w", s.timeout, err)
		}
		return err
	}
	t.spare.Store(b)
	return nil
}
