package correlator

import (
	"strings"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// evaluateSIP makes a call, a registration or a subscription of a unit of SIP
// messages, of the steps of call control, or of both.
// OPTIONS pings and other requests outside a dialog make none: they are kept
// (an OPTIONS may turn out to belong to a call) and counted in Result.Apart.
func (c *Correlator) evaluateSIP(r uint32) {
	kind, ok := c.sipKind(r)
	if !ok {
		return
	}
	if kind != schemas.SessionCall {
		start := func() folder { return &requests{gist: gist{s: schemas.Session{Kind: kind}}} }
		c.folded(r, kind, start, c.compareRecords, c.sort).finish(c)
		return
	}
	recs := c.records(c.eval.recs[:0], r)
	c.eval.recs = recs
	c.sort(recs)
	recs = c.distinct(recs)
	core := c.load(recs)
	if nobodyCalled(core) {
		return
	}
	all := core
	lookups := c.lookupsOf(recs, core)
	if len(lookups) > 0 {
		all = c.withLookups(recs)
	}
	s := c.eval.begin(detect.Session{Session: c.describe(kind, core[0], all), Events: all, Lookups: lookups})
	s.Joins = c.eval.why.reasons(core)
	s.Call = c.newCall(core)
	c.concludeCall(s)
	c.finish(s)
}

// nobodyCalled reports whether all that is known of a call is that one leg was
// released: a receiver that was lifted and put down, or the leg that a split
// leaves over.
func nobodyCalled(events []*schemas.Event) bool {
	leg := ""
	for _, e := range events {
		if e.Kind != schemas.KindCallSetup || e.Attr("row") != "RELEASE" {
			return false
		}
		for _, k := range e.Keys {
			if k.Type == schemas.KeyCI && k.Value != leg {
				if leg != "" {
					return false
				}
				leg = k.Value
			}
		}
	}
	return true
}

// sipKind says what the records of a unit are, false when they make no session.
func (c *Correlator) sipKind(r uint32) (schemas.SessionKind, bool) {
	has := c.forest.nodes[r].classes
	switch {
	case has&(1<<classRegister) != 0:
		return schemas.SessionRegistration, true
	case has&(1<<classCall) != 0:
		return schemas.SessionCall, true
	case has&(1<<classSubscribe) != 0:
		return schemas.SessionSubscription, true
	}
	return "", false
}

// lookupsOf returns the lookups that were made for the call, in the order of
// their calls' events.
func (c *Correlator) lookupsOf(recs []uint32, core []*schemas.Event) []detect.Lookup {
	if len(c.facts.made) == 0 {
		return nil
	}
	var list []detect.Lookup
	for i, n := range recs {
		for _, r := range c.lookupRoots(n) {
			l := c.lookup(r)
			l.Invite = core[i]
			list = append(list, l)
		}
	}
	return list
}

// withLookups returns the events of the records and of their lookups, ordered.
func (c *Correlator) withLookups(recs []uint32) []*schemas.Event {
	var all []uint32
	for _, n := range recs {
		all = append(all, n)
		for _, r := range c.lookupRoots(n) {
			all = c.records(all, r)
		}
	}
	c.sort(all)
	return c.load(all)
}

// concludeCall gives a call the outcome of its first leg, or of the leg that
// tells most when that one tells nothing.
func (c *Correlator) concludeCall(s *detect.Session) {
	decides := (*detect.Leg)(nil)
	rank := func(l *detect.Leg) int {
		switch {
		case l.Outcome == schemas.OutcomeFailed, busy(l.Status) != "":
			return 2
		case l.Outcome == schemas.OutcomeOK:
			return 3
		case l.Outcome == schemas.OutcomeOpen:
			return 1
		}
		return 0
	}
	for i := range s.Call.Legs {
		leg := &s.Call.Legs[i]
		if decides == nil || rank(decides) < 2 && rank(leg) > rank(decides) {
			decides = leg
		}
	}
	b := &c.eval.summary
	*b = (*b)[:0]
	b.add("call")
	if s.Call.From != "" {
		b.add(" from ", s.Call.From)
	}
	if s.Call.To != "" {
		b.add(" to ", s.Call.To)
	}
	if decides == nil {
		b.add(concludeRows(s))
		s.Summary = string(*b)
		return
	}
	s.Outcome = decides.Outcome
	switch {
	case decides.Outcome == schemas.OutcomeOK && decides.Cancelled:
		b.add(", cancelled by the caller")
	case decides.Outcome == schemas.OutcomeOK && busy(decides.Status) != "":
		b.add(", ", busy(decides.Status), " (", status(decides.Status, decides.Reason), ")")
	case decides.Outcome == schemas.OutcomeOK:
		b.add(", answered")
	case decides.Outcome == schemas.OutcomeFailed:
		b.add(", failed with ", status(decides.Status, decides.Reason))
	case decides.Outcome == schemas.OutcomeOpen:
		b.add(", no final answer in these logs")
	default:
		b.add(", its beginning is not in these logs")
	}
	b.add(", ", plural(len(s.Call.Legs), "leg"), ", ", messages(s.Call.Messages))
	s.Summary = string(*b)
}

// sentence is a sentence that is being written.
type sentence []byte

func (b *sentence) add(parts ...string) {
	for _, p := range parts {
		*b = append(*b, p...)
	}
}

// concludeRows gives the outcome of a call without SIP messages, by how call
// control ended it: cause 16 is normal clearing (Q.850). That a member of a
// hunt list rejects it is no end.
func concludeRows(s *detect.Session) string {
	const without = ", without SIP messages"
	end := (*schemas.Event)(nil)
	for _, e := range s.Events {
		cause := e.Attr("cause")
		if e.Kind != schemas.KindCallSetup || cause == "" || cause == "0" {
			continue
		}
		switch e.Attr("row") {
		case "RELEASE":
			switch cause {
			case "16":
				s.Outcome = schemas.OutcomeOK
				return ", released with cause 16" + without
			case "17":
				s.Outcome = schemas.OutcomeOK
				return ", the called party is busy (cause 17)" + without
			}
			end = e
		case "REJECT":
			if end == nil && e.Attr("called") != "" {
				end = e
			}
		}
	}
	if end == nil {
		return without
	}
	s.Outcome = schemas.OutcomeFailed
	word := ", ended with cause " + end.Attr("cause")
	if text := end.Attr("text"); text != "" {
		word += " (" + text + ")"
	}
	return word + without
}

func status(code int, reason string) string {
	return strings.TrimSuffix(itoa(code)+" "+reason, " ")
}
