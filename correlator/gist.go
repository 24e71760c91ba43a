package correlator

import (
	"cmp"
	"slices"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// gist collects what every session has, event by event in their order. What
// it handed out stays good when more is added.
type gist struct {
	s schemas.Session
	// levels are those of s.Sights, in their order.
	levels []levels
}

// maxSessionKeys bounds Session.Keys.
const maxSessionKeys = 100

// newGist begins a session; first, the first of the events that make it,
// names it.
func newGist(kind schemas.SessionKind, first *schemas.Event) gist {
	s := schemas.Session{
		Kind: kind, Version: 1, Outcome: schemas.OutcomeUnknown, Cluster: first.Cluster,
		ID: schemas.HashID("session", string(kind), first.Cluster, first.ID.String()),
	}
	if schemas.Dated(first.Time) {
		s.Since = first.Time
	}
	return gist{s: s}
}

func (g *gist) add(e *schemas.Event, level levels) {
	g.see(e.Node, e.Source, 1, level)
	s := &g.s
	s.EventCount++
	if len(s.Events) < schemas.MaxSessionEvents {
		s.Events = append(s.Events, e.ID)
	}
	if schemas.Dated(e.Time) {
		if s.Start.IsZero() || e.Time.Before(s.Start) {
			s.Start = e.Time
		}
		if e.Time.After(s.End) {
			s.End = e.Time
		}
	}
	g.addNode(e.Node)
	g.addSource(e.Source)
	for i := range e.Keys {
		g.key(&e.Keys[i])
	}
}

func (g *gist) addSource(source schemas.Source) {
	if s := &g.s; !slices.Contains(s.Sources, source) {
		s.Sources = append(s.Sources, source)
		slices.Sort(s.Sources)
	}
}

// see counts n events at one of the levels for the log that shows them.
func (g *gist) see(node string, source schemas.Source, n int, level levels) {
	for i := range g.s.Sights {
		x := &g.s.Sights[i]
		if x.Source == source && strings.EqualFold(x.Node, node) {
			x.Node = min(x.Node, node)
			x.Events += n
			g.levels[i] |= level
			return
		}
	}
	g.s.Sights = append(g.s.Sights, schemas.Sight{Node: node, Source: source, Events: n})
	g.levels = append(g.levels, level)
}

// sights returns what see counted, ordered.
func (g *gist) sights() []schemas.Sight {
	list := slices.Clone(g.s.Sights)
	for i := range list {
		list[i].Levels = g.levels[i].names()
	}
	slices.SortFunc(list, func(a, b schemas.Sight) int {
		return cmp.Or(strings.Compare(a.Node, b.Node), strings.Compare(string(a.Source), string(b.Source)))
	})
	return list
}

// addNode keeps one spelling of a host, the first in their order: products
// write it in upper and lower case.
func (g *gist) addNode(node string) {
	nodes := g.s.Nodes
	if node == "" || slices.Contains(nodes, node) {
		return
	}
	i := slices.IndexFunc(nodes, func(n string) bool { return strings.EqualFold(n, node) })
	switch {
	case i < 0:
		nodes = append(nodes, node)
	case node > nodes[i]:
		return
	default:
		nodes[i] = node
	}
	slices.Sort(nodes)
	g.s.Nodes = nodes
}

// key keeps a key that is more than a number of a line.
func (g *gist) key(k *schemas.Key) {
	if k.Type != schemas.KeyCorrelationTag && k.Type != schemas.KeySequence && !slices.Contains(g.s.Keys, *k) {
		g.addKey(k)
	}
}

// addKey keeps the first keys in their order.
func (g *gist) addKey(k *schemas.Key) {
	keys := g.s.Keys
	i, _ := slices.BinarySearchFunc(keys, *k, compareKeys)
	if i == maxSessionKeys {
		return
	}
	g.s.Keys = slices.Insert(keys, i, *k)[:min(len(keys)+1, maxSessionKeys)]
}

// session returns the session so far.
func (g *gist) session() schemas.Session {
	s := g.s
	s.Events = slices.Clip(s.Events)
	s.Keys = slices.Clone(s.Keys)
	s.Nodes, s.Sources = slices.Clone(s.Nodes), slices.Clone(s.Sources)
	s.Sights = g.sights()
	return s
}

// describe returns what every session has. The events are ordered; first is
// the first of those that make the session.
func (c *Correlator) describe(kind schemas.SessionKind, first *schemas.Event, events []*schemas.Event) schemas.Session {
	g := newGist(kind, first)
	g.s.Events = make([]schemas.ID, 0, min(len(events), schemas.MaxSessionEvents))
	g.s.Keys, g.s.Sights, g.levels = c.eval.keys[:0], c.eval.sights[:0], c.eval.levels[:0]
	for _, e := range events {
		g.add(e, c.levelOfEvent(e))
	}
	c.eval.keys, c.eval.sights, c.eval.levels = g.s.Keys, g.s.Sights, g.levels
	if len(g.s.Keys) == 0 {
		g.s.Keys = nil
	}
	return g.session()
}
