package web

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/ladder"
	"github.com/uctrace/uctrace/internal/report"
	"github.com/uctrace/uctrace/schemas"
)

// sessionView is a session as its page shows it.
type sessionView struct {
	Session  schemas.Session
	Keys     []keyGroup
	Findings []findingView
	Drawing  drawing
	Roles    bool   // the columns are the roles of a dialback
	Took     string // "" when it is not known
	Stages   waterfall
	Filter   ladder.Filter
	Query    template.URL // Filter, for links to what follows it
	Choices  choices
	Related  []report.Related
	// People are the values by which the timeline of a person is found.
	People []string
	// Left counts the events that are not shown, because a session lists so
	// many only, Gone those that are listed and not kept any more.
	Left, Gone int
	Logs       []log
}

// choices are what the lines of the ladder can be filtered by.
type choices struct {
	Methods, Parties []ladder.Choice
	Legs             []leg
	All              int // lines without a filter
}

// Help reports whether a filter is worth its place: there are many lines, and
// something to choose by.
func (c choices) Help() bool {
	return c.All > 8 && (len(c.Methods) > 1 || len(c.Parties) > 2 || len(c.Legs) > 0)
}

// findingView is a finding with its number on the page; Rows are the rows of
// the ladder that its evidence is in, 0 for none.
type findingView struct {
	schemas.Finding
	Number int
	Rows   []int
}

// log is a source that was seen in a session.
type log struct {
	Node   string
	Source schemas.Source
	Events int
	Files  []string
}

// loaded is a session with all that is drawn.
type loaded struct {
	session  *schemas.Session
	findings []schemas.Finding
	events   []schemas.Event
	listed   int // events, of which some may not be kept any more
	ladder   ladder.Ladder
}

func (h *Handler) load(ctx context.Context, id schemas.ID) (*loaded, error) {
	s, err := h.opts.Store.Session(ctx, id)
	if err != nil {
		return nil, err
	}
	findings, err := h.opts.Store.FindingsOf(ctx, []schemas.ID{id})
	if err != nil {
		return nil, err
	}
	events, err := h.opts.Store.Events(ctx, id, 0, schemas.MaxSessionEvents)
	if err != nil {
		return nil, err
	}
	listed, err := h.opts.Store.Listed(ctx, id)
	if err != nil {
		return nil, err
	}
	l := &loaded{session: s, findings: findings[id], events: events, listed: listed}
	l.ladder = build(s, events, l.findings)
	return l, nil
}

func (h *Handler) session(w http.ResponseWriter, r *http.Request) error {
	id, err := pathID(r)
	if err != nil {
		return err
	}
	l, err := h.load(r.Context(), id)
	if err != nil {
		return err
	}
	filter, err := ladderFilter(r.URL.Query())
	if err != nil {
		return err
	}
	s, all := l.session, choices{l.ladder.Methods(), l.ladder.Parties(), legsOf(&l.ladder), len(l.ladder.Steps)}
	v := sessionView{
		Session: *s, Keys: groupKeys(s.Keys), Filter: filter, Choices: all, Drawing: draw(l.ladder.Only(filter), marksOf(l.findings), all.Legs), Roles: s.Kind == schemas.SessionFederation,
		Left: max(0, s.EventCount-l.listed), Gone: max(0, l.listed-len(l.events)),
		Logs: logsOf(l.events),
	}
	if !filter.IsZero() {
		v.Query = template.URL(query(url.Values{"method": {filter.Method}, "with": {filter.With}, "call": {filter.CallID}})) //nolint:gosec // encoded there
	}
	v.Took = period(s.Start, s.End)
	if len(s.Skews) > 0 && v.Left+v.Gone == 0 {
		v.Took = took(s, l.events)
	}
	v.Findings = located(l.findings, v.Drawing.Rows)
	v.Stages = stages(s, l.events, l.findings)
	if v.Related, v.People, err = h.related(r.Context(), s); err != nil {
		return err
	}
	return h.show(w, r, http.StatusOK, "session", view{Title: s.Summary, Page: v})
}

// took is how long a session took by its reference clock.
func took(s *schemas.Session, events []schemas.Event) string {
	var first, last time.Time
	for i := range events {
		at := s.Corrected(&events[i])
		if !schemas.Dated(at) {
			continue
		}
		if first.IsZero() || at.Before(first) {
			first = at
		}
		if at.After(last) {
			last = at
		}
	}
	return period(first, last)
}

// ladderFilter reads which lines of a ladder are wanted.
func ladderFilter(q url.Values) (f ladder.Filter, err error) {
	var errs [3]error
	f.Method, errs[0] = text(q, "method")
	f.With, errs[1] = text(q, "with")
	f.CallID, errs[2] = text(q, "call")
	return f, first(errs[:]...)
}

// located finds the rows of the evidence.
func located(findings []schemas.Finding, rows []row) []findingView {
	at := map[line]int{}
	for i, r := range slices.Backward(rows) {
		for _, p := range r.Seen {
			at[line{p.File, p.Line}] = i + 1
		}
	}
	views := make([]findingView, len(findings))
	for i := range findings {
		views[i] = findingView{Finding: findings[i], Number: i + 1}
		for _, e := range findings[i].Evidence {
			views[i].Rows = append(views[i].Rows, at[line{e.File, e.Line}])
		}
	}
	return views
}

// maxRelated bounds the related sessions that a session's page lists.
const maxRelated = 20

// related returns the sessions that have a person or a device in common with s,
// the nearest in time, and who these people and devices are.
func (h *Handler) related(ctx context.Context, s *schemas.Session) ([]report.Related, []string, error) {
	var people []string
	for _, t := range []schemas.KeyType{schemas.KeyUser, schemas.KeyJID, schemas.KeyDevice} {
		for _, k := range s.Keys {
			if k.Type == t && !slices.Contains(people, k.Value) {
				people = append(people, k.Value)
			}
		}
	}
	others, err := h.opts.Store.Neighbours(ctx, s, maxRelated)
	if err != nil {
		return nil, nil, err
	}
	correlator.SortSessions(others)
	var list []report.Related
	for i := range others {
		list = append(list, report.Related{Session: others[i], Why: inCommon(s, &others[i])})
	}
	return list, people, nil
}

// inCommon names the key that two sessions share, the one that says most.
func inCommon(a, b *schemas.Session) string {
	for _, t := range []schemas.KeyType{schemas.KeyCallID, schemas.KeyUser, schemas.KeyJID, schemas.KeyDevice} {
		for _, x := range a.Keys {
			for _, y := range b.Keys {
				if x.Type == t && y.Type == t && strings.EqualFold(x.Value, y.Value) {
					return keyWord(t) + " " + y.Value
				}
			}
		}
	}
	return "a JID and a user id that are alike"
}

// logsOf counts what each log shows of a session.
func logsOf(events []schemas.Event) []log {
	var logs []log
	for i := range events {
		e := &events[i]
		at := slices.IndexFunc(logs, func(l log) bool { return l.Node == e.Node && l.Source == e.Source })
		if at < 0 {
			at = len(logs)
			logs = append(logs, log{Node: e.Node, Source: e.Source})
		}
		l := &logs[at]
		l.Events++
		if !slices.Contains(l.Files, e.File) {
			l.Files = append(l.Files, e.File)
		}
	}
	return logs
}
