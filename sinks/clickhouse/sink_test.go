package clickhouse_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/chdb"
	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/clickhouse"
)

func open(t testing.TB, e *chdb.Engine, database string) *clickhouse.Sink {
	t.Helper()
	return openWay(t, clickhouse.Config{Transport: e.Transport(), Database: database})
}

func query(t testing.TB, s *clickhouse.Sink, sql string, args ...any) [][]string {
	t.Helper()
	table, err := s.Query(t.Context(), sql, args...)
	if err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return table.Rows
}

func one(t testing.TB, s *clickhouse.Sink, sql string) string {
	t.Helper()
	rows := query(t, s, sql)
	if len(rows) != 1 || len(rows[0]) != 1 {
		t.Fatalf("%s: %v", sql, rows)
	}
	return rows[0][0]
}

var (
	fp   = schemas.FingerprintOf([]byte("a log"))
	noon = time.Date(2026, 3, 1, 12, 0, 0, 123456000, time.UTC)
)

func fullEvent() schemas.Event {
	return schemas.Event{
		ID: fp.ID(101), Record: fp.ID(100), Time: noon, Source: schemas.CUCMSDL, Cluster: "west", Node: "cucm1",
		File: "a.zip!b.txt", Line: 7, Kind: schemas.KindSIPMessage,
		Keys:  []schemas.Key{{Type: schemas.KeyCallID, Value: "x@y"}, {Type: schemas.KeyCI, Value: "42", Scope: "west"}},
		Attrs: []schemas.Attr{{Name: "from_user", Value: "4711"}, {Name: "odd", Value: "a\x1fb"}, {Name: "empty", Value: ""}},
		SIP: &schemas.SIP{
			Direction: schemas.In, Transport: "tcp", Peer: "10.0.0.1:5060", Local: "10.0.0.2:5060", Method: "INVITE",
			RequestURI: "sip:1@h", Status: 603, Reason: "Decline", CSeq: "101 INVITE", CallID: "x@y", From: "<sip:a@b>", To: "<sip:c@d>",
			Contact: "<sip:a@e>", UserAgent: "UA/1", SessionID: "s;remote=0", Date: noon.Truncate(time.Second),
			ReasonHeader: "Q.850;cause=21", Warning: "399 x", SDP: true, Wire: true, Truncated: true,
		},
		XMPP:    &schemas.XMPP{Stanza: "db:result", From: "a.example", To: "b.example", ID: "1", Type: "valid", Direction: schemas.Out, Role: schemas.Initiating},
		Text:    "line with ' and \\ and \xff",
		Repairs: []string{"quotes", "glued"},
	}
}

func TestEventColumns(t *testing.T) {
	s := open(t, chdbtest.Open(t), "")
	e := fullEvent()
	if err := s.Write(t.Context(), &schemas.SinkBatch{Token: "1", Events: []schemas.Event{e, {ID: fp.ID(5000), Record: fp.ID(5000)}}}); err != nil {
		t.Fatal(err)
	}
	table, err := s.Query(t.Context(), "SELECT * EXCEPT (raw_id, raw_record, inserted_at) FROM v_events WHERE raw_id = unhex(?)", e.ID.String())
	if err != nil || len(table.Rows) != 1 {
		t.Fatal(table.Rows, err)
	}
	var got strings.Builder
	for i, name := range table.Columns {
		fmt.Fprintf(&got, "%s=%s\n", name, table.Rows[0][i])
	}
	want := `id=` + e.ID.String() + `
record=` + e.Record.String() + `
time=2026-03-01T12:00:00.123456Z
dated=date
source=cucm.sdl
cluster=west
node=cucm1
file=a.zip!b.txt
line=7
kind=sip.message
family=sip
keys=[call_id:x@y ci:42]
key_scopes=[ west]
attrs=map[empty: from_user:4711 odd:a` + "\x1f" + `b]
repairs=[quotes glued]
body=` + e.Text + `
has_sip=true
sip_direction=in
sip_transport=tcp
sip_peer=10.0.0.1:5060
sip_local=10.0.0.2:5060
sip_method=INVITE
sip_request_uri=sip:1@h
sip_status=603
sip_reason=Decline
sip_cseq=101 INVITE
sip_call_id=x@y
sip_from=<sip:a@b>
sip_to=<sip:c@d>
sip_contact=<sip:a@e>
sip_user_agent=UA/1
sip_session_id=s;remote=0
sip_date=2026-03-01T12:00:00Z
sip_reason_header=Q.850;cause=21
sip_warning=399 x
sip_sdp=true
sip_wire=true
sip_truncated=true
has_xmpp=true
xmpp_stanza=db:result
xmpp_from=a.example
xmpp_to=b.example
xmpp_id=1
xmpp_type=valid
xmpp_direction=out
xmpp_role=initiating
`
	if got.String() != want {
		t.Errorf("row:\n%s\nwant:\n%s", got.String(), want)
	}
	bare := query(t, s, "SELECT dated, keys, attrs, repairs, has_sip, has_xmpp, toYYYYMMDD(time) FROM v_events WHERE raw_id = unhex(?)", fp.ID(5000).String())
	if want := []string{"none", "[]", "map[]", "[]", "false", "false", "19700101"}; !reflect.DeepEqual(bare, [][]string{want}) {
		t.Errorf("bare event = %v, want %v", bare, want)
	}
}

func TestTimes(t *testing.T) {
	s := open(t, chdbtest.Open(t), "")
	tests := []struct {
		in          time.Time
		want, dated string
	}{
		{time.Time{}, "1970-01-01T00:00:00Z", "none"},
		{time.Date(1, 1, 1, 15, 53, 55, 370e6, time.UTC), "1970-01-01T15:53:55.37Z", "time"},
		{time.Date(1, 1, 2, 0, 0, 1, 0, time.UTC), "1970-01-01T00:00:01Z", "time"},
		{noon.In(time.FixedZone("", -5*3600)), "2026-03-01T12:00:00.123456Z", "date"},
		{time.Date(25, 3, 1, 0, 0, 0, 0, time.UTC), "1970-01-01T00:00:00Z", "none"},
		{time.Date(9999, 3, 1, 0, 0, 0, 0, time.UTC), "1970-01-01T00:00:00Z", "none"},
	}
	var b schemas.SinkBatch
	for i, tt := range tests {
		b.Events = append(b.Events, schemas.Event{ID: fp.ID(int64(i)), Time: tt.in})
	}
	if err := s.Write(t.Context(), &b); err != nil {
		t.Fatal(err)
	}
	got := query(t, s, "SELECT time, dated FROM v_events ORDER BY raw_id")
	for i, tt := range tests {
		if want := []string{tt.want, tt.dated}; !slices.Equal(got[i], want) {
			t.Errorf("%v is stored as %v, want %v", tt.in, got[i], want)
		}
	}
}

func TestTokenDropsTheRepeat(t *testing.T) {
	s := open(t, chdbtest.Open(t), "")
	b := schemas.SinkBatch{
		Token:    "t",
		Spans:    []schemas.Span{{File: schemas.File{Path: "f", Fingerprint: fp}, End: 10}},
		Events:   []schemas.Event{fullEvent()},
		Sessions: []schemas.Session{{ID: schemas.HashID("s"), Version: 1}},
		Findings: []schemas.Finding{{ID: schemas.HashID("f"), Version: 1}},
	}
	for range 3 {
		if err := s.Write(t.Context(), &b); err != nil {
			t.Fatal(err)
		}
	}
	for _, table := range []string{"spans", "events", "sessions", "findings", "sip_messages"} {
		if got := one(t, s, "SELECT count() FROM "+table); got != "1" {
			t.Errorf("%s has %s rows without FINAL, want 1: the token was not seen", table, got)
		}
	}
}

func TestViews(t *testing.T) {
	s := open(t, chdbtest.Open(t), "")
	file := schemas.File{Path: "a.txt", Fingerprint: fp, Source: schemas.CUCMSDL, Node: "n"}
	ev := fullEvent()
	ev.ID = fp.ID(0x100) // ends in a zero byte, which a String would lose
	session := schemas.Session{
		ID: schemas.HashID("s"), Version: 2, Kind: schemas.SessionCall, Outcome: schemas.OutcomeFailed, Start: noon, End: noon.Add(1500 * time.Millisecond),
		Keys: ev.Keys, Nodes: []string{"n"}, Sources: []schemas.Source{schemas.CUCMSDL}, Summary: "a call", Events: []schemas.ID{ev.ID}, EventCount: 1,
		Stages: []schemas.Stage{{Name: "start", Start: noon, End: noon.Add(time.Second), Outcome: schemas.OutcomeOK}},
	}
	finding := schemas.Finding{
		ID: schemas.HashID("f"), Version: 1, Rule: "cucm.call-rejected", Severity: schemas.High, Session: session.ID, Time: noon, Summary: "sum", Cause: "c",
		Fix: []string{"do this"}, Count: 3, First: noon, Last: noon, Evidence: []schemas.Evidence{{Event: ev.ID, File: "a.txt", Line: 7, Role: schemas.Proves, Text: "t"}},
	}
	if err := s.Write(t.Context(), &schemas.SinkBatch{
		Spans: []schemas.Span{
			{File: file, Start: 0, End: 100, Lines: 3, Records: 2, Events: 1, Silent: 1, From: noon, To: noon},
			{File: file, Start: 100, End: 150, Lines: 1, Records: 1, Unparsed: 1, EOF: true, Problems: []schemas.Problem{{File: "a.txt", Line: 3, Message: "cut", Hint: "h"}}},
			{File: schemas.File{Path: "gap.txt", Fingerprint: schemas.FingerprintOf([]byte("gap"))}, Start: 5, End: 9},
			{File: schemas.File{Path: "gone1"}},
			{File: schemas.File{Path: "gone2"}},
		},
		Events: []schemas.Event{ev}, Sessions: []schemas.Session{session}, Findings: []schemas.Finding{finding},
	}); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		sql  string
		want string
	}{
		{"SELECT file, bytes, lines, records, events, silent, unparsed, tiled, complete FROM v_files ORDER BY file", "[[a.txt 150 4 3 1 1 1 true true] [gap.txt 9 0 0 0 0 0 false false] [gone1 0 0 0 0 0 0 true false] [gone2 0 0 0 0 0 0 true false]]"},
		{"SELECT file, line, message, hint, unread FROM v_problems", "[[a.txt 3 cut h false]]"},
		{"SELECT count() FROM v_spans", "[[5]]"},
		{"SELECT kind, outcome, duration_ms, keys, nodes, sources, stage_names, event_count FROM v_sessions", "[[call failed 1500 [call_id:x@y ci:42] [n] [cucm.sdl] [start] 1]]"},
		{"SELECT event, position FROM v_session_events", "[[" + ev.ID.String() + " 1]]"},
		{"SELECT stage, duration_ms, outcome FROM v_session_stages", "[[start 1000 ok]]"},
		{"SELECT id, kind FROM v_session_timeline(session = '" + session.ID.String() + "')", "[[" + ev.ID.String() + " sip.message]]"},
		{"SELECT rule, severity, severity_level, session, fix, evidence_events, count FROM v_findings", "[[cucm.call-rejected high 3 " + session.ID.String() + " [do this] [" + ev.ID.String() + "] 3]]"},
		{"SELECT file, line, role, text, event = lower(hex(raw_event)), toTypeName(raw_event) FROM v_evidence", "[[a.txt 7 proves t 1 FixedString(16)]]"},
		{"SELECT line, event, time = toDateTime64('" + ev.Time.UTC().Format("2006-01-02 15:04:05.000000") + "', 6, 'UTC') FROM v_finding_evidence(finding = '" + finding.ID.String() + "')", "[[7 " + ev.ID.String() + " 1]]"},
	}
	for _, tt := range tests {
		if got := fmt.Sprint(query(t, s, tt.sql)); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.sql, got, tt.want)
		}
	}
}

// TestSessionViews stores a call with all its parts, and reads each of them.
func TestSessionViews(t *testing.T) {
	s := open(t, chdbtest.Open(t), "")
	invite, ring := fullEvent(), fullEvent()
	invite.XMPP, ring.XMPP = nil, nil
	invite.SIP = &schemas.SIP{
		Direction: schemas.In, Peer: "10.0.0.1:5060", Local: "10.0.0.2:5060", Method: "INVITE", RequestURI: "sip:1@h", CSeq: "101 INVITE", CallID: "x@y", Wire: true,
		From: "<sip:a@b>;tag=abc", SessionID: "0123456789abcdef0123456789ABCDEF;remote=fedcba9876543210fedcba9876543210",
	}
	ring.ID, ring.Record, ring.Time, ring.Node = fp.ID(201), fp.ID(200), noon.Add(time.Second), "edge"
	session := schemas.Session{
		ID: schemas.HashID("call"), Version: 1, Kind: schemas.SessionCall, Outcome: schemas.OutcomeFailed, Cluster: "west", Since: noon, Start: noon, End: noon.Add(time.Second),
		Events: []schemas.ID{invite.ID, ring.ID}, EventCount: 2, Summary: "declined",
		Stages: []schemas.Stage{{Name: "start", Start: noon, End: noon.Add(time.Second), Outcome: schemas.OutcomeOK}},
		Joins: []schemas.Join{{
			A: schemas.Key{Type: schemas.KeyCallID, Value: "x@y"}, B: schemas.Key{Type: schemas.KeyCI, Value: "42", Scope: "west"},
			Event: ring.ID, Reason: "one message names both", Confidence: schemas.Certain,
		}},
		Sights:   []schemas.Sight{{Node: "cucm1", Source: schemas.CUCMSDL, Events: 1, Levels: []string{"debug", "info"}}, {Node: "edge", Source: schemas.ExpresswayTVCS, Events: 1}},
		Coverage: []schemas.Coverage{{Subject: "media", Why: "no log of it"}, {Subject: "calls", Observable: true, Why: "seen"}},
		Skews:    []schemas.Skew{{Node: "edge", Against: "cucm1", Offset: 16 * time.Second, Within: 5 * time.Millisecond, Facts: 3}},
	}
	coverage := schemas.LogCoverage{
		ID: schemas.HashID("cov"), Version: 7, Cluster: "west", Node: "cucm1", Source: schemas.CUCMSDL, Files: 2, Bytes: 1 << 40, Lines: 9, Records: 8, Events: 7, Unparsed: 1, Levels: []string{"debug"},
		First: noon, Last: noon, Sequence: 5, Gaps: []schemas.LogGap{{File: "a.txt", Line: 7, From: noon, To: noon, Missing: 4, Why: "numbers are missing"}}, GapCount: 3, Missing: 12,
	}
	old := coverage
	old.Version, old.Files = 6, 1
	span := schemas.Span{File: schemas.File{Path: "a.txt", Fingerprint: fp}, Start: 0, End: 1000, From: noon, To: noon.Add(time.Second)}
	b := &schemas.SinkBatch{Token: "1", Spans: []schemas.Span{span}, Events: []schemas.Event{invite, ring}, Sessions: []schemas.Session{session}, Coverage: []schemas.LogCoverage{coverage, old}}
	for range 2 {
		if err := s.Write(t.Context(), b); err != nil {
			t.Fatal(err)
		}
	}
	id := session.ID.String()
	for _, tt := range []struct{ sql, want string }{
		{"SELECT raw_record = unhex('" + invite.Record.String() + "'), record FROM v_event(id = '" + invite.ID.String() + "')", "[[1 " + invite.Record.String() + "]]"},
		{"SELECT event, position, join_reason, join_confidence, cluster FROM v_session_events ORDER BY position", "[[" + invite.ID.String() + " 1   west] [" + ring.ID.String() + " 2 one message names both high west]]"},
		{"SELECT position, leg, role, label, skew_ms, corrected_time, join_reason FROM v_session_timeline(session = '" + id + "') ORDER BY position", "[[1 x@y request INVITE 0 2026-03-01T12:00:00.123456Z ] [2 x@y response 603 Decline (INVITE) 16000 2026-03-01T11:59:45.123456Z one message names both]]"},
		{"SELECT session, a, a_scope, b, b_scope, event, reason, confidence FROM v_joins", "[[" + id + " call_id:x@y  ci:42 west " + ring.ID.String() + " one message names both high]]"},
		{"SELECT node, against, offset_ms, within_ms, facts FROM v_session_skews", "[[edge cucm1 16000 5 3]]"},
		{"SELECT subject, observable, why FROM v_session_coverage ORDER BY subject", "[[calls true seen] [media false no log of it]]"},
		{"SELECT node, source, event_count, levels FROM v_session_sights ORDER BY node", "[[cucm1 cucm.sdl 1 [debug info]] [edge expressway.tvcs 1 []]]"},
		{"SELECT since, joins, skew_nodes, skew_ms, not_observable FROM v_sessions", "[[2026-03-01T12:00:00.123456Z 1 [edge] [16000] [no log of it]]]"},
		{"SELECT src, dst, endpoint_source, label, cseq, cseq_method, call_id, session_id_local, session_id_remote, from_user, from_tag, ci, cause, wire FROM v_sip_messages ORDER BY time", "[[10.0.0.1:5060 10.0.0.2:5060 socket_line INVITE 101 INVITE x@y 0123456789abcdef0123456789abcdef fedcba9876543210fedcba9876543210 4711 abc 42 0 true] [10.0.0.1:5060 10.0.0.2:5060 socket_line 603 Decline 101 INVITE x@y   4711  42 21 true]]"},
		{"SELECT count() FROM sip_messages", "[[2]]"},
		{"SELECT key, type, value, scope, first, last FROM v_keys ORDER BY key", "[[call_id:x@y call_id x@y  2026-03-01T12:00:00.123456Z 2026-03-01T12:00:01.123456Z] [ci:42 ci 42 west 2026-03-01T12:00:00.123456Z 2026-03-01T12:00:01.123456Z]]"},
		{"SELECT id FROM v_key_events(key = 'ci:42') ORDER BY time", "[[" + invite.ID.String() + "] [" + ring.ID.String() + "]]"},
		{"SELECT count() FROM v_key_events(key = 'device:none')", "[[0]]"},
		{"SELECT count() FROM v_session_timeline(session = '00000000000000000000000000000000')", "[[0]]"},
		{"SELECT version, cluster, node, source, files, bytes, lines, records, events, unparsed, damaged, levels, sequence, gap_count, missing FROM v_coverage", "[[7 west cucm1 cucm.sdl 2 1099511627776 9 8 7 1 0 [debug] 5 3 12]]"},
		{"SELECT cluster, node, source, file, line, from, to, missing, why FROM v_coverage_gaps", "[[west cucm1 cucm.sdl a.txt 7 2026-03-01T12:00:00.123456Z 2026-03-01T12:00:00.123456Z 4 numbers are missing]]"},
		{"SELECT TraceId, SpanId, ParentSpanId, SpanName, Duration, StatusCode FROM otel_traces ORDER BY SpanId", "[[" + id + " " + id[:12] + "0000  call 1000000000 Error] [" + id + " " + id[:12] + "0001 " + id[:12] + "0000 start 1000000000 Ok]]"},
		{"SELECT TraceId, Start FROM otel_traces_trace_id_ts", "[[" + id + " 2026-03-01T12:00:00.123456Z]]"},
		{"SELECT Timestamp, SeverityText, SeverityNumber, ServiceName, EventName, LogAttributes['event_id'] FROM otel_logs ORDER BY Timestamp LIMIT 1", "[[2026-03-01T12:00:00.123456Z INFO 9 cucm.sdl sip.message " + invite.ID.String() + "]]"},
	} {
		if got := fmt.Sprint(query(t, s, tt.sql)); got != tt.want {
			t.Errorf("%s\n got %s\nwant %s", tt.sql, got, tt.want)
		}
	}
}

func TestChangedTableIsBroken(t *testing.T) {
	s := open(t, chdbtest.Open(t), "")
	if err := s.Conn().Exec(t.Context(), "ALTER TABLE events MODIFY COLUMN sip_peer LowCardinality(String)"); err != nil {
		t.Fatal(err)
	}
	err := s.Write(t.Context(), &schemas.SinkBatch{Token: "1", Events: []schemas.Event{fullEvent()}})
	if err == nil || clickhouse.Classify(err) != clickhouse.Broken || !strings.Contains(err.Error(), "sip_peer") {
		t.Fatalf("%v", err)
	}
}
