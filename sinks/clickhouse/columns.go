package clickhouse

import (
	"encoding/binary"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2/lib/column"

	"github.com/uctrace/uctrace/schemas"
)

// field is a column of a table of rows T.
type field[T any] struct {
	name string
	kind column.Type
	// add appends the values of rows to col.
	add func(col *builder, rows []T)
}

// text is a column of strings of which few are equal.
func text[T any](name string, of func(*T) string) field[T] {
	return field[T]{name, "String", func(col *builder, rows []T) {
		dst := col.values
		for i := range rows {
			dst = appendString(dst, of(&rows[i]))
		}
		col.values = dst
	}}
}

// word is a column of strings of which most are equal.
func word[T any](name string, of func(*T) string) field[T] {
	return field[T]{name, "LowCardinality(String)", func(col *builder, rows []T) {
		for i := range rows {
			col.dict.add(of(&rows[i]))
		}
	}}
}

// words is a column of lists of strings of which most are equal: of calls add
// with those of a row.
func words[T any](name string, of func(row *T, add func(string))) field[T] {
	return field[T]{name, "Array(LowCardinality(String))", func(col *builder, rows []T) {
		for i := range rows {
			of(&rows[i], col.dict.addTo)
			col.ends = binary.LittleEndian.AppendUint64(col.ends, uint64(len(col.dict.index)))
		}
	}}
}

// list is a column of lists of elements of the type kind: of appends those of a
// row to dst, in the Native format, and returns how many there are.
func list[T any](name string, kind column.Type, of func(dst []byte, row *T) ([]byte, int)) field[T] {
	return field[T]{name, "Array(" + kind + ")", func(col *builder, rows []T) {
		for i := range rows {
			n := 0
			col.values, n = of(col.values, &rows[i])
			col.elements += n
			col.ends = binary.LittleEndian.AppendUint64(col.ends, uint64(col.elements))
		}
	}}
}

// texts is a column of lists of strings.
func texts[T any](name string, of func(dst []byte, row *T) ([]byte, int)) field[T] {
	return list(name, "String", of)
}

// fixed is a column of values of fixed size: of appends that of a row in the
// Native format.
func fixed[T any](name string, kind column.Type, of func(dst []byte, row *T) []byte) field[T] {
	return field[T]{name, kind, func(col *builder, rows []T) {
		dst := col.values
		for i := range rows {
			dst = of(dst, &rows[i])
		}
		col.values = dst
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
	micros, _ := storedTime(t)
	return binary.LittleEndian.AppendUint64(dst, uint64(micros))
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
