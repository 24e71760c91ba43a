package clickhouse_test

import (
	"bytes"
	"context"
	"errors"
	"io"
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

	"github.com/uctrace/uctrace/internal/chdb"
	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	"github.com/uctrace/uctrace/sinks/clickhouse"
	"github.com/uctrace/uctrace/sinks/sinktest"
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
// KILL_TEST_MIGRATION says which migrations: those of the program, or moves.
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
	if os.Getenv("KILL_TEST_MIGRATION") == "moves" {
		return applyTo(context.Background(), way, moves())
	}
	_, err = clickhouse.Open(context.Background(), clickhouse.Config{Transport: way})
	return err
}

// every is the step of the statements at which a migration is killed: the
// everyday run tries some, "task kill" all.
func every(some int) int {
	if os.Getenv("UCTRACE_KILL_ROUNDS") != "" {
		return 1
	}
	return some
}

// TestKillMigration kills a process at a statement of the first migration.
// Whatever the statement, the next start finishes, the schema is the one that
// an undisturbed start makes, and rows can be stored.
func TestKillMigration(t *testing.T) {
	lib, want := chdbtest.Library(t), ""
	for n := 0; ; n += every(15) {
		dir := filepath.Join(t.TempDir(), "data")
		killed := n == 0 || killMigration(t, lib, dir, "program", n)
		got := finishMigration(t, lib, dir, n)
		if want == "" {
			want = got
		}
		if got != want {
			t.Fatalf("killed at statement %d, the schema is\n%s\nwant\n%s", n, got, want)
		}
		if !killed {
			if n < len(migrations(t)) {
				t.Errorf("only %d statements", n)
			}
			return
		}
	}
}

// killMigration reports whether a process that migrates dir was killed at the
// nth statement, false when it finished.
func killMigration(t *testing.T, lib, dir, which string, n int) bool {
	t.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), "KILL_TEST_MIGRATION="+which, "KILL_TEST_DIR="+dir, "KILL_TEST_LIB="+lib, "KILL_TEST_FROM="+strconv.Itoa(n))
	out, err := cmd.CombinedOutput()
	if err == nil {
		return false
	}
	if exit, ok := errors.AsType[*exec.ExitError](err); !ok || exit.Exited() {
		t.Fatalf("statement %d: %v\n%s", n, err, out)
	}
	return true
}

// finishMigration opens dir, which finishes what was begun, writes to it, and
// returns the schema.
func finishMigration(t *testing.T, lib, dir string, n int) (schema string) {
	t.Helper()
	e, err := chdb.Open(lib, dir)
	if err != nil {
		t.Fatal(err)
	}
	s, err := clickhouse.Open(t.Context(), clickhouse.Config{Transport: e.Transport()})
	if err != nil {
		t.Fatalf("killed at statement %d, the next start: %v", n, err)
	}
	b := sinktest.Batch(0, 20)
	if err := s.Write(t.Context(), b); err != nil {
		t.Fatalf("killed at statement %d: %v", n, err)
	}
	sinktest.Expect(t, &database{sink: s}, b)
	for sql, want := range map[string]string{
		"SELECT count() > 0 FROM v_keys": "1",
		"SELECT count() = uniqExact(name) FROM (SELECT name FROM schema_migrations FINAL)":      "1",
		"SELECT uniqExact(name) FROM schema_migrations":                                         strconv.Itoa(clickhouse.Migrations()),
		"SELECT count() FROM database_identity":                                                 "1",
		"SELECT count() FROM system.tables WHERE database != 'system' AND name LIKE '%.tmp%'":   "0",
		"SELECT count() FROM system.tables WHERE database != 'system' AND name = 'schema_lock'": "0",
	} {
		if got := one(t, s, sql); got != want {
			t.Errorf("killed at statement %d: %s: %s, want %s", n, sql, got, want)
		}
	}
	var text strings.Builder
	for _, row := range query(t, s, "SELECT create_table_query FROM system.tables WHERE database = currentDatabase() ORDER BY name") {
		text.WriteString(row[0] + "\n")
	}
	if err := errors.Join(s.Close(), e.Close()); err != nil {
		t.Fatal(err)
	}
	return text.String()
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
