package detect

import (
	"fmt"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

func callLoop() Detector {
	return Detector{
		Name:     "cucm.call-loop",
		Title:    "A call runs in a circle",
		Severity: schemas.High,
		Kinds:    []schemas.SessionKind{schemas.SessionCall},
		Doc: `A number leads back to where the call came from, so the same call passes CUCM again and again until Max-Forwards is used up, the trunk is full
or somebody gives up.

**Needs:** 483 Too Many Hops to an INVITE; or five INVITEs of one call for the same number that came in at one node within ten seconds, which needs
the Session-ID (RFC 7989) or the CI of its legs to tell that they are one call.

**Silent for:** 483 to OPTIONS, which is the healthy answer to CUCM's own ping (Max-Forwards 0); shared lines and hunt groups, for which many INVITEs
leave and one comes in; a caller who dials again.

**Strings:** 483 is seen for OPTIONS only; the loop is inferred.

**References:** RFC 3261 section 16.3; RFC 5393.`,
		Run: runCallLoop,
	}
}

// How often a number comes back, within what time.
const (
	loopTimes  = 5
	loopWithin = 10 * time.Second
)

func runCallLoop(s *Session, r *Report) {
	c := Claim{
		Cause: "two dial plans send the number to each other: a route pattern, translation or forward leads out by the trunk that the call came in by, and the peer sends it back",
		Fix: []string{
			"Cisco Unified Serviceability > Tools > Dialed Number Analyzer: analyse the number with the calling search space of the trunk; the route must not lead back to the same peer",
			"CM Administration > Device > Trunk: inbound calling search space of the trunk without the partitions of the route patterns that lead out by it",
			"look at Call Forward All and forward unregistered of the number, and at the same route at the peer",
		},
	}
	to := s.Call.To
	if to == "" {
		to = "a number"
	}
	if hops := tooManyHops(s); hops != nil {
		c.Proof = []*schemas.Event{hops}
		c.Summary = fmt.Sprintf("the call to %s was refused with 483 %s: it runs in a circle", to, hops.SIP.Reason)
		r.Found(c)
		return
	}
	if again := comesBack(s); again != nil {
		c.Proof = again
		c.Summary = fmt.Sprintf("the call to %s came in %d times within %s: it runs in a circle", to, len(again), seconds(again[len(again)-1].Time.Sub(again[0].Time)))
		r.Found(c)
	}
}

// tooManyHops returns a 483 to an INVITE.
func tooManyHops(s *Session) *schemas.Event {
	for _, e := range s.Events {
		if e.SIP != nil && e.SIP.Status == 483 && e.SIP.Method == "INVITE" && strings.HasPrefix(string(e.Source), "cucm.") {
			return e
		}
	}
	return nil
}

// comesBack returns the INVITEs that opened legs of the call, when the same
// number came in at one node too often.
func comesBack(s *Session) []*schemas.Event {
	type door struct{ node, number string }
	if len(s.Call.Legs) < loopTimes {
		return nil
	}
	in := map[door][]*schemas.Event{}
	for i := range s.Call.Legs {
		leg := &s.Call.Legs[i]
		e := leg.Events[0]
		if !leg.Begun || e.SIP.Method != "INVITE" || e.SIP.Direction != schemas.In || !e.SIP.Wire || e.Source != schemas.CUCMSDL || !schemas.Dated(e.Time) {
			continue
		}
		d := door{e.Node, e.Attr("to_user")}
		list := append(in[d], e)
		for len(list) > 0 && e.Time.Sub(list[0].Time) > loopWithin {
			list = list[1:]
		}
		if in[d] = list; d.number != "" && len(list) >= loopTimes {
			return list
		}
	}
	return nil
}
