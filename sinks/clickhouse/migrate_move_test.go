package clickhouse_test

import (
	"context"
	"errors"
	"io/fs"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"

	client "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/uctrace/uctrace/internal/chdb"
	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	ddl "github.com/uctrace/uctrace/schemas/clickhouse"
	"github.com/uctrace/uctrace/sinks/clickhouse"
)

// moves is what a later release may need: a table with rows in it gets another
// order, so they move, and an index by the version of the server.
func moves() fs.FS {
	files := fstest.MapFS{}
	for name, sql := range map[string]string{
		"0002_readings":     "CREATE TABLE IF NOT EXISTS readings (id UInt64, time DateTime) ENGINE = ReplacingMergeTree ORDER BY id",
		"0003_by_id":        "RENAME TABLE IF EXISTS readings TO readings_by_id",
		"0004_readings":     "CREATE TABLE IF NOT EXISTS readings (id UInt64, time DateTime) ENGINE = ReplacingMergeTree ORDER BY (time, id)",
		"0005_move":         "INSERT INTO readings SELECT id, time FROM readings_by_id",
		"0006_drop":         "DROP TABLE IF EXISTS readings_by_id",
		"0007_v_readings":   "CREATE OR REPLACE VIEW v_readings AS SELECT time, id FROM readings FINAL",
		"0008_index.24.3":   "ALTER TABLE readings ADD INDEX IF NOT EXISTS ix id TYPE bloom_filter(0.01)",
		"0008_index":        "ALTER TABLE readings ADD INDEX IF NOT EXISTS ix id TYPE minmax",
		"0009_index_build":  "ALTER TABLE readings MATERIALIZE INDEX IF EXISTS ix",
		"0010_v_readings":   "CREATE OR REPLACE VIEW v_readings AS SELECT id, time FROM readings FINAL",
		"0011_readings_add": "ALTER TABLE readings ADD COLUMN IF NOT EXISTS unit String",
	} {
		files["migrations/"+name+".sql"] = &fstest.MapFile{Data: []byte(sql)}
	}
	first, err := fs.ReadFile(ddl.Migrations, "migrations/0001_schema_migrations.sql")
	if err != nil {
		panic(err) // it is embedded
	}
	files["migrations/0001_schema_migrations.sql"] = &fstest.MapFile{Data: first}
	return files
}

// TestKillMove kills a process at a statement of a migration that moves rows.
// Whatever the statement, in the end every row is there once.
func TestKillMove(t *testing.T) {
	lib, old := chdbtest.Library(t), t.TempDir()
	e, err := chdb.Open(lib, old)
	if err != nil {
		t.Fatal(err)
	}
	before := fstest.MapFS{}
	for name, file := range moves().(fstest.MapFS) {
		if name < "migrations/0003" {
			before[name] = file
		}
	}
	if err := applyTo(t.Context(), e.Transport(), before); err != nil {
		t.Fatal(err)
	}
	conn := connect(t, e)
	if err := conn.Exec(t.Context(), "INSERT INTO readings SELECT number, 1000 - number FROM numbers(1000)"); err != nil {
		t.Fatal(err)
	}
	if err := errors.Join(conn.Close(), e.Close()); err != nil {
		t.Fatal(err)
	}
	for n := 1; ; n += every(4) {
		dir := filepath.Join(t.TempDir(), "data")
		if err := os.CopyFS(dir, os.DirFS(old)); err != nil {
			t.Fatal(err)
		}
		killed := killMigration(t, lib, dir, "moves", n)
		expectMoved(t, lib, dir, n)
		if !killed {
			if n < len(moves().(fstest.MapFS)) {
				t.Errorf("only %d statements", n)
			}
			return
		}
	}
}

// expectMoved finishes the moves in dir and looks at what they left.
func expectMoved(t *testing.T, lib, dir string, n int) {
	t.Helper()
	e, err := chdb.Open(lib, dir)
	if err != nil {
		t.Fatal(err)
	}
	if err := applyTo(t.Context(), e.Transport(), moves()); err != nil {
		t.Fatalf("killed at statement %d, the next start: %v", n, err)
	}
	conn := connect(t, e)
	for sql, want := range map[string]string{
		"SELECT toString((count(), uniqExact(id), sum(id), min(toUInt32(time)))) FROM v_readings":                 "(1000,1000,499500,1)",
		"SELECT toString(count()) FROM readings WHERE unit != ''":                                                 "0",
		"SELECT groupArray(name)::String FROM system.columns WHERE table = 'v_readings' AND database = 'default'": "['id','time']",
		"SELECT type FROM system.data_skipping_indices WHERE table = 'readings'":                                  "bloom_filter",
		"SELECT toString(count()) FROM system.tables WHERE name IN ('readings_by_id', 'schema_lock')":             "0",
		"SELECT toString((count(), uniqExact(name))) FROM (SELECT name FROM schema_migrations FINAL)":             "(11,11)",
	} {
		var got string
		if err := conn.QueryRow(t.Context(), sql).Scan(&got); err != nil || got != want {
			t.Fatalf("killed at statement %d: %s: %s, %v, want %s", n, sql, got, err, want)
		}
	}
	if err := errors.Join(conn.Close(), e.Close()); err != nil {
		t.Fatal(err)
	}
}

// connect gives the default database of the engine, as any client has it.
func connect(t *testing.T, e *chdb.Engine) driver.Conn {
	t.Helper()
	conn, err := dial(e.Transport())
	if err != nil {
		t.Fatal(err)
	}
	return conn
}

func dial(way http.RoundTripper) (driver.Conn, error) {
	return client.Open(&client.Options{
		Protocol: client.HTTP, Addr: []string{"embedded"}, Auth: client.Auth{Database: "default"},
		TransportFunc: func(*http.Transport) (http.RoundTripper, error) { return way, nil },
	})
}

// applyTo migrates the default database behind way.
func applyTo(ctx context.Context, way http.RoundTripper, files fs.FS) error {
	conn, err := dial(way)
	if err != nil {
		return err
	}
	return errors.Join(clickhouse.Apply(ctx, conn, files, true, slog.New(slog.DiscardHandler)), conn.Close())
}
