package flow_test

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/flow"
	"github.com/uctrace/uctrace/internal/metrics"
	"github.com/uctrace/uctrace/internal/metrics/metricstest"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
)

// TestNormalizerMetrics sends a batch with a line that says nothing, and a
// message that nobody can decode.
func TestNormalizerMetrics(t *testing.T) {
	r := newRig(t, bus.Limits{})
	text := []byte("no product writes this\n")
	file := schemas.File{Path: "a.log", Source: schemas.Unknown, Fingerprint: schemas.FingerprintOf(text)}
	batch := &schemas.RecordBatch{
		File: file, Blob: text, End: int64(len(text)), EOF: true,
		Records:  []schemas.Record{{ID: file.Fingerprint.ID(0), Source: schemas.Unknown, Line: 1, Lines: 1, Text: text}},
		Problems: []schemas.Problem{{File: "a.log", Message: "is cut", Unread: true}},
	}
	r.publish(schemas.StreamRecords, wire.AppendRecords(nil, batch), []byte("garbage"))

	reg := metrics.New()
	ctx, stop := context.WithCancel(r.ctx)
	ended := make(chan error, 1)
	go func() {
		ended <- (&flow.Normalizer{Bus: r.bus, Log: slog.New(slog.DiscardHandler), Metrics: reg}).Run(ctx)
	}()
	await(r.ctx, t, "two event messages", func() bool { return r.info(schemas.StreamEvents).Last == 2 })
	stop()
	if err := <-ended; err != nil {
		t.Fatal(err)
	}
	for series, want := range map[string]float64{
		`uctrace_normalizer_bytes_total{source="unknown"}`:                                 float64(len(text)),
		`uctrace_normalizer_records_total{source="unknown"}`:                               1,
		`uctrace_normalizer_records_headless_total{source="unknown"}`:                      1,
		`uctrace_normalizer_problems_total{source="unknown",unread="yes"}`:                 1,
		`uctrace_stage_messages_undecodable_total{stage="normalizer",stream="UC_RECORDS"}`: 1,
		`uctrace_stage_messages_lost_total{stage="normalizer",stream="UC_RECORDS"}`:        0,
	} {
		if got := metricstest.Value(t, reg, series); got != want {
			t.Errorf("%s %v, want %v", series, got, want)
		}
	}
}

// TestWatchSeesTheLag looks before and after the correlator has worked.
func TestWatchSeesTheLag(t *testing.T) {
	r := newRig(t, bus.Limits{MaxBytes: 1 << 20})
	for n := range 3 {
		r.call(n + 1)
	}
	reg := metrics.New()
	watch := &flow.Watch{Bus: r.bus, Every: time.Millisecond, Readers: map[schemas.Stream][]flow.Reader{
		schemas.StreamEvents: {{Stage: "correlator", Cursor: flow.CorrelatorCursor}},
	}}
	watch.Register(reg)
	ctx, stop := context.WithCancel(r.ctx)
	ended := make(chan error, 1)
	go func() { ended <- watch.Run(ctx) }()
	const lag = `{stage="correlator",stream="UC_EVENTS"}`
	await(r.ctx, t, "a stage that stands still", func() bool {
		lags := watch.Last().Lags
		return len(lags) == 1 && lags[0].Messages == 3 && lags[0].Still > 0 && lags[0].Age > 0
	})
	if got := metricstest.Value(t, reg, "uctrace_stage_lag_messages"+lag); got != 3 {
		t.Errorf("lag %v, want 3", got)
	}
	if metricstest.Value(t, reg, "uctrace_stage_lag_seconds"+lag) <= 0 || metricstest.Value(t, reg, "uctrace_stage_still_seconds"+lag) <= 0 {
		t.Error("the oldest message has no age")
	}
	for series, want := range map[string]float64{
		`uctrace_stream_messages{stream="UC_EVENTS"}`:              3,
		`uctrace_stream_stored_messages_total{stream="UC_EVENTS"}`: 3,
		`uctrace_stream_limit_bytes{stream="UC_EVENTS"}`:           1 << 20,
		`uctrace_stream_messages{stream="UC_FINDINGS"}`:            0,
	} {
		if got := metricstest.Value(t, reg, series); got != want {
			t.Errorf("%s %v, want %v", series, got, want)
		}
	}

	r.correlate()
	await(r.ctx, t, "a stage without anything to do", func() bool {
		lags := watch.Last().Lags
		return len(lags) == 1 && lags[0].Messages == 0 && lags[0].Still == 0 && lags[0].Age == 0 && lags[0].Done == 3
	})
	r.call(4)
	await(r.ctx, t, "a stage that has something to do again", func() bool {
		lags := watch.Last().Lags
		return len(lags) == 1 && lags[0].Messages == 1
	})
	stop()
	if err := <-ended; err != nil {
		t.Error(err)
	}
}

// TestCorrelatorMetrics counts what was published and what is held.
func TestCorrelatorMetrics(t *testing.T) {
	r := newRig(t, bus.Limits{})
	r.metrics = metrics.New()
	r.call(1)
	r.correlate()
	for series, want := range map[string]float64{
		`uctrace_correlator_session_revisions_total{change="stated",kind="call"}`: 1,
		`uctrace_correlator_events_held`:                                          1,
		`uctrace_correlator_sessions_held`:                                        1,
		`uctrace_correlator_replayed_messages_total`:                              0,
		`uctrace_correlator_evaluation_duration_seconds_count`:                    1,
	} {
		if got := metricstest.Value(t, r.metrics, series); got != want {
			t.Errorf("%s %v, want %v", series, got, want)
		}
	}
	r.metrics = metrics.New()
	r.call(2)
	r.correlate() // a restart, with something to do
	if got := metricstest.Value(t, r.metrics, `uctrace_correlator_replayed_messages_total`); got != 1 {
		t.Errorf("%v messages replayed, want 1", got)
	}
}

// publish stores messages in stream.
func (r *rig) publish(stream schemas.Stream, messages ...[]byte) {
	r.t.Helper()
	pub := r.bus.Publisher(bus.PublisherOptions{})
	for i, m := range messages {
		if err := pub.Publish(r.ctx, stream.Subject("", "x"), string(rune('a'+i)), m, func(error) {}); err != nil {
			r.t.Fatal(err)
		}
	}
	if err := pub.Flush(r.ctx); err != nil {
		r.t.Fatal(err)
	}
}
