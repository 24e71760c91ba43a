package web

import (
	"context"
	"net/http"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

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
