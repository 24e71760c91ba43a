package web

import (
	"net/http"
	"strconv"

	"github.com/uctrace/uctrace/internal/read"
	"github.com/uctrace/uctrace/sinks/jsonl"
)

func (h *Handler) apiFiles(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	var f read.FileFilter
	var errs [5]error
	f.Cluster, errs[0] = text(q, "cluster")
	f.From, errs[1] = moment(q, "from")
	f.To, errs[2] = moment(q, "to")
	f.Offset, errs[3] = whole(q, "offset", 0, 1_000_000)
	f.Limit, errs[4] = whole(q, "limit", 1, read.MaxPage-1)
	if err := first(errs[:]...); err != nil {
		return err
	}
	if f.Limit == 0 {
		f.Limit = 100
	}
	limit := f.Limit
	f.Limit++
	list, err := h.opts.Store.Files(r.Context(), f)
	if err != nil {
		return err
	}
	more := len(list) > limit
	list = list[:min(len(list), limit)]
	var a answer
	a.list("files", len(list), func(b []byte, i int) []byte {
		l := &list[i]
		return with(jsonl.AppendInput(b, &l.Input), `"cluster":%s,"tiled":%t,"complete":%t,"problem_count":%d`, quoted(l.Cluster), l.Tiled, l.Complete, l.ProblemCount)
	})
	if more {
		a.name("next")
		a.b = strconv.AppendInt(a.b, int64(f.Offset+limit), 10)
	}
	return a.send(w, r)
}

func (h *Handler) apiClusters(w http.ResponseWriter, r *http.Request) error {
	names, err := h.opts.Store.Clusters(r.Context())
	if err != nil {
		return err
	}
	var a answer
	a.list("clusters", len(names), func(b []byte, i int) []byte { return append(b, quoted(names[i])...) })
	return a.send(w, r)
}
