package flow_test

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/chdb"
	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	"github.com/uctrace/uctrace/internal/chdb/nativetest"
	"github.com/uctrace/uctrace/internal/flow"
	"github.com/uctrace/uctrace/internal/metrics"
	"github.com/uctrace/uctrace/internal/metrics/metricstest"
	"github.com/uctrace/uctrace/internal/natsd"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
	"github.com/uctrace/uctrace/sinks/clickhouse"
)

// patience bounds every wait; none of them takes it when all is well.
const patience = time.Minute

// moody is a proxy in front of a real engine that fails while its mood says so.
type moody struct {
	engine  http.Handler
	refused atomic.Int32

	mu   sync.Mutex
	mood int
	over chan struct{} // closed when the mood ends
}

func (m *moody) set(mood int) {
	m.mu.Lock()
	defer m.mu.Unlock()
	if m.over != nil {
		close(m.over)
	}
	m.mood, m.over = mood, make(chan struct{})
}

func (m *moody) now() (mood int, over <-chan struct{}) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.mood, m.over
}

// The moods: work, hang up before the statement was read, hang up in the middle
// of it, do it and hang up in the middle of the answer, do it and say nothing,
// answer only when the mood is over, and say what a server says that is read-only,
// out of disk, or has too many parts.
const (
	fine = iota
	unreachable
	deaf
	cut
	mute
	slow
	readOnly
	full
	tooMany
)

func (m *moody) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	mood, over := m.now()
	if mood == fine {
		m.engine.ServeHTTP(w, r)
		return
	}
	defer m.refused.Add(1)
	switch mood {
	case unreachable:
		hangUp(w, nil)
	case deaf:
		_, _ = io.CopyN(io.Discard, r.Body, 100)
		hangUp(w, nil)
	case mute:
		m.engine.ServeHTTP(httptest.NewRecorder(), r)
		hangUp(w, nil)
	case cut:
		m.engine.ServeHTTP(httptest.NewRecorder(), r)
		hangUp(w, []byte("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nhalf of it"))
	case slow:
		m.refused.Add(1) // it is waited for
		select {
		case <-over:
		case <-r.Context().Done():
		}
		m.engine.ServeHTTP(w, r)
	case readOnly:
		m.say(w, 242, "TABLE_IS_READ_ONLY", "Table is in readonly mode")
	case full:
		m.say(w, 243, "NOT_ENOUGH_SPACE", "Cannot reserve 1.00 MiB, not enough space")
	case tooMany:
		m.say(w, 252, "TOO_MANY_PARTS", "Too many parts")
	}
}

func (m *moody) say(w http.ResponseWriter, code int, name, text string) {
	w.Header().Set("X-Clickhouse-Exception-Code", fmt.Sprint(code))
	w.WriteHeader(http.StatusInternalServerError)
	fmt.Fprintf(w, "Code: %d. DB::Exception: %s. (%s)", code, text, name)
}

// hangUp closes the connection, after some bytes.
func hangUp(w http.ResponseWriter, said []byte) {
	conn, _, err := w.(http.Hijacker).Hijack()
	if err != nil {
		return
	}
	_, _ = conn.Write(said)
	conn.Close()
}

// native is the same for the native protocol, which has no half of an answer.
func (m *moody) native(at nativetest.Moment, sql string) error {
	mood, over := m.now()
	moment := map[int]nativetest.Moment{unreachable: nativetest.Asked, deaf: nativetest.Sent, cut: nativetest.Done, mute: nativetest.Done}[mood]
	if mood == fine || at != moment || moment != nativetest.Asked && !strings.HasPrefix(sql, "INSERT") {
		return nil
	}
	m.refused.Add(1)
	switch mood {
	case slow:
		<-over
		return nil
	case readOnly:
		return &chdb.Exception{Code: 242, Text: "Table is in readonly mode"}
	case full:
		return &chdb.Exception{Code: 243, Text: "Cannot reserve 1.00 MiB, not enough space"}
	case tooMany:
		return &chdb.Exception{Code: 252, Text: "Too many parts"}
	}
	return errors.New("hang up")
}

// TestClickHouseRefusesForAWhile publishes events while the way to ClickHouse
// fails in several ways: nothing is lost, nothing comes twice, and nothing
// needs a restart.
func TestClickHouseRefusesForAWhile(t *testing.T) {
	t.Run("http", func(t *testing.T) {
		way := &moody{engine: chdbtest.Open(t).Handler()}
		proxy := httptest.NewServer(way)
		t.Cleanup(proxy.Close)
		outlast(t, way, proxy.URL)
	})
	t.Run("native", func(t *testing.T) {
		way := &moody{}
		outlast(t, way, nativetest.New(t, chdbtest.Open(t), nativetest.Options{Interfere: way.native}).URL())
	})
}

// outlast runs the stage against the server at url in each of its moods.
func outlast(t *testing.T, way *moody, url string) {
	ctx, end := context.WithTimeout(t.Context(), patience)
	defer end()
	nats, err := natsd.Start(natsd.Config{Dir: t.TempDir(), MaxStore: 1 << 30, SyncInterval: time.Minute, Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer nats.Shutdown()
	b, err := bus.Connect(ctx, bus.Config{InProcess: nats.InProcess(), Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	defer b.Close()
	if err := b.EnsureStreams(ctx, schemas.Streams(), bus.Limits{}); err != nil {
		t.Fatal(err)
	}
	sink, err := clickhouse.Open(ctx, clickhouse.Config{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer sink.Close()

	dead, reg := &counting{}, metrics.New()
	store := &flow.Store{
		Bus: b, Stream: schemas.StreamEvents, Sink: sink, SinkName: "clickhouse", Retryable: clickhouse.Retryable,
		Dead: dead, Metrics: reg, Log: slog.New(slog.DiscardHandler), MaxWait: 10 * time.Millisecond,
	}
	running, stop := context.WithCancel(ctx)
	ended := make(chan error, 1)
	go func() { ended <- store.Run(running) }()

	pub := b.Publisher(bus.PublisherOptions{})
	const perMood = 20
	sent := 0
	for _, mood := range []int{fine, unreachable, deaf, cut, mute, slow, readOnly, full, tooMany, fine} {
		way.set(mood)
		before := way.refused.Load()
		for range perMood {
			sent++
			publishEvent(ctx, t, pub, sent)
		}
		if mood != fine {
			await(ctx, t, "a refusal", func() bool { return way.refused.Load() > before })
			way.set(fine)
		}
		if err := pub.Flush(ctx); err != nil {
			t.Fatal(err)
		}
		info, err := b.StreamInfo(ctx, schemas.StreamEvents)
		if err != nil {
			t.Fatal(err)
		}
		await(ctx, t, fmt.Sprintf("the sink at %d", info.Last), func() bool {
			at, err := b.Position(ctx, flow.CursorName(store.Cursor(), info))
			return err == nil && at.Done >= info.Last
		})
	}
	stop()
	if err := <-ended; err != nil {
		t.Errorf("the stage ended with %v", err)
	}
	for sql, want := range map[string]int{
		"SELECT count() FROM v_events":            sent,
		"SELECT count() FROM events":              sent, // not even a copy that is folded away
		"SELECT uniqExact(id) FROM v_events":      sent,
		"SELECT count() FROM v_spans":             sent,
		"SELECT count() FROM v_files WHERE tiled": 1,
	} {
		table, err := sink.Query(ctx, sql)
		if err != nil {
			t.Fatal(err)
		}
		if got := table.Rows[0][0]; got != fmt.Sprint(want) {
			t.Errorf("%s: %s, want %d", sql, got, want)
		}
	}
	if got := metricstest.Value(t, reg, `uctrace_sink_rows_total{sink="clickhouse",table="events"}`); got != float64(sent) {
		t.Errorf("%v rows counted, want %d", got, sent)
	}
	if got := metricstest.Value(t, reg, `uctrace_sink_retries_total{reason="error",sink="clickhouse",stream="UC_EVENTS"}`); got < 3 {
		t.Errorf("%v retries counted, want one for each mood at least", got)
	}
	if n := dead.rows.Load(); n > 0 {
		t.Errorf("%d rows went to the dead letters", n)
	}
}

// publishEvent publishes the nth batch of one file: a span with one event.
func publishEvent(ctx context.Context, t *testing.T, pub *bus.Publisher, n int) {
	t.Helper()
	file := schemas.File{Path: "a.log", Source: schemas.CUCMSDL, Fingerprint: schemas.FingerprintOf([]byte("a"))}
	at := int64(n-1) * 100
	batch := &schemas.EventBatch{
		Span: schemas.Span{File: file, Start: at, End: at + 100, Records: 1, Events: 1},
		Events: []schemas.Event{{
			ID: file.Fingerprint.ID(at), Record: file.Fingerprint.ID(at), Time: time.Date(2026, 3, 4, 9, 0, n, 0, time.UTC),
			Source: file.Source, File: file.Path, Line: n, Kind: schemas.KindUnparsed, Text: "a line",
		}},
	}
	err := pub.Publish(ctx, schemas.StreamEvents.Subject("", ""), fmt.Sprint(n), wire.AppendEvents(nil, batch), func(err error) {
		if err != nil {
			t.Error(err)
		}
	})
	if err != nil {
		t.Fatal(err)
	}
}

// await waits until what holds.
func await(ctx context.Context, t *testing.T, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-ctx.Done():
			t.Fatalf("waited too long for: %s", what)
		}
	}
}

// counting is a sink that counts what it is given.
type counting struct{ rows atomic.Int64 }

func (c *counting) Write(_ context.Context, b *schemas.SinkBatch) error {
	c.rows.Add(int64(b.Len()))
	return nil
}

func (c *counting) Close() error { return nil }
