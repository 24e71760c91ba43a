package detect

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

func axlUnauthorized() Detector {
	return Detector{
		Name:     "xmpp.axl-401",
		Title:    "IM and Presence refuses the Expressway's AXL login",
		Severity: schemas.High,
		Kinds:    []schemas.SessionKind{schemas.SessionProvisioning},
		Doc: `Expressway-C writes the names of the Expressway-E federation components into the IM and Presence database (table xmpps2snodes)
by AXL. With wrong credentials that fails, and messages go one way only.

**Needs:** ` + "`Function=\"executeSQLQuery\" Status=\"401\"`" + `. One finding per node and host, with count, first and last time.

**Severity:** high; info when a later request of the same node to the same host succeeded, because the state is then mended (or the 401
was only the first step of an authentication).

**Silent for:** other status codes.

**Strings:** seen in Cisco's document, with ` + "`Reason=\"None\"`" + `.

**References:** Cisco document 213865, Configure and Troubleshoot XMPP Federation on Expressway.`,
		Run: runAXL,
	}
}

func runAXL(s *Session, r *Report) {
	a := s.AXL
	if a.Refused.Count == 0 {
		return
	}
	host := s.AXL.Host
	if host == "" {
		host = "the IM and Presence server"
	}
	c := Claim{
		Subject: s.AXL.Host,
		Summary: fmt.Sprintf("AXL to %s: %s refused with 401", host, counted(a.Refused.Count, "request was", "requests were")),
		Cause:   "the IM and Presence user that the Expressway-C logs in with has other credentials, or lacks the AXL role",
		Fix: []string{
			"Expressway-C, Configuration > Unified Communications > IM and Presence Service nodes: enter the right user and password, then refresh the servers (discovery)",
			fmt.Sprintf("open https://%s:8443/axl in a browser and log in with the same credentials", hostOr(s.AXL.Host)),
			"IM and Presence, Cisco Unified Serviceability > Tools > Control Center - Network Services: restart the Cisco XCP Router when a notification asks for it, or when federation still bounces",
		},
		Proof: a.Proofs, Count: a.Refused.Count, First: a.Refused.First, Last: a.Refused.Last,
		Context: present(a.Request),
	}
	if a.Good != nil {
		c.Severity, c.Override = schemas.Info, true
		c.Summary += ", later requests succeeded"
		c.Counter = []*schemas.Event{a.Good}
	}
	r.Found(c)
}

func hostOr(host string) string {
	if host == "" {
		return "<IM and Presence server>"
	}
	return host
}

func counted(n int, one, many string) string {
	if n == 1 {
		return "1 " + one
	}
	return fmt.Sprintf("%d %s", n, many)
}

// Period counts events and notes the first and the last time of those that
// have one.
type Period struct {
	Count       int
	First, Last time.Time
}

// Add takes in an event of time t.
func (p *Period) Add(t time.Time) {
	p.Count++
	if !schemas.Dated(t) {
		return
	}
	if p.First.IsZero() || t.Before(p.First) {
		p.First = t
	}
	if t.After(p.Last) {
		p.Last = t
	}
}
