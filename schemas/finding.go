package schemas

import (
	"fmt"
	"time"
)

// Severity of a finding.
type Severity uint8

// The severities: critical is many users without service, high a user or a
// call without service, medium a feature lost, low a nuisance, info a fact.
const (
	Info Severity = iota
	Low
	Medium
	High
	Critical
)

var severityNames = [...]string{Info: "info", Low: "low", Medium: "medium", High: "high", Critical: "critical"}

// String returns the name of s.
func (s Severity) String() string {
	if int(s) < len(severityNames) {
		return severityNames[s]
	}
	return fmt.Sprintf("severity(%d)", uint8(s))
}

// MarshalText implements encoding.TextMarshaler.
func (s Severity) MarshalText() ([]byte, error) { return []byte(s.String()), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (s *Severity) UnmarshalText(b []byte) error {
	for i, n := range severityNames {
		if n == string(b) {
			*s = Severity(i)
			return nil
		}
	}
	return fmt.Errorf("severity %q: want info, low, medium, high or critical", b)
}

// Role of a piece of evidence.
type Role string

// The roles of evidence: it proves the finding, it helps to understand it, or
// it speaks against it.
const (
	Proves  Role = "proves"
	Aside   Role = "context"
	Counter Role = "counter"
)

// Finding names what went wrong in a session, with the lines that show it, the
// cause and the fix. It is revised like a Session.
type Finding struct {
	// ID is a function of Rule, of the subject and of the first proof.
	ID      ID
	Version uint64
	Deleted bool // withdrawn: later evidence speaks against it
	// Rule is an id of rules.md, a public contract.
	Rule     string
	Severity Severity
	Session  ID // zero when the finding is about no session
	Cluster  string
	// Since is the time of the first proof, zero when that is not dated. Like
	// Session.Since it is that of every revision.
	Since time.Time
	// Time is when it went wrong, zero when nothing gives the time.
	Time time.Time
	// Summary is one sentence with the real numbers, hosts and stages in it.
	Summary string
	Cause   string
	Fix     []string // ordered, each with where in the admin pages
	// Stage is the stage of the session, for rules that have stages.
	Stage    string
	Evidence []Evidence
	Keys     []Key
	// Count is how often the same cause was seen, between First and Last.
	Count       int
	First, Last time.Time
}

// Evidence is a line that a finding rests on.
type Evidence struct {
	Event ID     `json:"event"`
	File  string `json:"file"`
	Line  int    `json:"line"`
	Role  Role   `json:"role"`
	Text  string `json:"text"`
}

// Input sums up what became of one file.
type Input struct {
	Path        string
	Fingerprint Fingerprint
	Source      Source
	Node        string
	Zone        string // see File.Zone
	Bytes       int64
	Lines       int
	Records     int
	Events      int
	Silent      int
	Unparsed    int
	Headless    int
	Repaired    int
	Damaged     int
	From, To    time.Time // earliest and latest dated record, zero when none
	Problems    []Problem
}
