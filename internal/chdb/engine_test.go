package chdb_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"

	"github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/uctrace/uctrace/internal/chdb"
	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
)

// connect returns clickhouse-go on the engine, as any program would use it.
func connect(t testing.TB, e *chdb.Engine, change func(*clickhouse.Options)) driver.Conn {
	t.Helper()
	opts := &clickhouse.Options{
		Protocol:      clickhouse.HTTP,
		Addr:          []string{"embedded"},
		TransportFunc: func(*http.Transport) (http.RoundTripper, error) { return e.Transport(), nil },
	}
	if change != nil {
		change(opts)
	}
	conn, err := clickhouse.Open(opts)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close() })
	return conn
}

func exec(t testing.TB, conn driver.Conn, sql string) {
	t.Helper()
	if err := conn.Exec(t.Context(), sql); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
}

func number(t testing.TB, conn driver.Conn, sql string) (n uint64) {
	t.Helper()
	if err := conn.QueryRow(t.Context(), sql).Scan(&n); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return n
}

func TestClient(t *testing.T) {
	e := chdbtest.Open(t)
	for name, change := range map[string]func(*clickhouse.Options){
		"plain": nil,
		"lz4": func(o *clickhouse.Options) {
			o.Compression = &clickhouse.Compression{Method: clickhouse.CompressionLZ4}
		},
		"gzip": func(o *clickhouse.Options) {
			o.Compression = &clickhouse.Compression{Method: clickhouse.CompressionGZIP, Level: 1}
		},
	} {
		t.Run(name, func(t *testing.T) {
			conn := connect(t, e, change)
			exec(t, conn, "CREATE OR REPLACE TABLE t (n UInt64, s LowCardinality(String), a Array(String), m Map(LowCardinality(String), String), f FixedString(4), d DateTime64(6, 'UTC')) ENGINE = MergeTree ORDER BY n SETTINGS non_replicated_deduplication_window = 100")
			insert := func(token string) {
				ctx := clickhouse.Context(t.Context(), clickhouse.WithSettings(clickhouse.Settings{"insert_deduplication_token": token}))
				b, err := conn.PrepareBatch(ctx, "INSERT INTO t (n, s, a, m, f)")
				if err != nil {
					t.Fatal(err)
				}
				for i := range 1000 {
					if err := b.Append(uint64(i), "x", []string{"k", "\xff'\\\n"}, map[string]string{"a": "b"}, "abcd"); err != nil {
						t.Fatal(err)
					}
				}
				if err := b.Send(); err != nil {
					t.Fatal(err)
				}
			}
			insert("one")
			insert("one")
			if n := number(t, conn, "SELECT count() FROM t"); n != 1000 {
				t.Errorf("a repeated token left %d rows, want 1000", n)
			}
			insert("two")
			if n := number(t, conn, "SELECT count() FROM t"); n != 2000 {
				t.Errorf("another token left %d rows, want 2000", n)
			}
			var keys []string
			if err := conn.QueryRow(t.Context(), "SELECT a FROM t LIMIT 1").Scan(&keys); err != nil || len(keys) != 2 || keys[1] != "\xff'\\\n" {
				t.Errorf("keys = %q, %v", keys, err)
			}
			rows, err := conn.Query(t.Context(), "SELECT n FROM t WHERE n > ?", 5000)
			if err != nil {
				t.Fatal(err)
			}
			if rows.Next() || rows.Err() != nil {
				t.Errorf("an empty result has a row, or %v", rows.Err())
			}
		})
	}
}

// TestNilPointerIsAPanic has the Go runtime see its own mistakes beside an
// engine with several connections, and after it: without its handler of SIGSEGV
// the process ends here.
func TestNilPointerIsAPanic(t *testing.T) {
	e := chdbtest.Open(t)
	conn := connect(t, e, nil)
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() { exec(t, conn, "SELECT sleep(0.05)") })
	}
	wg.Wait()
	derefs := func() {
		defer func() {
			if err, ok := recover().(error); !ok || !strings.Contains(err.Error(), "nil pointer") {
				t.Errorf("recovered %v", err)
			}
		}()
		var r *http.Request
		t.Error(r.Method)
	}
	derefs()
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	derefs()
}

func TestSessionsDoNotLeak(t *testing.T) {
	e := chdbtest.Open(t)
	conn := connect(t, e, nil)
	exec(t, conn, "CREATE DATABASE other")
	exec(t, conn, "USE other")
	exec(t, conn, "SET max_block_size = 77")
	ctx := clickhouse.Context(t.Context(), clickhouse.WithSettings(clickhouse.Settings{"max_block_size": 99}))
	var n uint64
	if err := conn.QueryRow(ctx, "SELECT toUInt64(getSetting('max_block_size'))").Scan(&n); err != nil || n != 99 {
		t.Errorf("setting of the request = %d, %v", n, err)
	}
	if n := number(t, conn, "SELECT toUInt64(getSetting('max_block_size'))"); n == 77 || n == 99 {
		t.Errorf("a setting outlived its request: %d", n)
	}
	var db string
	if err := conn.QueryRow(t.Context(), "SELECT currentDatabase()").Scan(&db); err != nil || db != "default" {
		t.Errorf("database = %q, %v", db, err)
	}
	named := connect(t, e, func(o *clickhouse.Options) { o.Auth.Database = "other" })
	if err := named.QueryRow(t.Context(), "SELECT currentDatabase()").Scan(&db); err != nil || db != "other" {
		t.Errorf("database = %q, %v", db, err)
	}
	err := conn.Exec(clickhouse.Context(t.Context(), clickhouse.WithSettings(clickhouse.Settings{"no_such_setting": 1})), "SELECT 1")
	if err == nil || !strings.Contains(err.Error(), "no_such_setting") {
		t.Errorf("unknown setting: %v", err)
	}
}

func TestConcurrentStatements(t *testing.T) {
	e := chdbtest.Open(t)
	conn := connect(t, e, func(o *clickhouse.Options) { o.MaxOpenConns, o.MaxIdleConns = 20, 20 })
	exec(t, conn, "CREATE TABLE t (w UInt64, i UInt64) ENGINE = MergeTree ORDER BY (w, i)")
	var wg sync.WaitGroup
	for w := range 20 {
		wg.Go(func() {
			for i := range 10 {
				if err := conn.Exec(t.Context(), fmt.Sprintf("INSERT INTO t VALUES (%d, %d)", w, i)); err != nil {
					t.Error(err)
					return
				}
			}
		})
	}
	wg.Wait()
	if n := number(t, conn, "SELECT uniqExact(w, i) FROM t"); n != 200 {
		t.Errorf("%d rows, want 200", n)
	}
}

func TestCancelledRequestReturns(t *testing.T) {
	e := chdbtest.Open(t)
	ctx, cancel := context.WithCancel(t.Context())
	// The body has no end, so the statement cannot be answered.
	body, feed := io.Pipe()
	r, err := http.NewRequestWithContext(ctx, http.MethodPost, "http://embedded/", body)
	if err != nil {
		t.Fatal(err)
	}
	go func() {
		if _, err := feed.Write([]byte("SELECT ")); err != nil {
			t.Error(err)
		}
		cancel()
	}()
	resp, err := e.Transport().RoundTrip(r)
	if !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v", err)
	}
	if err == nil {
		resp.Body.Close()
	}
	feed.Close()
}

func TestLimits(t *testing.T) {
	conn := connect(t, chdbtest.Open(t), nil)
	for _, name := range []string{"max_server_memory_usage_to_ram_ratio", "mark_cache_size", "index_mark_cache_size", "primary_index_cache_size", "query_condition_cache_size", "compiled_expression_cache_size"} {
		if n := number(t, conn, "SELECT count() FROM system.server_settings WHERE name = '"+name+"' AND changed"); n != 1 {
			t.Errorf("the engine did not take %s", name)
		}
	}
}

func TestMergeTreeSettings(t *testing.T) {
	conn := connect(t, chdbtest.Open(t), nil)
	for name, want := range map[string]string{
		"fsync_after_insert": "1", "fsync_part_directory": "1", "auto_statistics_types": "", "min_parts_to_merge_at_once": "8",
	} {
		var got string
		if err := conn.QueryRow(t.Context(), "SELECT value FROM system.merge_tree_settings WHERE name = ?", name).Scan(&got); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if got != want {
			t.Errorf("%s = %q, want %q", name, got, want)
		}
	}
}

func TestReopenKeepsDataAndLocks(t *testing.T) {
	dir, lib := t.TempDir(), chdbtest.Library(t)
	e, err := chdb.Open(lib, dir)
	if err != nil {
		t.Fatal(err)
	}
	exec(t, connect(t, e, nil), "CREATE TABLE t ENGINE = MergeTree ORDER BY n AS SELECT number AS n FROM numbers(10)")
	if _, err := chdb.Open(lib, dir); err == nil || !strings.Contains(err.Error(), "is in use by process") {
		t.Errorf("second opener: %v", err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
	if err := connect(t, e, nil).Ping(t.Context()); err == nil || !strings.Contains(err.Error(), "closed") {
		t.Errorf("a closed engine answers: %v", err)
	}
	e = chdbtest.OpenDir(t, dir)
	if n := number(t, connect(t, e, nil), "SELECT count() FROM t"); n != 10 {
		t.Errorf("%d rows after reopening, want 10", n)
	}
}

func TestHandler(t *testing.T) {
	srv := httptest.NewServer(chdbtest.Open(t).Handler())
	defer srv.Close()
	q := func(sql string) string { return "/?query=" + url.QueryEscape(sql) }
	tests := []struct {
		name, method, path, body string
		status                   int
		code, want               string
	}{
		{"ping", "GET", "/ping", "", 200, "", "Ok.\n"},
		{"root", "GET", "/", "", 200, "", "Ok.\n"},
		{"create", "POST", "/", "CREATE TABLE h (a UInt8, s String) ENGINE = MergeTree ORDER BY a", 200, "", ""},
		{"insert, data in the body", "POST", q("INSERT INTO h FORMAT CSV"), "1,\"x;'y\"\n2,z\n", 200, "", ""},
		{"insert, all in the body", "POST", "/", "INSERT INTO h FORMAT JSONEachRow\n{\"a\":3,\"s\":\"FORMAT\"}\n", 200, "", ""},
		{"insert values", "POST", "/", "INSERT INTO h VALUES (4, 'v')", 200, "", ""},
		{"insert values split", "POST", q("INSERT INTO h VALUES"), "(5, 'w')", 200, "", ""},
		{"default format", "GET", q("SELECT * FROM h ORDER BY a"), "", 200, "", "1\tx;\\'y\n2\tz\n3\tFORMAT\n4\tv\n5\tw\n"},
		{"named format", "GET", q("SELECT a FROM h ORDER BY a LIMIT 1 FORMAT CSV"), "", 200, "", "1\n"},
		{"default_format", "GET", q("SELECT 1 AS a") + "&default_format=JSONEachRow", "", 200, "", "{\"a\":1}\n"},
		{"parameter", "GET", q("SELECT {v:String}") + "&param_v=it%27s", "", 200, "", "it\\'s\n"},
		{"database", "GET", q("SELECT currentDatabase()") + "&database=system", "", 200, "", "system\n"},
		{"setting", "GET", q("SELECT getSetting('max_threads')") + "&max_threads=3", "", 200, "", "3\n"},
		{"GET only reads", "GET", q("DROP TABLE h"), "", 405, "164", "readonly"},
		{"multi-statement", "POST", "/", "SELECT 1; SELECT 2", 400, "62", "not allowed"},
		{"unknown table", "GET", q("SELECT * FROM nosuch"), "", 404, "60", "UNKNOWN_TABLE"},
		{"syntax", "GET", q("SELECT FROM WHERE"), "", 400, "62", "SYNTAX_ERROR"},
		{"setting injection", "GET", q("SELECT 1") + "&" + url.QueryEscape("a=1, b") + "=2", "", 400, "36", "not the name"},
		{"no sessions", "GET", q("SELECT 1") + "&session_id=1", "", 501, "48", "session_id"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r, err := http.NewRequestWithContext(t.Context(), tt.method, srv.URL+tt.path, strings.NewReader(tt.body))
			if err != nil {
				t.Fatal(err)
			}
			resp, err := srv.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			defer resp.Body.Close()
			body, err := io.ReadAll(resp.Body)
			if err != nil {
				t.Fatal(err)
			}
			if resp.StatusCode != tt.status || resp.Header.Get("X-ClickHouse-Exception-Code") != tt.code {
				t.Errorf("status %d, code %q\n%s", resp.StatusCode, resp.Header.Get("X-ClickHouse-Exception-Code"), body)
			}
			if tt.status == 200 && string(body) != tt.want || !strings.Contains(string(body), tt.want) {
				t.Errorf("body = %q, want %q", body, tt.want)
			}
		})
	}
}

func TestHandlerRefusesOtherSites(t *testing.T) {
	rec := httptest.NewRecorder()
	r := httptest.NewRequest(http.MethodPost, "/", strings.NewReader("SELECT 1"))
	r.Header.Set("Origin", "https://elsewhere.example")
	chdbtest.Open(t).Handler().ServeHTTP(rec, r)
	if rec.Code != http.StatusForbidden {
		t.Errorf("status = %d, want 403", rec.Code)
	}
}
