// Package read asks ClickHouse for what people look at: sessions, their events,
// findings, and what became of the files. It reads the views v_* only, so that
// the tables behind them may change, and gives the types of package schemas.
//
// Every question is bounded, in rows and in time, and every value that a person
// gave is bound as a parameter.
package read

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/uctrace/uctrace/schemas"
)

// The errors that a caller tells apart.
var (
	// ErrNotFound: there is nothing of that id.
	ErrNotFound = errors.New("not found")
	// ErrSlow: the database did not answer within the time allowed.
	ErrSlow = errors.New("the database took too long to answer")
)

// DefaultPatience is how long one question may take.
const DefaultPatience = 10 * time.Second

// maxScan bounds the rows that one statement may read: an answer that needs
// more is no answer for a page.
const maxScan = 500_000_000

// Store answers questions. Several goroutines may use it.
type Store struct {
	conn driver.Conn
	// Patience bounds one question; zero means DefaultPatience.
	Patience time.Duration
}

// New returns a Store that reads through conn, whose database holds the views.
func New(conn driver.Conn) *Store { return &Store{conn: conn} }

// ask runs a query and calls row for each row of the answer.
func (s *Store) ask(ctx context.Context, sql string, args []any, row func(scan func(...any) error) error) error {
	patience := s.Patience
	if patience == 0 {
		patience = DefaultPatience
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	settings := clickhouse.Settings{"max_execution_time": patience.Seconds(), "max_rows_to_read": maxScan, "max_result_rows": 100_000}
	rows, err := s.conn.Query(clickhouse.Context(ctx, clickhouse.WithSettings(settings)), sql, args...)
	if err != nil {
		return fault(ctx, err)
	}
	defer rows.Close()
	for rows.Next() {
		if err := row(rows.Scan); err != nil {
			return fault(ctx, err)
		}
	}
	return fault(ctx, rows.Err())
}

// Codes of ClickHouse: TIMEOUT_EXCEEDED, TOO_MANY_ROWS.
const (
	codeTimeout  = 159
	codeTooMuch  = 158
	codeTooLarge = 396 // TOO_MANY_ROWS_OR_BYTES
)

func fault(ctx context.Context, err error) error {
	var ex *clickhouse.Exception
	switch {
	case err == nil:
		return nil
	case errors.Is(ctx.Err(), context.DeadlineExceeded),
		errors.As(err, &ex) && (ex.Code == codeTimeout || ex.Code == codeTooMuch || ex.Code == codeTooLarge):
		return fmt.Errorf("%w: %w", ErrSlow, err)
	}
	return fmt.Errorf("read ClickHouse: %w", err)
}

// where collects the conditions of a query, which are constants, and the values
// bound to them.
type where struct {
	conditions []string
	args       []any
}

func (w *where) add(condition string, args ...any) {
	w.conditions = append(w.conditions, condition)
	w.args = append(w.args, args...)
}

func (w *where) String() string {
	if len(w.conditions) == 0 {
		return ""
	}
	return " WHERE " + strings.Join(w.conditions, " AND ")
}

// set returns values as the array that they are bound as.
func set[T any](values []T) clickhouse.ArraySet {
	list := make(clickhouse.ArraySet, len(values))
	for i, v := range values {
		list[i] = v
	}
	return list
}

// hexes returns ids as the views print them. A query makes bytes of them with
// toFixedString(unhex(…), 16): compared as a String, an id that ends in a zero
// byte equals nothing.
func hexes(ids []schemas.ID) clickhouse.ArraySet {
	list := make(clickhouse.ArraySet, len(ids))
	for i, id := range ids {
		list[i] = id.String()
	}
	return list
}

// keysOf makes the keys of two columns, "type:value" and their scopes.
func keysOf(texts, scopes []string) []schemas.Key {
	keys := make([]schemas.Key, len(texts))
	for i, t := range texts {
		name, value, _ := strings.Cut(t, ":")
		keys[i] = schemas.Key{Type: schemas.KeyType(name), Value: value}
		if i < len(scopes) {
			keys[i].Scope = scopes[i]
		}
	}
	return keys
}

// idOf makes an id of its raw bytes.
func idOf(raw string) (id schemas.ID) {
	copy(id[:], raw)
	return id
}

// dateOf returns the zero time for the epoch, which stands for none.
func dateOf(t time.Time) time.Time {
	if t.Unix() == 0 && t.Nanosecond() == 0 {
		return time.Time{}
	}
	return t.UTC()
}

// timeOf returns a time as schemas has it; dated is what column dated says.
func timeOf(t time.Time, dated string) time.Time {
	t = t.UTC()
	switch dated {
	case "date":
		return t
	case "time":
		h, m, s := t.Clock()
		return time.Date(1, 1, 1, h, m, s, t.Nanosecond(), time.UTC)
	}
	return time.Time{}
}
