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
	// Session is the session that it is about, zero for none, and Call the
	// call that it is, nil for none.
	Session *schemas.Session
	Call    *Call
	// Hits are the events with a part in it, ordered by time, file and offset.
	Hits []Hit
	// Passed is World.Passed.
	Passed func(e *schemas.Event, deadline time.Time, hosted bool) bool
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
	needed := make([]*schemas.Event, 0, len(n.Need))
	var beside []*schemas.Event
	var sources []*schemas.Event // of the sentences: the first proof, what stands beside it, what it needs
	for i, h := range n.Hits {
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
		missing, known := n.missing(i)
		if !known {
			blind = "its log ends before the answer was due"
		}
		if missing {
			proofs = append(proofs, h.Event)
			needed = append(needed, companions...)
			with := n.beside(h.Event)
			if beside = append(beside, with...); sources == nil {
				sources = slices.Concat([]*schemas.Event{h.Event}, with, companions)
			}
		}
	}
	if !n.enough(proofs) {
		return Claim{}, false, blind
	}
	c = Claim{Proof: append(slices.Clone(proofs), unique(needed)...), Context: unique(append(beside, n.shown()...)), Counter: unique(against), Count: n.occurrences(proofs), Subject: n.Subject}
	var p Period
	for _, e := range proofs {
		p.Add(e.Time)
	}
	c.First, c.Last = p.First, p.Last
	many := slices.Concat(proofs, beside)
	c.Severity, c.Override = n.severity(proofs, many), true
	own := values{"count": number(c.Count), "times": times(c.Count), "period": between(p), "subject": n.Subject}
	if n.Call != nil {
		own["caller"], own["callee"] = n.Call.From, n.Call.To
	}
	for _, r := range n.Raise {
		own["many"] = number(distinct(many, r.Field))
	}
	c.Summary, c.Cause, c.Stage = n.Signature.Summary.Fill(sources, own), n.Cause.Fill(sources, own), n.Stage.Fill(sources, own)
	for _, f := range n.Fix {
		c.Fix = append(c.Fix, f.Fill(sources, own))
	}
	return c, true, ""
}

// counter returns an event that speaks against proof, nil for none.
func (n *Incident) counter(proof *schemas.Event) *schemas.Event {
	for i := range n.Clear {
		if !allHold(n.Clear[i].For, proof) {
			continue
		}
		for _, h := range n.Hits {
			if h.Role&Clears != 0 && h.Event != proof && n.Clear[i].Matches(h.Event) && n.Clear[i].goes(h.Event, proof) {
				return h.Event
			}
		}
	}
	return nil
}

// companions returns the events that proof needs, false when one is missing.
func (n *Incident) companions(proof *schemas.Event) (list []*schemas.Event, ok bool) {
	for i := range n.Need {
		if !allHold(n.Need[i].For, proof) {
			continue
		}
		var found *schemas.Event
		for _, h := range n.Hits {
			if h.Role&Needed != 0 && h.Event != proof && n.Need[i].Matches(h.Event) && n.Need[i].goes(h.Event, proof) {
				found = h.Event
				break
			}
		}
		if found == nil {
			return nil, false
		}
		list = append(list, found)
	}
	return list, true
}

// beside returns, for each With that has one, the event nearest to proof.
func (n *Incident) beside(proof *schemas.Event) (list []*schemas.Event) {
	at := slices.IndexFunc(n.Hits, func(h Hit) bool { return h.Event == proof })
	for i := range n.With {
		best := -1
		for j, h := range n.Hits {
			if h.Role&Beside != 0 && j != at && n.With[i].Matches(h.Event) && n.With[i].goes(h.Event, proof) && (best < 0 || max(at-j, j-at) < max(at-best, best-at)) {
				best = j
			}
		}
		if best >= 0 {
			list = append(list, n.Hits[best].Event)
		}
	}
	return list
}

// missing reports whether what is expected after proof, the event of hit at,
// did not come, and whether that is known: the log has to go on beyond the time
// it had.
func (n *Incident) missing(at int) (missing, known bool) {
	proof := n.Hits[at].Event
	for i := range n.Expect {
		x := &n.Expect[i]
		if !allHold(x.For, proof) {
			continue
		}
		hits := n.Hits
		if x.After { // a registration has thousands of hits; those in time stand next
			hits = hits[at+1:]
		}
		for _, h := range hits {
			if x.After && schemas.Dated(proof.Time) && schemas.Dated(h.Event.Time) && h.Event.Time.Sub(proof.Time) > x.Within {
				break
			}
			if h.Role&Expected != 0 && h.Event != proof && x.Matches(h.Event) && x.goes(h.Event, proof) {
				return false, true
			}
		}
		if !schemas.Dated(proof.Time) || !n.Passed(proof, proof.Time.Add(x.Within), true) {
			return false, false
		}
	}
	return true, true
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

// severity returns that of the worst proof, raised when the failure meets many,
// which the proofs and what stands beside them name.
func (n *Incident) severity(proofs, many []*schemas.Event) schemas.Severity {
	s := n.grade(proofs[0])
	for _, e := range proofs[1:] {
		s = max(s, n.grade(e))
	}
	for _, r := range n.Raise {
		if distinct(many, r.Field) >= r.AtLeast {
			s = max(s, r.Severity)
		}
	}
	return s
}

// grade returns the severity of one proof.
func (n *Incident) grade(proof *schemas.Event) schemas.Severity {
	for i := range n.Grade {
		g := &n.Grade[i]
		if !allHold(g.For, proof) {
			continue
		}
		if len(g.With.Kinds) == 0 {
			return g.Severity
		}
		for _, h := range n.Hits {
			if h.Role&Grades != 0 && h.Event != proof && g.With.Matches(h.Event) && g.With.goes(h.Event, proof) {
				return g.Severity
			}
		}
	}
	return n.Severity
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
