package web

import (
	"encoding/json"
	"net/http"
	"slices"
)

// endpoint is a path of the API and what answers it. openapi.json describes
// the same paths; a test compares the two.
type endpoint struct {
	path   string
	params []string // of the query; any other is refused
	page   page
}

func (h *Handler) api() []endpoint {
	list := []endpoint{
		{"/api/v1/openapi.json", nil, h.apiDocument},
		{"/api/v1/search", []string{"q", "limit"}, h.apiSearch},
		{"/api/v1/sessions", []string{"kind", "outcome", "cluster", "from", "to", "after", "limit"}, h.apiSessions},
		{"/api/v1/sessions/{id}", nil, h.apiSession},
		{"/api/v1/sessions/{id}/events", []string{"offset", "limit"}, h.apiEvents},
		{"/api/v1/events/{id}", []string{"raw"}, h.apiEvent},
		{"/api/v1/findings", []string{"severity", "rule", "cause", "cluster", "session", "from", "to", "after", "limit"}, h.apiFindings},
		{"/api/v1/findings/{id}", nil, h.apiFinding},
		{"/api/v1/groups", []string{"severity", "rule", "cause", "cluster", "from", "to", "limit"}, h.apiGroups},
		{"/api/v1/timeline", []string{"key"}, h.apiTimeline},
		{"/api/v1/files", []string{"cluster", "from", "to", "offset", "limit"}, h.apiFiles},
		{"/api/v1/coverage", []string{"cluster"}, h.apiCoverage},
		{"/api/v1/agents", []string{"cluster"}, h.apiAgents},
		{"/api/v1/problems", []string{"cluster"}, h.apiProblems},
		{"/api/v1/clusters", nil, h.apiClusters},
	}
	for i := range list {
		list[i].page = known(list[i].params, list[i].page)
	}
	return list
}

// known refuses parameters that mean nothing, so that a misspelt filter does
// not pass for one that matches everything.
func known(params []string, p page) page {
	return func(w http.ResponseWriter, r *http.Request) error {
		for name := range r.URL.Query() {
			if !slices.Contains(params, name) {
				return bad(name, "there is no such parameter")
			}
		}
		return p(w, r)
	}
}

// problem tells an error as RFC 9457 has it.
func problem(w http.ResponseWriter, r *http.Request, f *fault) {
	body, err := json.Marshal(struct {
		Title  string `json:"title"`
		Status int    `json:"status"`
		Detail string `json:"detail"`
		Hint   string `json:"hint,omitempty"`
	}{http.StatusText(f.status), f.status, f.what, f.hint})
	if err != nil {
		http.Error(w, f.what, f.status)
		return
	}
	w.Header().Set("Cache-Control", "no-store")
	_ = write(w, r, f.status, "application/problem+json", body) // nobody is left to be told
}

func (h *Handler) apiDocument(w http.ResponseWriter, r *http.Request) error {
	body, err := files.ReadFile("openapi.json")
	if err != nil {
		return err
	}
	return write(w, r, http.StatusOK, "application/json", body)
}
