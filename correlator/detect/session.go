package detect

import (
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// Session is what a detector sees of a session. Exactly the views that fit
// the kind are set.
type Session struct {
	schemas.Session
	// Events are all events of a call, a lookup or a dialback, ordered by
	// time, file and offset. They are valid until Run returns; their strings
	// may be kept. Sessions that last have none. Their Text is empty: the
	// evidence of a finding gets it.
	Events []*schemas.Event

	Call     *Call     // call, registration, subscription
	Lookups  []Lookup  // call, and a lookup without a call (other)
	Dialback *Dialback // federation
	AXL      *AXL      // provisioning
	Login    *Login    // login

	// World answers questions beyond the session. What it answers may change;
	// the session is then looked at again.
	World World
}

// World is what is known beyond one session.
type World interface {
	// Passed reports whether the log that holds e goes on to the deadline or
	// beyond. hosted also accepts the other logs of the same product on the
	// same host. Only then may a detector say that something did not happen.
	Passed(e *schemas.Event, deadline time.Time, hosted bool) bool
	// Destinations returns the remote destinations of a cluster whose number
	// or DN ends in the same digits as number.
	Destinations(cluster, number string) []Destination
	// Detailed reports whether the file of e holds debug records of the XCP;
	// without them a missing line proves nothing.
	Detailed(e *schemas.Event) bool
	// Connected reports whether a connection came up where e was logged, from
	// e, which is dated, until the given time, of which the log does not say
	// whose it is.
	Connected(e *schemas.Event, until time.Time) bool
}

// Destination is a remote destination that a line of the logs proves to exist.
type Destination struct {
	Number, Name, DN string
	// Event is the line.
	Event *schemas.Event
}

// Call is the SIP side of a session.
type Call struct {
	Legs []Leg
	// From and To are the user parts of the first INVITE.
	From, To string
	// Messages counts what crossed the wire.
	Messages int
}

// Leg is one Call-ID of a call.
type Leg struct {
	CallID  string
	Events  []*schemas.Event
	Outcome schemas.Outcome
	// Status and Reason are those of the answer that decided the outcome.
	Status int
	Reason string
	// Cancelled is true when the caller gave up (487, RFC 3261 section 9.1).
	Cancelled bool
	// Begun is true when the first message of the leg opens it, so that
	// nothing before it is missing.
	Begun bool
}

// AXL is the AXL traffic of a node with one host.
type AXL struct {
	Node, Host string
	// Request is the first request, nil when none was seen.
	Request *schemas.Event
	// Refused counts the answers 401; Proofs are the first of them, and the
	// last, at most MaxProofs.
	Refused Period
	Proofs  []*schemas.Event
	// Good is the first success behind the last 401.
	Good *schemas.Event
}

// Login is one sign-in of a client.
type Login struct {
	File string
	User string
	// Last is the last step, LastOK the last that ended well, nil when none
	// did. Passed are the stages that did.
	Last, LastOK *schemas.Event
	Passed       []string
	// Begun is true when the log shows the launch of the client, Done when
	// its phone works, which is the end of a sign-in.
	Begun, Done bool
	// MRA is true of a sign-in from outside, through Expressway.
	MRA bool
}

// Dialback is one dialback of one domain to another (XEP-0220).
type Dialback struct {
	Sender, Target string
	// The steps; nil when no log shows them.
	Sent     *schemas.Event // db:result with the key leaves the initiating server
	Received *schemas.Event // and arrives at the receiving server
	Timer    *schemas.Event // the initiating server schedules its time limit
	Asked    *schemas.Event // db:verify leaves the receiving server
	Checked  *schemas.Event // and arrives at the authoritative server
	Verified *schemas.Event // its answer, at the receiving server
	Answered *schemas.Event // the db:result answer, at either server
	// Connected is the connection that came up at the initiating server.
	Connected *schemas.Event
	// Lookup, Resolved and Unresolved are the resolver's lines.
	Lookup, Resolved, Unresolved *schemas.Event
}

// Verdict returns the answer that decides the dialback and its type: valid,
// invalid, error, or another one; nil when none was seen.
func (d *Dialback) Verdict() (e *schemas.Event, typ string) {
	for _, e = range [...]*schemas.Event{d.Verified, d.Answered} {
		if e != nil && e.XMPP != nil && e.XMPP.Type != "" {
			return e, e.XMPP.Type
		}
	}
	return nil, ""
}
