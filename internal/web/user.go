package web

import (
	"context"
	"net/http"
	"strings"
	"time"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/read"
	"github.com/uctrace/uctrace/internal/report"
	"github.com/uctrace/uctrace/schemas"
)

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
	var related []report.Related
	for _, spelling := range read.Spellings(who) {
		if related = report.RelatedTo(sessions, spelling); len(related) > 0 {
			break
		}
	}
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
