package correlator

import (
	"slices"
	"strings"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// concludeFederation gives a dialback its stages, outcome and summary.
func concludeFederation(s *detect.Session, events []*schemas.Event) {
	d := s.Dialback
	verdict, typ := d.Verdict()
	switch {
	case typ == "valid":
		s.Outcome = schemas.OutcomeOK
	case typ != "":
		s.Outcome = schemas.OutcomeFailed
	case d.Connected != nil:
		s.Outcome = schemas.OutcomeOK
	default:
		s.Outcome = schemas.OutcomeOpen
	}
	stage := func(name string, o schemas.Outcome, steps ...*schemas.Event) {
		st := schemas.Stage{Name: name, Outcome: o}
		seen := false
		for _, e := range steps {
			if e == nil {
				continue
			}
			seen = true
			if !schemas.Dated(e.Time) {
				continue
			}
			if st.Start.IsZero() || e.Time.Before(st.Start) {
				st.Start = e.Time
			}
			if e.Time.After(st.End) {
				st.End = e.Time
			}
		}
		if seen {
			s.Stages = append(s.Stages, st)
		}
	}
	passed := func(o schemas.Outcome, later ...*schemas.Event) schemas.Outcome {
		for _, e := range later {
			if e != nil {
				return schemas.OutcomeOK
			}
		}
		return o
	}
	stage("key-sent", schemas.OutcomeOK, d.Sent, d.Received, d.Timer)
	resolve := passed(schemas.OutcomeOpen, d.Resolved, d.Asked, d.Checked, d.Verified)
	if resolve == schemas.OutcomeOpen && d.Unresolved != nil {
		resolve = schemas.OutcomeFailed
	}
	stage("resolve", resolve, d.Lookup, d.Resolved, d.Unresolved)
	verify := s.Outcome
	stage("verify", verify, d.Asked, d.Checked, d.Verified)
	stage("result", s.Outcome, d.Answered, d.Connected)

	var b strings.Builder
	b.WriteString("dialback " + s.Dialback.Sender + " → " + s.Dialback.Target)
	switch {
	case verdict != nil:
		b.WriteString(", " + typ)
		if d.Answered == nil && d.Connected == nil {
			b.WriteString(" (verified; the final db:result at the initiating server is not in these logs)")
		}
	case d.Connected != nil:
		b.WriteString(", connected")
	default:
		b.WriteString(", no answer in these logs")
	}
	b.WriteString(", seen from " + strings.Join(roles(events), ", "))
	s.Summary = b.String()
}

// roles lists the servers whose lines are among the events.
func roles(events []*schemas.Event) []string {
	var list []string
	for _, role := range [...]string{schemas.Initiating, schemas.Receiving, schemas.Authoritative} {
		for _, e := range events {
			if e.XMPP != nil && e.XMPP.Role == role {
				list = append(list, role)
				break
			}
		}
	}
	if list == nil {
		return []string{"a timer only"}
	}
	return list
}

// missingRoles says which servers of an unfinished dialback no log speaks for.
func (c *Correlator) missingRoles(s *detect.Session) {
	if s.Outcome == schemas.OutcomeOK {
		return
	}
	seen := roles(s.Events)
	var missing []string
	for _, role := range [...]string{schemas.Initiating, schemas.Receiving, schemas.Authoritative} {
		if !slices.Contains(seen, role) {
			missing = append(missing, role)
		}
	}
	if len(missing) == 0 {
		return
	}
	c.eval.out.blind(schemas.Coverage{
		Subject: "dialback " + s.Dialback.Sender + " → " + s.Dialback.Target,
		Why:     "no line of its " + strings.Join(missing, " and ") + " server is in these logs",
	})
}
