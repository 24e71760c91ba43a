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
	// Settings returns the settings that the variants of the signature look
	// at, of the place where e was logged; nil when nothing does.
	Settings func(e *schemas.Event) []*schemas.Event
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
			proofs = append(proofs, h.Event)
			needed = append(needed, companions...)
		}
	}
	proofs, severity := n.weigh(proofs)
	proofs, repeats := n.once(proofs)
	if !n.enough(proofs) {
		return Claim{}, false, blind
	}
	c = Claim{Proof: append(slices.Clone(proofs), unique(needed)...), Context: unique(append(repeats, n.shown()...)), Counter: unique(against), Count: len(proofs), Subject: n.Subject}
	var p Period
	for _, e := range proofs {
		p.Add(e.Time)
	}
	c.First, c.Last = p.First, p.Last
	c.Severity, c.Override = n.raised(severity, proofs), true
	own := values{"count": number(len(proofs)), "times": times(len(proofs)), "period": between(p), "subject": n.Subject}
	for _, r := range n.Raise {
		own["many"] = number(r.count(proofs))
	}
	first := proofs[0]
	cause, fix := n.Cause, n.Fix
	if v, settings := n.variant(first); v != nil {
		cause, fix = v.Cause, v.Fix
		c.Context = append(settings, c.Context...)
		own["setting"] = settings[0].Attr("value")
	}
	c.Summary, c.Cause, c.Stage = n.Signature.Summary.Fill(first, own), cause.Fill(first, own), n.Stage.Fill(first, own)
	for _, f := range fix {
		c.Fix = append(c.Fix, f.Fill(first, own))
	}
	return c, true, ""
}

// variant returns the first variant whose settings are there, and those; nil
// when none holds.
func (n *Incident) variant(proof *schemas.Event) (*Variant, []*schemas.Event) {
	if len(n.Variants) == 0 || n.Settings == nil {
		return nil, nil
	}
	settings := n.Settings(proof)
next:
	for i := range n.Variants {
		var found []*schemas.Event
		for j := range n.Variants[i].When {
			at := slices.IndexFunc(settings, n.Variants[i].When[j].Matches)
			if at < 0 {
				continue next
			}
			found = append(found, settings[at])
		}
		return &n.Variants[i], unique(found)
	}
	return nil, nil
}

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

// counter returns an event that speaks against proof, nil for none.
func (n *Incident) counter(proof *schemas.Event) *schemas.Event {
	for i := range n.Clear {
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
		found := n.companion(&n.Need[i], proof)
		if found == nil {
			return nil, false
		}
		list = append(list, found)
	}
	return list, true
}

// companion returns the first event that is x to proof, nil for none.
func (n *Incident) companion(x *Companion, proof *schemas.Event) *schemas.Event {
	for _, h := range n.Hits {
		if h.Role&Needed != 0 && h.Event != proof && x.Matches(h.Event) && x.goes(h.Event, proof) {
			return h.Event
		}
	}
	return nil
}

// missing reports whether what is expected after proof did not come, and
// whether that is known: the log has to go on beyond the time it had.
func (n *Incident) missing(proof *schemas.Event) (missing, known bool) {
	for i := range n.Expect {
		x := &n.Expect[i]
		for _, h := range n.Hits {
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

// raised returns s, or more when the failure meets many.
func (n *Incident) raised(s schemas.Severity, proofs []*schemas.Event) schemas.Severity {
	for _, r := range n.Raise {
		if r.count(proofs) >= r.AtLeast {
			s = max(s, r.Severity)
		}
	}
	return s
}

// count returns how many the failure meets.
func (r *Raise) count(proofs []*schemas.Event) int {
	if r.Field == nil {
		return len(proofs)
	}
	return distinct(proofs, *r.Field)
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
