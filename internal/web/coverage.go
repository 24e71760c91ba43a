package web

import (
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/read"
	"github.com/uctrace/uctrace/schemas"
)

// coverageView says which logs are here, from when to when, and what therefore
// cannot be seen.
type coverageView struct {
	Nodes    []coveredNode
	Ticks    []tick
	From, To time.Time
	Holes    []hole
	Clocks   []read.Clock
	Unseen   []read.Unseen
	Blind    []schemas.Coverage // subjects without any log
	Clusters []string
	Filter   url.Values
}

// coveredNode is the logs of one node; Name is empty for those that name no
// host.
type coveredNode struct {
	Cluster, Name string
	Logs          []coveredLog
}

// coveredLog is one kind of log along the time of all; X, Width and Holes are
// shares of a hundred.
type coveredLog struct {
	schemas.LogCoverage
	X, Width string // "" when no record is dated
	Holes    []holeMark
}

type holeMark struct{ X, Width string }

// hole is a part of a log that is missing.
type hole struct {
	schemas.LogGap
	Cluster, Node string
	Source        schemas.Source
}

func (h *Handler) coverage(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	cluster, err := text(q, "cluster")
	if err != nil {
		return err
	}
	logs, err := h.opts.Store.Coverage(r.Context(), cluster)
	if err != nil {
		return err
	}
	v := covered(logs)
	v.Filter = q
	if v.Clocks, err = h.opts.Store.Clocks(r.Context(), cluster); err != nil {
		return err
	}
	if v.Unseen, err = h.opts.Store.Unseen(r.Context(), cluster); err != nil {
		return err
	}
	if v.Clusters, err = h.opts.Store.Clusters(r.Context()); err != nil {
		return err
	}
	return h.show(w, r, http.StatusOK, "coverage", view{Title: "Coverage", Tab: "coverage", Page: v})
}

// covered lays logs out along their time.
func covered(logs []schemas.LogCoverage) coverageView {
	var v coverageView
	var have []schemas.Source
	for i := range logs {
		l := &logs[i]
		have = append(have, l.Source)
		if !l.First.IsZero() && (v.From.IsZero() || l.First.Before(v.From)) {
			v.From = l.First
		}
		if l.Last.After(v.To) {
			v.To = l.Last
		}
	}
	if len(logs) > 0 {
		v.Blind = correlator.Blind(have)
	}
	whole := max(v.To.Sub(v.From), time.Microsecond)
	share := func(d time.Duration) float64 { return 100 * float64(d) / float64(whole) }
	for _, l := range logs {
		log := coveredLog{LogCoverage: l}
		if !l.First.IsZero() {
			log.X, log.Width = percent(min(share(l.First.Sub(v.From)), 99.5)), percent(max(share(l.Last.Sub(l.First)), 0.5))
		}
		for _, g := range l.Gaps {
			v.Holes = append(v.Holes, hole{g, l.Cluster, l.Node, l.Source})
			if !g.From.IsZero() && !g.To.IsZero() {
				log.Holes = append(log.Holes, holeMark{percent(share(g.From.Sub(v.From))), percent(max(share(g.To.Sub(g.From)), 0.5))})
			}
		}
		at := slices.IndexFunc(v.Nodes, func(n coveredNode) bool { return n.Cluster == l.Cluster && n.Name == l.Node })
		if at < 0 {
			at = len(v.Nodes)
			v.Nodes = append(v.Nodes, coveredNode{Cluster: l.Cluster, Name: l.Node})
		}
		v.Nodes[at].Logs = append(v.Nodes[at].Logs, log)
	}
	if v.To.After(v.From) {
		v.Ticks = dates(v.From, v.To)
	}
	return v
}

// dates are the marks of an axis from one time to another, at round times.
func dates(from, to time.Time) []tick {
	whole := to.Sub(from)
	step := tickStep(whole)
	layout := "15:04:05.000"
	switch {
	case step >= 24*time.Hour:
		layout = time.DateOnly
	case from.Format(time.DateOnly) != to.Format(time.DateOnly):
		layout = "01-02 15:04"
	case step >= time.Minute:
		layout = "15:04"
	case step >= time.Second:
		layout = time.TimeOnly
	}
	var list []tick
	for at := from.Truncate(step).Add(step); !at.After(to); at = at.Add(step) {
		x := 100 * float64(at.Sub(from)) / float64(whole)
		if x > 4 && x < 96 {
			list = append(list, tick{percent(x), at.UTC().Format(layout), "middle"})
		}
	}
	return list
}
