package ship

import (
	"context"
	"fmt"
	"time"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
)

// Beat says every few seconds how an agent is. What it says is of use only
// while it is new: what cannot be published in time is left, and the next
// status tells more.
type Beat struct {
	Bus *bus.Bus
	// Agent tells who speaks: Agent, Cluster, Host, Version, Config and Every.
	// The rest is filled in.
	Agent  schemas.AgentStatus
	Status *collector.Status

	pub *bus.Publisher
}

// DefaultEvery is the time between two statuses when Beat.Agent has none.
const DefaultEvery = 15 * time.Second

// Run speaks at once and then every Agent.Every, until ctx ends.
func (b *Beat) Run(ctx context.Context) {
	b.begin()
	t := time.NewTicker(b.Agent.Every)
	defer t.Stop()
	for {
		b.say(ctx, b.Agent.Every, false)
		select {
		case <-ctx.Done():
			return
		case <-t.C:
		}
	}
}

func (b *Beat) begin() {
	if b.pub != nil {
		return
	}
	b.pub = b.Bus.Publisher(bus.PublisherOptions{Window: 1})
	b.Agent.Started = time.Now().UTC()
	if b.Agent.Every <= 0 {
		b.Agent.Every = DefaultEvery
	}
}

// lastWord is how long the end of an agent may wait for NATS.
const lastWord = 2 * time.Second

// Stop says that the agent ends in an orderly way. Call it behind Run.
func (b *Beat) Stop(ctx context.Context) {
	b.begin()
	b.say(ctx, lastWord, true)
}

func (b *Beat) say(ctx context.Context, limit time.Duration, stopped bool) {
	ctx, cancel := context.WithTimeout(ctx, limit)
	defer cancel()
	s := b.now()
	s.Stopped = stopped
	id := fmt.Sprintf("%s.%d", s.Agent, s.Time.UnixNano())
	if b.pub.Publish(ctx, schemas.StreamAgents.Subject(s.Cluster, s.Agent), id, wire.AppendAgent(nil, &s), func(error) {}) == nil {
		_ = b.pub.Flush(ctx) // in time, or not at all
	}
}

// now returns what there is to say.
func (b *Beat) now() schemas.AgentStatus {
	s, x := b.Agent, b.Status.Now()
	s.Time = time.Now().UTC()
	s.Files, s.Unreadable, s.Behind, s.Lag, s.Unacked = x.Files, x.Unreadable, x.Behind, x.Lag, x.Unacked
	s.Bytes, s.Records, s.Headless, s.ProblemCount, s.Problems = x.Bytes, x.Records, x.Headless, x.ProblemCount, x.Problems
	for _, src := range x.Sources {
		s.Sources = append(s.Sources, schemas.AgentSource{Source: src.Source, Records: src.Records, Last: src.Last})
	}
	return s
}
