package web

import (
	"fmt"
	"net/http"
	"strconv"
	"strings"

	"github.com/uctrace/uctrace/internal/read"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/jsonl"
)

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
	listed, err := h.opts.Store.Listed(r.Context(), id)
	if err != nil {
		return err
	}
	var a answer
	a.list("events", len(events), func(b []byte, i int) []byte { return jsonl.AppendEvent(b, &events[i]) })
	a.name("total")
	a.b = strconv.AppendInt(a.b, int64(s.EventCount), 10)
	if offset+limit < listed {
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
