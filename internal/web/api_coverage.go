package web

import (
	"encoding/json"
	"net/http"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/read"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/jsonl"
)

// apiCoverage says which logs are here and what cannot be seen without others.
func (h *Handler) apiCoverage(w http.ResponseWriter, r *http.Request) error {
	cluster, err := text(r.URL.Query(), "cluster")
	if err != nil {
		return err
	}
	logs, err := h.opts.Store.Coverage(r.Context(), cluster)
	if err != nil {
		return err
	}
	unseen, err := h.opts.Store.Unseen(r.Context(), cluster)
	if err != nil {
		return err
	}
	clocks, err := h.opts.Store.Clocks(r.Context(), cluster)
	if err != nil {
		return err
	}
	have := make([]schemas.Source, len(logs))
	for i := range logs {
		have[i] = logs[i].Source
	}
	blind := correlator.Blind(have)
	var a answer
	a.list("logs", len(logs), func(b []byte, i int) []byte { return jsonl.AppendLogCoverage(b, &logs[i]) })
	a.list("blind", len(blind), func(b []byte, i int) []byte { return jsonl.AppendCoverage(b, &blind[i]) })
	a.list("not_seen", len(unseen), func(b []byte, i int) []byte {
		u := &unseen[i]
		return with(jsonl.AppendCoverage(b, &u.Coverage), `"cluster":%s,"sessions":%d,"example":"%s"`, quoted(u.Cluster), u.Sessions, u.Example)
	})
	a.list("clocks", len(clocks), func(b []byte, i int) []byte { return clockJSON(b, &clocks[i]) })
	return a.send(w, r)
}

// clockJSON appends a clock that differs. Times are seconds.
func clockJSON(b []byte, c *read.Clock) []byte {
	text, err := json.Marshal(struct {
		Cluster  string  `json:"cluster"`
		Node     string  `json:"node,omitempty"`
		File     string  `json:"file,omitempty"`
		Against  string  `json:"against"`
		Offset   float64 `json:"offset"`
		Least    float64 `json:"least"`
		Most     float64 `json:"most"`
		Within   float64 `json:"within"`
		Facts    int     `json:"facts"`
		Sessions int     `json:"sessions"`
	}{c.Cluster, c.Node, c.File, c.Against, c.Offset.Seconds(), c.Least.Seconds(), c.Most.Seconds(), c.Within.Seconds(), c.Facts, c.Sessions})
	if err != nil {
		return append(b, "null"...) // of these types none fails
	}
	return append(b, text...)
}

func (h *Handler) apiAgents(w http.ResponseWriter, r *http.Request) error {
	cluster, err := text(r.URL.Query(), "cluster")
	if err != nil {
		return err
	}
	list, err := h.opts.Store.Agents(r.Context(), cluster)
	if err != nil {
		return err
	}
	var a answer
	a.list("agents", len(list), func(b []byte, i int) []byte {
		g := &list[i]
		return with(jsonl.AppendAgent(b, &g.AgentStatus), `"state":%s,"silent_ms":%d,"clock_ahead_ms":%d`, quoted(g.State), g.SilentFor.Milliseconds(), g.ClockAhead.Milliseconds())
	})
	return a.send(w, r)
}

func (h *Handler) apiProblems(w http.ResponseWriter, r *http.Request) error {
	cluster, err := text(r.URL.Query(), "cluster")
	if err != nil {
		return err
	}
	list, err := h.opts.Store.Problems(r.Context(), cluster)
	if err != nil {
		return err
	}
	var a answer
	a.list("problems", len(list), func(b []byte, i int) []byte {
		p, err := json.Marshal(list[i].Problem)
		if err != nil {
			return append(b, "null"...) // of these types none fails
		}
		return with(append(b, p...), `"cluster":%s,"node":%s,"source":%s`, quoted(list[i].Cluster), quoted(list[i].Node), quoted(string(list[i].Source)))
	})
	return a.send(w, r)
}
