package web

import (
	"encoding/json"
	"fmt"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/uctrace/uctrace/internal/read"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/jsonl"
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
		{"/api/v1/findings", []string{"severity", "rule", "cluster", "session", "from", "to", "after", "limit"}, h.apiFindings},
		{"/api/v1/findings/{id}", nil, h.apiFinding},
		{"/api/v1/groups", []string{"severity", "rule", "cluster", "from", "to", "limit"}, h.apiGroups},
		{"/api/v1/timeline", []string{"key"}, h.apiTimeline},
		{"/api/v1/files", []string{"cluster", "from", "to", "offset", "limit"}, h.apiFiles},
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

// answer is a JSON object under construction.
type answer struct{ b []byte }

func (a *answer) name(s string) {
	if len(a.b) == 0 {
		a.b = append(a.b, '{')
	} else {
		a.b = append(a.b, ',')
	}
	a.b = append(strconv.AppendQuote(a.b, s), ':')
}

// list adds an array; each is called for its elements.
func (a *answer) list(name string, n int, each func(b []byte, i int) []byte) {
	a.name(name)
	a.b = append(a.b, '[')
	for i := range n {
		if i > 0 {
			a.b = append(a.b, ',')
		}
		a.b = each(a.b, i)
	}
	a.b = append(a.b, ']')
}

// next adds where the next page begins, if there is one.
func (a *answer) next(cursor string) {
	if cursor != "" {
		a.name("next")
		a.b = strconv.AppendQuote(a.b, cursor)
	}
}

func (a *answer) send(w http.ResponseWriter, r *http.Request) error {
	return write(w, r, http.StatusOK, "application/json", append(a.b, '}', '\n'))
}

// with adds fields to a JSON object that ends b.
func with(b []byte, fields string, args ...any) []byte {
	return append(fmt.Appendf(b[:len(b)-1], ","+fields, args...), '}')
}

func quoted(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		return `""`
	}
	return string(b)
}

func listed(b []byte, l *read.Listed) []byte {
	b = with(jsonl.AppendSession(b, &l.Session), `"findings":%d`, l.Findings)
	if l.Findings > 0 {
		b = with(b, `"worst":%q`, l.Worst)
	}
	return b
}

func (h *Handler) apiSearch(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	limit, err := whole(q, "limit", 1, read.MaxPage)
	if err != nil {
		return err
	}
	query, err := text(q, "q")
	if err != nil {
		return err
	}
	if strings.TrimSpace(query) == "" {
		return bad("q", "want what to search for: a Call-ID, number, JID, user, device, xcoder or id")
	}
	hits, err := h.opts.Store.Search(r.Context(), query, limit)
	if err != nil {
		return err
	}
	var a answer
	a.list("hits", len(hits), func(b []byte, i int) []byte {
		b = append(b, `{"session":`...)
		b = listed(b, &hits[i].Listed)
		return fmt.Appendf(b, `,"matched":%s,"exact":%t}`, quoted(hits[i].By), hits[i].Exact)
	})
	return a.send(w, r)
}

func (h *Handler) apiSessions(w http.ResponseWriter, r *http.Request) error {
	f, err := sessionFilter(r.URL.Query())
	if err != nil {
		return err
	}
	list, next, err := h.opts.Store.Sessions(r.Context(), f)
	if err != nil {
		return err
	}
	var a answer
	a.list("sessions", len(list), func(b []byte, i int) []byte { return listed(b, &list[i]) })
	a.next(next.String())
	return a.send(w, r)
}

func (h *Handler) apiSession(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	s, err := h.opts.Store.Session(r.Context(), id)
	if err != nil {
		return err
	}
	findings, err := h.opts.Store.FindingsOf(r.Context(), []schemas.ID{id})
	if err != nil {
		return err
	}
	var a answer
	a.name("session")
	a.b = jsonl.AppendSession(a.b, s)
	a.list("findings", len(findings[id]), func(b []byte, i int) []byte { return jsonl.AppendFinding(b, &findings[id][i]) })
	return a.send(w, r)
}

func (h *Handler) apiEvents(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	q := r.URL.Query()
	offset, err := whole(q, "offset", 0, schemas.MaxSessionEvents)
	if err != nil {
		return err
	}
	limit, err := whole(q, "limit", 1, read.MaxPage)
	if err != nil {
		return err
	}
	if limit == 0 {
		limit = 100
	}
	s, err := h.opts.Store.Session(r.Context(), id)
	if err != nil {
		return err
	}
	events, err := h.opts.Store.Events(r.Context(), id, offset, limit)
	if err != nil {
		return err
	}
	var a answer
	a.list("events", len(events), func(b []byte, i int) []byte { return jsonl.AppendEvent(b, &events[i]) })
	a.name("total")
	a.b = strconv.AppendInt(a.b, int64(s.EventCount), 10)
	if offset+limit < min(s.EventCount, schemas.MaxSessionEvents) {
		a.name("next")
		a.b = strconv.AppendInt(a.b, int64(offset+limit), 10)
	}
	return a.send(w, r)
}

func (h *Handler) apiEvent(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	raw, err := word(r.URL.Query(), "raw", []string{"true", "false"})
	if err != nil {
		return err
	}
	e, err := h.opts.Store.Event(r.Context(), id)
	if err != nil {
		return err
	}
	var a answer
	a.name("event")
	a.b = jsonl.AppendEvent(a.b, e)
	if raw == "true" {
		text, all := h.raw(r.Context(), e)
		a.name("raw")
		a.b = fmt.Appendf(a.b, `{"text":%s,"whole":%t}`, quoted(text), all)
	}
	return a.send(w, r)
}

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

func (h *Handler) apiTimeline(w http.ResponseWriter, r *http.Request) error {
	who, err := text(r.URL.Query(), "key")
	if err != nil {
		return err
	}
	if who = strings.TrimSpace(who); who == "" {
		return bad("key", "want a user, device, JID, number or Call-ID")
	}
	entries, err := h.timeline(r.Context(), who)
	if err != nil {
		return err
	}
	var a answer
	a.list("entries", len(entries), func(b []byte, i int) []byte {
		e := &entries[i]
		b = jsonl.AppendSession(append(b, `{"session":`...), &e.Session)
		b = fmt.Appendf(b, `,"why":%s,"findings":[`, quoted(e.Why))
		for j := range e.Findings {
			if j > 0 {
				b = append(b, ',')
			}
			b = jsonl.AppendFinding(b, &e.Findings[j])
		}
		return append(b, "]}"...)
	})
	return a.send(w, r)
}

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
