package detect

import (
	"fmt"

	"github.com/uctrace/uctrace/schemas"
)

func dialbackInvalid() Detector {
	return Detector{
		Name:     "xmpp.dialback-invalid",
		Title:    "The authoritative server calls the dialback key invalid",
		Severity: schemas.High,
		Kinds:    []schemas.SessionKind{schemas.SessionFederation},
		Doc: `The receiving server asked the authoritative server of the sender's domain whether the key is good, and the answer is
` + "`type='invalid'`" + `. The sender's messages do not get through.

**Needs:** a ` + "`db:verify` or `db:result` with `type='invalid'`" + ` for this key.

**Silent for:** ` + "`valid`, `error`" + `, the close of a stream that was used for dialback only.

**Strings:** the line with ` + "`type='valid'`" + ` is seen in a real log, the one with ` + "`invalid`" + ` is not; its form is that of XEP-0220.

**References:** XEP-0220 section 2.2; Chat and Presence XMPP Federation using Expressway (dialback secret).`,
		Run: func(s *Session, r *Report) {
			d := s.Dialback
			e, typ := d.Verdict()
			if typ != "invalid" {
				return
			}
			r.Found(Claim{
				Stage:   "verify",
				Summary: fmt.Sprintf("dialback %s → %s: the key was answered with type='invalid'", d.Sender, d.Target),
				Cause:   fmt.Sprintf("the servers of %s do not share one dialback secret, or another server than the one that made the key answers for %s", d.Sender, d.Sender),
				Fix: []string{
					fmt.Sprintf("Expressway-E of %s, Configuration > Unified Communications > Dialback secret: set the same secret on all Expressway-E peers", d.Sender),
					fmt.Sprintf("check that _xmpp-server._tcp.%s in public DNS names only servers of that cluster", d.Sender),
				},
				Proof:   []*schemas.Event{e},
				Context: present(d.Sent, d.Received, d.Asked, d.Checked),
			})
		},
	}
}

func dialbackError() Detector {
	return Detector{
		Name:     "xmpp.dialback-error",
		Title:    "The other server answers the dialback with an error",
		Severity: schemas.High,
		Kinds:    []schemas.SessionKind{schemas.SessionFederation},
		Doc: `A server that cannot do the dialback says so with ` + "`type='error'`" + ` and a stanza error: ` + "`item-not-found`" + ` (it does not host the
target domain), ` + "`remote-server-not-found`, `remote-connection-failed`, `remote-server-timeout`, `policy-violation`, `not-authorized`" + `.

**Needs:** a ` + "`db:verify` or `db:result` with `type='error'`" + ` for this key.

**Silent for:** ` + "`valid` and `invalid`" + `.

**Strings:** not seen in a real log; the form is that of XEP-0220.

**References:** XEP-0220 section 2.4.`,
		Run: func(s *Session, r *Report) {
			d := s.Dialback
			e, typ := d.Verdict()
			if typ != "error" {
				return
			}
			r.Found(Claim{
				Stage:   "verify",
				Summary: fmt.Sprintf("dialback %s → %s: answered with type='error'", d.Sender, d.Target),
				Cause:   "the answering server cannot or will not do the dialback; the error condition in the line says why",
				Fix: []string{
					fmt.Sprintf("item-not-found: check that %s is a domain of the receiving Expressway (Configuration > Domains)", d.Target),
					fmt.Sprintf("remote-*: check DNS _xmpp-server._tcp.%s and TCP 5269 between the two Expressway-E", d.Sender),
					"policy-violation, forbidden, not-authorized: check Configuration > Unified Communications > Federated domains (privacy mode) and the security mode of both sides",
				},
				Proof:   []*schemas.Event{e},
				Context: present(d.Sent, d.Received, d.Asked, d.Checked),
			})
		},
	}
}

// present returns the events that are not nil.
func present(events ...*schemas.Event) []*schemas.Event {
	var p []*schemas.Event
	for _, e := range events {
		if e != nil {
			p = append(p, e)
		}
	}
	return p
}
