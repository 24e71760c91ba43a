package flow

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/uctrace/uctrace/correlator/fleet"
	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/metrics"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
)

// Fleet reads what the agents say of themselves and writes the findings
// agent.silent and agent.lagging. It also writes the ticks that let time pass
// when nobody speaks. Its state is rebuilt from the stream at the start.
type Fleet struct {
	Bus *bus.Bus
	Log *slog.Logger
	// Every is the time between two ticks; 0 means 15 s.
	Every   time.Duration
	Metrics *metrics.Registry
}

// FleetCursor is the name of the Fleet's position.
const FleetCursor = "fleet"

// tickSubject is one that no agent may publish to: an agent's has a cluster
// and a name.
var tickSubject = schemas.StreamAgents.Prefix + ".tick"

// Run works until ctx ends or another owner takes over.
func (f *Fleet) Run(ctx context.Context) error {
	if err := f.run(ctx); err != nil {
		return stopped(ctx, fmt.Errorf("fleet: %w", err))
	}
	return nil
}

func (f *Fleet) run(ctx context.Context) error {
	cursor, info, err := open(ctx, f.Bus, FleetCursor, schemas.StreamAgents, f.Log)
	if err != nil {
		return err
	}
	in, err := f.Bus.Reader(ctx, schemas.StreamAgents, info.First)
	if err != nil {
		return err
	}
	defer in.Close()
	s := &watching{
		Fleet: f, info: info, in: in, cursor: cursor, pub: f.Bus.Publisher(bus.PublisherOptions{Window: 8}),
		watch: fleet.New(), count: newFleetMetrics(f.Metrics),
	}
	ctx, stop := context.WithCancel(ctx)
	var ticks sync.WaitGroup
	defer ticks.Wait()
	defer stop()
	ticks.Go(func() { s.ticks(ctx) })
	for {
		if err := s.step(ctx); err != nil {
			return err
		}
	}
}

// watching is the state of one Run.
type watching struct {
	*Fleet
	info   bus.Info
	in     *bus.Reader
	cursor *bus.Cursor
	pub    *bus.Publisher
	watch  *fleet.Watch
	count  fleetMetrics
	frame  []byte

	mu   sync.Mutex
	away []schemas.AgentAway // for the next tick
}

// step works off what has arrived. What was published before is not published
// again.
func (s *watching) step(ctx context.Context) error {
	msgs, err := s.in.Batch(ctx, 64, time.Second)
	if err != nil || len(msgs) == 0 {
		return err
	}
	done := s.cursor.Get().Done
	for i := range msgs {
		m := &msgs[i]
		if m.Lost > 0 {
			s.count.lost.Add(int(m.Lost), FleetCursor, schemas.StreamAgents.Name)
		}
		status, err := decodeAgent(m)
		switch {
		case errors.Is(err, wire.ErrVersion):
			return fmt.Errorf("agents message %d: %w (upgrade uctraced before its agents)", m.Seq, err)
		case err != nil:
			s.count.undecodable.Inc(FleetCursor, schemas.StreamAgents.Name)
			s.Log.Error("unreadable status of an agent is left out", "sequence", m.Seq, "subject", m.Subject, "error", err)
			continue
		}
		findings := s.watch.Hear(&status, version(s.info, m.Seq))
		if m.Seq <= done || len(findings) == 0 {
			continue
		}
		if err := s.publish(ctx, m.Seq, findings); err != nil {
			return err
		}
	}
	s.count.states(s.watch.States())
	s.mu.Lock()
	s.away = s.watch.Away()
	s.mu.Unlock()
	if err := s.pub.Flush(ctx); err != nil {
		return err
	}
	if last := msgs[len(msgs)-1].Seq; last > done {
		if err := s.cursor.Set(ctx, bus.Position{Done: last}); err != nil {
			return fmt.Errorf("save position %d: %w", last, err)
		}
	}
	return nil
}

func (s *watching) publish(ctx context.Context, seq uint64, findings []schemas.Finding) error {
	for i := range findings {
		f := &findings[i]
		s.Log.Info("finding about an agent", "rule", f.Rule, "withdrawn", f.Deleted, "summary", f.Summary)
		s.frame = wire.AppendFindings(s.frame[:0], findings[i:i+1])
		err := s.pub.Publish(ctx, schemas.StreamFindings.Subject(""), fmt.Sprintf("fleet.%s.%d.%d", era(s.info), seq, i), s.frame, func(err error) {
			if err != nil && ctx.Err() == nil {
				s.count.refused.Inc(FleetCursor, schemas.StreamFindings.Name)
				s.Log.Error("a finding about an agent is refused", "error", err)
			}
		})
		if err != nil {
			return err
		}
		s.count.found(f)
	}
	return nil
}

// ticks says that time passes, until ctx ends. A tick that cannot be published
// at once is of no use later.
func (s *watching) ticks(ctx context.Context) {
	every := s.Every
	if every == 0 {
		every = 15 * time.Second
	}
	pub := s.Bus.Publisher(bus.PublisherOptions{Window: 1})
	t := time.NewTicker(every)
	defer t.Stop()
	for {
		s.mu.Lock()
		now := time.Now().UTC()
		frame := wire.AppendAgent(nil, &schemas.AgentStatus{Time: now, Every: every, Away: s.away})
		s.mu.Unlock()
		in, cancel := context.WithTimeout(ctx, every)
		if err := pub.Publish(in, tickSubject, fmt.Sprintf("tick.%d", now.UnixNano()), frame, func(error) {}); err == nil {
			_ = pub.Flush(in) // the next one comes in any case
		}
		cancel()
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

// decodeAgent returns the status that m holds. Who said it is what the subject
// says: NATS guards that.
func decodeAgent(m *bus.Msg) (schemas.AgentStatus, error) {
	var s schemas.AgentStatus
	if err := wire.DecodeAgent(m.Data, &s); err != nil {
		return s, err
	}
	cluster, agent, ok := schemas.Origin(m.Subject)
	if !ok && (m.Subject != tickSubject || !s.Tick()) {
		return s, fmt.Errorf("%w: subject %s names no agent", wire.ErrCorrupt, m.Subject)
	}
	s.Cluster, s.Agent, s.Heard = cluster, agent, m.Time
	if ok {
		s.Away = nil // only the server knows
	}
	return s, nil
}
