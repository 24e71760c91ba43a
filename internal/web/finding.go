package web

import (
	"net/http"
	"net/url"
	"slices"

	"github.com/uctrace/uctrace/internal/read"
	"github.com/uctrace/uctrace/schemas"
)

func (h *Handler) findingList(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	f, err := findingFilter(q)
	if err != nil {
		return err
	}
	clusters, err := h.opts.Store.Clusters(r.Context())
	if err != nil {
		return err
	}
	page := struct {
		Groups   []read.Group
		Findings []schemas.Finding
		Clusters []string
		Filter   url.Values
		Next     string
	}{Clusters: clusters, Filter: q}
	if f.Rule == "" {
		f.Limit = read.MaxPage
		page.Groups, err = h.opts.Store.Groups(r.Context(), f)
	} else {
		var next read.Cursor
		page.Findings, next, err = h.opts.Store.Findings(r.Context(), f)
		page.Next = link(r, "after", next.String())
	}
	if err != nil {
		return err
	}
	return h.show(w, r, http.StatusOK, "findings", view{Title: "Findings", Tab: "findings", Page: page})
}

func (h *Handler) finding(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	f, err := h.opts.Store.Finding(r.Context(), id)
	if err != nil {
		return err
	}
	page := struct {
		Finding schemas.Finding
		Session *schemas.Session
		Keys    []keyGroup
		Others  []schemas.Finding
		More    bool
	}{Finding: *f, Keys: groupKeys(f.Keys)}
	if !f.Session.IsZero() {
		if page.Session, err = h.opts.Store.Session(r.Context(), f.Session); err != nil && explain(err).status != http.StatusNotFound {
			return err
		}
	}
	others, next, err := h.opts.Store.Findings(r.Context(), read.FindingFilter{Rule: f.Rule, Cluster: f.Cluster, Limit: 20})
	if err != nil {
		return err
	}
	page.Others = slices.DeleteFunc(others, func(o schemas.Finding) bool { return o.ID == f.ID })
	page.More = !next.IsZero()
	return h.show(w, r, http.StatusOK, "finding", view{Title: f.Summary, Tab: "findings", Page: page})
}
