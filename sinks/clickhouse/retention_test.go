package clickhouse_test

import (
	"fmt"
	"log/slog"
	"math"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/clickhouse"
)

// TestRetention keeps rows by when they arrived, drops them as parts, and follows
// a changed setting.
func TestRetention(t *testing.T) {
	s := open(t, chdbtest.Open(t), "")
	log := slog.New(slog.DiscardHandler)
	all := clickhouse.Retention{Events: 30, SIPMessages: 90, Sessions: 180, Findings: 400, Keys: 180, Ledger: 400}
	ttls := func() string {
		return fmt.Sprint(query(t, s, "SELECT name, extract(engine_full, 'TTL .*toIntervalDay\\\\(.*?([0-9]+)\\\\)+( SETTINGS|$)') FROM system.tables WHERE database = currentDatabase() AND name IN ('events', 'sip_messages', 'sessions', 'findings', 'key_ts', 'spans', 'coverage') ORDER BY name"))
	}
	for range 2 {
		if err := s.Retain(t.Context(), all, log); err != nil {
			t.Fatal(err)
		}
		if got, want := ttls(), "[[coverage 400] [events 30] [findings 400] [key_ts 180] [sessions 180] [sip_messages 90] [spans 400]]"; got != want {
			t.Fatalf("days %s, want %s", got, want)
		}
	}
	ago := func(days int) string { return time.Now().UTC().AddDate(0, 0, -days).Format("2006-01-02 15:04:05") }
	for i, arrived := range []int{0, 29, 31} {
		// What happened in 2020 and arrived today is as new as what happens today.
		for _, sql := range []string{
			fmt.Sprintf("INSERT INTO events (id, time, kind, dated, keys, key_scopes, inserted_at) VALUES (unhex('%032x'), '202%d-01-01 00:00:00', 'k', 2, ['user:u%d'], [''], '%s')", i, i, i, ago(arrived)),
			fmt.Sprintf("INSERT INTO sessions (id, since, kind, is_deleted, version, inserted_at) VALUES (unhex('%032x'), '202%d-01-01 00:00:00', 'call', %d, 1, '%s')", i, i, i%2, ago(arrived*6)),
		} {
			if err := s.Conn().Exec(t.Context(), sql); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, table := range []string{"events", "sessions", "key_ts"} {
		if err := s.Conn().Exec(t.Context(), "OPTIMIZE TABLE "+table+" FINAL"); err != nil {
			t.Fatal(err)
		}
	}
	for sql, want := range map[string]string{
		"SELECT count() FROM events":   "2",
		"SELECT count() FROM sessions": "2", // the withdrawn one of 174 days stays, the one of 186 days goes
		"SELECT count() FROM key_ts":   "3",
	} {
		if got := one(t, s, sql); got != want {
			t.Errorf("%s: %s, want %s", sql, got, want)
		}
	}
	if err := s.Retain(t.Context(), clickhouse.Retention{Events: 7}, log); err != nil {
		t.Fatal(err)
	}
	if got, want := ttls(), "[[coverage ] [events 7] [findings ] [key_ts ] [sessions ] [sip_messages ] [spans ]]"; got != want {
		t.Errorf("days %s, want %s", got, want)
	}
}

// TestMakeRoom asks for more room than any disk has: everything but the newest
// partition of each table goes, and says so.
func TestMakeRoom(t *testing.T) {
	s := open(t, chdbtest.Open(t), "")
	if err := s.Retain(t.Context(), clickhouse.Retention{Events: 30}, slog.New(slog.DiscardHandler)); err != nil {
		t.Fatal(err)
	}
	for i := range 4 {
		b := &schemas.SinkBatch{Events: []schemas.Event{{ID: fp.ID(int64(i)), Time: noon.AddDate(0, 0, -i)}}, Sessions: []schemas.Session{{ID: schemas.HashID(fmt.Sprint(i)), Since: noon}}}
		if err := s.Write(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	for _, room := range []clickhouse.Room{{}, {MaxUsed: 100}, {MinFree: 1}} {
		dropped, err := s.MakeRoom(t.Context(), room)
		if err != nil || len(dropped) > 0 {
			t.Errorf("%+v dropped %v, %v", room, dropped, err)
		}
	}
	dropped, err := s.MakeRoom(t.Context(), clickhouse.Room{MinFree: math.MaxInt64})
	if err != nil || len(dropped) != 3 {
		t.Fatalf("dropped %v, %v", dropped, err)
	}
	for _, p := range dropped {
		if p.Table != "events" || p.Rows != 1 || p.Bytes == 0 || time.Since(p.Arrived) > time.Hour {
			t.Errorf("dropped %+v", p)
		}
	}
	for sql, want := range map[string]string{"SELECT count() FROM v_events": "1", "SELECT count() FROM v_sessions": "4"} {
		if got := one(t, s, sql); got != want {
			t.Errorf("%s: %s, want %s", sql, got, want)
		}
	}
	// Nothing is left to drop, and what was dropped does not count twice.
	if dropped, err := s.MakeRoom(t.Context(), clickhouse.Room{MinFree: math.MaxInt64}); err != nil || len(dropped) > 0 {
		t.Errorf("dropped %v more, %v", dropped, err)
	}
}
