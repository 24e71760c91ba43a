package detect

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// Incident is what is known about one subject of a Signature.
type Incident struct {
	*Signature
	// Subject is the value that the events agree in, empty for a session.
	Subject string
	// Session is the session that it is about, zero for none.
	Session *schemas.Session
	// Hits are the events with a part in it, ordered by time, file and offset.
	Hits []Hit
	// Passed is World.Passed.
	Passed func(e *schemas.Event, deadline time.Time, hosted bool) bool
	// Elsewhere returns the first event of the cluster that is a companion of
	// proof, one of those that are looked for beyond the incident; nil for none.
	Elsewhere func(x *Companion, proof *schemas.Event) *schemas.Event
}

// Hit is an event and the part that it plays.
type Hit struct {
	Event *schemas.Event
	Role  Role
}

// Claim returns what is to be said, false when there is nothing. blind is set
// when nothing can be said because a log ends too early.
func (n *Incident) Claim() (c Claim, found bool, blind string) {
	var proofs, against []*schemas.Event
	var with *schemas.Event // the first companion of the first proof
	needed := make([]*schemas.Event, 0, len(n.Need))
	for _, h := range n.Hits {
		if h.Role&Proves == 0 {
			continue
		}
		if counter := n.counter(h.Event); counter != nil {
			against = append(against, counter)
			continue
		}
		companions, ok := n.companions(h.Event)
		if !ok {
			continue
		}
		missing, known := n.missing(h.Event)
		if !known {
			blind = "its log ends before the answer was due"
		}
		if missing {
			if len(proofs) == 0 && len(companions) > 0 {
				with = companions[0]
			}
			proofs = append(proofs, h.Event)
			needed = append(needed, companions...)
		}
	}
	if !n.enough(proofs) {
		return Claim{}, false, blind
	}
	c = Claim{Proof: append(slices.Clone(proofs), unique(needed)...), Context: n.shown(), Counter: unique(against), Count: len(proofs), Subject: n.Subject}
	var p Period
	for _, e := range proofs {
		p.Add(e.Time)
	}
	c.First, c.Last = p.First, p.Last
	c.Severity, c.Override = n.severity(proofs), true
	own := values{"count": number(len(proofs)), "times": times(len(proofs)), "period": between(p), "subject": n.Subject}
	for _, r := range n.Raise {
		own["many"] = number(distinct(proofs, r.Field))
	}
	fill := func(t *Template) string { return t.Fill(proofs[0], with, own) }
	c.Summary, c.Cause, c.Stage = fill(&n.Signature.Summary), fill(&n.Cause), fill(&n.Stage)
	for i := range n.Fix {
		c.Fix = append(c.Fix, fill(&n.Fix[i]))
	}
	return c, true, ""
}

// counter returns an event that speaks against proof, nil for none.
func (n *Incident) counter(proof *schemas.Event) *schemas.Event {
	for i := range n.Clear {
		if n.Clear[i].Elsewhere {
			if e := n.Elsewhere(&n.Clear[i], proof); e != nil {
				return e
			}
			continue
		}
		for _, h := range n.Hits {
			if h.Role&Clears != 0 && h.Event != proof && n.Clear[i].Matches(h.Event) && n.Clear[i].Goes(h.Event, proof) {
				return h.Event
			}
		}
	}
	return nil
}

// companions returns the events that proof needs, false when one is missing.
func (n *Incident) companions(proof *schemas.Event) (list []*schemas.Event, ok bool) {
	for i := range n.Need {
		var found *schemas.Event
		if n.Need[i].Elsewhere {
			found = n.Elsewhere(&n.Need[i], proof)
		}
		for _, h := range n.Hits {
			if found == nil && h.Role&Needed != 0 && h.Event != proof && !n.Need[i].Elsewhere && n.Need[i].Matches(h.Event) && n.Need[i].Goes(h.Event, proof) {
				found = h.Event
			}
		}
		if found == nil {
			return nil, false
		}
		list = append(list, found)
	}
	return list, true
}

// missing reports whether what is expected after proof did not come, and
// whether that is known: the log has to go on beyond the time it had.
func (n *Incident) missing(proof *schemas.Event) (missing, known bool) {
	for i := range n.Expect {
		x := &n.Expect[i]
		for _, h := range n.Hits {
			if h.Role&Expected != 0 && h.Event != proof && x.Matches(h.Event) && x.Goes(h.Event, proof) {
				return false, true
			}
		}
		if n.over(proof) {
			continue
		}
		if !schemas.Dated(proof.Time) || !n.Passed(proof, proof.Time.Add(x.Within), true) {
			return false, false
		}
	}
	return true, true
}

// over reports whether the waiting that began with proof came to an end.
func (n *Incident) over(proof *schemas.Event) bool {
	for i := range n.Over {
		for _, h := range n.Hits {
			if h.Role&Ended != 0 && h.Event != proof && n.Over[i].Matches(h.Event) && n.Over[i].Goes(h.Event, proof) {
				return true
			}
		}
	}
	return false
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

// severity returns the rule's severity, raised when the failure meets many.
func (n *Incident) severity(proofs []*schemas.Event) schemas.Severity {
	s := n.Severity
	for _, r := range n.Raise {
		if distinct(proofs, r.Field) >= r.AtLeast {
			s = max(s, r.Severity)
		}
	}
	return s
}

func (n *Incident) shown() []*schemas.Event {
	var list []*schemas.Event
	for _, h := range n.Hits {
		if h.Role&Shown != 0 && h.Role&Proves == 0 {
			list = append(list, h.Event)
		}
	}
	return list
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

func unique(events []*schemas.Event) []*schemas.Event {
	var list []*schemas.Event
	for _, e := range events {
		if !slices.Contains(list, e) {
			list = append(list, e)
		}
	}
	slices.SortStableFunc(list, func(a, b *schemas.Event) int { return cmp.Or(a.Time.Compare(b.Time), a.ID.Compare(b.ID)) })
	return list
}

func times(n int) string {
	if n == 1 {
		return "once"
	}
	return fmt.Sprintf("%d times", n)
}

// between returns " between 10:00:00 and 10:05:00 UTC", empty for one moment.
func between(p Period) string {
	if p.First.IsZero() || p.First.Equal(p.Last) {
		return ""
	}
	layout := "15:04:05"
	if p.First.YearDay() != p.Last.YearDay() || p.First.Year() != p.Last.Year() {
		layout = "2006-01-02 15:04:05"
	}
	return "between " + p.First.UTC().Format(layout) + " and " + p.Last.UTC().Format(layout) + " UTC"
}
