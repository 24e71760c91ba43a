package detect

import (
	"fmt"
	"strconv"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

func dialbackTimeout() Detector {
	return Detector{
		Name:     "xmpp.dialback-timeout",
		Title:    "The dialback gets no answer",
		Severity: schemas.High,
		Kinds:    []schemas.SessionKind{schemas.SessionFederation},
		Unless:   []string{"xmpp.dialback-srv", "xmpp.dialback-unreachable"},
		Doc: `The initiating server sent its key and nobody said valid or invalid within its time limit; or the receiving server asked the
authoritative server and got no answer.

**Needs:** the key sent, or ` + "`Scheduling dialback timeout in N secs.`, at the initiating server, or the `db:verify`" + ` sent at the receiving
server; then N seconds (30 when not said) and 5 s for clocks that differ, by the time of that server's own log, without any
` + "`type=`" + ` answer for the key.

**Silent for:** an answer in any of the logs, a connection that came up at the initiating server (` + "`PENDING->CONNECTED`" + `; when the
line does not say whose, the receiving server's log decides), the close of a stream used for dialback only, a log that ends before the limit or has no dates, a log without VBOSE or DEBUG records (received
stanzas are not printed then): the last three are reported as not observable.

**Strings:** the start of the timer is seen in a real log; the line that Expressway writes when it expires is not, so the detector
works by absence; a line that says so in any words ends the waiting.

**References:** XEP-0220 section 2.1; Chat and Presence XMPP Federation using Expressway.`,
		Run: runDialbackTimeout,
	}
}

// dialbackSkew is added to the time limit for clocks that differ.
const dialbackSkew = 5 * time.Second

func runDialbackTimeout(s *Session, r *Report) {
	d := s.Dialback
	if _, typ := d.Verdict(); typ != "" || d.Connected != nil {
		return
	}
	limit := dialbackLimit
	from, stage, waiting := d.Timer, "key-sent", "the receiving server"
	switch {
	case d.Timer != nil:
		if n, err := strconv.Atoi(d.Timer.Attr("seconds")); err == nil && n > 0 && n < 3600 {
			limit = time.Duration(n) * time.Second
		}
	case d.Sent != nil:
		from = d.Sent
	case d.Asked != nil:
		from, stage, waiting = d.Asked, "verify", "the authoritative server"
	default:
		return
	}
	if d.Asked != nil || d.Checked != nil {
		stage, waiting = "verify", "the authoritative server"
	} else if d.Received != nil {
		stage = "resolve"
	}
	subject := fmt.Sprintf("dialback %s → %s", d.Sender, d.Target)
	if d.Timer == nil && !s.World.Detailed(from) {
		r.Blind(subject, fmt.Sprintf("no answer was seen, but the log of %s holds no VBOSE or DEBUG record: received stanzas are not printed and absence proves nothing", where(from)))
		return
	}
	expired := timeRanOut(s.Events)
	if expired == nil && !waitedFor(s, r, from, limit+dialbackSkew) {
		return
	}
	if expired == nil && s.World.Connected(from, from.Time.Add(limit+dialbackSkew)) && !unanswered(s, r, limit+dialbackSkew) {
		r.Blind(subject, "no answer was seen, but a connection came up in time and the log does not say whose")
		return
	}
	r.Found(Claim{
		Stage: stage,
		Time:  from.Time.Add(limit),
		Summary: fmt.Sprintf("dialback %s → %s: no answer within %d s, last seen stage %s, waiting for %s",
			d.Sender, d.Target, int(limit/time.Second), stage, waiting),
		Cause: "the peer or the authoritative server does not answer: TCP 5269 is blocked in one direction, the peer's XMPP service is down, or the security modes (TLS required, no TLS) do not fit",
		Fix: []string{
			"firewalls of both sides: allow TCP 5269 in both directions between the Expressway-E servers",
			fmt.Sprintf("check that _xmpp-server._tcp.%s and _xmpp-server._tcp.%s point to servers that are in service", d.Target, d.Sender),
			"Expressway-E, Configuration > Unified Communications: compare the security mode with the other side's",
			"take the logs of the other servers of this dialback for the same time",
		},
		Proof:   present(from, expired),
		Context: present(d.Sent, d.Received, d.Lookup, d.Resolved, d.Asked, d.Checked),
	})
}

// timeRanOut returns the line that says that the time limit passed, nil for
// none. Its words were not seen.
func timeRanOut(events []*schemas.Event) *schemas.Event {
	for _, e := range events {
		if e.Kind != schemas.KindDialbackStream || e.Attr("state") != "failed" {
			continue
		}
		for _, words := range [...]string{"timeout", "timed out", "expired"} {
			if containsFold(e.Attr("detail"), words) {
				return e
			}
		}
	}
	return nil
}

// unanswered reports whether the receiving server's own log shows that it got
// no answer: then a connection of unknown owner was another one's.
func unanswered(s *Session, r *Report, limit time.Duration) bool {
	last := s.Dialback.Asked
	if last == nil {
		last = s.Dialback.Received
	}
	return last != nil && waitedFor(s, r, last, limit)
}
