package flow_test

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	"github.com/uctrace/uctrace/internal/flow"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/clickhouse"
)

// gate is the way to a real engine. What becomes of an INSERT a test says; all
// else passes.
type gate struct {
	engine http.RoundTripper

	mu     sync.Mutex
	insert func(*http.Request) (*http.Response, error) // nil lets it pass
}

func (g *gate) set(insert func(*http.Request) (*http.Response, error)) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.insert = insert
}

func (g *gate) RoundTrip(r *http.Request) (*http.Response, error) {
	g.mu.Lock()
	insert := g.insert
	g.mu.Unlock()
	if insert == nil || !strings.HasPrefix(r.URL.Query().Get("query"), "INSERT INTO") {
		return g.engine.RoundTrip(r)
	}
	// The driver takes the bytes back when it has given up.
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	r = r.Clone(r.Context())
	r.Body = io.NopCloser(bytes.NewReader(body))
	return insert(r)
}

// storing is a Store of the events stream in front of a gate.
type storing struct {
	*rig
	gate  *gate
	sink  *clickhouse.Sink
	dead  *counting
	store *flow.Store
	stop  func()
	sent  int
	pub   *bus.Publisher
}

// patienceOfSink is what an INSERT of a few rows stays below.
const patienceOfSink = 5 * time.Second

func newStoring(t *testing.T, timeout time.Duration) *storing {
	t.Helper()
	r := newRig(t, bus.Limits{})
	s := &storing{rig: r, gate: &gate{engine: chdbtest.Open(t).Transport()}, dead: &counting{}}
	var err error
	if s.sink, err = clickhouse.Open(r.ctx, clickhouse.Config{Transport: s.gate, Timeout: timeout}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.sink.Close() })
	s.pub = r.bus.Publisher(bus.PublisherOptions{})
	return s
}

// start starts the Store, which reads through from.
func (s *storing) start(from *bus.Bus, maxRows int) {
	s.store = &flow.Store{
		Bus: from, Stream: schemas.StreamEvents, Sink: s.sink, SinkName: "clickhouse", Retryable: mayPass,
		Dead: s.dead, Log: slog.New(slog.DiscardHandler), MaxWait: 10 * time.Millisecond, MaxRows: maxRows,
	}
	ctx, cancel := context.WithCancel(s.ctx)
	ended := make(chan error, 1)
	go func() { ended <- s.store.Run(ctx) }()
	s.stop = func() {
		cancel()
		if err := <-ended; err != nil {
			s.t.Errorf("the stage ended with %v", err)
		}
	}
}

// mayPass is what the server has: only data that no database takes is given up.
func mayPass(err error) bool { return clickhouse.Classify(err) != clickhouse.Data }

// publish publishes n events, each in a message of its own.
func (s *storing) publish(n int) {
	s.t.Helper()
	for range n {
		s.sent++
		publishEvent(s.ctx, s.t, s.pub, s.sent)
	}
	if err := s.pub.Flush(s.ctx); err != nil {
		s.t.Fatal(err)
	}
}

// stored waits until all that was published is worked off.
func (s *storing) stored() {
	s.t.Helper()
	info := s.info(schemas.StreamEvents)
	await(s.ctx, s.t, fmt.Sprintf("the sink at %d", info.Last), func() bool { return s.done() >= info.Last })
}

// done returns the position of the stage.
func (s *storing) done() uint64 {
	at, err := s.bus.Position(s.ctx, flow.CursorName(s.store.Cursor(), s.info(schemas.StreamEvents)))
	if err != nil {
		return 0
	}
	return at.Done
}

// whole checks that the events 1 to n are there, each once, that their spans
// tile the file, and that nothing was given up.
func (s *storing) whole(n int) {
	s.t.Helper()
	for sql, want := range map[string]string{
		"SELECT (count(), uniqExact(id), uniqExact(line), min(line), max(line)) FROM v_events": fmt.Sprintf("[%[1]d %[1]d %[1]d 1 %[1]d]", n),
		"SELECT count() FROM events":                   fmt.Sprint(n), // not even a copy that is folded away
		"SELECT count() FROM spans":                    "the messages",
		"SELECT (count(), min(tiled)) FROM v_files":    "[1 true]",
		"SELECT sum(events) FROM v_files":              fmt.Sprint(n),
		"SELECT count() - uniqExact(start) FROM spans": "0",
	} {
		if want == "the messages" {
			want = fmt.Sprint(s.info(schemas.StreamEvents).Msgs)
		}
		table, err := s.sink.Query(s.ctx, sql)
		if err != nil {
			s.t.Fatal(err)
		}
		if got := table.Rows[0][0]; got != want {
			s.t.Errorf("%s: %s, want %s", sql, got, want)
		}
	}
	if n := s.dead.rows.Load(); n > 0 {
		s.t.Errorf("%d rows went to the dead letters", n)
	}
}
