package clickhouse

import (
	"encoding/binary"
	"io"
	"strings"

	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
)

// block is the memory in which rows become columns in the Native format. Over
// HTTP that is what is sent: the driver's own columns box each value or copy it
// three times. It is used again.
type block struct {
	head    []byte // how many columns and rows
	rows    int
	columns []builder
	// What send needs beside it, made when it is needed first.
	frames *frames
	native *nativeColumns
}

// builder is a column that is built.
type builder struct {
	name   string
	kind   column.Type
	head   []byte // name, type, and the version of a dictionary
	ends   []byte // where each list ends
	values []byte // also the elements of the lists
	dict   dictionary
	// elements counts those of the lists.
	elements int
}

func newBlock[T any](fields []field[T]) *block {
	b := &block{columns: make([]builder, len(fields))}
	for i := range fields {
		c := &b.columns[i]
		c.name, c.kind = fields[i].name, fields[i].kind
		c.head = appendString(appendString(nil, c.name), string(c.kind))
		if strings.Contains(string(c.kind), "LowCardinality") {
			c.head = binary.LittleEndian.AppendUint64(c.head, 1)
		}
	}
	return b
}

// tile is of how many rows all columns are built before the next ones are:
// what they point to is in the cache of the processor then.
const tile = 128

// fill replaces the content of b, which refers to nothing of rows.
func fill[T any](b *block, fields []field[T], rows rows[T]) {
	b.rows = rows.n
	b.head = binary.AppendUvarint(binary.AppendUvarint(b.head[:0], uint64(len(fields))), uint64(rows.n))
	for i := range b.columns {
		c := &b.columns[i]
		c.ends, c.values, c.elements = c.ends[:0], c.values[:0], 0
		c.dict.reset()
	}
	for _, run := range rows.runs {
		for len(run) > 0 {
			n := min(tile, len(run))
			for i := range fields {
				fields[i].add(&b.columns[i], run[:n])
			}
			run = run[n:]
		}
	}
	for i := range b.columns {
		c := &b.columns[i]
		c.values = c.dict.appendTo(c.values)
		c.dict.forget()
	}
}

// pieces returns the bytes of b, one behind the other.
func (b *block) pieces() *pieces {
	p := pieces{b.head}
	for i := range b.columns {
		c := &b.columns[i]
		p = append(p, c.head, c.ends, c.values)
	}
	return &p
}

// pieces reads one slice behind the other.
type pieces [][]byte

func (p *pieces) Read(dst []byte) (n int, err error) {
	for len(*p) > 0 && n < len(dst) {
		took := copy(dst[n:], (*p)[0])
		n += took
		if (*p)[0] = (*p)[0][took:]; len((*p)[0]) == 0 {
			*p = (*p)[1:]
		}
	}
	if n == 0 && len(dst) > 0 {
		return 0, io.EOF
	}
	return n, nil
}

func appendString(dst []byte, s string) []byte {
	if len(s) < 1<<7 {
		dst = append(dst, byte(len(s)))
	} else {
		dst = binary.AppendUvarint(dst, uint64(len(s)))
	}
	return append(dst, s...)
}
