package clickhouse

import (
	"encoding/binary"
	"slices"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/column"

	"github.com/uctrace/uctrace/schemas"
)

// field is a column of a table of rows T.
type field[T any] struct {
	name string
	kind column.Type
	// fill sets col, which is empty, to the values of rows.
	fill func(b *block[T], col column.Interface, rows rows[T]) error
}

// chunkRows is how many strings are handed to the driver at a time.
const chunkRows = 1024

// text is a column of strings of which few are equal.
func text[T any](name string, of func(*T) string) field[T] {
	return field[T]{name, "String", func(b *block[T], col column.Interface, rows rows[T]) error {
		for _, run := range rows.runs {
			for chunk := range slices.Chunk(run, chunkRows) {
				values := b.scratch.strings[:0]
				for i := range chunk {
					values = append(values, of(&chunk[i]))
				}
				b.scratch.strings = values
				if _, err := col.Append(values); err != nil {
					return err
				}
			}
		}
		return nil
	}}
}

// word is a column of strings of which most are equal.
func word[T any](name string, of func(*T) string) field[T] {
	return field[T]{name, "LowCardinality(String)", func(b *block[T], col column.Interface, rows rows[T]) error {
		s := &b.scratch
		s.dict.reset()
		s.index = s.index[:0]
		for _, run := range rows.runs {
			for i := range run {
				s.index = append(s.index, s.dict.number(of(&run[i])))
			}
		}
		s.bytes = s.dict.appendTo(s.bytes[:0], s.index)
		return b.decode(col, s.bytes, rows.n)
	}}
}

// words is a column of lists of strings of which most are equal: of calls add
// with those of a row.
func words[T any](name string, of func(row *T, add func(string))) field[T] {
	return field[T]{name, "Array(LowCardinality(String))", func(b *block[T], col column.Interface, rows rows[T]) error {
		s := &b.scratch
		s.dict.reset()
		s.bytes, s.index = s.bytes[:0], s.index[:0]
		add := func(v string) { s.index = append(s.index, s.dict.number(v)) }
		for _, run := range rows.runs {
			for i := range run {
				of(&run[i], add)
				s.bytes = binary.LittleEndian.AppendUint64(s.bytes, uint64(len(s.index)))
			}
		}
		if len(s.index) > 0 {
			s.bytes = s.dict.appendTo(s.bytes, s.index)
		}
		return b.decode(col, s.bytes, rows.n)
	}}
}

// list is a column of lists of elements of the type kind: of appends those of a
// row to dst, in the Native format, and returns how many there are.
func list[T any](name string, kind column.Type, of func(dst []byte, row *T) ([]byte, int)) field[T] {
	return field[T]{name, "Array(" + kind + ")", func(b *block[T], col column.Interface, rows rows[T]) error {
		s := &b.scratch
		s.bytes, s.items = s.bytes[:0], s.items[:0]
		end := 0
		for _, run := range rows.runs {
			for i := range run {
				n := 0
				s.items, n = of(s.items, &run[i])
				end += n
				s.bytes = binary.LittleEndian.AppendUint64(s.bytes, uint64(end))
			}
		}
		return b.decode(col, append(s.bytes, s.items...), rows.n)
	}}
}

// texts is a column of lists of strings.
func texts[T any](name string, of func(dst []byte, row *T) ([]byte, int)) field[T] {
	return list(name, "String", of)
}

// fixed is a column of values of fixed size: of appends that of a row in the
// Native format.
func fixed[T any](name string, kind column.Type, of func(dst []byte, row *T) []byte) field[T] {
	return field[T]{name, kind, func(b *block[T], col column.Interface, rows rows[T]) error {
		dst := b.scratch.bytes[:0]
		for _, run := range rows.runs {
			for i := range run {
				dst = of(dst, &run[i])
			}
		}
		b.scratch.bytes = dst
		return b.decode(col, dst, rows.n)
	}}
}

// ids is a column of ids.
func ids[T any](name string, of func(*T) *schemas.ID) field[T] {
	return fixed(name, idType, func(dst []byte, row *T) []byte { return append(dst, of(row)[:]...) })
}

// times is a column of times, as storedTime has them.
func times[T any](name string, of func(*T) time.Time) field[T] {
	return fixed(name, timeType, func(dst []byte, row *T) []byte { return appendTime(dst, of(row)) })
}

// counts is a column of numbers, as count has them.
func counts[T any](name string, of func(*T) int) field[T] {
	return fixed(name, "UInt32", func(dst []byte, row *T) []byte {
		return binary.LittleEndian.AppendUint32(dst, count(of(row)))
	})
}

// large is a column of numbers that may be large.
func large[T any](name string, of func(*T) uint64) field[T] {
	return fixed(name, "UInt64", func(dst []byte, row *T) []byte { return binary.LittleEndian.AppendUint64(dst, of(row)) })
}

// flags is a column of yes and no.
func flags[T any](name string, of func(*T) bool) field[T] {
	return fixed(name, "UInt8", func(dst []byte, row *T) []byte { return append(dst, flag(of(row))) })
}

// The types of ids and times.
const (
	idType   column.Type = "FixedString(16)"
	timeType column.Type = "DateTime64(6, 'UTC')"
)

func appendTime(dst []byte, t time.Time) []byte {
	t, _ = storedTime(t)
	return binary.LittleEndian.AppendUint64(dst, uint64(t.UnixMicro()))
}

func appendCount(dst []byte, n int) []byte {
	return binary.LittleEndian.AppendUint32(dst, count(n))
}

// each appends the elements of items, each by add.
func each[E any](dst []byte, items []E, add func([]byte, *E) []byte) ([]byte, int) {
	for i := range items {
		dst = add(dst, &items[i])
	}
	return dst, len(items)
}

// eachWord adds a word of each of items.
func eachWord[E any](items []E, add func(string), of func(*E) string) {
	for i := range items {
		add(of(&items[i]))
	}
}
