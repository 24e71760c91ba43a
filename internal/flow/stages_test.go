package flow_test

import (
	"context"
	"fmt"
	"log/slog"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/flow"
	"github.com/uctrace/uctrace/internal/metrics"
	"github.com/uctrace/uctrace/internal/natsd"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
)

// rig is a real JetStream in this process and the stages under test.
type rig struct {
	keep    int               // Correlator.Keep
	metrics *metrics.Registry // of the Correlator
	t       *testing.T
	ctx     context.Context
	nats    *natsd.Server
	bus     *bus.Bus
	// of the Correlator
	rules         string
	snapshotEvery int
	signatures    []detect.Signature
}

func newRig(t *testing.T, limits bus.Limits) *rig {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	t.Cleanup(cancel)
	log := slog.New(slog.DiscardHandler)
	server, err := natsd.Start(natsd.Config{Dir: t.TempDir(), Log: log, SyncInterval: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(server.Shutdown)
	b, err := bus.Connect(ctx, bus.Config{InProcess: server.InProcess(), Log: log})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	if err := b.EnsureStreams(ctx, schemas.Streams(), limits); err != nil {
		t.Fatal(err)
	}
	return &rig{t: t, ctx: ctx, nats: server, bus: b}
}

// call publishes an event batch with one INVITE, so one session.
func (r *rig) call(n int) {
	r.t.Helper()
	path := fmt.Sprintf("trace%d.txt", n)
	file := schemas.File{Path: path, Fingerprint: schemas.FingerprintOf([]byte(path)), Source: schemas.CUCMSDL, Node: "cucm1"}
	at := time.Date(2026, 3, 4, 9, 0, n, 0, time.UTC)
	callID := fmt.Sprintf("%d@10.0.0.1", n)
	frame := wire.AppendEvents(nil, &schemas.EventBatch{
		Span: schemas.Span{File: file, End: 100, From: at, To: at, Records: 1, Events: 1, Lines: 1, EOF: true},
		Events: []schemas.Event{{
			ID: file.Fingerprint.ID(0), Record: file.Fingerprint.ID(0), Time: at, Source: file.Source, Node: file.Node, File: path, Line: 1,
			Kind: schemas.KindSIPMessage, Keys: []schemas.Key{{Type: schemas.KeyCallID, Value: callID}},
			SIP: &schemas.SIP{Direction: schemas.In, Method: "INVITE", CSeq: "1 INVITE", CallID: callID, From: "<sip:1@a>", To: "<sip:2@b>", Wire: true},
		}},
	})
	pub := r.bus.Publisher(bus.PublisherOptions{})
	if err := pub.Publish(r.ctx, schemas.StreamEvents.Subject(""), path, frame, func(error) {}); err != nil {
		r.t.Fatal(err)
	}
	if err := pub.Flush(r.ctx); err != nil {
		r.t.Fatal(err)
	}
}

// correlate runs the Correlator until it has worked off the events stream, and
// all of also are true.
func (r *rig) correlate(also ...func() bool) {
	r.t.Helper()
	ctx, stop := context.WithCancel(r.ctx)
	ended := make(chan error, 1)
	go func() {
		ended <- (&flow.Correlator{
			Bus: r.bus, Log: slog.New(slog.DiscardHandler), Every: 10 * time.Millisecond, Keep: r.keep, Metrics: r.metrics,
			Rules: r.rules, SnapshotEvery: r.snapshotEvery, Signatures: r.signatures,
		}).Run(ctx)
	}()
	info := r.info(schemas.StreamEvents)
	await(r.ctx, r.t, "the correlator", func() bool {
		at, err := r.bus.Position(r.ctx, flow.CursorName(flow.CorrelatorCursor, info))
		return err == nil && at.Done >= info.Last && !slices.ContainsFunc(also, func(yes func() bool) bool { return !yes() })
	})
	stop()
	if err := <-ended; err != nil {
		r.t.Fatal(err)
	}
}

func (r *rig) info(s schemas.Stream) bus.Info {
	r.t.Helper()
	info, err := r.bus.StreamInfo(r.ctx, s)
	if err != nil {
		r.t.Fatal(err)
	}
	return info
}

// sessions returns the session revisions that were published, by Call-ID.
func (r *rig) sessions() (calls []string) {
	r.t.Helper()
	in, err := r.bus.Reader(r.ctx, schemas.StreamSessions, 1)
	if err != nil {
		r.t.Fatal(err)
	}
	defer in.Close()
	for last := r.info(schemas.StreamSessions).Last; last > 0; {
		m, err := in.Next(r.ctx)
		if err != nil {
			r.t.Fatal(err)
		}
		sessions, err := wire.DecodeSessions(m.Data)
		if err != nil {
			r.t.Fatal(err)
		}
		for _, s := range sessions {
			calls = append(calls, s.Keys[0].Value)
		}
		if m.Seq >= last {
			break
		}
	}
	return calls
}

// TestCoverageOfLogs has calls in many files of one node: the newest revision of
// what its log holds counts them all, also behind a restart.
func TestCoverageOfLogs(t *testing.T) {
	r := newRig(t, bus.Limits{})
	for n := 1; n <= 100; n++ {
		r.call(n)
		if n%40 == 0 {
			r.correlate()
		}
	}
	r.correlate()
	in, err := r.bus.Reader(r.ctx, schemas.StreamCoverage, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer in.Close()
	var newest schemas.LogCoverage
	for last := r.info(schemas.StreamCoverage).Last; ; {
		m, err := in.Next(r.ctx)
		if err != nil {
			t.Fatal(err)
		}
		list, err := wire.DecodeCoverage(m.Data)
		if err != nil {
			t.Fatal(err)
		}
		for _, x := range list {
			if x.Version <= newest.Version {
				t.Errorf("version %d behind %d", x.Version, newest.Version)
			}
			newest = x
		}
		if m.Seq >= last {
			break
		}
	}
	if newest.Node != "cucm1" || newest.Source != schemas.CUCMSDL || newest.Files != 100 || newest.Records != 100 || newest.Bytes != 10_000 {
		t.Errorf("the log of cucm1 held %+v", newest)
	}
}

// TestCorrelatorLetsGo correlates far more calls than may be held, each three
// hours after the one before, and goes on after a restart: every call is
// published once and none is withdrawn.
func TestCorrelatorLetsGo(t *testing.T) {
	r := newRig(t, bus.Limits{})
	r.keep = 3
	var want []string
	for n := 1; n <= 200; n++ { // it lets go behind every 64th message
		r.call(n * 3 * 3600)
		want = append(want, fmt.Sprintf("%d@10.0.0.1", n*3*3600))
		if n%70 == 0 {
			r.correlate()
		}
	}
	r.correlate()
	got := r.sessions()
	slices.Sort(got)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("published %d revisions\n%q, want each call once\n%q", len(got), got, want)
	}
}

// TestCorrelatorAfterItsPositionWasDeleted restarts the Correlator when the
// message of its position has left the stream: the next one is not taken for
// something that was published before.
func TestCorrelatorAfterItsPositionWasDeleted(t *testing.T) {
	r := newRig(t, bus.Limits{})
	r.call(1)
	r.correlate()
	r.call(2)
	if err := r.bus.Purge(r.ctx, schemas.StreamEvents, 2); err != nil {
		t.Fatal(err)
	}
	r.correlate()
	if got, want := strings.Join(r.sessions(), " "), "1@10.0.0.1 2@10.0.0.1"; got != want {
		t.Errorf("published sessions %q, want %q", got, want)
	}
}

// TestCorrelatorPublishesOnce restarts the Correlator with nothing new.
func TestCorrelatorPublishesOnce(t *testing.T) {
	r := newRig(t, bus.Limits{})
	r.call(1)
	r.correlate()
	r.correlate()
	if got, want := strings.Join(r.sessions(), " "), "1@10.0.0.1"; got != want {
		t.Errorf("published sessions %q, want %q", got, want)
	}
}
