package eval

import (
	"fmt"
	"slices"

	"github.com/uctrace/uctrace/internal/simulate/fleet"
	"github.com/uctrace/uctrace/schemas"
)

// shown bounds the lists of what went wrong, per rule.
const shown = 5

// findings counts which findings are right, and which failures were found.
func (m *measure) findings(list []schemas.Finding) {
	found := map[*fleet.Expectation]bool{}
	for i := range list {
		if f := &list[i]; !f.Deleted {
			m.finding(f, found)
		}
	}
	for n := range m.truth.Stories {
		story := &m.truth.Stories[n]
		for i := range story.Expect {
			want := &story.Expect[i]
			if !m.built[want.Rule] {
				if !slices.Contains(m.Unbuilt, want.Rule) {
					m.Unbuilt = append(m.Unbuilt, want.Rule)
				}
				continue
			}
			at, _ := m.rule(want.Rule)
			r := &m.Rules[at]
			r.Asked++
			if found[want] {
				r.Found++
			} else if r.Asked-r.Found <= shown {
				m.Missed = append(m.Missed, fmt.Sprintf("%s: %s at %s", want.Rule, story.ID, where(story)))
			}
		}
	}
}

// finding counts f as right when the story whose lines prove it expects or
// allows its rule. Findings below medium severity are never wrong: they say
// what was there and not that something failed. Nor is a finding on a story
// whose own rule is not built: until it is, a more general one may speak.
func (m *measure) finding(f *schemas.Finding, found map[*fleet.Expectation]bool) {
	at, _ := m.rule(f.Rule)
	r := &m.Rules[at]
	right, excused, last := false, false, ""
	for _, n := range m.stories(f) {
		story := &m.truth.Stories[n]
		if slices.Contains(story.Allow, f.Rule) {
			right = true
		}
		for i := range story.Expect {
			if want := &story.Expect[i]; want.Rule == f.Rule {
				right, found[want] = true, true
				if f.Severity < want.Severity {
					r.Milder++
				}
				if want.Stage != "" && f.Stage != "" && want.Stage != f.Stage {
					r.Elsewhere++
				}
			}
		}
		excused = excused || slices.ContainsFunc(story.Expect, func(e fleet.Expectation) bool { return !m.built[e.Rule] })
		last = story.ID
	}
	switch {
	case right:
		r.Right++
	case excused:
	case f.Severity >= schemas.Medium:
		if r.Wrong++; r.Wrong <= shown {
			m.False = append(m.False, fmt.Sprintf("%s: %s (story %s)", f.Rule, f.Summary, last))
		}
	}
}

// stories are those whose lines prove f, each once.
func (m *measure) stories(f *schemas.Finding) []int {
	var list []int
	for _, e := range f.Evidence {
		if e.Role != schemas.Proves {
			continue
		}
		if p, ok := m.index.at(e.File, e.Line); ok && !slices.Contains(list, p.story) {
			list = append(list, p.story)
		}
	}
	return list
}

// where is the first line of a story.
func where(s *fleet.Story) string {
	if len(s.Records) == 0 {
		return "no line"
	}
	return fmt.Sprintf("%s:%d", s.Records[0].File, s.Records[0].Line)
}
