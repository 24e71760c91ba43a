package detect

import (
	"slices"

	"github.com/uctrace/uctrace/schemas"
)

// counter returns an event that speaks against proof, nil for none.
func (n *Incident) counter(proof *schemas.Event) *schemas.Event {
	for i := range n.Clear {
		if e := n.related(&n.Clear[i], Clears, proof); e != nil {
			return e
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
	return n.related(x, Needed, proof)
}

// related returns the first event with a role that is x to proof, nil for none
// and where x does not go with proof.
func (n *Incident) related(x *Companion, role Role, proof *schemas.Event) *schemas.Event {
	if !allHold(x.For, proof) {
		return nil
	}
	for _, h := range n.Hits {
		if h.Role&role != 0 && h.Event != proof && x.Matches(h.Event) && x.goes(h.Event, proof) {
			return h.Event
		}
	}
	return nil
}

// beside returns, for each With that has one, the event nearest to proof.
func (n *Incident) beside(proof *schemas.Event) (list []*schemas.Event) {
	if len(n.With) == 0 {
		return nil
	}
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
