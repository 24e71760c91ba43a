package clickhouse_test

import (
	"fmt"
	"regexp"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	"github.com/uctrace/uctrace/sinks/clickhouse"
)

// month fills the tables with what a small site logs in thirty days, twenty
// nodes of it in files of a few thousand lines: 600,000 events, 60,000 sessions
// and findings.
var month = []string{
	`INSERT INTO events (id, time, dated, flags, kind, cluster, node, keys, key_scopes, attr_names, attr_values, sip_call_id, sip_method)
	WITH number % 20 AS n, intDiv(number, 20) AS s, intDiv(s, 9) AS call
	SELECT
		toFixedString(concat(substring(reinterpretAsString(sipHash64(n, intDiv(s, 2000))), 1, 8), 'ab', reverse(substring(reinterpretAsString(toUInt64(1 + (s % 2000) * 550)), 1, 6))), 16),
		toDateTime64('2026-03-01 00:00:00', 6, 'UTC') + toIntervalMicrosecond(s * 86400000 + n * 7), 2, if(s % 5 = 0, 1, 0),
		['sip.message', 'digits.analysis', 'mobility.lookup', 'login.stage', 'alarm.raised'][1 + s % 5],
		if(n < 10, 'west', 'east'), concat('cucm', toString(n)),
		[concat('call_id:', toString(call), '-', toString(n), '@h'), concat('device:SEP', toString(n))], ['', 'west'], [], [], if(s % 5 = 0, concat(toString(call), '-', toString(n), '@h'), ''), 'INVITE'
	FROM numbers(600000)
	SETTINGS max_partitions_per_insert_block = 0`,
	`INSERT INTO sessions (id, version, since, kind, outcome, cluster, start, end, keys, key_scopes, event_count)
	WITH toDateTime64('2026-03-01 00:00:00', 6, 'UTC') + toIntervalSecond(number * 43) AS at
	SELECT toFixedString(concat(reinterpretAsString(sipHash64(number)), reinterpretAsString(1 + cityHash64(number))), 16), 1, at, ['call', 'login', 'registration'][1 + number % 3], 'ok', 'west', at, at + 30, [concat('call_id:', toString(number), '@h')], [''], 3
	FROM numbers(60000)`,
	`INSERT INTO spans (fingerprint, start, end, first_time, last_time)
	SELECT substring(id, 1, 10) AS fingerprint, 0, 2000000, min(time), max(time) FROM events GROUP BY fingerprint`,
	`INSERT INTO findings (id, version, since, rule, severity, session, cluster, time, dated, keys, key_scopes)
	SELECT id, 1, since, concat('rule-', toString(cityHash64(id) % 20)), 'high', id, cluster, start, 2, keys, key_scopes FROM sessions`,
}

// TestViewsPrune asks the views what dashboards ask, and looks at what the engine
// would read: a view over FINAL must not hide the keys and indexes below it.
func TestViewsPrune(t *testing.T) {
	s := open(t, chdbtest.Open(t), "")
	for _, sql := range month {
		if err := s.Conn().Exec(t.Context(), sql); err != nil {
			t.Fatal(err)
		}
	}
	const hour = "BETWEEN '2026-03-11 10:00:00' AND '2026-03-11 11:00:00'"
	session := one(t, s, "SELECT lower(hex(id)) FROM sessions WHERE keys[1] = 'call_id:30000@h'")
	event := one(t, s, "SELECT lower(hex(id)) FROM events WHERE keys[1] = 'call_id:1600-3@h' LIMIT 1")
	for _, tt := range []struct {
		sql string
		// most granules: a skip index leaves one, and FINAL takes the ones beside
		// it to see other versions of its rows.
		most int
	}{
		{"SELECT count() FROM v_events WHERE time " + hour, 2},
		{"SELECT count() FROM v_events WHERE time " + hour + " AND cluster = 'west' AND kind = 'alarm.raised'", 2},
		{"SELECT * FROM v_events WHERE time " + hour + " AND raw_id = unhex('" + event + "')", 2},
		{"SELECT * FROM v_events WHERE has(keys, 'call_id:1600-3@h')", 8},
		{"SELECT count() FROM v_sip_messages WHERE time " + hour, 2},
		{"SELECT * FROM v_sip_messages WHERE call_id = '1600-3@h'", 6},
		{"SELECT * FROM v_keys WHERE key = 'call_id:1600-3@h'", 2},
		{"SELECT * FROM v_keys WHERE startsWith(key, 'call_id:1600-3')", 2},
		{"SELECT count() FROM v_sessions WHERE start " + hour, 3},
		{"SELECT count() FROM v_sessions WHERE start " + hour + " AND kind = 'call' AND cluster = 'west'", 3},
		{"SELECT * FROM v_sessions WHERE raw_id = unhex('" + session + "')", 3},
		{"SELECT * FROM v_sessions WHERE has(keys, 'call_id:30000@h')", 3},
		{"SELECT count() FROM v_session_events WHERE session_start " + hour, 3},
		{"SELECT count() FROM v_joins WHERE session_start " + hour, 3},
		{"SELECT * FROM v_session_timeline(session = '" + session + "')", 8},
		{"SELECT * FROM v_event(id = '" + event + "')", 2},
		{"SELECT * FROM v_key_events(key = 'call_id:1600-3@h')", 2},
		{"SELECT * FROM v_key_events(key = 'net_id:1')", 8},
		{"SELECT count() FROM v_findings WHERE time " + hour + " AND severity = 'high'", 3},
		{"SELECT * FROM v_findings WHERE raw_session = unhex('" + session + "')", 3},
		{"SELECT * FROM v_findings WHERE raw_id = unhex('" + session + "')", 3},
		{"SELECT count() FROM otel_traces WHERE SessionStart " + hour, 3},
		{"SELECT count() FROM otel_logs WHERE Timestamp " + hour, 2},
	} {
		t.Run(tt.sql, func(t *testing.T) {
			chosen, all := granules(t, s, tt.sql)
			if chosen > tt.most || all < 8 {
				t.Errorf("%d of %d granules, want %d at most", chosen, all, tt.most)
			}
		})
	}
}

var chosenGranules = regexp.MustCompile(`Granules: (\d+)/(\d+)`)

// granules returns how many granules the last index of a statement leaves, and
// how many the first one began with.
func granules(t *testing.T, s *clickhouse.Sink, sql string) (chosen, all int) {
	t.Helper()
	var plan strings.Builder
	for _, row := range query(t, s, "EXPLAIN indexes = 1 "+sql) {
		plan.WriteString(row[0] + "\n")
	}
	found := chosenGranules.FindAllStringSubmatch(plan.String(), -1)
	if len(found) == 0 {
		t.Fatalf("no index is used:\n%s", plan.String())
	}
	fmt.Sscan(found[0][2], &all)
	fmt.Sscan(found[len(found)-1][1], &chosen)
	if t.Failed() {
		t.Log(plan.String())
	}
	return chosen, all
}
