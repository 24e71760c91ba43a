package flow_test

import (
	"net/http"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

// TestEngineRefusesForAWhile lets the engine itself refuse: it is read-only, it
// has no room, too many parts, or the table is not there. Each time the stage
// says so and waits, and goes on by itself when that is mended.
func TestEngineRefusesForAWhile(t *testing.T) {
	s := newStoring(t, 0)
	const reserve = "1000000000000000000"
	exec := func(sql string) func() {
		return func() {
			t.Helper()
			if err := s.sink.Conn().Exec(s.ctx, sql); err != nil {
				t.Fatalf("%s: %v", sql, err)
			}
		}
	}
	readOnly := func() {
		s.gate.set(func(r *http.Request) (*http.Response, error) {
			q := r.URL.Query()
			q.Set("readonly", "1")
			r.URL.RawQuery = q.Encode()
			return s.gate.engine.RoundTrip(r)
		})
	}
	s.start(s.bus, 0)
	s.publish(20)
	s.stored()
	for _, test := range []struct {
		name       string
		harm, mend func()
		says       string
	}{
		{"read-only", readOnly, func() { s.gate.set(nil) }, "readonly mode"},
		{"no room", exec("ALTER TABLE events MODIFY SETTING min_free_disk_bytes_to_perform_insert = " + reserve), exec("ALTER TABLE events RESET SETTING min_free_disk_bytes_to_perform_insert"), "NOT_ENOUGH_SPACE"},
		{"too many parts", exec("ALTER TABLE events MODIFY SETTING parts_to_throw_insert = 1, parts_to_delay_insert = 1"), exec("ALTER TABLE events RESET SETTING parts_to_throw_insert, parts_to_delay_insert"), "Too many parts"},
		{"gone", exec("DETACH TABLE events"), exec("ATTACH TABLE events"), "events"},
	} {
		t.Run(test.name, func(t *testing.T) {
			test.harm()
			s.publish(20)
			await(s.ctx, t, "the stage to say so", func() bool {
				err := s.store.Trouble()
				return err != nil && strings.Contains(err.Error(), test.says)
			})
			at, last := s.done(), s.info(schemas.StreamEvents).Last
			if at >= last {
				t.Errorf("the stage is at %d of %d though nothing can be stored", at, last)
			}
			test.mend()
			s.stored()
			if err := s.store.Trouble(); err != nil {
				t.Errorf("the stage says %v when all is stored", err)
			}
		})
	}
	s.stop()
	s.whole(s.sent)
}

// TestServerRefusesRows has a table of somebody's own that is filled from events
// and cannot take some of them, so that the server refuses their INSERTs: those
// rows alone are kept aside, all others are stored.
func TestServerRefusesRows(t *testing.T) {
	s := newStoring(t, 0)
	for _, sql := range []string{
		"CREATE TABLE site (n UInt8) ENGINE = MergeTree ORDER BY n",
		"CREATE MATERIALIZED VIEW site_of_events TO site AS SELECT toUInt8(if(line IN (7, 8, 1000), body, '1')) AS n FROM events",
	} {
		if err := s.sink.Conn().Exec(s.ctx, sql); err != nil {
			t.Fatal(err)
		}
	}
	s.publish(1000)
	s.start(s.bus, 0)
	s.stored()
	s.stop()
	if n := s.dead.rows.Load(); n != 3 {
		t.Errorf("%d rows went to the dead letters, want 3", n)
	}
	for sql, want := range map[string]string{
		"SELECT (count(), uniqExact(id)) FROM v_events WHERE line NOT IN (7, 8, 1000)": "[997 997]",
		"SELECT count() FROM v_spans":    "1000",
		"SELECT min(tiled) FROM v_files": "true",
		"SELECT count() FROM site":       "997",
	} {
		table, err := s.sink.Query(s.ctx, sql)
		if err != nil {
			t.Fatal(err)
		}
		if got := table.Rows[0][0]; got != want {
			t.Errorf("%s: %s, want %s", sql, got, want)
		}
	}
}
