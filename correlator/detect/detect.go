// Package detect names what went wrong in a session. A detector is a value:
// a rule id, its documentation and a function over a typed view of one
// session. It does no I/O and keeps no state; the correlator finds the
// sessions, orders their events and keeps the findings.
//
// A new detector is one file with one function that returns a Detector, its
// test, and one line in All.
package detect

import "github.com/uctrace/uctrace/schemas"

// Detector finds one kind of failure.
type Detector struct {
	// Name is the rule id, a public contract.
	Name string
	// Title is the failure in a few words.
	Title string
	// Severity of its findings, unless one says otherwise.
	Severity schemas.Severity
	// Doc is Markdown: what the detector needs to see, the look-alikes that
	// silence it, which of its strings no real log was seen to hold, and
	// where the knowledge comes from.
	Doc string
	// Kinds are the sessions that it looks at.
	Kinds []schemas.SessionKind
	// Unless names the rules, earlier in All, that say the same more
	// precisely: when one of them has a finding, this one does not run.
	Unless []string
	// Last is true of a detector that runs behind the signatures, because it
	// is silent where they know the cause.
	Last bool
	// Run reports to r what it finds in s. Both are valid until it returns. It
	// is nil where the correlator finds it beyond a session.
	Run func(s *Session, r *Report)
}

// All lists the detectors in the order in which they run.
func All() []Detector {
	return []Detector{
		remoteDestinationUnmatched(),
		dialbackInvalid(),
		dialbackError(),
		dialbackSRV(),
		dialbackUnreachable(),
		dialbackTimeout(),
		axlUnauthorized(),
		loginStuck(),
		sessionTimerDrop(),
		callLoop(),
		longPostDialDelay(),
		ClockSkew(),
		Gap(),
		AgentSilent(),
		AgentLagging(),
	}
}
