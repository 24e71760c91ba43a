package grafana

import (
	"fmt"
	"os"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	"github.com/uctrace/uctrace/internal/grafana/macro"
	"github.com/uctrace/uctrace/sinks/clickhouse"
)

// loadRows names the variable with the number of events to generate; task
// dashboards-load sets it. loadDir keeps the database for another run.
const (
	loadRows = "UCTRACE_DASHBOARD_ROWS"
	loadDir  = "UCTRACE_DASHBOARD_DIR"
)

// loadDays is how long the generated deployment has run.
const loadDays = 30

// TestLoad asks every query of the dashboards of a day out of a month of
// generated rows, and reports what each costs: wall time, CPU time of the
// process, rows that ClickHouse means to read of each table. It fails where a
// query reads most of a big table, which no faster host would mend.
func TestLoad(t *testing.T) {
	n, _ := strconv.Atoi(os.Getenv(loadRows))
	if n == 0 {
		t.Skip(loadRows + " is not set")
	}
	dir := os.Getenv(loadDir)
	if dir == "" {
		dir = t.TempDir()
	}
	sink := store(t, chdbtest.OpenDir(t, dir), "")
	if count(t, sink, "events") == 0 {
		generate(t, sink, n)
	}
	stored := map[string]float64{}
	for _, table := range []string{"events", "sessions", "findings", "spans"} {
		stored[table] = count(t, sink, table)
	}
	disk, err := sink.Query(t.Context(), "SELECT formatReadableSize(sum(disk_bytes)), sum(stored_rows) FROM v_storage")
	if err != nil {
		t.Fatal(err)
	}
	t.Logf("%v rows, %s rows in all, %s on disk", stored, disk.Rows[0][1], disk.Rows[0][0])

	from := begin.AddDate(0, 0, loadDays/2)
	session, finding := n/9/2, n/200/2
	session -= session % 10 // a call
	scope := macro.Scope{From: from, To: from.Add(24 * time.Hour), Interval: 5 * time.Minute, Vars: map[string]macro.Value{
		"datasource": macro.Text("uc-clickhouse"), "loki": macro.Text("uc-loki"), "page": macro.Text(DefaultPage), "cluster": {All: true},
		"gap": macro.Text("10"), "rule": macro.Text(""), "needle": macro.Text(""), "key": macro.Text("user17"),
		"session": macro.Text(one(t, sink, fmt.Sprintf("SELECT lower(hex(MD5('session %d')))", session))),
		"finding": macro.Text(one(t, sink, fmt.Sprintf("SELECT lower(hex(MD5('finding %d')))", finding))),
	}}
	var costs []cost
	for uid, d := range read(t) {
		for where, sql := range queries(d) {
			expanded, err := macro.Query(sql, scope)
			if err != nil {
				t.Fatal(err)
			}
			c := measure(t, sink, expanded)
			c.where = uid + ", " + where
			costs = append(costs, c)
			for table, rows := range c.reads {
				if total := stored[table]; rows > total/4 && total > 1e6 {
					t.Errorf("%s means to read %.0f of %.0f rows of %s", c.where, rows, total, table)
				}
			}
		}
	}
	slices.SortFunc(costs, func(a, b cost) int { return int(b.cpu - a.cpu) })
	for _, c := range costs {
		t.Logf("%6.0f ms wall %6.0f ms CPU  %-70s %v", c.wall.Seconds()*1e3, c.cpu.Seconds()*1e3, c.where, c.reads)
	}
}

type cost struct {
	where     string
	wall, cpu time.Duration
	reads     map[string]float64
}

// measure runs a query three times and takes the cheapest.
func measure(t *testing.T, sink *clickhouse.Sink, sql string) cost {
	t.Helper()
	c := cost{wall: time.Hour, cpu: time.Hour, reads: map[string]float64{}}
	for range 3 {
		cpu, start := spent(t), time.Now()
		if _, err := sink.Query(t.Context(), sql); err != nil {
			t.Fatalf("%v\n%s", err, sql)
		}
		c.wall, c.cpu = min(c.wall, time.Since(start)), min(c.cpu, spent(t)-cpu)
	}
	estimate, err := sink.Query(t.Context(), "EXPLAIN ESTIMATE "+sql)
	if err != nil {
		t.Fatalf("%v\n%s", err, sql)
	}
	for _, r := range estimate.Rows {
		rows, err := strconv.ParseFloat(r[3], 64)
		if err != nil {
			t.Fatal(err)
		}
		c.reads[r[1]] += rows
	}
	return c
}

// spent is the CPU time of this process, the embedded engine's included.
func spent(t *testing.T) time.Duration {
	t.Helper()
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		t.Fatal(err)
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func one(t *testing.T, sink *clickhouse.Sink, sql string) string {
	t.Helper()
	table, err := sink.Query(t.Context(), sql)
	if err != nil || len(table.Rows) != 1 {
		t.Fatal(sql, table.Rows, err)
	}
	return table.Rows[0][0]
}

func count(t *testing.T, sink *clickhouse.Sink, table string) float64 {
	t.Helper()
	n, err := strconv.ParseFloat(one(t, sink, "SELECT count() FROM "+table), 64)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// generate fills a month: n events of calls, registrations, sign-ins, dialbacks
// and lookups, nine to a session, every third session in two revisions, a
// finding for every 200 events, a span for every 1,000. Tables that no dashboard
// reads stay empty.
func generate(t *testing.T, sink *clickhouse.Sink, n int) {
	t.Helper()
	exec := func(sql string) {
		if err := sink.Conn().Exec(t.Context(), sql); err != nil {
			t.Fatalf("%v\n%s", err, sql)
		}
	}
	for _, view := range []string{"sip_messages_from_events", "key_ts_from_events"} {
		exec("DROP VIEW IF EXISTS " + view)
	}
	names := strings.NewReplacer(
		"{begin}", "toDateTime64('"+begin.Format(time.DateTime)+"', 6, 'UTC')",
		"{step}", strconv.Itoa(max(1, loadDays*86400*1e6/n)), // microseconds from event to event
		"{id}", "toFixedString(concat(substring(MD5(toString(intDiv(i, 20000))), 1, 10), unhex(leftPad(hex(toUInt64(i % 20000 * 1311)), 12, '0'))), 16)",
		"{kind}", "['call', 'call', 'call', 'call', 'call', 'registration', 'registration', 'login', 'federation', 'mra'][k % 10 + 1]",
		"{keys}", "arrayConcat([concat('call_id:', lower(hex(k * 7919)), '@10.1.1.1'), concat('user:user', toString(k % 20000)), concat('device:SEP', toString(k % 30000))], if(k % 10 = 8, [concat('dialback_pair:d', toString(k % 300), '.example>own.example')], []))",
	)
	const chunk = 2_000_000
	for from := 0; from < n; from += chunk {
		rows := strconv.Itoa(min(chunk, n-from))
		exec(names.Replace(`INSERT INTO events (id, time, dated, flags, source, cluster, node, file, line, kind, keys, key_scopes, attr_names, attr_values, body, sip_direction, sip_transport, sip_peer, sip_local, sip_method, sip_status, sip_reason, sip_cseq, sip_call_id, inserted_at)
			SELECT {id}, {begin} + toIntervalMicrosecond(i * {step}), 2, if(kind = 'sip.message', 9, 0), 'cucm.sdl', ['west', 'east'][intDiv(i, 20000) % 2 + 1], concat('cucm-', toString(intDiv(i, 20000) % 40)), concat('SDL', toString(intDiv(i, 20000) % 400), '.txt'), i % 20000 * 7,
				multiIf(i % 5000 = 0, 'config.change', i % 5000 = 1, 'alarm.raised', i % 500 = 2, 'mobility.miss', i % 500 = 3, 'mobility.found', i % 500 = 4, 'mobility.remdest', i % 10 < 7, 'sip.message', i % 10 = 7, 'digits.analysis', 'login.stage') AS kind,
				[concat('call_id:', lower(hex(k * 7919)), '@10.1.1.1'), concat('ci:', toString(k))], ['', 'west'],
				['number', 'name'], [toString(i % 9000), 'ServiceStarted'],
				concat(toString(i), '.001 |', toString(i % 86400), ' |AppInfo  |SIPTcp - wait_SdlReadRsp: Incoming SIP TCP message from 10.1.', toString(i % 200), '.7 on port 5060 index ', toString(i % 50), ' with 945 bytes:'),
				if(i % 2 = 0, 'in', 'out'), 'tcp', concat('10.1.', toString(k % 200), '.7:5060'), '10.9.9.9:5060', 'INVITE', [0, 100, 180, 200, 0, 0, 200, 0, 0][i % 9 + 1], '', '101 INVITE', concat(lower(hex(k * 7919)), '@10.1.1.1'),
				{begin} + toIntervalMicrosecond(i * {step}) + INTERVAL 3 SECOND
			FROM (SELECT number + ` + strconv.Itoa(from) + ` AS i, intDiv(i, 9) AS k FROM numbers(` + rows + `))`))
	}
	for version, which := range []string{"", "WHERE k % 3 = 0"} {
		exec(names.Replace(`INSERT INTO sessions (id, version, is_deleted, since, kind, outcome, cluster, start, end, keys, key_scopes, nodes, sources, stage_names, stage_starts, stage_ends, stage_outcomes, summary, event_count, events, inserted_at)
			SELECT MD5(concat('session ', toString(k))), ` + strconv.Itoa(version+1) + `, 0, at, {kind}, ['ok', 'failed', 'ok', 'ok', 'ok', 'ok', 'open'][k % 7 + 1], ['west', 'east'][k % 2 + 1], at, at + INTERVAL 4 SECOND, {keys}, [], [concat('cucm-', toString(k % 40))], ['cucm.sdl'],
				if(k % 10 = 7, ['start', 'discovery', 'uds-auth', 'xmpp'], []), if(k % 10 = 7, [at, at, at, at], []), if(k % 10 = 7, [at, at + 1, at + 1, at + 2], []), if(k % 10 = 7, ['ok', 'ok', 'failed', 'ok'], []),
				concat('call from ', toString(k % 20000), ' to ', toString(k % 30000), ', answered, 1 leg, 9 messages'), 9, arrayMap(i -> {id}, range(k * 9, k * 9 + 9)), at + INTERVAL 5 SECOND
			FROM (SELECT number AS k, {begin} + toIntervalMicrosecond(k * 9 * {step}) AS at FROM numbers(` + strconv.Itoa(n/9) + `)) ` + which + `
			SETTINGS max_partitions_per_insert_block = 0`))
	}
	exec(names.Replace(`INSERT INTO findings (id, version, is_deleted, since, rule, severity, session, cluster, time, dated, summary, cause, fix, evidence_events, evidence_files, evidence_lines, evidence_roles, evidence_texts, keys, key_scopes, count, first_time, last_time, inserted_at)
		SELECT MD5(concat('finding ', toString(f))), 1, 0, at, concat(['cucm.rule-', 'jabber.rule-', 'xmpp.rule-', 'cucm.remote-destination-'][f % 4 + 1], toString(f % 40)), ['low', 'medium', 'high', 'critical'][f % 4 + 1], MD5(concat('session ', toString(k))), ['west', 'east'][k % 2 + 1], at, 2,
			concat('the call from ', toString(f), ' fails'), 'the peer does not answer', ['look at the firewall', 'look at the peer'], arrayMap(i -> {id}, [k * 9, k * 9 + 3]), ['SDL1.txt', 'SDL1.txt'], [7, 28], ['proves', 'context'], ['line', 'line'], {keys}, [], 1, at, at, at + INTERVAL 6 SECOND
		FROM (SELECT number AS f, intDiv(f * 200, 9) AS k, {begin} + toIntervalMicrosecond(k * 9 * {step}) AS at FROM numbers(` + strconv.Itoa(n/200) + `))
		SETTINGS max_partitions_per_insert_block = 0`))
	exec(names.Replace(`INSERT INTO spans (fingerprint, start, end, file, source, cluster, node, first_time, last_time, lines, records, events, silent, inserted_at)
		SELECT substring(MD5(toString(intDiv(i, 20000))), 1, 10), i % 20000 * 1311, i % 20000 * 1311 + 1311000, concat('SDL', toString(intDiv(i, 20000) % 400), '.txt'), 'cucm.sdl', ['west', 'east'][intDiv(i, 20000) % 2 + 1], concat('cucm-', toString(intDiv(i, 20000) % 40)),
			{begin} + toIntervalMicrosecond(i * {step}), {begin} + toIntervalMicrosecond((i + 999) * {step}), 7000, 3600, 1000, 2600, {begin} + toIntervalMicrosecond((i + 999) * {step}) + INTERVAL 3 SECOND
		FROM (SELECT number * 1000 AS i FROM numbers(` + strconv.Itoa(n/1000) + `))`))
}
