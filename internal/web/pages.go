package web

import (
	"context"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/read"
	"github.com/uctrace/uctrace/internal/report"
	"github.com/uctrace/uctrace/schemas"
)

// home answers a search, or lists what went wrong lately and the latest
// sessions.
func (h *Handler) home(w http.ResponseWriter, r *http.Request) error {
	query := strings.TrimSpace(r.URL.Query().Get("q"))
	if query != "" {
		return h.searchResults(w, r, query)
	}
	f, err := sessionFilter(r.URL.Query())
	if err != nil {
		return err
	}
	list, next, err := h.opts.Store.Sessions(r.Context(), f)
	if err != nil {
		return err
	}
	clusters, err := h.opts.Store.Clusters(r.Context())
	if err != nil {
		return err
	}
	first := f.After.IsZero() && f.Kind == "" && f.Outcome == "" && f.Cluster == "" && f.From.IsZero() && f.To.IsZero()
	var groups []read.Group
	if first {
		if groups, err = h.opts.Store.Groups(r.Context(), read.FindingFilter{AtLeast: schemas.Low, Limit: 6}); err != nil {
			return err
		}
	}
	return h.show(w, r, http.StatusOK, "home", view{Title: "Sessions", Tab: "sessions", Page: homeView{Sessions: list, Groups: groups, Clusters: clusters, Filter: r.URL.Query(), Filtered: !first, Next: link(r, "after", next.String())}})
}

// homeView is the list of sessions, or, with a Query, what a search found.
type homeView struct {
	Sessions []read.Listed
	Groups   []read.Group
	Clusters []string
	Filter   url.Values
	Filtered bool
	Next     string
	Query    string
	Hits     []read.Hit
}

// searchResults lists what was found, or goes to the one thing that has the id.
func (h *Handler) searchResults(w http.ResponseWriter, r *http.Request, query string) error {
	if len(query) > read.MaxQuery {
		return tooLong("q")
	}
	hits, err := h.opts.Store.Search(r.Context(), query, 100)
	if err != nil {
		return err
	}
	if _, err := schemas.ParseID(strings.ToLower(query)); err == nil && len(hits) == 1 {
		http.Redirect(w, r, "/session/"+hits[0].ID.String(), http.StatusSeeOther)
		return nil
	}
	return h.show(w, r, http.StatusOK, "home", view{Title: query, Query: query, Tab: "sessions", Page: homeView{Query: query, Hits: hits}})
}

// link returns the address of this page with one parameter changed, "" when
// value is.
func link(r *http.Request, name, value string) string {
	if value == "" {
		return ""
	}
	q := r.URL.Query()
	q.Set(name, value)
	return r.URL.Path + "?" + q.Encode()
}

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

// event shows one event: what the log says, and how it is understood. With
// part=1 it is only the part that the ladder shows beside itself.
func (h *Handler) event(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	e, err := h.opts.Store.Event(r.Context(), id)
	if err != nil {
		return err
	}
	page := eventView{Event: *e, Keys: groupKeys(e.Keys), Facts: factsOf(e)}
	page.Raw, page.Whole = h.raw(r.Context(), e)
	if r.URL.Query().Get("part") == "1" {
		return h.part(w, r, "event", "event", page)
	}
	return h.show(w, r, http.StatusOK, "event", view{Title: string(e.Kind), Page: page})
}

// eventView is an event as a page shows it.
type eventView struct {
	Event schemas.Event
	Keys  []keyGroup
	Facts []schemas.Attr
	Raw   string
	Whole bool // Raw is all of the record
}

// raw returns what the log says, whole or, when that is not kept, the line that
// states the fact.
func (h *Handler) raw(ctx context.Context, e *schemas.Event) (text string, whole bool) {
	if h.opts.Raw != nil {
		raw, ok, err := h.opts.Raw(ctx, e)
		switch {
		case err != nil:
			h.log.Debug("the text of a record could not be read", "record", e.Record, "error", err)
		case ok:
			return plain(raw), true
		}
	}
	return e.Text, false
}

// plain makes text of a log fit to be shown: line ends are one character,
// control characters and what is no UTF-8 are replaced.
func plain(raw []byte) string {
	text := strings.ReplaceAll(strings.ToValidUTF8(string(raw), "\uFFFD"), "\r\n", "\n")
	return strings.TrimRight(strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' {
			return '\uFFFD'
		}
		return r
	}, text), "\n")
}

// factsOf names what an event states.
func factsOf(e *schemas.Event) []schemas.Attr {
	var facts []schemas.Attr
	add := func(name, value string) {
		if value != "" {
			facts = append(facts, schemas.Attr{Name: name, Value: value})
		}
	}
	if m := e.SIP; m != nil {
		add("direction", map[schemas.Direction]string{schemas.In: "received", schemas.Out: "sent"}[m.Direction])
		add("peer", strings.TrimSpace(m.Peer+" "+m.Transport))
		add("local", m.Local)
		add("CSeq", m.CSeq)
		add("From", m.From)
		add("To", m.To)
		add("Contact", m.Contact)
		add("User-Agent", m.UserAgent)
		add("Reason", m.ReasonHeader)
		add("Warning", m.Warning)
	}
	if x := e.XMPP; x != nil {
		add("stanza", strings.TrimSpace(x.Stanza+" "+x.Type))
		add("from", x.From)
		add("to", x.To)
		add("id", x.ID)
		add("role here", x.Role)
	}
	for _, a := range e.Attrs {
		add(a.Name, a.Value)
	}
	return facts
}

// user shows what one person or device did, across products.
func (h *Handler) user(w http.ResponseWriter, r *http.Request) error {
	who := strings.TrimSpace(r.PathValue("key"))
	if who == "" || len(who) > read.MaxQuery {
		return &fault{http.StatusBadRequest, "want a user, device, JID or number", ""}
	}
	entries, err := h.timeline(r.Context(), who)
	if err != nil {
		return err
	}
	status := http.StatusOK
	if len(entries) == 0 {
		status = http.StatusNotFound
	}
	return h.show(w, r, status, "user", view{Title: who, Query: who, Page: struct {
		Who     string
		Entries []entry
	}{who, entries}})
}

// entry is a session of a timeline.
type entry struct {
	report.Related
	Findings []schemas.Finding
	Day      string // set when a day begins here
}

// timeline returns the sessions of who, in order of time.
func (h *Handler) timeline(ctx context.Context, who string) ([]entry, error) {
	sessions, err := h.opts.Store.People(ctx, who)
	if err != nil {
		return nil, err
	}
	correlator.SortSessions(sessions)
	related := report.RelatedTo(sessions, who)
	ids := make([]schemas.ID, len(related))
	for i := range related {
		ids[i] = related[i].Session.ID
	}
	findings, err := h.opts.Store.FindingsOf(ctx, ids)
	if err != nil {
		return nil, err
	}
	entries, day := make([]entry, len(related)), ""
	for i := range related {
		entries[i] = entry{Related: related[i], Findings: findings[related[i].Session.ID]}
		if at := related[i].Session.Start; !at.IsZero() {
			if today := at.Format(time.DateOnly); today != day {
				entries[i].Day, day = today, today
			}
		}
	}
	return entries, nil
}

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
	next := ""
	if len(list) > limit {
		list, next = list[:limit], link(r, "offset", strconv.Itoa(offset+limit))
	}
	return h.show(w, r, http.StatusOK, "files", view{Title: "Coverage", Tab: "files", Page: struct {
		Files []read.File
		Next  string
	}{list, next}})
}
