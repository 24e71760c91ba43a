package correlator

import (
	"slices"
	"strings"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// newCall sorts the events of a call into its legs. It is valid as long as the
// evaluation.
func (c *Correlator) newCall(events []*schemas.Event) *detect.Call {
	v := &c.eval
	call := &v.call
	*call = detect.Call{Legs: call.Legs[:0]}
	v.legOf = v.legOf[:0]
	var who parties
	for _, e := range events {
		who.add(e)
		id, at := e.Key(schemas.KeyCallID), -1
		if id != "" && e.SIP != nil {
			at = slices.IndexFunc(call.Legs, func(l detect.Leg) bool { return l.CallID == id })
			if at < 0 {
				at = len(call.Legs)
				call.Legs = append(call.Legs, detect.Leg{CallID: id})
			}
		}
		v.legOf = append(v.legOf, at)
	}
	call.From, call.To, call.Messages = who.from, who.to, who.messages
	for i := range call.Legs {
		leg := &call.Legs[i]
		leg.Events = v.mem.list(len(events))
		// Summaries repeat messages: they decide only where no message is.
		wired := false
		for j, e := range events {
			if v.legOf[j] == i {
				leg.Events = append(leg.Events, e)
				wired = wired || e.SIP.Wire
			}
		}
		concludeLeg(leg, wired)
	}
	return call
}

// concludeLeg follows the INVITE transactions of a leg (RFC 3261 sections 13
// and 17).
func concludeLeg(leg *detect.Leg, wired bool) {
	first, answered, final := true, false, 0
	leg.Outcome = schemas.OutcomeUnknown
	for _, e := range leg.Events {
		m := e.SIP
		if wired && !m.Wire && !tellsMore(leg, e) {
			continue
		}
		request := m.Status == 0
		if first {
			leg.Begun = request && m.Method == "INVITE" && !strings.Contains(m.To, ";tag=") // else one within the call
			first = false
		}
		switch {
		case request && m.Method == "INVITE":
			if !answered {
				final = 0
			}
		case request && m.Method == "CANCEL":
			leg.Cancelled = true
		case request && m.Method == "BYE":
			answered = true
		case m.Method != "INVITE" || m.Status < 200 || answered:
		default:
			final = m.Status
			leg.Status, leg.Reason = m.Status, m.Reason
			answered = m.Status < 300
		}
	}
	switch {
	case answered:
		leg.Outcome = schemas.OutcomeOK
	case final == 487 || leg.Cancelled && final == 0:
		leg.Cancelled = true
		leg.Outcome = schemas.OutcomeOK
	case busy(final) != "":
		leg.Outcome = schemas.OutcomeOK
	case !leg.Begun:
	case final == 0:
		leg.Outcome = schemas.OutcomeOpen
	case final >= 400:
		leg.Outcome = schemas.OutcomeFailed
	}
}

// tellsMore reports whether the summary e is of the final answer to an INVITE
// that no message of leg is: an Expressway at INFO prints the line alone, and who
// copies lines out of a log takes the one that says why.
func tellsMore(leg *detect.Leg, e *schemas.Event) bool {
	m := e.SIP
	if m.Method != "INVITE" || m.Status < 200 || e.Attr("of") != "info" {
		return false
	}
	return !slices.ContainsFunc(leg.Events, func(w *schemas.Event) bool {
		return w.SIP.Wire && w.SIP.Status == m.Status && w.SIP.CSeq == m.CSeq
	})
}

// busy is what a person did who does not take a call, "" for other answers. It
// is an end of a call like any other.
func busy(status int) string {
	switch status {
	case 486, 600:
		return "the called party is busy"
	case 603:
		return "declined"
	}
	return ""
}
