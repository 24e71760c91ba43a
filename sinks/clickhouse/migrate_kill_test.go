package clickhouse_test

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"io/fs"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"

	client "github.com/ClickHouse/clickhouse-go/v2"

	"github.com/uctrace/uctrace/internal/chdb"
	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	ddl "github.com/uctrace/uctrace/schemas/clickhouse"
	"github.com/uctrace/uctrace/sinks/clickhouse"
)

// deadly is the way to an engine that kills this process when the nth statement
// that changes something was executed and nobody was told.
type deadly struct {
	engine http.RoundTripper
	left   atomic.Int32
}

func (d *deadly) RoundTrip(r *http.Request) (*http.Response, error) {
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r.Body = io.NopCloser(bytes.NewReader(body))
	resp, err := d.engine.RoundTrip(r)
	reads := r.URL.Query().Get("query") == "" && strings.HasPrefix(strings.TrimSpace(string(body)), "SELECT")
	if !reads && d.left.Add(-1) == 0 {
		kill()
	}
	return resp, err
}

// kill ends this process as kill -9 does.
func kill() {
	p, err := os.FindProcess(os.Getpid())
	if err == nil {
		err = p.Kill()
	}
	if err != nil {
		panic(err)
	}
	select {}
}

// migrateUntilKilled opens the database of KILL_TEST_DIR and dies at the
// statement KILL_TEST_FROM. It returns when there are fewer.
func migrateUntilKilled() error {
	n, err := strconv.Atoi(os.Getenv("KILL_TEST_FROM"))
	if err != nil {
		return err
	}
	e, err := chdb.Open(os.Getenv("KILL_TEST_LIB"), os.Getenv("KILL_TEST_DIR"))
	if err != nil {
		return err
	}
	way := &deadly{engine: e.Transport()}
	way.left.Store(int32(n))
	_, err = clickhouse.Open(context.Background(), clickhouse.Config{Transport: way})
	return err
}

// TestKillMigration kills a process at a statement of the migration of tables
// with rows in them, as they were before these were ordered by time. Whatever
// the statement, the next start finishes, and every row is there once. The
// everyday run tries some statements, "task kill" all of them.
func TestKillMigration(t *testing.T) {
	lib, old := chdbtest.Library(t), t.TempDir()
	makeOld(t, lib, old)
	every := 15
	if os.Getenv("UCTRACE_KILL_ROUNDS") != "" {
		every = 1
	}
	for n := 1; ; n += every {
		dir := filepath.Join(t.TempDir(), "data")
		if err := os.CopyFS(dir, os.DirFS(old)); err != nil {
			t.Fatal(err)
		}
		killed := killMigration(t, lib, dir, n)
		expectMigrated(t, lib, dir, n)
		if t.Failed() {
			t.Fatalf("killed at statement %d", n)
		}
		if !killed {
			if n < 20 {
				t.Errorf("only %d statements", n)
			}
			return
		}
	}
}

// killMigration reports whether a process that migrates dir was killed at the
// nth statement, false when it finished.
func killMigration(t *testing.T, lib, dir string, n int) bool {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "KILL_TEST_MIGRATION=1", "KILL_TEST_DIR="+dir, "KILL_TEST_LIB="+lib, "KILL_TEST_FROM="+strconv.Itoa(n))
	out, err := cmd.CombinedOutput()
	if err == nil {
		return false
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.Exited() {
		t.Fatalf("statement %d: %v\n%s", n, err, out)
	}
	return true
}

// makeOld makes the tables as they were at migration 16, with rows.
func makeOld(t *testing.T, lib, dir string) {
	t.Helper()
	e, err := chdb.Open(lib, dir)
	if err != nil {
		t.Fatal(err)
	}
	connect(t, e, "default", func(exec func(sql string, args ...any)) { exec("CREATE DATABASE " + clickhouse.DefaultDatabase) })
	old := oldMigrations(t)
	connect(t, e, clickhouse.DefaultDatabase, func(run func(sql string, args ...any)) {
		for _, m := range old {
			run(m.sql)
			run("INSERT INTO schema_migrations (name, sha256) VALUES (?, ?)", m.name, m.sum)
		}
		run("INSERT INTO events (id, record, time, dated, flags, kind, keys, key_scopes, sip_call_id) SELECT unhex(leftPad(hex(number), 32, '0')), unhex(leftPad(hex(number), 32, '0')), toDateTime64('2026-01-01', 6) + toIntervalHour(number), 2, 1, 'sip.message', ['call_id:a'], [''], 'a' FROM numbers(3000) SETTINGS max_partitions_per_insert_block = 0")
		run("INSERT INTO sessions (id, version, is_deleted, start) SELECT unhex(leftPad(hex(number % 10), 32, '0')), intDiv(number, 10), number >= 18, '2026-01-01' FROM numbers(20)")
		run("INSERT INTO findings (id, version, time) SELECT unhex(leftPad(hex(number), 32, '0')), 1, '2026-01-01' FROM numbers(7)")
	})
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
}

// connect gives do a database of the engine, as any client has it.
func connect(t *testing.T, e *chdb.Engine, database string, do func(exec func(sql string, args ...any))) {
	t.Helper()
	conn, err := client.Open(&client.Options{
		Protocol: client.HTTP, Addr: []string{"embedded"}, Auth: client.Auth{Database: database},
		TransportFunc: func(*http.Transport) (http.RoundTripper, error) { return e.Transport(), nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	do(func(sql string, args ...any) {
		if err := conn.Exec(t.Context(), sql, args...); err != nil {
			t.Fatalf("%s: %v", sql, err)
		}
	})
	if err := conn.Close(); err != nil {
		t.Fatal(err)
	}
}

type oldMigration struct{ name, sql, sum string }

// oldMigrations are those before the tables were ordered by time.
func oldMigrations(t *testing.T) []oldMigration {
	t.Helper()
	var old []oldMigration
	for _, path := range migrations(t) {
		name := strings.TrimSuffix(filepath.Base(path), ".sql")
		if name >= "0017" {
			continue
		}
		sql, err := fs.ReadFile(ddl.Migrations, path)
		if err != nil {
			t.Fatal(err)
		}
		sum := sha256.Sum256(sql)
		old = append(old, oldMigration{name, string(sql), hex.EncodeToString(sum[:])})
	}
	return old
}

// expectMigrated opens dir, which finishes what was begun, and compares.
func expectMigrated(t *testing.T, lib, dir string, n int) {
	t.Helper()
	e, err := chdb.Open(lib, dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := clickhouse.Open(t.Context(), clickhouse.Config{Transport: e.Transport()})
	if err != nil {
		t.Fatalf("killed at statement %d, the next start: %v", n, err)
	}
	for sql, want := range map[string]string{
		"SELECT (count(), uniqExact(id), countIf(id = record), min(time)) FROM v_events":                                             "[3000 3000 3000 2026-01-01 00:00:00 +0000 UTC]",
		"SELECT (count(), uniqExact(id)) FROM v_sip_messages":                                                                        "[3000 3000]",
		"SELECT (count(), uniqExact(id), min(version)) FROM v_sessions":                                                              "[8 8 1]",
		"SELECT (count(), uniqExact(id)) FROM v_findings":                                                                            "[7 7]",
		"SELECT count() FROM v_keys WHERE key = 'call_id:a'":                                                                         "1",
		"SELECT count() FROM system.tables WHERE database = currentDatabase() AND (name LIKE '%by\\_id' OR name = 'schema_lock')":    "0",
		"SELECT count() = uniqExact(name) FROM (SELECT name FROM schema_migrations FINAL)":                                           "1",
		"SELECT count() FROM system.tables WHERE database = currentDatabase() AND name IN ('v_sip_messages', 'otel_logs', 'events')": "3",
	} {
		if got := one(t, s, sql); got != want {
			t.Errorf("%s: %s, want %s", sql, got, want)
		}
	}
	if err := errors.Join(s.Close(), e.Close()); err != nil {
		t.Fatal(err)
	}
}

// TestTwoMigrations lets several programs migrate one server at the same time.
func TestTwoMigrations(t *testing.T) {
	// Without Transport a Sink does not take the engine for its own.
	srv := httptest.NewServer(chdbtest.Open(t).Handler())
	defer srv.Close()
	url := srv.URL
	ended := make(chan error, 4)
	for range cap(ended) {
		go func() {
			s, err := clickhouse.Open(t.Context(), clickhouse.Config{URL: url})
			if err == nil {
				err = s.Close()
			}
			ended <- err
		}()
	}
	for range cap(ended) {
		if err := <-ended; err != nil {
			t.Error(err)
		}
	}
	s, err := clickhouse.Open(t.Context(), clickhouse.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	names := query(t, s, "SELECT name FROM schema_migrations")
	if unique := slices.CompactFunc(slices.SortedFunc(slices.Values(names), func(a, b []string) int { return strings.Compare(a[0], b[0]) }), slices.Equal); len(unique) != len(names) {
		t.Errorf("%d records of %d migrations: one was applied twice", len(names), len(unique))
	}
	if got := one(t, s, "SELECT count() FROM system.tables WHERE database = currentDatabase() AND name = 'schema_lock'"); got != "0" {
		t.Error("the lock was not given back")
	}
}

// TestNewerSchemaIsRefused opens a database that a later program has changed.
func TestNewerSchemaIsRefused(t *testing.T) {
	e := chdbtest.Open(t)
	s := open(t, e, "")
	if err := s.Conn().Exec(t.Context(), "INSERT INTO schema_migrations (name, sha256) VALUES ('9999_later', 'x')"); err != nil {
		t.Fatal(err)
	}
	_, err := clickhouse.Open(t.Context(), clickhouse.Config{Transport: e.Transport()})
	if err == nil || !strings.Contains(err.Error(), "9999_later") || !strings.Contains(err.Error(), "newer uctrace") || clickhouse.Classify(err) != clickhouse.Broken {
		t.Errorf("error = %v", err)
	}
}
