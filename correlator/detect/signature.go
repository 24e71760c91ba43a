package detect

import (
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// Signature is a detector as data: which events prove the failure, what it is
// about, what speaks against it, and what to say. Most rules are one: what a
// line says is the failure. Rules about the course of a session are functions,
// see Detector.
type Signature struct {
	Name     string
	Title    string
	Severity schemas.Severity
	Doc      string
	// Subject lists what a finding is about, the first that an event has:
	// "session" is the session that its joining keys make; the others are
	// fields, and the events that agree in the value (and in Per) are one
	// finding.
	Subject []Subject
	// Sessions bounds the kinds of sessions that it is reported on; empty
	// means any.
	Sessions []schemas.SessionKind
	// Per are further fields in which the events of one finding agree.
	Per []Field
	// Prove matches the events that state the failure: one of the matchers
	// is enough.
	Prove []Matcher
	// Need are events that must be there as well, each within its time.
	Need []Companion
	// With are events that may stand beside a proof: they are shown, give the
	// sentences what the proof lacks, and count for Raise. Of several the one
	// nearest to the proof is taken.
	With []Companion
	// Clear are events that speak against it.
	Clear []Companion
	// Once lists fields: the proofs that agree in all of them tell of one
	// thing, and the first of them is counted. A proof without a value is one
	// of its own.
	Once []Field
	// Expect are the events of which the absence is the failure: a proof
	// counts when none of them follows in time and the log goes on.
	Expect []Companion
	// Over are events that end the waiting for them, as a client that gives
	// up: behind one it is known, without any clock, that they did not come.
	Over []Companion
	// Context matches events that are shown with the proofs.
	Context []Matcher
	// AtLeast is how many proofs it takes, within the time Within when that
	// is not zero.
	AtLeast int
	Within  time.Duration
	// Burst is the time within which proofs are one occurrence, because
	// several lines report it; zero counts each.
	Burst time.Duration
	// Raise lifts the severity when the proofs differ in a field, or are many.
	Raise []Raise
	// Grade gives proofs a severity of their own, the first that goes with
	// one; the worst of all proofs is the finding's.
	Grade []Grade
	// Variants are causes that the configuration tells apart, the first that
	// holds replaces Cause and Fix.
	Variants []Variant
	// Unless names the rules that say the same more precisely: an event that
	// proves one of them, and one which needs nothing else, does not prove this
	// one, and a session that has a finding of one of them has none of this.
	Unless []string

	Summary Template
	Cause   Template
	Fix     []Template
	// Stage is the stage of a sign-in: a field of the first proof, or a word.
	Stage Template
}

// Subject is one way to tell what a finding is about.
type Subject struct {
	Session bool
	Field   Field // when it is no session
}

// Companion matches an event that stands in a relation to a proof.
type Companion struct {
	Matcher
	// Anywhere is true when it need not be about the same subject as the
	// proof: it counts for each subject that it has.
	Anywhere bool
	// For bounds it to the proofs that meet all of these; others are judged
	// without it.
	For []Condition
	// Within bounds the time between the two; zero means any time.
	Within time.Duration
	// Before is true when it stands before the proof, After when behind it;
	// with neither set both will do.
	Before, After bool
	// Same are fields in which the two agree; an event without a value agrees
	// with none.
	Same []Field
	// Alike are fields in which the two differ, and only in upper and lower
	// case.
	Alike []Field
	// Elsewhere is true when it may stand in another session, on another host
	// of the cluster. It is for Need and Clear.
	Elsewhere bool
}

// Variant is the cause of a failure under some settings.
type Variant struct {
	// When matches settings (config.value): each must be there, in the
	// configuration that lies beside the log, or of the host that wrote it.
	When  []Matcher
	Cause Template
	Fix   []Template
}

// Raise is a severity for a failure that meets many: proofs that differ in the
// field, or so many proofs when there is no field.
type Raise struct {
	Field    *Field
	AtLeast  int
	Severity schemas.Severity
}

// Grade is a severity for the proofs that For holds for and, when With looks
// at any kind, that such an event goes with.
type Grade struct {
	For      []Condition
	With     Companion
	Severity schemas.Severity
}

// Goes reports whether e stands in the relation to proof.
func (c *Companion) Goes(e, proof *schemas.Event) bool {
	for _, f := range c.Same {
		if v := f.Of(proof); v == "" || v != f.Of(e) {
			return false
		}
	}
	for _, f := range c.Alike {
		if v, w := f.Of(proof), f.Of(e); v == "" || v == w || !strings.EqualFold(v, w) {
			return false
		}
	}
	if !schemas.Dated(e.Time) || !schemas.Dated(proof.Time) || e.Time.Equal(proof.Time) {
		// Without times, or at one time, the order in a file is all there is.
		if e.ID.Fingerprint() != proof.ID.Fingerprint() {
			return !c.Before && !c.After
		}
		later := e.ID.Offset() > proof.ID.Offset()
		return !c.Before && !c.After || c.After && later || c.Before && !later
	}
	d := e.Time.Sub(proof.Time)
	switch {
	case c.After && d < 0, c.Before && d > 0:
		return false
	}
	return c.Within == 0 || d.Abs() <= c.Within
}

// Role is the part that an event plays for a signature, a set of bits.
type Role uint16

// The roles.
const (
	Proves Role = 1 << iota
	Needed
	Clears
	Expected
	Ended
	Shown
	Grades
	Beside
	Configures
	// Beyond is the part of an event that is looked for beyond the session or
	// the incident that it belongs to.
	Beyond
)

// RoleOf returns the roles of e, 0 for none.
func (s *Signature) RoleOf(e *schemas.Event) (role Role) {
	for _, p := range s.Parts() {
		if p.Matches(e) {
			role |= p.Role
		}
	}
	return role
}

// Anywhere reports whether e is a companion that need not be about the same
// subject as the proof.
func (s *Signature) Anywhere(e *schemas.Event) bool {
	for _, list := range [...][]Companion{s.Need, s.Clear, s.Expect} {
		for i := range list {
			if list[i].Anywhere && list[i].Matches(e) {
				return true
			}
		}
	}
	return false
}
