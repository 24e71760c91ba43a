package clickhouse_test

import (
	"strconv"
	"testing"

	"github.com/uctrace/uctrace/internal/chdb"
	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/clickhouse"
	"github.com/uctrace/uctrace/sinks/sinktest"
)

// database is a Harness on a database, read through the views.
type database struct {
	config clickhouse.Config
	sink   *clickhouse.Sink
}

// embedded returns the default database of e, opened in the process.
func embedded(t *testing.T, e *chdb.Engine) *database {
	t.Helper()
	d := &database{config: clickhouse.Config{Transport: e.Transport()}}
	d.Reopen(t)
	return d
}

func (d *database) Sink() schemas.Sink { return d.sink }

func (d *database) Reopen(t *testing.T) {
	t.Helper()
	d.sink = openWay(t, d.config)
}

func (d *database) Rows(t *testing.T) sinktest.Rows {
	t.Helper()
	rows := sinktest.Rows{Texts: map[string]string{}}
	for _, r := range query(t, d.sink, "SELECT fingerprint, start, end FROM v_spans") {
		start, end := integer(t, r[1]), integer(t, r[2])
		rows.Spans = append(rows.Spans, sinktest.SpanKey(r[0], start, end))
	}
	for _, r := range query(t, d.sink, "SELECT file, line, message FROM v_problems") {
		rows.Problems = append(rows.Problems, sinktest.ProblemKey(r[0], int(integer(t, r[1])), r[2]))
	}
	for _, r := range query(t, d.sink, "SELECT id, body FROM v_events") {
		rows.Events = append(rows.Events, r[0])
		rows.Texts[r[0]] = r[1]
	}
	for _, r := range query(t, d.sink, "SELECT id, version FROM v_sessions") {
		rows.Sessions = append(rows.Sessions, sinktest.RevisionKey(r[0], uint64(integer(t, r[1]))))
	}
	for _, r := range query(t, d.sink, "SELECT id, version FROM v_findings") {
		rows.Findings = append(rows.Findings, sinktest.RevisionKey(r[0], uint64(integer(t, r[1]))))
	}
	return rows
}

func integer(t *testing.T, s string) int64 {
	t.Helper()
	n, err := strconv.ParseInt(s, 10, 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// TestConformance holds every way to ClickHouse to the contract of a sink.
func TestConformance(t *testing.T) {
	for _, way := range ways(t, chdbtest.Open(t)) {
		t.Run(way.name, func(t *testing.T) {
			way.config.Database = way.name
			sinktest.Run(t, func(t *testing.T) sinktest.Harness {
				d := &database{config: way.config}
				d.Reopen(t)
				clear(t, d.sink)
				return d
			})
		})
	}
}
