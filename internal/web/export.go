package web

import (
	"fmt"
	"net/http"
	"slices"
	"strings"

	"github.com/uctrace/uctrace/internal/ladder"
	"github.com/uctrace/uctrace/internal/report"
	"github.com/uctrace/uctrace/schemas"
)

// svgPolicy lets a drawing, opened by itself, have its style and nothing else.
const svgPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

// export writes a session as a file: the ladder as SVG or Mermaid, a ticket as
// Markdown, the messages as text.
func (h *Handler) export(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	name := r.PathValue("export")
	formats := map[string]string{
		"ladder.svg": "image/svg+xml", "ladder.txt": "text/plain; charset=utf-8", "ladder.mmd": "text/plain; charset=utf-8",
		"ticket.md": "text/markdown; charset=utf-8", "messages.txt": "text/plain; charset=utf-8",
	}
	contentType, ok := formats[name]
	if !ok {
		return &fault{http.StatusNotFound, "there is no such export", "ladder.svg, ladder.txt, ladder.mmd, ticket.md and messages.txt"}
	}
	filter, err := ladderFilter(r.URL.Query())
	if err != nil {
		return err
	}
	l, err := h.load(r.Context(), id)
	if err != nil {
		return err
	}
	l.ladder = *l.ladder.Only(filter)
	var b strings.Builder
	switch name {
	case "ladder.svg":
		w.Header().Set("Content-Security-Policy", svgPolicy)
		err = l.ladder.SVG(&b)
	case "ladder.txt":
		b.WriteString(l.ladder.Subtitle() + "\n\n")
		err = l.ladder.Text(&b, 0, false)
	case "ladder.mmd":
		fmt.Fprintf(&b, "---\ntitle: %s\n---\n", quoted(l.session.Summary+" · "+l.ladder.Subtitle()))
		err = l.ladder.Mermaid(&b)
	case "ticket.md":
		err = h.ticket(&b, l)
	default:
		err = h.messages(&b, r, l)
	}
	if err != nil {
		return err
	}
	w.Header().Set("Content-Disposition", fmt.Sprintf(`inline; filename="%s-%.8s-%s"`, l.session.Kind, l.session.ID, name))
	return write(w, r, http.StatusOK, contentType, []byte(b.String()))
}

// ticket writes the findings with their evidence, then the ladder.
func (h *Handler) ticket(b *strings.Builder, l *loaded) error {
	if err := report.Ticket(b, l.session, l.findings, report.Options{Title: h.opts.Title, Verbose: true}); err != nil {
		return err
	}
	if len(l.ladder.Steps) == 0 || len(l.ladder.Steps) > maxTicketSteps {
		return nil
	}
	b.WriteString("\n## Ladder\n\n```mermaid\n")
	if err := l.ladder.Mermaid(b); err != nil {
		return err
	}
	b.WriteString("```\n")
	return nil
}

// maxTicketSteps is how long a ladder may be in a ticket.
const maxTicketSteps = 150

// messages writes the SIP and XMPP messages as text, in the order of the
// session, as the logs have them.
func (h *Handler) messages(b *strings.Builder, r *http.Request, l *loaded) error {
	fmt.Fprintf(b, "%s\n%s\n", l.session.Summary, l.ladder.Subtitle())
	n, cut, wire := 0, 0, l.wire()
	events := ladder.Corrected(l.session, l.events)
	for i := range events {
		e := &events[i]
		if e.Kind != schemas.KindSIPMessage && e.XMPP == nil && (wire || e.SIP == nil) {
			continue
		}
		text, whole := h.raw(r.Context(), e)
		if n++; !whole {
			cut++
		}
		fmt.Fprintf(b, "\n---- %s  %s  %s  %s:%d\n%s\n", stamp(e.Time), e.Node, way(e), e.File, e.Line, text)
	}
	if n == 0 {
		b.WriteString("\nThe logs of this session hold no message.\n")
	}
	if cut > 0 {
		fmt.Fprintf(b, "\n---- %s cut: the text is not kept here any more, the files named above have it\n", plural(cut, "message is", "messages are"))
	}
	return nil
}

// wire reports whether a log shows the messages themselves. Where none does,
// what sums them up has to do.
func (l *loaded) wire() bool {
	return slices.ContainsFunc(l.events, func(e schemas.Event) bool { return e.Kind == schemas.KindSIPMessage })
}

// way says where a message came from or went to.
func way(e *schemas.Event) string {
	switch {
	case e.SIP != nil && e.SIP.Direction == schemas.In:
		return "received from " + e.SIP.Peer
	case e.SIP != nil && e.SIP.Direction == schemas.Out:
		return "sent to " + e.SIP.Peer
	case e.XMPP != nil && e.XMPP.Direction == schemas.In:
		return "received from " + e.XMPP.From
	case e.XMPP != nil:
		return "sent to " + e.XMPP.To
	}
	return "seen"
}
