package web

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	"github.com/uctrace/uctrace/internal/offline"
	"github.com/uctrace/uctrace/internal/read"
	"github.com/uctrace/uctrace/internal/simulate/fleet"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/clickhouse"
)

// site is the handler on a real ClickHouse that holds a simulated fleet, a
// session as long as one can be, and one whose words are meant to do harm.
type site struct {
	*Handler
	result  correlator.Result
	long    schemas.Session
	lasting schemas.Session
	evil    schemas.Session
}

// TestSite runs every test that needs the database: a process has one engine.
func TestSite(t *testing.T) {
	s := newSite(t)
	for name, test := range map[string]func(*testing.T, *site){
		"document":        testDocument,
		"faults":          testFaults,
		"paging":          testPaging,
		"search":          testSearch,
		"pages":           testPages,
		"escaping":        testEscaping,
		"exports":         testExports,
		"long session":    testLongSession,
		"lasting session": testLastingSession,
		"slow database":   testSlow,
		"every session":   testEverySession,
		"withdrawn":       testGone,
		"one cause":       testGroups,
		"raw text":        testRaw,
		"nothing but GET": testMethods,
		"coverage":        testCoverage,
		"agents":          testAgents,
		"filter":          testFilter,
		"clocks":          testClocks,
	} {
		t.Run(name, func(t *testing.T) { test(t, s) })
	}
}

func newSite(t *testing.T) *site {
	t.Helper()
	sink, err := clickhouse.Open(t.Context(), clickhouse.Config{Transport: chdbtest.Open(t).Transport()})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := sink.Close(); err != nil {
			t.Error(err)
		}
	})
	s := &site{Handler: New(Options{
		Store: read.New(sink.Conn()), Grafana: "https://grafana.example/", Version: "test",
		Title: func(rule string) string {
			return map[string]string{"cucm.remote-destination-unmatched": "The caller's number is not the configured remote destination"}[rule]
		},
	})}
	s.result = store(t, sink)
	s.long, s.lasting, s.evil = longSession(), lastingSession(), evilSession()
	batch := &schemas.SinkBatch{Token: "more", Sessions: []schemas.Session{s.long, s.lasting, s.evil}, Events: append(longEvents(), evilEvent()), Findings: []schemas.Finding{evilFinding()}}
	if err := sink.Write(t.Context(), batch); err != nil {
		t.Fatal(err)
	}
	return s
}

// store writes a fleet as the running system would.
func store(t *testing.T, sink *clickhouse.Sink) correlator.Result {
	t.Helper()
	f, err := fleet.New(fleet.Options{Seed: 3, Sessions: 100})
	if err != nil {
		t.Fatal(err)
	}
	logs := filepath.Join(t.TempDir(), "logs")
	if err := f.Save(logs); err != nil {
		t.Fatal(err)
	}
	o := offline.Options{Options: collector.Options{Parsers: normalizer.Parsers()}, Paths: []string{logs}}
	n := normalizer.New(o.Parsers)
	var mu sync.Mutex
	all := schemas.SinkBatch{Token: "events"}
	err = collector.Scan(t.Context(), o.Options, o.Paths, nil, func(b *schemas.RecordBatch) error {
		mu.Lock()
		defer mu.Unlock()
		var events schemas.EventBatch
		n.Normalize(&events, b)
		all.Events, all.Spans = append(all.Events, events.Clone().Events...), append(all.Spans, events.Span)
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if err := sink.Write(t.Context(), &all); err != nil {
		t.Fatal(err)
	}
	result, err := offline.Analyze(t.Context(), o)
	if err != nil {
		t.Fatal(err)
	}
	if err := sink.Write(t.Context(), &schemas.SinkBatch{Token: "results", Sessions: result.Sessions, Findings: result.Findings, Coverage: result.Logs, Agents: agentStatuses()}); err != nil {
		t.Fatal(err)
	}
	return result
}

var (
	noon  = time.Date(2026, 3, 3, 12, 0, 0, 0, time.UTC)
	print = schemas.FingerprintOf([]byte("a long log"))
)

// longSession has more events than a session keeps.
func longSession() schemas.Session {
	s := schemas.Session{
		ID: schemas.HashID("long"), Version: 1, Kind: schemas.SessionCall, Outcome: schemas.OutcomeOK, Start: noon, End: noon.Add(6 * time.Hour),
		Nodes: []string{"cucm1"}, Summary: "call from 7001 to 7002, answered, 1 leg, 2400 messages", EventCount: 2400,
		Keys: []schemas.Key{{Type: schemas.KeyCallID, Value: "long@10.1.1.1"}},
	}
	for i := range schemas.MaxSessionEvents {
		s.Events = append(s.Events, print.ID(int64(i*1000)))
	}
	return s
}

// lastingSession goes on for days: it lists its first and latest events.
func lastingSession() schemas.Session {
	s := longSession()
	s.ID, s.Kind, s.Summary, s.EventCount = schemas.HashID("lasting"), schemas.SessionRegistration, "registration of 7001, 200, 14399 messages", 14_399
	s.Events = append(slices.Clone(s.Events[:40]), s.Events[len(s.Events)-60:]...)
	return s
}

func longEvents() []schemas.Event {
	var list []schemas.Event
	for i := range schemas.MaxSessionEvents {
		m := &schemas.SIP{Direction: schemas.In, Peer: "10.1.1.2:5060", Method: "UPDATE", RequestURI: "sip:7002@10.1.1.1", CSeq: cseq(i/2, "UPDATE"), CallID: "long@10.1.1.1", Wire: true}
		if i%2 == 1 {
			m.Direction, m.Status, m.Reason, m.RequestURI = schemas.Out, 200, "OK", ""
		}
		list = append(list, schemas.Event{
			ID: print.ID(int64(i * 1000)), Record: print.ID(int64(i * 1000)), Time: noon.Add(time.Duration(i) * 10 * time.Second), Source: schemas.CUCMSDL,
			Node: "cucm1", File: "long/SDL001.txt", Line: i + 1, Kind: schemas.KindSIPMessage, SIP: m, Text: "line of " + m.CSeq,
		})
	}
	return list
}

func cseq(n int, method string) string {
	b, _ := json.Marshal(n)
	return string(b) + " " + method
}

const harm = `"><script>alert(1)</script><img src=x onerror=alert(2)>' OR 1=1 -- {{.}}`

func evilSession() schemas.Session {
	return schemas.Session{
		ID: schemas.HashID("evil"), Version: 1, Kind: schemas.SessionCall, Outcome: schemas.OutcomeFailed, Cluster: harm, Start: noon, End: noon, EventCount: 1,
		Nodes: []string{harm}, Summary: harm, Keys: []schemas.Key{{Type: schemas.KeyUser, Value: harm}}, Events: []schemas.ID{schemas.HashID("evil event")},
		Joins:    []schemas.Join{{A: schemas.Key{Type: schemas.KeyCI, Value: harm}, B: schemas.Key{Type: schemas.KeyCI, Value: "1"}, Reason: harm}},
		Coverage: []schemas.Coverage{{Subject: harm, Why: harm}}, Skews: []schemas.Skew{{Node: harm, Against: harm, Offset: time.Second}}, Sights: []schemas.Sight{{Node: harm, Source: "x", Events: 1}},
	}
}

func evilEvent() schemas.Event {
	id := schemas.HashID("evil event")
	return schemas.Event{
		ID: id, Record: id, Time: noon, Source: "javascript:alert(1)", Node: harm, File: harm, Line: 1, Kind: schemas.KindSIPMessage, Text: harm,
		Attrs: []schemas.Attr{{Name: harm, Value: harm}}, SIP: &schemas.SIP{Direction: schemas.In, Method: harm, Peer: harm, RequestURI: harm, Wire: true}, Repairs: []string{harm},
	}
}

func evilFinding() schemas.Finding {
	return schemas.Finding{
		ID: schemas.HashID("evil finding"), Version: 1, Rule: harm, Severity: schemas.High, Session: schemas.HashID("evil"), Cluster: harm, Time: noon, Summary: harm, Cause: harm, Fix: []string{harm},
		Evidence: []schemas.Evidence{{Event: schemas.HashID("evil event"), File: harm, Line: 1, Role: schemas.Proves, Text: harm}}, Keys: []schemas.Key{{Type: schemas.KeyJID, Value: harm}},
	}
}

// get asks for a page.
func (s *site) get(t *testing.T, path string) *httptest.ResponseRecorder {
	t.Helper()
	return s.ask(t, http.MethodGet, path)
}

func (s *site) ask(t *testing.T, method, path string) *httptest.ResponseRecorder {
	t.Helper()
	w := httptest.NewRecorder()
	s.ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), method, path, nil))
	return w
}

// ok asks for a page that is there.
func (s *site) ok(t *testing.T, path string) string {
	t.Helper()
	w := s.get(t, path)
	if w.Code != http.StatusOK {
		t.Fatalf("%s: %d %s", path, w.Code, w.Body)
	}
	return w.Body.String()
}

// answer asks the API and reads what it answers.
func answerOf[T any](t *testing.T, s *site, path string) T {
	t.Helper()
	var v T
	if err := json.Unmarshal([]byte(s.ok(t, path)), &v); err != nil {
		t.Fatalf("%s: %v", path, err)
	}
	return v
}

// withRule returns the first finding of a rule that is about a session.
func (s *site) withRule(t *testing.T, rule string) schemas.Finding {
	t.Helper()
	for _, f := range s.result.Findings {
		if f.Rule == rule && !f.Session.IsZero() {
			return f
		}
	}
	t.Fatalf("the fleet has no %s", rule)
	return schemas.Finding{}
}

// ofKind returns the first session of a kind with a key of a type.
func (s *site) ofKind(t *testing.T, kind schemas.SessionKind, key schemas.KeyType) (schemas.Session, string) {
	t.Helper()
	for _, session := range s.result.Sessions {
		for _, k := range session.Keys {
			if session.Kind == kind && k.Type == key && strings.TrimSpace(k.Value) != "" {
				return session, k.Value
			}
		}
	}
	t.Fatalf("the fleet has no %s with a %s", kind, key)
	return schemas.Session{}, ""
}
