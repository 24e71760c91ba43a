package jsonl

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

var (
	at    = time.Date(2026, 3, 1, 12, 0, 5, 370e6, time.FixedZone("", -5*3600))
	clk   = time.Date(1, 1, 1, 15, 53, 55, 370e6, time.UTC)
	fp    = schemas.FingerprintOf([]byte("a log"))
	event = schemas.Event{
		ID: fp.ID(101), Record: fp.ID(100), Time: at, Source: schemas.CUCMSDL, Cluster: "west", Node: "cucm1", File: "a.zip!b.txt", Line: 7,
		Kind: schemas.KindSIPMessage, Keys: []schemas.Key{{Type: schemas.KeyCallID, Value: "x@y"}, {Type: schemas.KeyCI, Value: "42", Scope: "west"}},
		Attrs:   []schemas.Attr{{Name: "from_user", Value: "4711"}, {Name: "empty"}},
		SIP:     &schemas.SIP{Direction: schemas.In, Method: "INVITE", Status: 603, CSeq: "101 INVITE", Date: at, Wire: true},
		XMPP:    &schemas.XMPP{Stanza: "db:result", Direction: schemas.Out, Role: schemas.Initiating},
		Text:    "say \"hi\"\\\t\x01\xff\xc3(é\u2028",
		Repairs: []string{"quotes"},
	}
)

func TestEncoding(t *testing.T) {
	file := schemas.File{Path: "a.txt", Node: "n"}
	tests := []struct {
		name, got, want string
	}{
		{
			"record", string(AppendRecord(nil, &file, &schemas.Record{ID: fp.ID(1), Source: schemas.CUCMSDL, Time: at, Line: 2, Lines: 1, Offset: 1, Head: true, Text: []byte("x\r\n")})),
			`{"id":"` + fp.ID(1).String() + `","source":"cucm.sdl","node":"n","file":"a.txt","line":2,"lines":1,"offset":1,"bytes":3,"time":"2026-03-01T17:00:05.370Z","text":"x\r\n"}`,
		},
		{
			"headless record", string(AppendRecord(nil, &file, &schemas.Record{Source: schemas.Unknown, Time: clk, Line: 1, Lines: 1, Glued: true, Cut: true})),
			`{"id":"00000000000000000000000000000000","source":"unknown","node":"n","file":"a.txt","line":1,"lines":1,"offset":0,"bytes":0,"time_of_day":"15:53:55.370","head":false,"glued":true,"cut":true,"text":""}`,
		},
		{
			"event", string(AppendEvent(nil, &event)),
			`{"id":"` + event.ID.String() + `","record":"` + event.Record.String() + `","time":"2026-03-01T17:00:05.370Z","source":"cucm.sdl","cluster":"west","node":"cucm1","file":"a.zip!b.txt","line":7,"kind":"sip.message",` +
				`"keys":[{"type":"call_id","value":"x@y"},{"type":"ci","value":"42","scope":"west"}],"attrs":{"from_user":"4711","empty":""},` +
				`"sip":{"direction":"in","method":"INVITE","status":603,"cseq":"101 INVITE","date":"2026-03-01T17:00:05.370Z","sdp":false,"wire":true},` +
				`"xmpp":{"stanza":"db:result","direction":"out","role":"initiating"},"text":"say \"hi\"\\\t\u0001\ufffd\ufffd(é` + "\u2028" + `","repairs":["quotes"],"quality":0.9}`,
		},
		{"bare event", string(AppendEvent(nil, &schemas.Event{})), `{"id":"00000000000000000000000000000000","keys":[],"attrs":{}}`},
		{
			"session", string(AppendSession(nil, &schemas.Session{
				ID: fp.ID(1), Kind: schemas.SessionCall, Outcome: schemas.OutcomeOK, Start: at, End: clk, Nodes: []string{"a", "b"}, Sources: []schemas.Source{schemas.CUCMSDL}, EventCount: 2, Summary: "s",
				Stages: []schemas.Stage{{Name: "start", Start: at, Outcome: schemas.OutcomeOK}, {Name: "stack"}},
			})),
			`{"id":"` + fp.ID(1).String() + `","kind":"call","outcome":"ok","start":"2026-03-01T17:00:05.370Z","end_time_of_day":"15:53:55.370","keys":[],"nodes":["a","b"],"sources":["cucm.sdl"],"events":2,"summary":"s","stages":[{"name":"start","start":"2026-03-01T17:00:05.370Z","outcome":"ok"},{"name":"stack"}]}`,
		},
		{
			"finding", string(AppendFinding(nil, &schemas.Finding{
				ID: fp.ID(1), Rule: "r", Severity: schemas.High, Session: fp.ID(2), Time: at, Summary: "s", Cause: "c", Fix: []string{"f"}, Stage: "sso", Count: 2, First: at, Last: at,
				Evidence: []schemas.Evidence{{Event: fp.ID(3), File: "a.txt", Line: 4, Role: schemas.Proves, Text: "t"}},
			})),
			`{"id":"` + fp.ID(1).String() + `","rule":"r","severity":"high","time":"2026-03-01T17:00:05.370Z","session":"` + fp.ID(2).String() + `","summary":"s","cause":"c","fix":["f"],"evidence":[{"event":"` + fp.ID(3).String() + `","file":"a.txt","line":4,"role":"proves","text":"t"}],"keys":[],"stage":"sso","count":2,"first":"2026-03-01T17:00:05.370Z","last":"2026-03-01T17:00:05.370Z"}`,
		},
		{
			"input", string(AppendInput(nil, &schemas.Input{Path: "a", Bytes: 3, Problems: []schemas.Problem{{File: "a", Line: 1, Message: "m", Hint: "h", Unread: true}}})),
			`{"path":"a","bytes":3,"lines":0,"records":0,"events":0,"silent":0,"unparsed":0,"headless":0,"repaired":0,"damaged":0,"problems":[{"file":"a","line":1,"message":"m","hint":"h","unread":true}]}`,
		},
		{
			"session with what was seen", string(AppendSession(nil, &schemas.Session{
				ID: fp.ID(1), Kind: schemas.SessionCall, EventCount: 1,
				Sights:   []schemas.Sight{{Node: "a", Source: schemas.CUCMSDL, Events: 2}, {Source: schemas.ExpresswayTVCS, Events: 1, Levels: []string{"debug", "info"}}},
				Coverage: []schemas.Coverage{{Subject: "s", Why: "w"}},
				Skews:    []schemas.Skew{{Node: "a", Against: "b", Offset: 1500 * time.Millisecond, Within: time.Millisecond, Facts: 3}, {File: "c.log", Against: "b", Offset: -time.Minute}},
			})),
			`{"id":"` + fp.ID(1).String() + `","kind":"call","keys":[],"nodes":[],"sources":[],"events":1,` +
				`"sights":[{"node":"a","source":"cucm.sdl","events":2},{"source":"expressway.tvcs","events":1,"levels":["debug","info"]}],` +
				`"coverage":[{"subject":"s","observable":false,"why":"w"}],` +
				`"skews":[{"node":"a","against":"b","offset":1.5,"within":0.001,"facts":3},{"file":"c.log","against":"b","offset":-60,"within":0,"facts":0}],"stages":[]}`,
		},
		{
			"log coverage", string(AppendLogCoverage(nil, &schemas.LogCoverage{
				ID: fp.ID(1), Cluster: "c", Node: "a", Source: schemas.CUCMSDL, Files: 1, Bytes: 9, Lines: 8, Records: 7, Events: 6, Unparsed: 5, Damaged: 4,
				Levels: []string{"debug"}, First: at, Last: at, Sequence: 12, GapCount: 2, Missing: 5,
				Gaps: []schemas.LogGap{{File: "a.txt", Line: 3, From: at, To: at, Missing: 5, Why: "w"}, {File: "b.txt"}},
			})),
			`{"id":"` + fp.ID(1).String() + `","cluster":"c","node":"a","source":"cucm.sdl","files":1,"bytes":9,"lines":8,"records":7,"events":6,"unparsed":5,"damaged":4,"levels":["debug"],` +
				`"first":"2026-03-01T17:00:05.370Z","last":"2026-03-01T17:00:05.370Z","sequence":12,` +
				`"gaps":[{"file":"a.txt","line":3,"from":"2026-03-01T17:00:05.370Z","to":"2026-03-01T17:00:05.370Z","missing":5,"why":"w"},{"file":"b.txt"}],"gap_count":2,"missing":5}`,
		},
		{"coverage", string(AppendCoverage(nil, &schemas.Coverage{Subject: "s", Why: "w"})), `{"subject":"s","observable":false,"why":"w"}`},
	}
	for _, tt := range tests {
		if tt.got != tt.want {
			t.Errorf("%s:\n got %s\nwant %s", tt.name, tt.got, tt.want)
		}
		if !json.Valid([]byte(tt.got)) {
			t.Errorf("%s is not JSON", tt.name)
		}
	}
}

func TestMoment(t *testing.T) {
	tests := []struct {
		t    time.Time
		want string
	}{
		{time.Time{}, `{`},
		{time.Date(2026, 1, 2, 3, 4, 5, 0, time.UTC), `{"time":"2026-01-02T03:04:05.000Z"`},
		{time.Date(2026, 1, 2, 3, 4, 5, 1000, time.UTC), `{"time":"2026-01-02T03:04:05.000001Z"`},
		{time.Date(2026, 1, 2, 3, 4, 5, 120e6, time.UTC), `{"time":"2026-01-02T03:04:05.120Z"`},
		{time.Date(33, 1, 2, 3, 4, 5, 0, time.UTC), `{"time":"0033-01-02T03:04:05.000Z"`},
		{clk, `{"time_of_day":"15:53:55.370"`},
		{clk.Add(5 * time.Microsecond), `{"time_of_day":"15:53:55.370005"`},
	}
	for _, tt := range tests {
		if got := string(moment([]byte("{"), "time", tt.t)); got != tt.want {
			t.Errorf("moment(%v) = %s, want %s", tt.t, got, tt.want)
		}
	}
}

// FuzzQuote holds quote to what encoding/json makes of the same bytes.
func FuzzQuote(f *testing.F) {
	for _, s := range []string{"", "a\"\\\n", "\xff\xfe", "é\xc3", "\u2028\U0001f600\x7f\x00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		var got, want string
		if err := json.Unmarshal(quote(nil, s), &got); err != nil {
			t.Fatalf("quote(%q) = %s: %v", s, quote(nil, s), err)
		}
		std, err := json.Marshal(s)
		if err != nil {
			t.Fatal(err)
		}
		if err := json.Unmarshal(std, &want); err != nil {
			t.Fatal(err)
		}
		if got != want {
			t.Errorf("quote(%q) decodes to %q, encoding/json to %q", s, got, want)
		}
	})
}

func TestNoAllocations(t *testing.T) {
	buf := make([]byte, 0, 64<<10)
	file := schemas.File{Path: "a"}
	record := schemas.Record{Text: []byte(strings.Repeat("é\xff\n ", 100)), Time: at}
	if n := testing.AllocsPerRun(100, func() {
		buf = AppendEvent(buf[:0], &event)
		buf = AppendRecord(buf, &file, &record)
	}); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

func BenchmarkAppendEvent(b *testing.B) {
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = AppendEvent(buf[:0], &event)
	}
	b.SetBytes(int64(len(buf)))
}

func BenchmarkAppendRecord(b *testing.B) {
	file := schemas.File{Path: "cm/trace/ccm/sdl/SDL001_100_000001.txt", Node: "cucm-pub"}
	line := `02523441.000 |16:23:08.121 |SdlSig   |StationRegister                        |unknown                        |StationInit(1,100,63,1)          |StationInit(1,100,63,1)          |1,100,14,27.4^10.0.0.1^SEP001122334455   |[R:N-H:0,N:0,L:0,V:0,Z:0,D:0]` + "\r\n"
	r := schemas.Record{Source: schemas.CUCMSDL, Time: at, Line: 1, Lines: 1, Head: true, Text: []byte(strings.Repeat(line, 3))}
	var buf []byte
	b.ReportAllocs()
	for b.Loop() {
		buf = AppendRecord(buf[:0], &file, &r)
	}
	b.SetBytes(int64(len(buf)))
}
