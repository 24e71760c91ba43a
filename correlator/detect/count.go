package detect

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// once parts the proofs from those that repeat what one before says.
func (n *Incident) once(proofs []*schemas.Event) (first, repeats []*schemas.Event) {
	if len(n.Once) == 0 {
		return proofs, nil
	}
	seen := map[string]bool{}
	for _, e := range proofs {
		what, whole := "", true
		for _, f := range n.Once {
			v := f.Of(e)
			whole = whole && v != ""
			what += v + "\x00"
		}
		if whole && seen[what] {
			repeats = append(repeats, e)
			continue
		}
		seen[what] = true
		first = append(first, e)
	}
	return first, repeats
}

// enough reports whether there are as many proofs as it takes, in the time.
func (n *Incident) enough(proofs []*schemas.Event) bool {
	least := max(1, n.AtLeast)
	if len(proofs) < least {
		return false
	}
	if n.Within == 0 {
		return true
	}
	for i := 0; i+least <= len(proofs); i++ {
		if proofs[i+least-1].Time.Sub(proofs[i].Time) <= n.Within {
			return true
		}
	}
	return false
}

// occurrences counts proofs, those of one burst once. What has no date stands
// with what is before it.
func (n *Incident) occurrences(proofs []*schemas.Event) int {
	if n.Burst == 0 {
		return len(proofs)
	}
	count := 1
	var last time.Time
	for _, e := range proofs {
		if !schemas.Dated(e.Time) {
			continue
		}
		if !last.IsZero() && e.Time.Sub(last) > n.Burst {
			count++
		}
		last = e.Time
	}
	return count
}

// graded returns the severity of the worst proof: what its grade says, else s.
func (n *Incident) graded(s schemas.Severity, proofs []*schemas.Event) schemas.Severity {
	if len(n.Grade) == 0 {
		return s
	}
	worst := n.grade(s, proofs[0])
	for _, e := range proofs[1:] {
		worst = max(worst, n.grade(s, e))
	}
	return worst
}

// grade returns the severity of one proof, s when no grade goes with it.
func (n *Incident) grade(s schemas.Severity, proof *schemas.Event) schemas.Severity {
	for i := range n.Grade {
		g := &n.Grade[i]
		if !allHold(g.For, proof) {
			continue
		}
		if len(g.With.Kinds) == 0 || n.related(&g.With, Grades, proof) != nil {
			return g.Severity
		}
	}
	return s
}

// raised returns s, or more when the failure meets many, which the proofs and
// what stands beside them name.
func (n *Incident) raised(s schemas.Severity, many []*schemas.Event) schemas.Severity {
	for _, r := range n.Raise {
		if r.count(many) >= r.AtLeast {
			s = max(s, r.Severity)
		}
	}
	return s
}

// count returns how many the failure meets.
func (r *Raise) count(events []*schemas.Event) int {
	if r.Field == nil {
		return len(events)
	}
	return distinct(events, *r.Field)
}

func distinct(events []*schemas.Event, f Field) int {
	seen := map[string]bool{}
	for _, e := range events {
		if v := f.Of(e); v != "" {
			seen[v] = true
		}
	}
	return len(seen)
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// between returns "between 10:00:00 and 10:05:00 UTC", "at 10:00:00 UTC" for
// what lies within a second, empty for one moment.
func between(p Period) string {
	if p.First.IsZero() || p.First.Equal(p.Last) {
		return ""
	}
	layout := "15:04:05"
	if p.First.YearDay() != p.Last.YearDay() || p.First.Year() != p.Last.Year() {
		layout = "2006-01-02 15:04:05"
	}
	first, last := p.First.UTC().Format(layout), p.Last.UTC().Format(layout)
	if first == last {
		return "at " + first + " UTC"
	}
	return "between " + first + " and " + last + " UTC"
}
