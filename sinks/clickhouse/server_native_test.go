//go:build unix

package clickhouse

import (
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/uctrace/uctrace/schemas"
)

// row has a column of each kind that a server of 2018 knows.
type row struct {
	n    int
	name string
	tags []string
	id   schemas.ID
}

var rowFields = []field[row]{
	counts("n", func(r *row) int { return r.n }),
	large("m", func(r *row) uint64 { return uint64(r.n) << 33 }),
	flags("f", func(r *row) bool { return r.n%2 == 1 }),
	text("name", func(r *row) string { return r.name }),
	word("kind", func(r *row) string { return r.tags[0] }),
	words("tags", func(r *row, add func(string)) {
		for _, tag := range r.tags {
			add(tag)
		}
	}),
	ids("id", func(r *row) *schemas.ID { return &r.id }),
}

const createRows = `CREATE TABLE IF NOT EXISTS rows (n UInt32, m UInt64, f UInt8, name String, kind LowCardinality(String), tags Array(LowCardinality(String)), id FixedString(16))
	ENGINE = MergeTree ORDER BY n`

// insertRows lends the columns of n rows to an INSERT, as the sink does.
func insertRows(ctx context.Context, conn driver.Conn, from, n int) error {
	list := make([]row, n)
	for i := range list {
		list[i] = row{n: from + i, name: fmt.Sprint("name ", from+i, "\x00'\xff"), tags: []string{fmt.Sprint("kind", i%300), "t"}[:1+i%2], id: schemas.HashID(fmt.Sprint(from + i))}
	}
	b := newBlock(rowFields)
	fill(b, rowFields, rows[row]{[][]row{list}, n})
	batch, err := conn.PrepareBatch(ctx, "INSERT INTO rows (n, m, f, name, kind, tags, id)")
	if err != nil {
		return err
	}
	defer batch.Close()
	if err := b.lend(batch); err != nil {
		return err
	}
	return batch.Send()
}

// countRows fails the test unless the table holds the rows from 0 to n, each
// with what it was sent with.
func countRows(t *testing.T, conn driver.Conn, n int) {
	t.Helper()
	const sum = `SELECT count(), uniqExact(n), max(n), countIf(m != bitShiftLeft(toUInt64(n), 33)), countIf(f != n % 2), countIf(name != concat('name ', toString(n), '\0\'', unhex('FF'))),
		uniqExact(kind), sum(length(tags)), countIf(tags[1] != kind), uniqExact(id) FROM rows`
	var got [10]uint64
	var last uint32
	dest := []any{&got[0], &got[1], &last, &got[3], &got[4], &got[5], &got[6], &got[7], &got[8], &got[9]}
	if err := conn.QueryRow(t.Context(), sum).Scan(dest...); err != nil {
		t.Fatal(err)
	}
	got[2] = uint64(last)
	size := uint64(n)
	if want := [10]uint64{size, size, size - 1, 0, 0, 0, 300, size + size/2, 0, size}; got != want {
		t.Errorf("rows, numbers, last, wrong numbers, flags, names, kinds, tags, first tags, ids: %v, want %v", got, want)
	}
	var id string
	must(t, conn.QueryRow(t.Context(), "SELECT lower(hex(id)) FROM rows WHERE n = 7").Scan(&id))
	if want := schemas.HashID("7").String(); id != want {
		t.Errorf("id %s, want %s", id, want)
	}
}

// TestServerTakesBlocks sends the blocks that the sink makes to a server of
// their own kind: plain, compressed, and through TLS.
func TestServerTakesBlocks(t *testing.T) {
	s := startServer(t)
	for name, change := range map[string]func(*clickhouse.Options){
		"lz4":   nil,
		"plain": func(o *clickhouse.Options) { o.Compression = nil },
		"zstd":  func(o *clickhouse.Options) { o.Compression.Method = clickhouse.CompressionZSTD },
		"tls":   func(o *clickhouse.Options) { o.Addr, o.TLS = []string{s.secure}, s.tls() },
		"password": func(o *clickhouse.Options) {
			o.Auth = clickhouse.Auth{Database: "default", Username: "writer", Password: "right"}
		},
		"blocks in pieces": func(o *clickhouse.Options) { o.MaxCompressionBuffer = 10 << 10 },
	} {
		t.Run(name, func(t *testing.T) {
			conn := s.connect(change)
			must(t, conn.Exec(t.Context(), "DROP TABLE IF EXISTS rows"))
			must(t, conn.Exec(t.Context(), createRows))
			for _, from := range []int{0, 30_000} { // the memory of a block is the server's business, too
				must(t, insertRows(t.Context(), conn, from, 30_000))
			}
			countRows(t, conn, 60_000)
		})
	}
}

// TestServerExceptions says what becomes of what a server answers.
func TestServerExceptions(t *testing.T) {
	s := startServer(t)
	conn := s.connect(nil)
	must(t, conn.Exec(t.Context(), createRows))
	as := func(user, password string) driver.Conn {
		return s.connect(func(o *clickhouse.Options) { o.Auth.Username, o.Auth.Password = user, password })
	}
	insert := func(conn driver.Conn) error { return insertRows(t.Context(), conn, 0, 10) }
	for _, tt := range []struct {
		name string
		do   func() error
		code int32 // 0: the driver's own error
		want Class
	}{
		{"wrong password", func() error { return insert(as("writer", "wrong")) }, 193, Broken},
		{"unknown user", func() error { return insert(as("nobody", "")) }, 192, Broken},
		{"a user that may only read", func() error { return insert(as("reader", "")) }, 164, Broken},
		{"unknown database", func() error {
			return insert(s.connect(func(o *clickhouse.Options) { o.Auth.Database = "nowhere" }))
		}, 81, Broken},
		{"a certificate that nobody trusts", func() error {
			return insert(s.connect(func(o *clickhouse.Options) {
				o.Addr, o.TLS = []string{s.secure}, &tls.Config{MinVersion: tls.VersionTLS12}
			}))
		}, 0, Broken},
		{"not TLS", func() error {
			return insert(s.connect(func(o *clickhouse.Options) { o.TLS = s.tls() }))
		}, 0, Retry},
		{"another type", func() error {
			must(t, conn.Exec(t.Context(), "ALTER TABLE rows MODIFY COLUMN f UInt16"))
			return insert(conn)
		}, 0, Broken},
		{"no column", func() error {
			must(t, conn.Exec(t.Context(), "ALTER TABLE rows DROP COLUMN tags"))
			return insert(conn)
		}, 16, Broken},
		{"no table", func() error {
			must(t, conn.Exec(t.Context(), "DROP TABLE rows"))
			return insert(conn)
		}, 60, Broken},
		{"too old for the tables", func() error {
			_, err := Open(t.Context(), Config{URL: "clickhouse://" + s.addr})
			if err != nil && !strings.Contains(err.Error(), "too old: this is 18.16, the tables need 23.2") {
				t.Error(err)
			}
			return err
		}, 0, Broken},
	} {
		err := tt.do()
		ex, _ := errors.AsType[*clickhouse.Exception](err)
		if err == nil || Classify(err) != tt.want || (ex != nil) != (tt.code != 0) || ex != nil && ex.Code != tt.code {
			t.Errorf("%s: class %d, want %d with code %d: %v", tt.name, Classify(err), tt.want, tt.code, err)
		}
	}
}

// TestServerComesBack kills the server, and asks one for longer than there is
// time: the connections that are open are of no use then, and nobody has to know.
func TestServerComesBack(t *testing.T) {
	s := startServer(t)
	conn := s.connect(nil)
	must(t, conn.Exec(t.Context(), createRows))
	must(t, insertRows(t.Context(), conn, 0, 600))
	s.kill()
	if err := insertRows(t.Context(), conn, 600, 600); err == nil || !Retryable(err) {
		t.Errorf("the server is gone: %v", err)
	}
	s.run()
	must(t, insertRows(t.Context(), conn, 600, 600))

	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := conn.Exec(ctx, "SELECT sleep(3)"); err == nil || !Retryable(err) {
		t.Errorf("a statement that takes too long: %v", err)
	}
	gone, end := context.WithCancel(t.Context())
	end()
	if err := insertRows(gone, conn, 1200, 600); !errors.Is(err, context.Canceled) {
		t.Errorf("nobody waits: %v", err)
	}
	must(t, insertRows(t.Context(), conn, 1200, 600))
	countRows(t, conn, 1800)
}
