package eval

import (
	"fmt"
	"slices"

	"github.com/uctrace/uctrace/schemas"
)

// truly names a true session: a story and the number of its session.
type truly struct{ story, session int }

// sessions counts how the events of true sessions were joined, and whether the
// sessions that were found are of one true session each.
func (m *measure) sessions(list []schemas.Session) {
	// alone counts, for each true session, its events that belong to no other
	// one, in all of the sessions found; best is the most in one of them, all
	// its events in that one counted.
	alone, best := map[truly]int{}, map[truly]int{}
	for i := range list {
		s := &list[i]
		if s.Deleted {
			continue
		}
		labels, own := map[truly]int{}, map[truly]int{}
		total := 0
		for _, id := range s.Events {
			p, ok := m.index.of(id)
			if !ok || len(p.sessions) == 0 {
				continue // a line that is about no session
			}
			total++
			for _, n := range p.sessions {
				labels[truly{p.story, n}]++
			}
			if len(p.sessions) == 1 {
				own[truly{p.story, p.sessions[0]}]++
			}
		}
		if total == 0 {
			continue
		}
		k := m.kind(s.Kind)
		k.Found++
		if whole(labels, total) {
			k.Pure++
		} else if len(m.Mixed) < shown {
			m.Mixed = append(m.Mixed, fmt.Sprintf("%s (%s)", s.Summary, m.names(labels)))
		}
		for t, n := range own {
			alone[t] += n
			best[t] = max(best[t], n)
		}
	}
	m.joined(alone, best)
}

// whole reports whether one true session has all of the events.
func whole(labels map[truly]int, total int) bool {
	for _, n := range labels {
		if n == total {
			return true
		}
	}
	return false
}

func (m *measure) joined(alone, best map[truly]int) {
	for n := range m.truth.Stories {
		story := &m.truth.Stories[n]
		for i := range story.Sessions {
			k := m.kind(story.Sessions[i].Kind)
			k.True++
			t := truly{n, i}
			if alone[t] == 0 {
				continue
			}
			k.Seen++
			k.Events += alone[t]
			k.Joined += best[t]
			if best[t] < alone[t] && len(m.Torn) < 4*shown {
				m.Torn = append(m.Torn, fmt.Sprintf("%s %s, session %d: %d of %d events together", story.Sessions[i].Kind, story.ID, i, best[t], alone[t]))
			}
		}
	}
}

func (m *measure) names(labels map[truly]int) string {
	var list []string
	for t, n := range labels {
		list = append(list, fmt.Sprintf("%s#%d: %d", m.truth.Stories[t.story].ID, t.session, n))
	}
	slices.Sort(list)
	if len(list) > shown {
		list = append(list[:shown], "…")
	}
	return fmt.Sprint(list)
}

func (m *measure) kind(kind schemas.SessionKind) *Kind {
	i := slices.IndexFunc(m.Sessions, func(k Kind) bool { return k.Kind == kind })
	if i < 0 {
		m.Sessions = append(m.Sessions, Kind{Kind: kind})
		i = len(m.Sessions) - 1
	}
	return &m.Sessions[i]
}
