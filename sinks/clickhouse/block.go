package clickhouse

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"time"

	chproto "github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// block is the memory in which the columns of a block of rows are built. The
// driver makes new columns for every batch, grows them row by row and boxes
// each value of a LowCardinality or an Array. A block keeps its columns, fills
// them whole and lends them to the batch: strings through Append, everything
// else by Decode from the bytes of the Native format, as if a server had sent
// them.
type block[T any] struct {
	columns []column.Interface
	raw     bytes.Reader
	reader  *chproto.Reader
	scratch scratch
}

// scratch is what a column needs while it is built.
type scratch struct {
	strings []string
	bytes   []byte
	items   []byte
	index   []uint32
	dict    dictionary
}

func newBlock[T any](fields []field[T]) (*block[T], error) {
	b := &block[T]{columns: make([]column.Interface, len(fields))}
	b.reader = chproto.NewReader(&b.raw)
	for i := range fields {
		f := &fields[i]
		var err error
		if b.columns[i], err = f.kind.Column(f.name, &column.ServerContext{Timezone: time.UTC}); err != nil {
			return nil, fmt.Errorf("column %s: %w", f.name, err)
		}
	}
	return b, nil
}

// fill replaces the content of the block. After an error it is of no use.
func (b *block[T]) fill(fields []field[T], rows rows[T]) error {
	for i := range fields {
		b.columns[i].Reset()
		if err := fields[i].fill(b, b.columns[i], rows); err != nil {
			return fmt.Errorf("column %s: %w", fields[i].name, err)
		}
	}
	return nil
}

// lend gives the columns to batch, which must be sent before the block is
// filled again. A batch whose columns are of other types is that of a table
// that somebody changed.
func (b *block[T]) lend(batch driver.Batch) error {
	for i, dst := range batch.Columns() {
		src := b.columns[i]
		if dst.Type() != src.Type() || !assign(dst, src) {
			return fmt.Errorf("%w: column %s is %s in the table, %s here", errTable, src.Name(), dst.Type(), src.Type())
		}
	}
	return nil
}

func assign(dst, src column.Interface) bool {
	switch src.(type) {
	case *column.String:
		return move[column.String](dst, src)
	case *column.LowCardinality:
		return move[column.LowCardinality](dst, src)
	case *column.Array:
		return move[column.Array](dst, src)
	case *column.FixedString:
		return move[column.FixedString](dst, src)
	case *column.DateTime64:
		return move[column.DateTime64](dst, src)
	case *column.UInt8:
		return move[column.UInt8](dst, src)
	case *column.UInt16:
		return move[column.UInt16](dst, src)
	case *column.UInt32:
		return move[column.UInt32](dst, src)
	case *column.UInt64:
		return move[column.UInt64](dst, src)
	case *column.Float64:
		return move[column.Float64](dst, src)
	case *column.Enum8:
		return move[column.Enum8](dst, src)
	}
	return false
}

func move[T any](dst, src any) bool {
	to, ok := dst.(*T)
	if ok {
		*to = *src.(*T)
	}
	return ok
}

// decode fills col with rows rows from their bytes in the Native format.
func (b *block[T]) decode(col column.Interface, native []byte, rows int) error {
	b.raw.Reset(native)
	return col.Decode(b.reader, rows)
}

// dictionary numbers strings in the order in which they come, as
// LowCardinality does: 0 is the empty string.
type dictionary struct {
	numbers map[string]uint32
	last    string
	lastN   uint32
	native  []byte // its strings, in the Native format
}

func (d *dictionary) reset() {
	if d.numbers == nil {
		d.numbers = map[string]uint32{}
	}
	clear(d.numbers)
	d.last, d.lastN = "", 0
	d.native = append(d.native[:0], 0)
}

func (d *dictionary) number(s string) uint32 {
	if s == "" {
		return 0
	}
	if s == d.last {
		return d.lastN
	}
	n, ok := d.numbers[s]
	if !ok {
		n = uint32(len(d.numbers) + 1)
		d.numbers[s] = n
		d.native = appendString(d.native, s)
	}
	d.last, d.lastN = s, n
	return n
}

// The head of a LowCardinality column in the Native format: the keys follow
// their dictionary, and are of one of these widths.
const (
	ownDictionary = 1<<9 | 1<<10
	width8        = 0
	width16       = 1
	width32       = 2
)

// appendTo appends a LowCardinality column whose rows have the numbers index.
func (d *dictionary) appendTo(dst []byte, index []uint32) []byte {
	size := len(d.numbers) + 1
	width := uint64(width32)
	switch {
	case size <= 1<<8:
		width = width8
	case size <= 1<<16:
		width = width16
	}
	dst = binary.LittleEndian.AppendUint64(dst, ownDictionary|width)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(size))
	dst = append(dst, d.native...)
	dst = binary.LittleEndian.AppendUint64(dst, uint64(len(index)))
	for _, n := range index {
		switch width {
		case width8:
			dst = append(dst, byte(n))
		case width16:
			dst = binary.LittleEndian.AppendUint16(dst, uint16(n))
		default:
			dst = binary.LittleEndian.AppendUint32(dst, n)
		}
	}
	return dst
}

func appendString(dst []byte, s string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(s))), s...)
}
