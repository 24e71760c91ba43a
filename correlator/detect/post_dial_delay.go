package detect

import (
	"fmt"
	"slices"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

func longPostDialDelay() Detector {
	return Detector{
		Name:     "cucm.long-post-dial-delay",
		Title:    "A caller waits long before it rings",
		Severity: schemas.Medium,
		Kinds:    []schemas.SessionKind{schemas.SessionCall},
		Doc: `Between the last dialled digit and the first sign of the other side (180, 183 or the answer) pass more than 11 seconds, the
international figure of ITU-T E.721. Callers hang up and say that the call did not work.

**Needs:** the INVITE and the first 18x or 2xx of the caller's leg in one log, so that one clock measures both: an SDL trace, call logs, or the log of
the client. When digits are dialled one by one (KPML), time counts from the last NOTIFY that brought one.

**Silent for:** calls that fail or are given up before anything rings (other rules name these), dialling that is slow itself, legs to a recorder, legs
whose beginning is not in the log.

**Strings:** none; told from times.

**References:** ITU-T E.721 table 2; RFC 4730 (KPML).`,
		Run: runPostDialDelay,
	}
}

const postDialLimit = 11 * time.Second

func runPostDialDelay(s *Session, r *Report) {
	leg, dialled, rings := callersLeg(s)
	if rings == nil || dialled.Attr("recording_ci") != "" {
		return
	}
	dialled, whole := lastDigit(s, dialled, rings)
	delay := rings.Time.Sub(dialled.Time)
	if !whole || delay <= postDialLimit {
		return
	}
	c := Claim{
		Time:    dialled.Time,
		Proof:   []*schemas.Event{dialled, rings},
		Summary: fmt.Sprintf("the call from %s to %s took %s from the last digit to %s", known(s.Call.From), known(s.Call.To), seconds(delay), statusOf(rings.SIP)),
	}
	slow, waited, tried := slowLeg(s, leg, dialled, rings)
	switch {
	case slow != nil && waited*10 >= delay*7:
		c.Context = []*schemas.Event{slow}
		c.Cause = fmt.Sprintf("the other side, %s, took %s of it to answer the INVITE", known(slow.SIP.Peer), seconds(waited))
		c.Fix = []string{
			"take the log of that side (gateway, carrier, Expressway, phone) for the same Call-ID",
			"on a trunk: does the peer have to ask somewhere itself (DNS, ENUM, a route that fails first)",
		}
	case tried > 1:
		c.Cause = fmt.Sprintf("CUCM tried %d ways one after the other; each that does not answer costs its time", tried)
		c.Fix = []string{
			"CM Administration > Device > Device Settings > SIP Profile: OPTIONS ping on the trunks, so that a dead member is left out",
			"System > Service Parameters > Cisco CallManager: SIP Trying Timer and Retry Count for SIP Invite decide how long a member is waited for",
		}
	default:
		c.Cause = "CUCM itself waited: it expects further digits (the interdigit timer, when a longer pattern could still match), or a media resource or bandwidth was long in coming"
		c.Fix = []string{
			"Cisco Unified Serviceability > Tools > Dialed Number Analyzer: does another pattern match the number and more digits; make it shorter or mark it Urgent Priority",
			"System > Service Parameters > Cisco CallManager: T302 Timer is the time that it waits for a further digit",
			"read the SDL trace between the two messages",
		}
	}
	r.Found(c)
}

// callersLeg returns the leg that the call began with, its first INVITE, and
// the first sign of the other side in the same log; nil when no log has both.
func callersLeg(s *Session) (leg *Leg, invite, rings *schemas.Event) {
	if len(s.Call.Legs) == 0 || !s.Call.Legs[0].Begun {
		return nil, nil, nil
	}
	leg = &s.Call.Legs[0]
	for i, e := range leg.Events {
		first := !slices.ContainsFunc(leg.Events[:i], func(x *schemas.Event) bool { return sameLog(x, e) })
		if !first || e.SIP.Status != 0 || e.SIP.Method != "INVITE" || !ofCUCM(e) || !schemas.Dated(e.Time) {
			continue
		}
		if rings = firstSign(leg, e); rings != nil {
			return leg, e, rings
		}
	}
	return nil, nil, nil
}

// firstSign returns the first response of a leg that tells that something
// rings or answers, nil when it failed before. It is of the log of the INVITE.
func firstSign(leg *Leg, invite *schemas.Event) *schemas.Event {
	for _, e := range leg.Events {
		m := e.SIP
		// A call-log row does not tell what a response answers.
		if m.Method != "INVITE" && m.Method != "" || !sameLog(e, invite) || !schemas.Dated(e.Time) {
			continue
		}
		if m.Status >= 180 && m.Status < 300 {
			return e
		}
	}
	return nil
}

// sameLog reports whether one clock stamped both: they are of one file, or of
// files of one product at one host.
func sameLog(a, b *schemas.Event) bool {
	return a.ID.Fingerprint() == b.ID.Fingerprint() || a.Node != "" && a.Node == b.Node && a.Source == b.Source
}

// lastDigit returns what the waiting begins with: the INVITE, or the last key
// that was sent behind it (KPML). whole is false when the keys are not in the
// log although they are asked for.
func lastDigit(s *Session, invite, rings *schemas.Event) (e *schemas.Event, whole bool) {
	e, whole = invite, true
	for _, x := range s.Events {
		if x.SIP == nil || x.Attr("event") != "kpml" || x.Time.Before(invite.Time) || !x.Time.Before(rings.Time) {
			continue
		}
		switch {
		case x.SIP.Status != 0:
		case x.SIP.Method == "SUBSCRIBE" && e == invite:
			whole = false
		case x.SIP.Method == "NOTIFY" && sameLog(x, invite):
			e, whole = x, true
		}
	}
	return e, whole
}

// slowLeg returns the INVITE that CUCM sent on and that was waited for longest,
// how long, and how many there were.
func slowLeg(s *Session, first *Leg, from, rings *schemas.Event) (slow *schemas.Event, waited time.Duration, tried int) {
	for i := range s.Call.Legs {
		leg := &s.Call.Legs[i]
		e := leg.Events[0]
		if leg == first || e.SIP.Status != 0 || e.SIP.Method != "INVITE" || e.SIP.Direction != schemas.Out || e.Time.Before(from.Time) || !e.Time.Before(rings.Time) {
			continue
		}
		tried++
		end := rings
		if sign := firstSign(leg, e); sign != nil && sign.Time.Before(rings.Time) {
			end = sign
		}
		if d := end.Time.Sub(e.Time); d > waited {
			slow, waited = e, d
		}
	}
	return slow, waited, tried
}

// known returns s, or that it is not known.
func known(s string) string {
	if s == "" {
		return "somebody"
	}
	return s
}
