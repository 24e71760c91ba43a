package web

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/uctrace/uctrace/internal/read"
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
	More     bool   // there are more hits than are shown
	Person   string // whose timeline a search for it leads to
	Nothing  nothing
}

// nothing says why a search that found nothing may have found nothing.
type nothing struct {
	Tried    []string // how it was looked for
	Empty    bool     // no log has arrived
	From, To time.Time
	Blind    []schemas.Coverage
}

// searchResults lists what was found, or goes to the one thing that has the id.
func (h *Handler) searchResults(w http.ResponseWriter, r *http.Request, query string) error {
	if len(query) > read.MaxQuery {
		return tooLong("q")
	}
	hits, err := h.opts.Store.Search(r.Context(), query, maxHits+1)
	if err != nil {
		return err
	}
	if id, err := schemas.ParseID(strings.ToLower(query)); err == nil && len(hits) == 1 {
		at, err := h.byID(r.Context(), id, hits[0].ID)
		if err != nil {
			return err
		}
		http.Redirect(w, r, at, http.StatusSeeOther)
		return nil
	}
	page := homeView{Query: query, Hits: hits[:min(len(hits), maxHits)], More: len(hits) > maxHits}
	if len(hits) == 0 {
		logs, err := h.opts.Store.Coverage(r.Context(), "")
		if err != nil {
			return err
		}
		all := covered(logs)
		page.Nothing = nothing{Tried: read.Spellings(query), Empty: len(logs) == 0, From: all.From, To: all.To, Blind: all.Blind}
	} else if kind, value, _ := strings.Cut(hits[0].By, " "); hits[0].Exact && slices.Contains([]string{"user", "jid", "device", "dn", "party"}, kind) {
		page.Person = value
	}
	return h.show(w, r, http.StatusOK, "home", view{Title: query, Query: query, Tab: "sessions", Page: page})
}

// byID is the address of what has an id: a session, a finding, or the line of an
// event in its session.
func (h *Handler) byID(ctx context.Context, id, session schemas.ID) (string, error) {
	if id == session {
		return "/session/" + id.String(), nil
	}
	_, err := h.opts.Store.Finding(ctx, id)
	switch {
	case err == nil:
		return "/finding/" + id.String(), nil
	case errors.Is(err, read.ErrNotFound):
		return "/session/" + session.String() + "#e" + id.String(), nil
	}
	return "", err
}

// maxHits bounds what a search shows.
const maxHits = 100

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
