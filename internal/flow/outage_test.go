package flow_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
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

// moody is the way to a real engine that fails while its mood says so.
type moody struct {
	engine  http.RoundTripper
	mood    atomic.Int32
	refused atomic.Int32
}

// The moods: work, break the connection before the statement arrives, break
// it after the statement was executed, answer that there is no space.
const (
	fine = iota
	unreachable
	mute
	full
)

func (m *moody) RoundTrip(r *http.Request) (*http.Response, error) {
	mood := m.mood.Load()
	if mood != fine {
		defer m.refused.Add(1)
	}
	switch mood {
	case unreachable:
		return nil, errors.New("connection refused")
	case full:
		return &http.Response{
			StatusCode: http.StatusInternalServerError, Status: "500 Internal Server Error", Request: r,
			Header: http.Header{"X-Clickhouse-Exception-Code": {"243"}},
			Body:   io.NopCloser(bytes.NewReader([]byte("Code: 243. DB::Exception: Cannot reserve 1.00 MiB, not enough space. (NOT_ENOUGH_SPACE)"))),
		}, nil
	}
	resp, err := m.engine.RoundTrip(r)
	if mood == mute && err == nil {
		resp.Body.Close()
		return nil, errors.New("connection reset by peer")
	}
	return resp, err
}

// TestClickHouseRefusesForAWhile publishes events while the way to ClickHouse
// fails in several ways: nothing is lost, nothing comes twice, and nothing
// needs a restart.
func TestClickHouseRefusesForAWhile(t *testing.T) {
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
	way := &moody{engine: chdbtest.Open(t).Transport()}
	sink, err := clickhouse.Open(ctx, clickhouse.Config{Transport: way})
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
	for _, mood := range []int32{fine, unreachable, mute, full, fine} {
		way.mood.Store(mood)
		before := way.refused.Load()
		for range perMood {
			sent++
			publishEvent(ctx, t, pub, sent)
		}
		if mood != fine {
			await(ctx, t, "a refusal", func() bool { return way.refused.Load() > before })
			way.mood.Store(fine)
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
