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
	switch {
	case !allHold(x.For, proof):
		return nil
	case x.Elsewhere:
		return n.Elsewhere(x, proof)
	}
	for _, h := range n.Hits {
		if h.Role&role != 0 && h.Event != proof && x.Matches(h.Event) && x.Goes(h.Event, proof) {
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
			if h.Role&Beside != 0 && j != at && n.With[i].Matches(h.Event) && n.With[i].Goes(h.Event, proof) && (best < 0 || max(at-j, j-at) < max(at-best, best-at)) {
				best = j
			}
		}
		if best >= 0 {
			list = append(list, n.Hits[best].Event)
		}
	}
	return list
}
