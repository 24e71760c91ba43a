package detect

import (
	"slices"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// Claim is what a detector says about a session.
type Claim struct {
	// Severity other than the detector's, when Override is set.
	Severity schemas.Severity
	Override bool
	// Subject tells apart the claims of one rule about one session; empty
	// when there is only one.
	Subject string
	// Time is when it went wrong; the zero Time takes the first proof's.
	Time    time.Time
	Summary string
	Cause   string
	Fix     []string
	Stage   string
	// Proof is not empty. The finding's id is a function of the first.
	Proof, Context, Counter []*schemas.Event
	// Count is how often it was seen between First and Last; zero means once.
	Count       int
	First, Last time.Time
}

// MaxProofs bounds the evidence of one role in a finding.
const MaxProofs = 12

// Report takes what the detectors find in one session.
type Report struct {
	Findings []schemas.Finding
	Coverage []schemas.Coverage

	Detector *Detector
	Session  *Session
}

// Has reports whether a rule already has a finding in the session.
func (r *Report) Has(rule string) bool {
	return slices.ContainsFunc(r.Findings, func(f schemas.Finding) bool { return f.Rule == rule })
}

// Found adds a finding.
func (r *Report) Found(c Claim) {
	s, d := r.Session, r.Detector
	f := schemas.Finding{
		ID:      schemas.HashID("finding", d.Name, s.ID.String()+"\x00"+c.Subject, c.Proof[0].ID.String()),
		Version: 1, Rule: d.Name, Severity: d.Severity, Session: s.ID, Cluster: s.Cluster,
		Time: c.Time, Summary: c.Summary, Cause: c.Cause, Fix: c.Fix, Stage: c.Stage, Keys: s.Keys,
		Count: max(1, c.Count), First: c.First, Last: c.Last,
	}
	if c.Override {
		f.Severity = c.Severity
	}
	if schemas.Dated(c.Proof[0].Time) {
		f.Since = c.Proof[0].Time
	}
	if f.Time.IsZero() {
		f.Time = f.Since
	}
	if f.First.IsZero() {
		f.First = f.Time
	}
	if f.Last.IsZero() {
		f.Last = f.Time
	}
	for _, part := range [...]struct {
		role   schemas.Role
		events []*schemas.Event
	}{{schemas.Proves, c.Proof}, {schemas.Aside, c.Context}, {schemas.Counter, c.Counter}} {
		for i, e := range part.events {
			if i == MaxProofs-1 {
				e = part.events[len(part.events)-1]
			}
			if i == MaxProofs {
				break
			}
			if !slices.ContainsFunc(f.Evidence, func(x schemas.Evidence) bool { return x.Event == e.ID }) {
				f.Evidence = append(f.Evidence, schemas.Evidence{Event: e.ID, File: e.File, Line: e.Line, Role: part.role, Text: quoted(e)})
			}
		}
	}
	r.Findings = append(r.Findings, f)
}

// quoted is the line of e, and of a SIP message the headers that say why: they
// stand behind the lines that an event quotes.
func quoted(e *schemas.Event) string {
	m := e.SIP
	if m == nil {
		return e.Text
	}
	parts := []string{e.Text}
	for _, h := range [...]struct{ name, value string }{{"Reason", m.ReasonHeader}, {"Warning", m.Warning}} {
		if h.value != "" && !strings.Contains(e.Text, h.value) {
			parts = append(parts, h.name+": "+h.value)
		}
	}
	return strings.Join(parts, " … ")
}

// Blind says that the session could not be judged, and why.
func (r *Report) Blind(subject, why string) {
	r.Coverage = append(r.Coverage, schemas.Coverage{Subject: subject, Why: why})
}
