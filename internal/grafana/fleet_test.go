package grafana

import (
	"bytes"
	"compress/gzip"
	"fmt"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/chdb"
	"github.com/uctrace/uctrace/internal/ruleset"
	simulated "github.com/uctrace/uctrace/internal/simulate/fleet"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/clickhouse"
)

// begin is when the simulated fleet of the dashboards begins.
var begin = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)

// store opens a database of the embedded engine.
func store(t testing.TB, e *chdb.Engine, database string) *clickhouse.Sink {
	t.Helper()
	s, err := clickhouse.Open(t.Context(), clickhouse.Config{Transport: e.Transport(), Database: database})
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

// logsOfAFleet writes a fleet: every scenario once in the morning, and again two
// hours later, so that logs have a hole between. Two archives are damaged.
func logsOfAFleet(t testing.TB, morning time.Time) string {
	t.Helper()
	dir := logsOf(t, simulated.Options{Seed: 1, Sessions: 1, Start: morning}, simulated.Options{Seed: 2, Sessions: 1, Start: morning.Add(2 * time.Hour)})
	var damaged bytes.Buffer
	z := gzip.NewWriter(&damaged)
	for i := range 500 {
		fmt.Fprintf(z, "%08d.000 |08:%02d:%02d.000 |AppInfo  |SIPTcp - nothing\n", i, i/60, i%60)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"damaged.txt.gz": damaged.Bytes()[:damaged.Len()/2], "no-archive.zip": []byte("PK\x03\x04 and nothing that belongs there")} {
		if err := os.WriteFile(filepath.Join(dir, "day0", "alpha", name), text, 0o644); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// logsOf writes fleets, one folder each.
func logsOf(t testing.TB, fleets ...simulated.Options) string {
	t.Helper()
	dir := t.TempDir()
	for i, o := range fleets {
		f, err := simulated.New(o)
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Save(filepath.Join(dir, fmt.Sprint("day", i))); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

// ingest reads the logs below dir, one cluster for each site, and stores what
// the running system would store, with the real sink. Clusters are named like
// their sites, behind prefix.
func ingest(t testing.TB, sink *clickhouse.Sink, dir, prefix string) {
	t.Helper()
	rules, err := ruleset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	parsers := normalizer.Parsers()
	n, c := normalizer.New(parsers), correlator.New(correlator.Config{Signatures: ruleset.Signatures(rules)})
	var mu sync.Mutex
	var events schemas.EventBatch
	batches := 0
	sites, err := filepath.Glob(dir + "/*/*")
	if err != nil || len(sites) == 0 {
		t.Fatal(sites, err)
	}
	for _, site := range sites {
		o := collector.Options{Parsers: parsers, Workers: 1, Cluster: prefix + filepath.Base(site)}
		err := collector.Scan(t.Context(), o, []string{site}, nil, func(b *schemas.RecordBatch) error {
			mu.Lock()
			defer mu.Unlock()
			n.Normalize(&events, b)
			c.Add(&events)
			batches++
			return sink.Write(t.Context(), &schemas.SinkBatch{Token: fmt.Sprint(dir, batches), Spans: []schemas.Span{events.Span}, Events: events.Events})
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	r := c.Result()
	if err := sink.Write(t.Context(), &schemas.SinkBatch{Token: dir, Sessions: r.Sessions, Findings: r.Findings, Coverage: r.Logs}); err != nil {
		t.Fatal(err)
	}
}

// frame is what Grafana gets for a query.
type frame struct {
	names []string
	types []string
	rows  [][]string
}

func (f frame) index(name string) int {
	for i, n := range f.names {
		if n == name {
			return i
		}
	}
	return -1
}

// run asks the database and returns types beside the rows.
func run(t testing.TB, sink *clickhouse.Sink, sql string) (frame, error) {
	t.Helper()
	rows, err := sink.Conn().Query(t.Context(), sql)
	if err != nil {
		return frame{}, err
	}
	defer rows.Close()
	f := frame{names: rows.Columns()}
	for _, c := range rows.ColumnTypes() {
		f.types = append(f.types, c.DatabaseTypeName())
	}
	for rows.Next() {
		values := make([]any, len(f.types))
		for i, c := range rows.ColumnTypes() {
			values[i] = reflect.New(c.ScanType()).Interface()
		}
		if err := rows.Scan(values...); err != nil {
			return frame{}, err
		}
		row := make([]string, len(values))
		for i, v := range values {
			row[i] = fmt.Sprint(reflect.Indirect(reflect.ValueOf(v)))
		}
		f.rows = append(f.rows, row)
	}
	return f, rows.Err()
}

// heard stores what three agents said last: one is well, one lags and has met a
// fault, one has not been heard for an hour.
func heard(t testing.TB, sink *clickhouse.Sink, now time.Time, well bool) {
	t.Helper()
	status := func(name string, at time.Time) schemas.AgentStatus {
		return schemas.AgentStatus{Agent: name, Cluster: "alpha", Host: name + ".alpha.example", Version: "1", Started: begin, Time: at, Heard: at, Every: 10 * time.Second, Files: 3, Bytes: 1 << 20, Records: 1000}
	}
	agents := []schemas.AgentStatus{status("cucm-pub", now)}
	if !well {
		late := status("expe1", now)
		late.Lag, late.Behind = 10*time.Minute, 1<<30
		late.ProblemCount, late.Problems = 1, []schemas.Problem{{File: "/var/log/x.log", Line: 1, Message: "permission denied", Hint: "run the agent in the group of the log"}}
		agents = append(agents, late, status("imp1", now.Add(-time.Hour)))
	}
	if err := sink.Write(t.Context(), &schemas.SinkBatch{Token: "agents", Agents: agents}); err != nil {
		t.Fatal(err)
	}
}
