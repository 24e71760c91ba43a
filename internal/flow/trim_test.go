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
)

// fill fills the events stream to the point where room is made, with calls whose
// numbers go on behind n, and returns the last.
func (r *rig) fill(n int) int {
	for info := r.info(schemas.StreamEvents); info.Bytes < info.MaxBytes/100*80; info = r.info(schemas.StreamEvents) {
		n++
		r.call(n)
	}
	return n
}

// TestTrimKeepsWhatAReaderNeeds fills a stream beyond the point where room is
// made: what the slowest reader has not worked off stays.
func TestTrimKeepsWhatAReaderNeeds(t *testing.T) {
	r := newRig(t, bus.Limits{MaxBytes: 64 << 10})
	r.fill(0)
	info := r.info(schemas.StreamEvents)
	for name, done := range map[string]uint64{"fast": info.Last, "slow": 3} {
		c, err := r.bus.Cursor(r.ctx, flow.CursorName(name, info))
		if err != nil {
			t.Fatal(err)
		}
		if err := c.Set(r.ctx, bus.Position{Done: done}); err != nil {
			t.Fatal(err)
		}
	}
	trim := func(readers ...flow.Reader) bus.Info {
		ctx, stop := context.WithCancel(r.ctx)
		defer stop()
		before := r.info(schemas.StreamEvents).First
		ended := make(chan error, 1)
		go func() {
			ended <- (&flow.Trim{
				Bus: r.bus, Log: slog.New(slog.DiscardHandler), Every: time.Millisecond,
				Readers: map[schemas.Stream][]flow.Reader{schemas.StreamEvents: readers},
			}).Run(ctx)
		}()
		await(r.ctx, t, "room", func() bool { return r.info(schemas.StreamEvents).First > before })
		stop()
		if err := <-ended; err != nil {
			t.Fatal(err)
		}
		return r.info(schemas.StreamEvents)
	}
	if got := trim(flow.Reader{Cursor: "fast"}, flow.Reader{Cursor: "slow"}).First; got != 4 {
		t.Errorf("the first message is %d, want 4: the slow reader has done 3", got)
	}
	if got := trim(flow.Reader{Cursor: "fast"}); got.Bytes > got.MaxBytes/100*60 || got.Msgs == 0 {
		t.Errorf("%d of %d bytes and %d messages are left, want about half", got.Bytes, got.MaxBytes, got.Msgs)
	}
}

// trim runs a Trim over the events stream, until done.
func (r *rig) trim(x *flow.Trim, done func()) {
	r.t.Helper()
	ctx, stop := context.WithCancel(r.ctx)
	defer stop()
	x.Bus, x.Log, x.Every = r.bus, slog.New(slog.DiscardHandler), time.Millisecond
	x.Readers = map[schemas.Stream][]flow.Reader{schemas.StreamEvents: {{Cursor: flow.CorrelatorCursor}}}
	x.State = map[schemas.Stream]string{schemas.StreamEvents: flow.StateCursor}
	ended := make(chan error, 1)
	go func() { ended <- x.Run(ctx) }()
	done()
	stop()
	if err := <-ended; err != nil {
		r.t.Fatal(err)
	}
}

// TestTrimLeavesWhatTheStateIsBehind fills the events stream again and again, and
// restarts the correlator each time: it has stored its state before anything
// leaves, so that nothing is missing when it goes on from there.
func TestTrimLeavesWhatTheStateIsBehind(t *testing.T) {
	r := newRig(t, bus.Limits{MaxBytes: 64 << 10})
	r.rules, r.snapshotEvery, r.metrics = "rules", 1<<30, metrics.New()
	n := 0
	r.trim(&flow.Trim{Patience: time.Hour}, func() {
		for range 3 {
			n = r.fill(n)
			first := r.info(schemas.StreamEvents).First
			r.correlate(func() bool { return r.info(schemas.StreamEvents).First > first })
			if first, state := r.info(schemas.StreamEvents).First, r.snapshotAt(); first > state+1 {
				t.Errorf("the first message is %d, and the state is from behind %d", first, state)
			}
		}
	})
	r.correlate()
	if got := len(r.sessions()); got != n {
		t.Errorf("%d sessions were published, want %d", got, n)
	}
	if lost := metricstest.Value(t, r.metrics, `uctrace_stage_messages_lost_total{stage="correlator",stream="UC_EVENTS"}`); lost != 0 {
		t.Errorf("%v messages are missing", lost)
	}
}

// TestTrimWaitsForAStateAWhile has a correlator that stores none: room is made all
// the same, after a while, and not before.
func TestTrimWaitsForAStateAWhile(t *testing.T) {
	r := newRig(t, bus.Limits{MaxBytes: 64 << 10})
	r.fill(0)
	r.correlate()
	begin := time.Now()
	const patience = 50 * time.Millisecond
	r.trim(&flow.Trim{Patience: patience}, func() {
		await(r.ctx, t, "room", func() bool { return r.info(schemas.StreamEvents).First > 1 })
	})
	if waited := time.Since(begin); waited < patience {
		t.Errorf("room was made after %v", waited)
	}
}
