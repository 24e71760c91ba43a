package clickhouse_test

import (
	"fmt"
	"net/http"
	"reflect"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/clickhouse"
)

// strict is the way to an engine that refuses an INSERT of several partitions,
// be it into a table that a materialized view fills. It keeps the tokens.
type strict struct {
	http.RoundTripper
	mu     sync.Mutex
	tokens []string
}

func (s *strict) RoundTrip(r *http.Request) (*http.Response, error) {
	q := r.URL.Query()
	if strings.HasPrefix(q.Get("query"), "INSERT INTO") {
		s.mu.Lock()
		s.tokens = append(s.tokens, q.Get("insert_deduplication_token"))
		s.mu.Unlock()
		q.Set("max_partitions_per_insert_block", "1")
		q.Set("throw_on_max_partitions_per_insert_block", "1")
		r = r.Clone(r.Context())
		r.URL.RawQuery = q.Encode()
	}
	return s.RoundTripper.RoundTrip(r)
}

// TestOnePartitionPerInsert writes batches of one day, of many days in turns and
// of dates that no column holds. Each INSERT makes one part of a table, a batch
// that comes again leaves nothing and has the same tokens, and the rows are
// those of the batch.
func TestOnePartitionPerInsert(t *testing.T) {
	way := &strict{RoundTripper: chdbtest.Open(t).Transport()}
	s, err := clickhouse.Open(t.Context(), clickhouse.Config{Transport: way})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	if err := s.Conn().Exec(t.Context(), "SYSTEM STOP MERGES"); err != nil {
		t.Fatal(err)
	}
	on := func(day int) time.Time { return noon.AddDate(0, 0, day) }
	n := 0
	event := func(at time.Time) schemas.Event {
		n++
		e := fullEvent()
		e.ID, e.Record, e.Time, e.Line = fp.ID(int64(n)), fp.ID(int64(n)), at, n
		return e
	}
	batch := func(token string, times ...time.Time) *schemas.SinkBatch {
		b := &schemas.SinkBatch{Token: token, Spans: []schemas.Span{{File: schemas.File{Path: "f", Fingerprint: fp}, Start: int64(n), End: int64(n + len(times))}}}
		for _, at := range times {
			b.Events = append(b.Events, event(at))
			b.Sessions = append(b.Sessions, schemas.Session{ID: schemas.HashID("s", fmt.Sprint(n)), Version: 1, Since: at})
			b.Findings = append(b.Findings, schemas.Finding{ID: schemas.HashID("f", fmt.Sprint(n)), Version: 1, Since: at})
		}
		return b
	}
	turns := make([]time.Time, 500)
	for i := range turns {
		turns[i] = on(i * 7 % 40)
	}
	batches := []*schemas.SinkBatch{
		batch("one day", on(0), on(0), on(0)),
		batch("in turns", turns...),
		batch("no day", time.Time{}, on(-1), time.Date(1, 1, 1, 15, 0, 0, 0, time.UTC), time.Date(9999, 1, 1, 0, 0, 0, 0, time.UTC), on(1)),
	}
	write := func() []string {
		way.tokens = nil
		for _, b := range batches {
			if err := s.Write(t.Context(), b); err != nil {
				t.Fatal(err)
			}
		}
		return way.tokens
	}
	parts := func() [][]string {
		return query(t, s, `SELECT table, count(), sum(rows) FROM system.parts
			WHERE active AND database = currentDatabase() AND table IN ('events', 'sip_messages', 'sessions', 'findings') GROUP BY table ORDER BY table`)
	}
	first := write()
	// Of the days of three batches, 1 + 40 + 3, and of the months, 1 + 2 + 3.
	const events, months = 1 + 40 + 3, 1 + 2 + 3
	if want := events + 2*months + len(batches); len(first) != want {
		t.Errorf("%d INSERTs, want %d: %q", len(first), want, first)
	}
	want := [][]string{
		{"events", fmt.Sprint(events), "508"},
		{"findings", fmt.Sprint(months), "508"},
		{"sessions", fmt.Sprint(months), "508"},
		{"sip_messages", fmt.Sprint(events), "508"},
	}
	if got := parts(); !reflect.DeepEqual(got, want) {
		t.Errorf("tables, parts and rows: %v, want %v", got, want)
	}
	if again := write(); !reflect.DeepEqual(again, first) {
		t.Errorf("the tokens of the repeat are %q, want %q", again, first)
	}
	if got := parts(); !reflect.DeepEqual(got, want) {
		t.Errorf("tables, parts and rows after the repeat: %v, want %v", got, want)
	}
	if got := one(t, s, "SELECT (count(), uniqExact(id), uniqExact(line), max(line)) FROM v_events"); got != fmt.Sprintf("[%[1]d %[1]d %[1]d %[1]d]", n) {
		t.Errorf("rows, ids, lines and the last line: %s, want %d each", got, n)
	}
}
