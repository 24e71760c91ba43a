package detect

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

func sessionTimerDrop() Detector {
	return Detector{
		Name:     "cucm.session-timer-drop",
		Title:    "A call is dropped because its session was not refreshed",
		Severity: schemas.High,
		Kinds:    []schemas.SessionKind{schemas.SessionCall},
		Doc: `With session timers (RFC 4028) one side asks again at half of Session-Expires (900 s of 1800 s by default) whether the call still
stands, with a re-INVITE or an UPDATE. When the question or its answer is lost, or the other side knows the dialog no more, the call is
ended: users report calls that drop after 15 or 30 minutes.

**Needs:** the SIP messages of the call from its answer to its end, as they crossed the wire. Any of: a refresh, due by its time, that was answered with 408 or 481 and
followed by a BYE; a refresh without a final answer that was followed by a BYE; no refresh at all and a BYE in the half minute before the interval is over; an
INVITE that ended with 422 and was not tried again with a longer interval.

**Silent for:** a call that ends when its refreshes were answered, however long it lasted; 422 that is followed by another INVITE; a BYE that crosses a refresh; calls
without Session-Expires; call-log rows, which do not show the interval.

**Strings:** Session-Expires of 1800 s and its refresh at 900 s are seen in real traces; the drop is documented by Cisco (CSCun31375).

**References:** RFC 4028 sections 7.2 and 10; Cisco CSCun31375.`,
		Run: runSessionTimer,
	}
}

func runSessionTimer(s *Session, r *Report) {
	for i := range s.Call.Legs {
		if c, ok := sessionTimer(&s.Call.Legs[i]); ok {
			who := "the call"
			if s.Call.From != "" && s.Call.To != "" {
				who = fmt.Sprintf("the call from %s to %s", s.Call.From, s.Call.To)
			}
			c.Summary = who + " " + c.Summary
			c.Fix = []string{
				"take the messages of the refresh at both sides (CUCM SDL trace, gateway, SBC or Expressway): the hop that has it and does not pass it on is the fault",
				"firewalls and NAT on the way must keep the connection longer than half of the interval, and must not inspect SIP",
				"CM Administration > Device > Device Settings > SIP Profile: Session Refresh Method (INVITE, or UPDATE when the peer prefers it); System > Service Parameters > Cisco CallManager: SIP Session Expires Timer and SIP Min-SE Value; the peer must accept both",
			}
			r.Found(c)
			return
		}
	}
}

// refreshing follows the session timer of one leg.
type refreshing struct {
	interval time.Duration // Session-Expires of the last 2xx, zero when there is none
	alive    *schemas.Event
	asked    *schemas.Event // the refresh that waits for its answer, or was refused
	refused  *schemas.Event
}

// sessionTimer returns what the messages of a leg say about its timer.
func sessionTimer(leg *Leg) (Claim, bool) {
	if leg.Status == 422 && leg.Outcome == schemas.OutcomeFailed {
		return intervalTooSmall(leg)
	}
	var t refreshing
	var seen *schemas.Event
	for _, e := range leg.Events {
		m := e.SIP
		if !m.Wire || !schemas.Dated(e.Time) || !ofCUCM(e) {
			continue
		}
		if seen == nil {
			seen = e
		}
		if e.Source != seen.Source || e.Node != seen.Node {
			continue // the other end's log has the same messages, the other way round
		}
		switch {
		case m.Status == 0 && m.Method == "BYE":
			if t.alive == nil {
				return Claim{}, false
			}
			return t.ended(e)
		case m.Method != "INVITE" && m.Method != "UPDATE":
		case m.Status == 0:
			if t.alive != nil && !answers(t.alive, e) && (t.asked == nil || t.asked.SIP.CSeq != m.CSeq || t.asked.SIP.Direction != m.Direction) {
				t.asked, t.refused = e, nil
			}
		case m.Status < 200:
		case m.Status < 300:
			if expires := e.Attr("session_expires"); expires != "" {
				if n, err := strconv.Atoi(expires); err == nil && n > 0 {
					t.interval = time.Duration(n) * time.Second
				}
			}
			t.alive, t.asked, t.refused = e, nil, nil
		case t.asked != nil && answers(e, t.asked):
			t.refused = e
		}
	}
	return Claim{}, false
}

// answers reports whether response is one to request. Both sides count their
// requests, so the direction belongs to the number.
func answers(response, request *schemas.Event) bool {
	return response.SIP.CSeq == request.SIP.CSeq && response.SIP.Direction != request.SIP.Direction
}

// The BYE of a side that gives up comes at most this long after the refresh
// (timer F), and as long before the interval is over (RFC 4028 section 10).
const (
	giveUp    = 35 * time.Second
	byeBefore = 34 * time.Second
	byeLate   = 3 * time.Second
)

// ended returns what the BYE says.
func (t *refreshing) ended(bye *schemas.Event) (Claim, bool) {
	if t.interval == 0 {
		return Claim{}, false
	}
	since := bye.Time.Sub(t.alive.Time)
	c := Claim{Time: bye.Time, Context: []*schemas.Event{t.alive}}
	asked := t.asked != nil && bye.Time.Sub(t.asked.Time) <= giveUp && t.due()
	switch {
	case asked && t.refused != nil && (t.refused.SIP.Status == 408 || t.refused.SIP.Status == 481):
		c.Proof = []*schemas.Event{t.asked, t.refused, bye}
		c.Cause = "the other side does not know the dialog any more, or did not get the refresh in time, and answers the refresh with an error"
		c.Summary = fmt.Sprintf("was dropped after %s: the session refresh (%s) was answered with %s", seconds(since), t.asked.SIP.Method, statusOf(t.refused.SIP))
	case asked && t.refused == nil:
		c.Proof = []*schemas.Event{t.asked, bye}
		c.Cause = "the session refresh, or its answer, is lost between the two sides, so the side that asked ends the call"
		c.Summary = fmt.Sprintf("was dropped after %s: the session refresh (%s) got no answer", seconds(since), t.asked.SIP.Method)
	case t.asked == nil && since >= t.interval-min(byeBefore, t.interval/3+2*time.Second) && since <= t.interval+byeLate:
		c.Proof = []*schemas.Event{t.alive, bye}
		c.Context = nil
		c.Cause = fmt.Sprintf("nobody refreshed the session, which was to be done by half of its interval of %s: each side leaves it to the other, or the refresh is lost before it gets here", seconds(t.interval))
		c.Summary = fmt.Sprintf("was dropped after %s, when its session interval of %s was over: there was no refresh", seconds(since), seconds(t.interval))
	default:
		return Claim{}, false
	}
	return c, true
}

// due reports whether the request came when a refresh is due, at half of the
// interval; a hold or a transfer comes at any time.
func (t *refreshing) due() bool {
	since := t.asked.Time.Sub(t.alive.Time)
	return since >= t.interval*9/20 && since <= t.interval+byeLate
}

// intervalTooSmall returns that a leg ended with 422, unless nobody wrote that
// answer here.
func intervalTooSmall(leg *Leg) (Claim, bool) {
	for _, e := range leg.Events {
		if e.SIP.Status == 422 && ofCUCM(e) {
			return Claim{
				Proof:   []*schemas.Event{e},
				Summary: "failed with 422 Session Interval Too Small and was not tried again with a longer interval",
				Cause:   "the session interval that one side offers is below the minimum (Min-SE) of the other, and the side that called did not repeat the call with that minimum",
			}, true
		}
	}
	return Claim{}, false
}

// ofCUCM reports whether e is of a log of CUCM or of its clients.
func ofCUCM(e *schemas.Event) bool {
	return strings.HasPrefix(string(e.Source), "cucm.") || e.Source == schemas.JabberCSF || e.Source == schemas.SIPClient
}

func statusOf(m *schemas.SIP) string { return strings.TrimSpace(number(m.Status) + " " + m.Reason) }

// seconds returns d in whole seconds.
func seconds(d time.Duration) string {
	return fmt.Sprintf("%d s", int(d.Round(time.Second)/time.Second))
}
