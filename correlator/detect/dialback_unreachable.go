package detect

import (
	"fmt"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

func dialbackUnreachable() Detector {
	return Detector{
		Name:     "xmpp.dialback-unreachable",
		Title:    "The other domain's XMPP server is found in DNS and cannot be reached",
		Severity: schemas.High,
		Kinds:    []schemas.SessionKind{schemas.SessionFederation},
		Unless:   []string{"xmpp.dialback-srv"},
		Doc: `The receiving server found the address of the authoritative server, and no ` + "`db:verify`" + ` followed: the connection to it on TCP 5269
was not made.

**Needs:** at the receiving server, ` + "`resolved dialback address for host=`" + ` of the sender's domain, then for 30 s of its log no
` + "`DBVerify stream is open. Sending db:verify packet`" + `. Both are logged at INFO.

**Silent for:** a key that was verified or answered, the initiating server's own lookup of the target, a log that ends, or has no
dates, before 30 s are over: that is reported as not observable.

**Strings:** the two lines are seen in a real log; how Expressway words the failure is not, so the detector works by absence.

**References:** XEP-0220 section 2.2; Chat and Presence XMPP Federation using Expressway.`,
		Run: runDialbackUnreachable,
	}
}

func runDialbackUnreachable(s *Session, r *Report) {
	d := s.Dialback
	if _, typ := d.Verdict(); typ != "" || d.Asked != nil || d.Checked != nil {
		return
	}
	found := d.sendersAddress(s.Events)
	if found == nil || !waitedFor(s, r, found, dialbackLimit) {
		return
	}
	var failed []*schemas.Event
	for _, e := range s.Events {
		if e.Kind == schemas.KindDialbackStream && e.Attr("state") == "failed" {
			failed = append(failed, e)
		}
	}
	r.Found(Claim{
		Stage:   "verify",
		Time:    found.Time.Add(dialbackLimit),
		Summary: fmt.Sprintf("dialback %s → %s: %s found the address of %s and could not ask it within 30 s", d.Sender, d.Target, where(found), d.Sender),
		Cause:   fmt.Sprintf("no TCP connection from the receiving Expressway-E to port 5269 of the servers of %s: a firewall drops it, or nothing listens there", d.Sender),
		Fix: []string{
			"firewalls of both sides: allow TCP 5269 in both directions between the Expressway-E servers; dialback opens a connection back to the sender",
			fmt.Sprintf("check the addresses behind _xmpp-server._tcp.%s: each must be a server of that domain in service", d.Sender),
			fmt.Sprintf("receiving Expressway-E, Maintenance > Tools > Network utilities > Traceroute, and a packet capture on port 5269 (Maintenance > Diagnostics > Diagnostic logging), towards %s", d.Sender),
		},
		Proof:   []*schemas.Event{found},
		Context: append(present(d.Sent, d.Received, d.Lookup), failed...),
	})
}

// sendersAddress returns the answer to the receiving server's lookup of the
// sender's domain, nil when there is none. The initiating server looks up the
// target.
func (d *Dialback) sendersAddress(events []*schemas.Event) *schemas.Event {
	for _, e := range events {
		if e.Kind == schemas.KindDialbackResolve && e.Attr("outcome") == "ok" && strings.EqualFold(e.Attr("host"), d.Sender) {
			return e
		}
	}
	return nil
}
