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
	t := timeline{view: newView(r, o), page: page{width: o.Width, color: o.Color}}
	list := RelatedTo(t.sessions, who)
	if len(list) == 0 {
		return false, nil
	}
	t.page.text("", who+", "+plural(len(list), "session"), bold)
	for i := range list {
		t.session(&list[i])
	}
	_, err := io.WriteString(w, t.page.b.String())
	return true, err
}

type timeline struct {
	*view
	page page
}

// Related is a session of a person or a device.
type Related struct {
	Session schemas.Session
	// Why says how the session is known to be theirs: "user alice", or the key
	// that relates it to another one of theirs.
	Why string
}

// RelatedTo returns the sessions of who in the order of time: those that have a
// key with the value who, and, as long as there are any, those related to them.
func RelatedTo(sessions []schemas.Session, who string) []Related {
	at, why := map[schemas.ID]*schemas.Session{}, map[schemas.ID]string{}
	for i := range sessions {
		s := &sessions[i]
		at[s.ID] = s
		if by, ok := About(s, who); ok {
			why[s.ID] = by
		}
	}
	relations := correlator.Relate(sessions)
	for grown := true; grown; {
		grown = false
		for _, r := range relations {
			known, id := r.A, r.B
			if why[known] == "" {
				known, id = id, known
			}
			if why[known] == "" || why[id] != "" || !own(at[known]) {
				continue
			}
			why[id] = fmt.Sprintf("%s %s (%s confidence)", r.By, r.Value, r.Confidence)
			grown = true
		}
	}
	var list []Related
	for i := range sessions {
		if by := why[sessions[i].ID]; by != "" {
			list = append(list, Related{sessions[i], by})
		}
	}
	slices.SortStableFunc(list, func(a, b Related) int { return a.Session.CorrectedStart().Compare(b.Session.CorrectedStart()) })
	return list
}

// own reports whether a session concerns one person only. A call has two
// parties: what is related to it may be the other one's.
func own(s *schemas.Session) bool {
	switch s.Kind {
	case schemas.SessionLogin, schemas.SessionRegistration, schemas.SessionMRA, schemas.SessionSubscription:
		return true
	}
	return false
}

func (t *timeline) session(r *Related) {
	s, p := &r.Session, &t.page
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
	p.text("    ", "by "+r.Why+"; "+strings.TrimSpace(listed(s.Nodes, maxKeys)+" "+sourcesOf(s)), dim)
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
