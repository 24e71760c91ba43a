package flow_test

import (
	"context"
	"log/slog"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/flow"
	"github.com/uctrace/uctrace/internal/metrics"
	"github.com/uctrace/uctrace/internal/metrics/metricstest"
	"github.com/uctrace/uctrace/internal/ship"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
)

// watchAgents runs the Fleet until stop is called, which returns its error.
func (r *rig) watchAgents(reg *metrics.Registry, every time.Duration) (stop func()) {
	ctx, cancel := context.WithCancel(r.ctx)
	ended := make(chan error, 1)
	go func() {
		ended <- (&flow.Fleet{Bus: r.bus, Log: slog.New(slog.DiscardHandler), Every: every, Metrics: reg}).Run(ctx)
	}()
	return func() {
		r.t.Helper()
		cancel()
		if err := <-ended; err != nil {
			r.t.Error(err)
		}
	}
}

// findings returns the revisions in the findings stream, withdrawn ones with a
// minus.
func (r *rig) findings() (list []string) {
	r.t.Helper()
	last := r.info(schemas.StreamFindings).Last
	if last == 0 {
		return nil
	}
	in, err := r.bus.Reader(r.ctx, schemas.StreamFindings, 1)
	if err != nil {
		r.t.Fatal(err)
	}
	defer in.Close()
	for {
		m, err := in.Next(r.ctx)
		if err != nil {
			r.t.Fatal(err)
		}
		findings, err := wire.DecodeFindings(m.Data)
		if err != nil {
			r.t.Fatal(err)
		}
		for _, f := range findings {
			text := f.Rule
			if f.Deleted {
				text = "-" + text
			}
			list = append(list, text)
		}
		if m.Seq >= last {
			return list
		}
	}
}

// TestAgentsSpeak runs a real agent's beat beside the Fleet, ends it, and reads
// what was said.
func TestAgentsSpeak(t *testing.T) {
	r := newRig(t, bus.Limits{})
	reg := metrics.New()
	stop := r.watchAgents(reg, 10*time.Millisecond)
	beat := ship.Beat{
		Bus: r.bus, Status: new(collector.Status),
		Agent: schemas.AgentStatus{Agent: "collector-1", Cluster: "lab", Host: "logs1", Version: "v1", Config: "abc", Every: 10 * time.Millisecond},
	}
	ctx, end := context.WithCancel(r.ctx)
	ended := make(chan struct{})
	go func() { defer close(ended); beat.Run(ctx) }()
	await(r.ctx, t, "an agent", func() bool { return metricstest.Value(t, reg, `uctrace_agents{state="current"}`) == 1 })
	end()
	<-ended
	beat.Stop(r.ctx)
	await(r.ctx, t, "its end", func() bool { return metricstest.Value(t, reg, `uctrace_agents{state="stopped"}`) == 1 })
	stop()
	if got := r.findings(); got != nil {
		t.Errorf("findings %v", got)
	}

	// What a sink is given: the agent's words, with the name that NATS vouches
	// for, and no ticks.
	var stored []schemas.AgentStatus
	sink := sinkFunc(func(b *schemas.SinkBatch) { stored = append(stored, b.Agents...) })
	r.store(schemas.StreamAgents, sink)
	if len(stored) < 2 || !stored[len(stored)-1].Stopped {
		t.Fatalf("%d statuses, the last %+v", len(stored), stored)
	}
	for _, s := range stored {
		if s.Agent != "collector-1" || s.Cluster != "lab" || s.Heard.IsZero() || s.Host != "logs1" || s.Started.IsZero() {
			t.Errorf("%+v", s)
		}
	}
}

// TestSilenceSurvivesARestart: an agent that spoke long ago is found once,
// whatever is restarted, and taken back when it speaks.
func TestSilenceSurvivesARestart(t *testing.T) {
	r := newRig(t, bus.Limits{})
	// The stream takes messages now; the silence that is allowed is a minute,
	// of which ticks make none pass. So the test tells of one by a tick, as a
	// server before this one would have.
	since := time.Now().UTC().Add(-time.Hour)
	r.say("uc.agents.tick", &schemas.AgentStatus{Away: []schemas.AgentAway{{Cluster: "lab", Agent: "a", Silent: since}}})
	reg := metrics.New()
	stop := r.watchAgents(reg, time.Hour)
	await(r.ctx, t, "a silent agent", func() bool { return metricstest.Value(t, reg, `uctrace_agents{state="silent"}`) == 1 })
	r.say("uc.agents.lab.a", &schemas.AgentStatus{Agent: "forged", Away: []schemas.AgentAway{{Agent: "b", Silent: since}}})
	await(r.ctx, t, "the withdrawal", func() bool { return len(r.findings()) == 1 })
	stop()
	for range 2 {
		reg = metrics.New()
		stop = r.watchAgents(reg, time.Hour)
		await(r.ctx, t, "the replay", func() bool { return metricstest.Value(t, reg, `uctrace_agents{state="current"}`) == 1 })
		stop()
	}
	if got := strings.Join(r.findings(), " "); got != "-agent.silent" {
		t.Errorf("findings %s, want one withdrawal", got)
	}
	if n := metricstest.Value(t, reg, `uctrace_agents{state="silent"}`); n != 0 {
		t.Errorf("an agent spoke for another one: %v", n)
	}
}

// TestForeignWords: what is no status, or comes from nobody, is counted and
// does not stop the Fleet.
func TestForeignWords(t *testing.T) {
	r := newRig(t, bus.Limits{})
	r.publishTo("uc.agents.lab.a", []byte("garbage"))
	r.publishTo("uc.agents.a.b.c", wire.AppendAgent(nil, &schemas.AgentStatus{Agent: "x"}))
	r.publishTo("uc.agents.tick", wire.AppendAgent(nil, &schemas.AgentStatus{Agent: "x"}))
	r.say("uc.agents.lab.a", &schemas.AgentStatus{})
	reg := metrics.New()
	stop := r.watchAgents(reg, time.Hour)
	await(r.ctx, t, "the one that is right", func() bool { return metricstest.Value(t, reg, `uctrace_agents{state="current"}`) == 1 })
	stop()
	if n := metricstest.Value(t, reg, `uctrace_stage_messages_undecodable_total{stage="fleet",stream="UC_AGENTS"}`); n != 3 {
		t.Errorf("%v messages could not be decoded, want 3", n)
	}
}

func (r *rig) say(subject string, s *schemas.AgentStatus) {
	r.t.Helper()
	r.publishTo(subject, wire.AppendAgent(nil, s))
}

func (r *rig) publishTo(subject string, data []byte) {
	r.t.Helper()
	pub := r.bus.Publisher(bus.PublisherOptions{})
	if err := pub.Publish(r.ctx, subject, subject+string(data), data, func(error) {}); err != nil {
		r.t.Fatal(err)
	}
	if err := pub.Flush(r.ctx); err != nil {
		r.t.Fatal(err)
	}
}

// sinkFunc is a sink that looks at what it is given.
type sinkFunc func(*schemas.SinkBatch)

func (f sinkFunc) Write(_ context.Context, b *schemas.SinkBatch) error { f(b); return nil }
func (sinkFunc) Close() error                                          { return nil }

// store runs a Store until it has worked off its stream.
func (r *rig) store(stream schemas.Stream, sink schemas.Sink) {
	r.t.Helper()
	ctx, stop := context.WithCancel(r.ctx)
	s := &flow.Store{Bus: r.bus, Stream: stream, Sink: sink, SinkName: "test", Dead: sink, Log: slog.New(slog.DiscardHandler), MaxWait: time.Millisecond}
	ended := make(chan error, 1)
	go func() { ended <- s.Run(ctx) }()
	info := r.info(stream)
	await(r.ctx, r.t, "the store", func() bool {
		at, err := r.bus.Position(r.ctx, flow.CursorName(s.Cursor(), info))
		return err == nil && at.Done >= info.Last
	})
	stop()
	if err := <-ended; err != nil {
		r.t.Fatal(err)
	}
}
