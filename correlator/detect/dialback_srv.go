package detect

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

func dialbackSRV() Detector {
	return Detector{
		Name:     "xmpp.dialback-srv",
		Title:    "The other domain's XMPP server is not found in DNS",
		Severity: schemas.High,
		Kinds:    []schemas.SessionKind{schemas.SessionFederation},
		Doc: `The initiating server looks up ` + "`_xmpp-server._tcp`" + ` of the target, the receiving server that of the sender, to find the
authoritative server. Without an address there is no dialback.

**Needs:** a resolver answer that says no; or, at the receiving server, the key, the start of the lookup, and then for 30 s of log
neither an address nor a ` + "`db:verify`" + `.

**Silent for:** a lookup that was answered, a key that was verified all the same (static routes need no lookup), a log that
ends, or has no dates, before 30 s are over: that is reported as not observable.

**Strings:** ` + "`Starting resolver lookup for` and `resolved dialback address for host=`" + ` are seen in a real log; a failing answer is not.

**References:** XEP-0220 section 2.3; Chat and Presence XMPP Federation using Expressway (DNS SRV records).`,
		Run: runDialbackSRV,
	}
}

func runDialbackSRV(s *Session, r *Report) {
	d := s.Dialback
	if _, typ := d.Verdict(); typ != "" || d.Asked != nil || d.Verified != nil || d.Checked != nil {
		return
	}
	if e := d.Unresolved; e != nil && d.Resolved == nil {
		r.Found(claimSRV(d, e.Attr("host"), "the resolver answered that it has no address", present(e), present(d.Lookup, d.Received, d.Sent)))
		return
	}
	if d.Received == nil || d.Lookup == nil || d.Resolved != nil {
		return
	}
	if !waitedFor(s, r, d.Lookup, dialbackLimit) {
		return
	}
	r.Found(claimSRV(d, d.Sender, "30 s later there is neither an address nor a db:verify", present(d.Received, d.Lookup), nil))
}

// dialbackLimit is the time Expressway gives a dialback when no line says
// otherwise: "Scheduling dialback timeout in 30 secs."
const dialbackLimit = 30 * time.Second

// waitedFor reports whether the log of e goes on for d after it. When it does
// not, it says so in the coverage.
func waitedFor(s *Session, r *Report, e *schemas.Event, d time.Duration) bool {
	subject := fmt.Sprintf("dialback %s → %s", s.Dialback.Sender, s.Dialback.Target)
	if !schemas.Dated(e.Time) {
		what := "its records carry no date"
		if !s.Start.IsZero() {
			what = "the line from which the time counts carries no date"
		}
		r.Blind(subject, "no answer was seen, and "+what+": whether the time limit passed cannot be told")
		return false
	}
	if !s.World.Passed(e, e.Time.Add(d), true) {
		r.Blind(subject, fmt.Sprintf("no answer was seen, and the log of %s does not go on for %d s after the last step", where(e), int(d/time.Second)))
		return false
	}
	return true
}

func where(e *schemas.Event) string {
	if e.Node != "" {
		return e.Node
	}
	return e.File
}

func claimSRV(d *Dialback, domain, what string, proof, context []*schemas.Event) Claim {
	if domain == "" {
		domain = d.Sender
	}
	name := "dialback with " + domain
	if d.Sender != "" && d.Target != "" {
		name = fmt.Sprintf("dialback %s → %s", d.Sender, d.Target)
	}
	return Claim{
		Stage:   "resolve",
		Summary: fmt.Sprintf("%s: _xmpp-server._tcp.%s was looked up and %s", name, domain, what),
		Cause:   fmt.Sprintf("the SRV record _xmpp-server._tcp.%s is missing or wrong, or this server cannot reach its DNS servers", domain),
		Fix: []string{
			fmt.Sprintf("public DNS of %s: publish _xmpp-server._tcp.%s with port 5269 and the name of each Expressway-E", domain, domain),
			"Expressway-E, System > DNS: check the DNS servers; Maintenance > Tools > Network utilities > DNS lookup: test the SRV name",
			"or Expressway-E, Configuration > Unified Communications > Federated static routes: add the domain",
		},
		Proof:   proof,
		Context: context,
	}
}
