package detect

import (
	"cmp"
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
	// Settings returns the settings that the variants of the signature look
	// at, of the place where e was logged; nil when nothing does.
	Settings func(e *schemas.Event) []*schemas.Event
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
	proofs, against, blind := n.proofs()
	proofs, severity := n.weigh(proofs)
	proofs, repeats := n.once(proofs)
	if !n.enough(proofs) {
		return Claim{}, false, blind
	}
	var needed, beside []*schemas.Event
	for _, e := range proofs {
		companions, _ := n.companions(e)
		needed = append(needed, companions...)
		beside = append(beside, n.beside(e)...)
	}
	c = Claim{
		Proof: append(slices.Clone(proofs), unique(needed)...), Context: unique(slices.Concat(beside, repeats, n.shown())),
		Counter: unique(against), Count: n.occurrences(proofs), Subject: n.Subject,
	}
	var p Period
	for _, e := range proofs {
		p.Add(e.Time)
	}
	c.First, c.Last = p.First, p.Last
	many := slices.Concat(proofs, beside)
	c.Severity, c.Override = n.raised(n.graded(severity, proofs), many), true
	n.say(&c, proofs[0], many, p)
	return c, true, ""
}

// proofs returns the events that prove the failure and that nothing speaks
// against, and what speaks against the others.
func (n *Incident) proofs() (proofs, against []*schemas.Event, blind string) {
	for i, h := range n.Hits {
		if h.Role&Proves == 0 {
			continue
		}
		if counter := n.counter(h.Event); counter != nil {
			against = append(against, counter)
			continue
		}
		if _, ok := n.companions(h.Event); !ok {
			continue
		}
		missing, known := n.missing(i)
		if !known {
			blind = "its log ends before the answer was due"
		}
		if missing {
			proofs = append(proofs, h.Event)
		}
	}
	return proofs, against, blind
}

// say fills the sentences of c. Their values are those of the first proof, of
// what stands beside it, and of what it needs.
func (n *Incident) say(c *Claim, first *schemas.Event, many []*schemas.Event, p Period) {
	own := values{"count": number(c.Count), "times": times(c.Count), "period": between(p), "subject": n.Subject}
	if n.Call != nil {
		own["caller"], own["callee"] = n.Call.From, n.Call.To
	}
	for _, r := range n.Raise {
		own["many"] = number(r.count(many))
	}
	cause, fix := n.Cause, n.Fix
	if v, settings := n.variant(first); v != nil {
		cause, fix = v.Cause, v.Fix
		c.Context = append(settings, c.Context...)
		own["setting"] = settings[0].Attr("value")
	}
	companions, _ := n.companions(first)
	sources := slices.Concat([]*schemas.Event{first}, n.beside(first), companions)
	c.Summary, c.Cause, c.Stage = n.Summary.Fill(sources, own), cause.Fill(sources, own), n.Stage.Fill(sources, own)
	for _, f := range fix {
		c.Fix = append(c.Fix, f.Fill(sources, own))
	}
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

func (n *Incident) shown() []*schemas.Event {
	var list []*schemas.Event
	for _, h := range n.Hits {
		if h.Role&Shown != 0 && h.Role&Proves == 0 {
			list = append(list, h.Event)
		}
	}
	return list
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
