// Package fleet finds agents that have fallen silent or cannot keep up, in what
// they say of themselves. It is a function of the messages of UC_AGENTS in
// their order: time is the time at which the stream took them.
package fleet

import (
	"cmp"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

const (
	// An agent is silent when it is late by so many intervals, and by so long.
	lateIntervals = 4
	lateAtLeast   = time.Minute
	// maxStep is how much time may pass between two messages. More means that
	// the server or NATS was away, when no agent could be heard.
	maxStep = 30 * time.Second
	// An agent lags from lagFrom on, in two statuses in a row, until it is
	// below lagUntil.
	lagFrom, lagUntil = 5 * time.Minute, time.Minute
	// forget is after how long an agent that is silent counts as removed.
	forget = 7 * 24 * time.Hour
)

// Name tells an agent from the others.
type Name struct{ Cluster, Agent string }

func (n Name) compare(m Name) int {
	return cmp.Or(cmp.Compare(n.Cluster, m.Cluster), cmp.Compare(n.Agent, m.Agent))
}

// Watch is the state: what each agent said last. The zero Watch is not ready,
// New makes one.
type Watch struct {
	agents map[Name]*agent
	last   time.Time     // of the latest message
	clock  time.Duration // time in which somebody was heard
}

type agent struct {
	status  schemas.AgentStatus
	heard   time.Duration // by Watch.clock
	lagging int           // statuses in a row
	// The times that name the findings that stand, zero for none.
	silent, lags time.Time
}

// New returns a Watch that has heard nobody.
func New() *Watch { return &Watch{agents: map[Name]*agent{}} }

// Hear takes the next message and returns the findings that begin or end with
// it, as revisions with version. It copies what it keeps of s.
func (w *Watch) Hear(s *schemas.AgentStatus, version uint64) []schemas.Finding {
	if step := s.Heard.Sub(w.last); step > 0 {
		if !w.last.IsZero() {
			w.clock += min(step, maxStep)
		}
		w.last = s.Heard
	}
	r := revisions{version: version}
	if s.Tick() {
		w.adopt(s.Away)
		w.judge(&r)
		return r.list
	}
	n := Name{s.Cluster, s.Agent}
	a := w.agents[n]
	if a == nil {
		a = &agent{}
		w.agents[n] = a
	}
	r.withdraw(n, &a.silent, detect.AgentSilent())
	a.status, a.heard = *s, w.clock
	a.status.Problems, a.status.Sources = nil, nil
	a.lag(n, &r)
	return r.list
}

// lag judges what the agent said last.
func (a *agent) lag(n Name, r *revisions) {
	switch s := &a.status; {
	case s.Stopped, s.Lag < lagUntil:
		a.lagging = 0
		r.withdraw(n, &a.lags, detect.AgentLagging())
	case s.Lag >= lagFrom:
		if a.lagging++; a.lagging >= 2 && a.lags.IsZero() {
			a.lags = s.Heard
			r.state(n, s, s.Heard, detect.AgentLagging(), lagging(s))
		}
	}
}

// judge looks for agents that have not been heard for too long.
func (w *Watch) judge(r *revisions) {
	for _, n := range slices.SortedFunc(maps.Keys(w.agents), Name.compare) {
		a := w.agents[n]
		away := w.clock - a.heard
		switch {
		case away > forget:
			r.withdraw(n, &a.silent, detect.AgentSilent())
			r.withdraw(n, &a.lags, detect.AgentLagging())
			delete(w.agents, n)
		case !a.status.Stopped && a.silent.IsZero() && away > max(lateAtLeast, lateIntervals*a.status.Every):
			a.silent = a.status.Heard
			r.state(n, &a.status, a.silent, detect.AgentSilent(), silent(&a.status))
		}
	}
}

// adopt takes in what a server before this one knew of agents whose messages
// have left the stream.
func (w *Watch) adopt(list []schemas.AgentAway) {
	for _, x := range list {
		n := Name{x.Cluster, x.Agent}
		if w.agents[n] == nil {
			w.agents[n] = &agent{
				status: schemas.AgentStatus{Cluster: x.Cluster, Agent: x.Agent, Heard: x.Silent},
				heard:  w.clock, silent: x.Silent, lags: x.Lags,
			}
		}
	}
}

// Away lists the agents of which a finding stands, for the next tick.
func (w *Watch) Away() []schemas.AgentAway {
	var list []schemas.AgentAway
	for _, n := range slices.SortedFunc(maps.Keys(w.agents), Name.compare) {
		if a := w.agents[n]; !a.silent.IsZero() || !a.lags.IsZero() {
			list = append(list, schemas.AgentAway{Cluster: n.Cluster, Agent: n.Agent, Silent: a.silent, Lags: a.lags})
		}
	}
	return list
}

// States counts the agents by what they are: current, lagging, silent or
// stopped.
func (w *Watch) States() map[string]int {
	counts := map[string]int{"current": 0, "lagging": 0, "silent": 0, "stopped": 0}
	for _, a := range w.agents {
		switch {
		case a.status.Stopped:
			counts["stopped"]++
		case !a.silent.IsZero():
			counts["silent"]++
		case !a.lags.IsZero():
			counts["lagging"]++
		default:
			counts["current"]++
		}
	}
	return counts
}

// revisions are what one message comes to.
type revisions struct {
	version uint64
	list    []schemas.Finding
}

// id names a finding by the rule, the agent and the time of the message that
// it rests on.
func id(rule string, n Name, since time.Time) schemas.ID {
	return schemas.HashID("finding", rule, n.Cluster+"\x00"+n.Agent, since.UTC().Format(time.RFC3339Nano))
}

func (r *revisions) state(n Name, s *schemas.AgentStatus, since time.Time, d detect.Detector, c detect.Claim) {
	r.list = append(r.list, schemas.Finding{
		ID: id(d.Name, n, since), Version: r.version, Rule: d.Name, Severity: d.Severity, Cluster: n.Cluster,
		Since: since, Time: since, First: since, Last: since, Count: 1,
		Summary: c.Summary, Cause: c.Cause, Fix: c.Fix, Keys: keys(s),
		Evidence: []schemas.Evidence{{File: schemas.StreamAgents.Subject(n.Cluster, n.Agent), Role: schemas.Proves, Text: said(s)}},
	})
}

func keys(s *schemas.AgentStatus) []schemas.Key {
	if s.Host == "" {
		return nil
	}
	return []schemas.Key{{Type: schemas.KeyAddr, Value: s.Host}}
}

// withdraw takes back the finding of since, if it stands.
func (r *revisions) withdraw(n Name, since *time.Time, d detect.Detector) {
	if since.IsZero() {
		return
	}
	r.list = append(r.list, schemas.Finding{
		ID: id(d.Name, n, *since), Version: r.version, Deleted: true, Rule: d.Name, Cluster: n.Cluster, Since: *since,
	})
	*since = time.Time{}
}

// said is the line of evidence.
func said(s *schemas.AgentStatus) string {
	return fmt.Sprintf("%s agent %s on %s (%s): %d files, %d of them unreadable, %d bytes behind for %s, %d batches on their way",
		s.Heard.UTC().Format("2006-01-02 15:04:05.000"), s.Agent, cmp.Or(s.Host, "an unnamed host"), cmp.Or(s.Version, "unknown version"),
		s.Files, s.Unreadable, s.Behind, s.Lag.Round(time.Second), s.Unacked)
}
