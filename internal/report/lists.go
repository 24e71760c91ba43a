package report

import (
	"cmp"
	"slices"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// evidence returns the lines to show, in the order in which they were written
// down, and how many are left out. What proves the finding is never left out
// in favour of what does not.
func (v *view) evidence(f *schemas.Finding) (shown []schemas.Evidence, left int) {
	shown = slices.Clone(f.Evidence)
	if !v.opts.Verbose {
		shown, left = varied(shown)
	}
	if !v.opts.Verbose && len(shown) > maxEvidence {
		slices.SortStableFunc(shown, func(a, b schemas.Evidence) int { return cmp.Compare(roleOrder(a.Role), roleOrder(b.Role)) })
		shown, left = shown[:maxEvidence], left+len(shown)-maxEvidence
	}
	files := map[string]int{}
	for _, e := range f.Evidence {
		if _, ok := files[e.File]; !ok {
			files[e.File] = len(files)
		}
	}
	slices.SortStableFunc(shown, func(a, b schemas.Evidence) int {
		return cmp.Or(cmp.Compare(files[a.File], files[b.File]), cmp.Compare(a.Line, b.Line))
	})
	return shown, left
}

// varied leaves out lines that differ from maxAlike others in numbers alone, as
// those of an alarm that comes every minute do.
func varied(list []schemas.Evidence) (shown []schemas.Evidence, left int) {
	alike := map[string]int{}
	for _, e := range list {
		shape := string(e.Role) + strings.Map(func(r rune) rune {
			if '0' <= r && r <= '9' {
				return -1
			}
			return r
		}, e.Text)
		if alike[shape]++; alike[shape] > maxAlike {
			left++
			continue
		}
		shown = append(shown, e)
	}
	return shown, left
}

func roleOrder(r schemas.Role) int {
	return slices.Index([]schemas.Role{schemas.Proves, schemas.Counter, schemas.Aside}, r)
}

// listedSessions returns the sessions to list one by one, how many troubled
// ones are left out, and the healthy ones that are only counted.
func (v *view) listedSessions() (shown []schemas.Session, left int, healthy []schemas.Session) {
	if v.opts.AllSessions {
		return v.sessions, 0, nil
	}
	for i := range v.sessions {
		s := v.sessions[i]
		switch {
		case s.Outcome == schemas.OutcomeOK && len(v.about[s.ID]) == 0:
			healthy = append(healthy, s)
		case len(shown) < maxSessions:
			shown = append(shown, s)
		default:
			left++
		}
	}
	return shown, left, healthy
}

// listedInputs returns the logs to list, and how many are left out.
func (v *view) listedInputs() (shown []schemas.Input, left int) {
	if v.opts.Verbose || len(v.inputs) <= maxInputs {
		return v.inputs, 0
	}
	return v.inputs[:maxInputs], len(v.inputs) - maxInputs
}

// listedStrange returns the names of the files that are no logs, and how many
// are left out.
func (v *view) listedStrange() (names []string, left int) {
	for i := range v.strange {
		names = append(names, strings.TrimPrefix(v.strange[i].Path, v.below))
	}
	if v.opts.Verbose || len(names) <= maxStrange {
		return names, 0
	}
	return names[:maxStrange], len(names) - maxStrange
}

// maxSubjects are how many things that could not be seen for one reason are
// named.
const maxSubjects = 3

// folded says once what could not be seen for one reason.
func folded(list []schemas.Coverage) []schemas.Coverage {
	subjects := map[string][]string{}
	var first []schemas.Coverage
	for _, c := range list {
		if subjects[c.Why] == nil {
			first = append(first, c)
		}
		subjects[c.Why] = append(subjects[c.Why], c.Subject)
	}
	for i := range first {
		if all := subjects[first[i].Why]; len(all) > maxSubjects+1 {
			first[i].Subject = listed(all, maxSubjects)
		} else {
			first[i].Subject = strings.Join(all, ", ")
		}
	}
	return first
}

// remarks says what else there is to know about an input: what the coverage
// says about it, else the bare counts.
func (v *view) remarks(in *schemas.Input) []string {
	var counts []string
	if in.Repaired > 0 {
		counts = append(counts, plural(in.Repaired, "record")+" mended")
	}
	notes := v.notes[in.Path]
	if len(notes) == 0 && in.Damaged > 0 {
		counts = append(counts, plural(in.Damaged, "damaged character"))
	}
	if len(notes) == 0 && in.Headless > 0 {
		counts = append(counts, plural(in.Headless, "record")+" without a head")
	}
	if len(counts) > 0 {
		notes = append([]string{strings.Join(counts, ", ")}, notes...)
	}
	return notes
}
