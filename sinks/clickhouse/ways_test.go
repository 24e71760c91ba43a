package clickhouse_test

import (
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/chdb"
	"github.com/uctrace/uctrace/internal/chdb/nativetest"
	"github.com/uctrace/uctrace/sinks/clickhouse"
)

// way is how a sink reaches the engine.
type way struct {
	name   string
	config clickhouse.Config
}

// ways are all that there are: in the process, and as a server with each of
// its protocols.
func ways(t *testing.T, e *chdb.Engine) []way {
	t.Helper()
	web := httptest.NewServer(e.Handler())
	t.Cleanup(web.Close)
	return []way{
		{"embedded", clickhouse.Config{Transport: e.Transport()}},
		{"http", clickhouse.Config{URL: web.URL}},
		{"native", clickhouse.Config{URL: nativetest.New(t, e, nativetest.Options{}).URL()}},
	}
}

// openWay opens a sink that closes with the test.
func openWay(t testing.TB, c clickhouse.Config) *clickhouse.Sink {
	t.Helper()
	s, err := clickhouse.Open(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Error(err)
		}
	})
	return s
}

// clear empties the tables that Write fills: a database that is made anew takes
// seconds.
func clear(t *testing.T, s *clickhouse.Sink) {
	t.Helper()
	const tables = "SELECT name FROM system.tables WHERE database = currentDatabase() AND engine LIKE '%MergeTree' AND NOT startsWith(name, 'schema_') AND name != 'database_identity'"
	var cleared []string
	for _, row := range query(t, s, tables) {
		if err := s.Conn().Exec(t.Context(), "TRUNCATE TABLE "+row[0]); err != nil {
			t.Fatal(err)
		}
		cleared = append(cleared, row[0])
	}
	if all := strings.Join(cleared, " "); !strings.Contains(all, "events") || !strings.Contains(all, "spans") {
		t.Fatalf("cleared %s", all)
	}
}
