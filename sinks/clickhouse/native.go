package clickhouse

import (
	"fmt"
	"time"

	chproto "github.com/ClickHouse/ch-go/proto"
	"github.com/ClickHouse/clickhouse-go/v2/lib/column"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"
)

// nativeColumns are the driver's columns of a block, for the native protocol:
// filled from the bytes of the block as if a server had sent them, and lent to
// each batch.
type nativeColumns struct {
	columns []column.Interface
	source  pieces
	reader  *chproto.Reader
}

// lend gives the content of b to batch, which must be sent before the block is
// filled again.
func (b *block) lend(batch driver.Batch) error {
	columns, err := b.decode()
	if err != nil {
		return err
	}
	for i, dst := range batch.Columns() {
		if c := &b.columns[i]; !assign(dst, columns[i]) {
			return fmt.Errorf("%w: column %s is %s in the table, %s here", errTable, c.name, dst.Type(), c.kind)
		}
	}
	return nil
}

// decode returns the content of b as the driver has it.
func (b *block) decode() ([]column.Interface, error) {
	if b.native == nil {
		n := &nativeColumns{columns: make([]column.Interface, len(b.columns))}
		n.reader = chproto.NewReader(&n.source)
		for i := range b.columns {
			var err error
			if n.columns[i], err = b.columns[i].kind.Column(b.columns[i].name, &column.ServerContext{Timezone: time.UTC}); err != nil {
				return nil, fmt.Errorf("column %s: %w", b.columns[i].name, err)
			}
		}
		b.native = n
	}
	n := b.native
	for i, col := range n.columns {
		c := &b.columns[i]
		col.Reset()
		n.source = append(n.source[:0], c.ends, c.values)
		if err := col.Decode(n.reader, b.rows); err != nil {
			return nil, fmt.Errorf("column %s: %w", c.name, err)
		}
	}
	return n.columns, nil
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
