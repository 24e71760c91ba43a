package detect

import "github.com/uctrace/uctrace/schemas"

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
