package detect

import (
	"slices"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// Weight is what the proofs of one matcher are worth. On a public address
// strangers knock all day: one failed handshake of an unknown host is nothing,
// five of one host over minutes are somebody who wants to get in and should.
type Weight struct {
	// AtLeast is how many proofs it takes, 0 for one; with Distinct, how many
	// that differ in that field.
	AtLeast  int
	Distinct *Field
	// Over is the time that they span at least, Within the time within which
	// they come; zero means any.
	Over, Within time.Duration
	// Severity, when Own is set, is that of a finding that rests on such
	// proofs alone.
	Severity schemas.Severity
	Own      bool
}

// enough reports whether proofs, which are ordered by time, are worth
// something together.
func (w *Weight) enough(proofs []*schemas.Event) bool {
	if w == nil {
		return len(proofs) > 0
	}
	least := max(1, w.AtLeast)
	for i := range proofs {
		seen := map[string]bool{}
		for j := i; j < len(proofs); j++ {
			d := proofs[j].Time.Sub(proofs[i].Time)
			if w.Within > 0 && d > w.Within {
				break
			}
			seen[w.apart(proofs[j])] = true
			if len(seen) >= least && d >= w.Over {
				return true
			}
		}
		if w.Within == 0 {
			return false // a later start holds no more
		}
	}
	return false
}

// apart is what tells a proof from the others that are counted.
func (w *Weight) apart(e *schemas.Event) string {
	if w.Distinct != nil {
		if v := w.Distinct.Of(e); v != "" {
			return v
		}
	}
	return e.ID.String()
}

// weigh returns the proofs that count: those of a matcher whose proofs are
// enough. severity is the worst that those matchers give.
func (n *Incident) weigh(proofs []*schemas.Event) (counted []*schemas.Event, severity schemas.Severity) {
	if !n.weighs() {
		return proofs, n.Severity
	}
	good := make([]bool, len(n.Prove))
	for i := range n.Prove {
		var own []*schemas.Event
		for _, e := range proofs {
			if n.proves(i, e) {
				own = append(own, e)
			}
		}
		good[i] = len(own) > 0 && n.Prove[i].Weight.enough(own)
	}
	for _, e := range proofs {
		counts := false
		for i := range n.Prove {
			if !good[i] || !n.proves(i, e) {
				continue
			}
			counts = true
			if w := n.Prove[i].Weight; w != nil && w.Own {
				severity = max(severity, w.Severity)
			} else {
				severity = max(severity, n.Severity)
			}
		}
		if counts {
			counted = append(counted, e)
		}
	}
	return counted, severity
}

// weighs reports whether one proof of a matcher is not always enough. What
// weighs is matched again, so it cannot look at the text of an event.
func (s *Signature) weighs() bool {
	return slices.ContainsFunc(s.Prove, func(m Matcher) bool { return m.Weight != nil || len(m.Needs) > 0 })
}

// proves reports whether e is a proof of matcher i, with all that the matcher
// needs.
func (n *Incident) proves(i int, e *schemas.Event) bool {
	m := &n.Prove[i]
	if !m.Matches(e) {
		return false
	}
	for j := range m.Needs {
		if n.companion(&m.Needs[j], e) == nil {
			return false
		}
	}
	return true
}
