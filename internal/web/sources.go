package web

import (
	"net/http"
	"strconv"

	"github.com/uctrace/uctrace/internal/read"
)

func (h *Handler) fileList(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	offset, err := whole(q, "offset", 0, 1_000_000)
	if err != nil {
		return err
	}
	const limit = 200
	list, err := h.opts.Store.Files(r.Context(), read.FileFilter{Cluster: q.Get("cluster"), Offset: offset, Limit: limit + 1})
	if err != nil {
		return err
	}
	var problems []read.Fault
	if offset == 0 {
		if problems, err = h.opts.Store.Problems(r.Context(), q.Get("cluster")); err != nil {
			return err
		}
	}
	next := ""
	if len(list) > limit {
		list, next = list[:limit], link(r, "offset", strconv.Itoa(offset+limit))
	}
	return h.show(w, r, http.StatusOK, "files", view{Title: "Files", Tab: "coverage", Page: struct {
		Files    []read.File
		Problems []read.Fault
		Next     string
	}{list, problems, next}})
}

// agents lists who ships logs.
func (h *Handler) agents(w http.ResponseWriter, r *http.Request) error {
	cluster, err := text(r.URL.Query(), "cluster")
	if err != nil {
		return err
	}
	list, err := h.opts.Store.Agents(r.Context(), cluster)
	if err != nil {
		return err
	}
	states := map[string]int{}
	for i := range list {
		states[list[i].State]++
	}
	return h.show(w, r, http.StatusOK, "agents", view{Title: "Agents", Tab: "agents", Page: struct {
		Agents []read.Agent
		States map[string]int
	}{list, states}})
}
