package report

import (
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/schemas"
)

// Timeline writes the sessions of one person or device in the order of time:
// those that have a key with the value who, and those related to them, with the
// reason. It returns false when there is none. The only errors are those of w.
func Timeline(w io.Writer, r correlator.Result, who string, o Options) (bool, error) {
	t := timeline{view: newView(r, o), page: page{width: o.Width, color: o.Color}, why: map[schemas.ID]string{}}
	t.collect(who)
	if len(t.why) == 0 {
		return false, nil
	}
	t.page.text("", who+", "+plural(len(t.why), "session"), bold)
	for i := range t.sessions {
		if _, mine := t.why[t.sessions[i].ID]; mine {
			t.session(&t.sessions[i])
		}
	}
	_, err := io.WriteString(w, t.page.b.String())
	return true, err
}

type timeline struct {
	*view
	page page
	why  map[schemas.ID]string // how each session is known to be the person's
}

// collect finds the sessions: those with the key, then, as long as there are
// any, those related to them.
func (t *timeline) collect(who string) {
	for i := range t.sessions {
		s := &t.sessions[i]
		if by, ok := About(s, who); ok {
			t.why[s.ID] = by
		}
	}
	relations := correlator.Relate(t.sessions)
	for grown := true; grown; {
		grown = false
		for _, r := range relations {
			known, id := r.A, r.B
			if t.why[known] == "" {
				known, id = id, known
			}
			if t.why[known] == "" || t.why[id] != "" || !t.own(known) {
				continue
			}
			t.why[id] = fmt.Sprintf("%s %s (%s confidence)", r.By, r.Value, r.Confidence)
			grown = true
		}
	}
	slices.SortStableFunc(t.sessions, func(a, b schemas.Session) int { return a.CorrectedStart().Compare(b.CorrectedStart()) })
}

// own reports whether a session concerns one person only. A call has two
// parties: what is related to it may be the other one's.
func (t *timeline) own(id schemas.ID) bool {
	for i := range t.sessions {
		if s := &t.sessions[i]; s.ID == id {
			switch s.Kind {
			case schemas.SessionLogin, schemas.SessionRegistration, schemas.SessionMRA, schemas.SessionSubscription:
				return true
			}
			return false
		}
	}
	return false
}

func (t *timeline) session(s *schemas.Session) {
	p := &t.page
	p.blank()
	head := stamp(s.Start)
	if s.Start.IsZero() {
		head = "no date"
	}
	style := plain
	if s.Outcome == schemas.OutcomeFailed {
		style = red
	}
	p.text(head+"  ", kindWord(s.Kind)+" "+string(s.Outcome)+": "+s.Summary, style)
	p.text("    ", "by "+t.why[s.ID]+"; "+strings.TrimSpace(listed(s.Nodes, maxKeys)+" "+sourcesOf(s)), dim)
	p.text("    ", s.ID.String(), dim)
	for i := range s.Skews {
		p.text("    ", s.Skews[i].String()+": the order here is corrected", dim)
	}
	for i := range t.findings {
		if f := &t.findings[i]; f.Session == s.ID {
			p.text("    "+p.paint(severityStyle(f.Severity), "! "), f.Summary, plain)
		}
	}
}

func sourcesOf(s *schemas.Session) string {
	var names []string
	for _, src := range s.Sources {
		names = append(names, string(src))
	}
	return strings.Join(names, ", ")
}
