package clickhouse

import (
	"context"
	"fmt"
	"reflect"
	"time"
)

// Table is the answer to a query, as text.
type Table struct {
	Columns []string
	Rows    [][]string
}

// Query runs a query on the sink's database and returns its rows as text:
// times as RFC 3339, the rest as fmt prints it. It is for small answers,
// shown to a person or compared by a test; programs use Conn.
func (s *Sink) Query(ctx context.Context, sql string, args ...any) (Table, error) {
	rows, err := s.conn.Query(ctx, sql, args...)
	if err != nil {
		return Table{}, fmt.Errorf("query: %w", err)
	}
	defer rows.Close()
	t := Table{Columns: rows.Columns()}
	types := rows.ColumnTypes()
	for rows.Next() {
		dest := make([]any, len(types))
		for i := range types {
			dest[i] = reflect.New(types[i].ScanType()).Interface()
		}
		if err := rows.Scan(dest...); err != nil {
			return Table{}, fmt.Errorf("query: %w", err)
		}
		row := make([]string, len(dest))
		for i := range dest {
			row[i] = display(reflect.ValueOf(dest[i]).Elem())
		}
		t.Rows = append(t.Rows, row)
	}
	if err := rows.Err(); err != nil {
		return Table{}, fmt.Errorf("query: %w", err)
	}
	return t, nil
}

func display(v reflect.Value) string {
	for v.Kind() == reflect.Pointer {
		if v.IsNil() {
			return ""
		}
		v = v.Elem()
	}
	if t, ok := reflect.TypeAssert[time.Time](v); ok {
		return t.UTC().Format(time.RFC3339Nano)
	}
	return fmt.Sprint(v.Interface())
}
