package clickhouse_test

import (
	"errors"
	"log/slog"
	"math"
	"net/http"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	client "github.com/ClickHouse/clickhouse-go/v2"
	"github.com/ClickHouse/clickhouse-go/v2/lib/driver"

	"github.com/uctrace/uctrace/internal/chdb"
	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	"github.com/uctrace/uctrace/sinks/clickhouse"
	"github.com/uctrace/uctrace/sinks/sinktest"
)

// as returns the deployed users, with the one called name in the place of
// default: the embedded engine runs everything as default. It asks nobody for a
// password, so that part of the file is for a server alone.
func as(t *testing.T, name string) chdb.Option {
	t.Helper()
	data, err := os.ReadFile("../../deploy/clickhouse/users.d/uctrace.xml")
	if err != nil {
		t.Fatal(err)
	}
	all := string(data)
	user := regexp.MustCompile(`(?s)<` + name + `>(.*)</` + name + `>\s*(<grafana_reader>|</users>)`).FindStringSubmatch(all)
	if user == nil {
		t.Fatalf("no user %s", name)
	}
	body := regexp.MustCompile(`<password_sha256_hex[^>]*/>`).ReplaceAllString(user[1], "<no_password/>")
	start, end := strings.Index(all, "<users>"), strings.Index(all, "</users>")
	file := filepath.Join(t.TempDir(), "users.xml")
	all = strings.Replace(all, "<profiles>", "<profiles><default/>", 1)
	start, end = start+len("<default/>"), end+len("<default/>")
	text := all[:start] + "<quotas><default/></quotas><users><default>" + body + "</default>" + all[end:]
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return chdb.Users(file)
}

// TestWriterMayDoItsWork has the writer's grants and nothing else.
func TestWriterMayDoItsWork(t *testing.T) {
	for i, name := range []string{"embedded", "http", "native"} {
		t.Run(name, func(t *testing.T) {
			// An engine each: to go back to the database default it asks for a
			// grant that a server does not ask for.
			d := &database{config: ways(t, chdbtest.OpenDir(t, t.TempDir(), as(t, "uctrace_writer")))[i].config}
			d.Reopen(t)
			b := sinktest.Batch(0, 10)
			if err := d.sink.Write(t.Context(), b); err != nil {
				t.Fatal(err)
			}
			sinktest.Expect(t, d, b)
			if err := d.sink.Retain(t.Context(), clickhouse.Retention{Events: 30, Sessions: 30}, slog.New(slog.DiscardHandler)); err != nil {
				t.Error(err)
			}
			if _, err := d.sink.MakeRoom(t.Context(), clickhouse.Room{MinFree: math.MaxInt64}); err != nil {
				t.Error(err)
			}
			for _, sql := range []string{
				"CREATE DATABASE other", "CREATE USER u", "SELECT * FROM url('http://127.0.0.1:1/', 'TSV', 'a String')",
				"CREATE FUNCTION f AS x -> x", "SELECT count() FROM system.users",
			} {
				refused(t, d.sink.Conn(), sql)
			}
		})
	}
}

// TestReaderMayOnlyRead reads every view with the grants of the reader.
func TestReaderMayOnlyRead(t *testing.T) {
	dir := t.TempDir()
	e, err := chdb.Open(chdbtest.Library(t), dir)
	if err != nil {
		t.Fatal(err)
	}
	d := embedded(t, e)
	if err := d.sink.Write(t.Context(), sinktest.Batch(0, 10)); err != nil {
		t.Fatal(err)
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}

	reader := chdbtest.OpenDir(t, dir, as(t, "grafana_reader"))
	conn, err := client.Open(&client.Options{
		Protocol: client.HTTP, Addr: []string{"embedded"}, Auth: client.Auth{Database: clickhouse.DefaultDatabase},
		TransportFunc: func(*http.Transport) (http.RoundTripper, error) { return reader.Transport(), nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	rows, err := conn.Query(t.Context(), "SELECT name, arrayDistinct(extractAll(create_table_query, '\\{(\\w+):String\\}')) FROM system.tables WHERE database = currentDatabase() AND engine = 'View'")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	views := 0
	for ; rows.Next(); views++ {
		var view string
		var parameters []string
		if err := rows.Scan(&view, &parameters); err != nil {
			t.Fatal(err)
		}
		for i := range parameters {
			parameters[i] += " = '" + strings.Repeat("0", 32) + "'"
		}
		if len(parameters) > 0 {
			view += "(" + strings.Join(parameters, ", ") + ")"
		}
		if err := conn.Exec(t.Context(), "SELECT * FROM "+view+" LIMIT 1"); err != nil {
			t.Errorf("%s: %v", view, err)
		}
	}
	if err := rows.Err(); err != nil || views < 20 {
		t.Errorf("the reader sees %d views, %v", views, err)
	}
	for _, sql := range []string{
		"INSERT INTO events (line) VALUES (1)", "ALTER TABLE events DELETE WHERE 1", "DROP TABLE events", "TRUNCATE TABLE findings", "CREATE TABLE t (a String) ENGINE = MergeTree ORDER BY a",
		"SET readonly = 0", "SET max_execution_time = 3600", "SET max_memory_usage = 0", "SELECT * FROM url('http://127.0.0.1:1/', 'TSV', 'a String')", "SELECT count() FROM system.users",
	} {
		refused(t, conn, sql)
	}
}

// refused fails the test unless the grants or the profile forbid sql.
func refused(t *testing.T, conn driver.Conn, sql string) {
	t.Helper()
	const accessDenied, readOnly, settingConstraint = 497, 164, 452
	err := conn.Exec(t.Context(), sql)
	ex, ok := errors.AsType[*client.Exception](err)
	if !ok || ex.Code != accessDenied && ex.Code != readOnly && ex.Code != settingConstraint {
		t.Errorf("%s: %v, want that it is refused", sql, err)
	}
}
