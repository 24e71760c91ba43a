package web

import (
	"encoding/json"
	"net/http"

	"github.com/uctrace/uctrace/internal/read"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/jsonl"
)

func (h *Handler) apiFindings(w http.ResponseWriter, r *http.Request) error {
	f, err := findingFilter(r.URL.Query())
	if err != nil {
		return err
	}
	list, next, err := h.opts.Store.Findings(r.Context(), f)
	if err != nil {
		return err
	}
	var a answer
	a.list("findings", len(list), func(b []byte, i int) []byte { return jsonl.AppendFinding(b, &list[i]) })
	a.next(next.String())
	return a.send(w, r)
}

func (h *Handler) apiFinding(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	f, err := h.opts.Store.Finding(r.Context(), id)
	if err != nil {
		return err
	}
	var a answer
	a.name("finding")
	a.b = jsonl.AppendFinding(a.b, f)
	a.name("title")
	a.b = append(a.b, quoted(h.opts.Title(f.Rule))...)
	return a.send(w, r)
}

func (h *Handler) apiGroups(w http.ResponseWriter, r *http.Request) error {
	f, err := findingFilter(r.URL.Query())
	if err != nil {
		return err
	}
	groups, err := h.opts.Store.Groups(r.Context(), f)
	if err != nil {
		return err
	}
	var a answer
	a.list("groups", len(groups), func(b []byte, i int) []byte { return h.group(b, &groups[i]) })
	return a.send(w, r)
}

func (h *Handler) group(b []byte, g *read.Group) []byte {
	v := struct {
		Rule     string           `json:"rule"`
		Title    string           `json:"title,omitempty"`
		Cluster  string           `json:"cluster,omitempty"`
		Severity schemas.Severity `json:"severity"`
		Count    int              `json:"count"`
		Sessions int              `json:"sessions"`
		Users    int              `json:"users"`
		First    string           `json:"first,omitempty"`
		Last     string           `json:"last,omitempty"`
		Summary  string           `json:"summary"`
		Cause    string           `json:"cause,omitempty"`
		Fix      []string         `json:"fix"`
		Example  schemas.ID       `json:"example"`
	}{
		g.Rule, h.opts.Title(g.Rule), g.Cluster, g.Severity, g.Count, g.Sessions, g.Users, machine(g.First), machine(g.Last),
		g.Summary, g.Cause, g.Fix, g.Example,
	}
	text, err := json.Marshal(v)
	if err != nil {
		return append(b, "null"...) // of these types none fails
	}
	return append(b, text...)
}
