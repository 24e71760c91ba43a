package schemas

import "time"

// SessionKind says what a Session is.
type SessionKind string

// The kinds of session.
const (
	SessionCall         SessionKind = "call"
	SessionRegistration SessionKind = "registration"
	SessionLogin        SessionKind = "login"
	SessionFederation   SessionKind = "federation" // one dialback, one direction (XEP-0220)
	SessionMRA          SessionKind = "mra"
	SessionSubscription SessionKind = "subscription"
	SessionProvisioning SessionKind = "provisioning" // AXL pushes and the like
	SessionOther        SessionKind = "other"
)

// SessionKinds lists every kind of session.
func SessionKinds() []SessionKind {
	return []SessionKind{
		SessionCall, SessionRegistration, SessionLogin, SessionFederation, SessionMRA, SessionSubscription, SessionProvisioning, SessionOther,
	}
}

// Outcome says how a session, or a stage of it, ended.
type Outcome string

// The outcomes. Unknown means that what was seen does not tell.
const (
	OutcomeOK      Outcome = "ok"
	OutcomeFailed  Outcome = "failed"
	OutcomeOpen    Outcome = "open"
	OutcomeUnknown Outcome = "unknown"
)

// Session is what belongs together: a call, a sign-in, a dialback. It is
// revised as evidence arrives; the highest Version of an ID holds.
type Session struct {
	// ID is a function of Kind and of the earliest event.
	ID ID
	// Version grows with every revision of the ID. Offline it is 1; in the
	// running system it is the events-stream sequence the revision saw.
	Version uint64
	// Deleted withdraws the session: it was joined into another, or its
	// earliest event, and so its ID, changed.
	Deleted bool
	Kind    SessionKind
	Outcome Outcome
	Cluster string
	// Since is the time of the event that gives the ID, zero when that is not
	// dated: the one time that every revision of an ID has, a withdrawn one too,
	// so that storage can put them side by side.
	Since time.Time
	// Start and End are the times of the first and last dated event, zero
	// when none is dated.
	Start, End time.Time
	Keys       []Key
	Nodes      []string
	Sources    []Source
	Stages     []Stage
	// Summary is one line for a person.
	Summary string
	// Events are the ids of the events, ordered by time, file and offset, at
	// most MaxSessionEvents; EventCount counts all. Of one that goes on for days,
	// as a registration does, they are the first and the latest.
	Events     []ID
	EventCount int
	// Joins say why the parts of a call are one session: as few as it takes to
	// tie its identifiers together. Other sessions have one key and no joins.
	Joins []Join
	// Sights say which logs of which nodes show the session, ordered by node
	// and source.
	Sights []Sight
	// Coverage says what of the session could not be seen, and so not be
	// judged; it is empty when nothing is known to be missing.
	Coverage []Coverage
	// Skews are the clocks of its nodes that differ from the first one's,
	// ordered by node. Times here and in the events are those that the logs
	// print.
	Skews []Skew
}

// MaxSessionEvents bounds Session.Events.
const MaxSessionEvents = 2000

// Stage is a named part of a session. The stages of a sign-in, in order, are
// LoginStages.
type Stage struct {
	Name       string
	Start, End time.Time
	Outcome    Outcome
}

// LoginStages are the stage names of a sign-in, in order.
func LoginStages() []string {
	return []string{
		"start", "stack", "network", "discovery-srv", "discovery", "uds-reach", "home-cluster",
		"uds-auth", "certificate", "sso", "edge", "imp-soap", "xmpp", "config", "tftp",
		"sip-register", "cti", "telephony", "voicemail",
	}
}
