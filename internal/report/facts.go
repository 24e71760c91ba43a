package report

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// headline is the answer in one line.
func (v *view) headline() string {
	if len(v.findings) == 0 {
		switch {
		case len(v.inputs)+len(v.strange) == 0:
			return "nothing was read"
		case v.totals.bytes == 0 && v.totals.unread == 0:
			return "nothing to read: " + plural(len(v.inputs)+len(v.strange), "empty file")
		case v.totals.events == 0 && v.silent() > 0 && v.totals.unparsed == 0:
			return "nothing found: no record tells of a call or a sign-in"
		case v.totals.events == 0:
			return "nothing was understood, so nothing can be said about calls or sign-ins"
		case v.failed() > 0:
			return "no rule names a cause, but " + plural(v.failed(), "session") + " failed"
		default:
			return "nothing found"
		}
	}
	var parts []string
	worst := v.findings[0].Severity
	for s := int(worst); s >= 0; s-- {
		n := 0
		for i := range v.findings {
			if v.findings[i].Severity == schemas.Severity(s) {
				n++
			}
		}
		if n > 0 {
			parts = append(parts, fmt.Sprintf("%d %s", n, schemas.Severity(s)))
		}
	}
	if worst == schemas.Info {
		return "nothing wrong found, " + plural(len(v.findings), "remark")
	}
	if len(parts) == 1 {
		return plural(len(v.findings), "finding") + " of severity " + worst.String()
	}
	return plural(len(v.findings), "finding") + ": " + strings.Join(parts, ", ")
}

// silent counts the records that were understood and state nothing.
func (v *view) silent() int {
	n := 0
	for i := range v.inputs {
		n += v.inputs[i].Silent
	}
	return n
}

// failed counts the sessions that failed.
func (v *view) failed() int {
	n := 0
	for i := range v.sessions {
		if v.sessions[i].Outcome == schemas.OutcomeFailed {
			n++
		}
	}
	return n
}

// overview says what was read.
func (v *view) overview() []fact {
	t := &v.totals
	read := fmt.Sprintf("%s, %s of log, %s, %s", plural(len(v.inputs)+len(v.strange), "file"), size(t.bytes), plural(t.records, "record"), plural(t.events, "event"))
	var facts []fact
	facts = append(facts, fact{"read", read})
	if len(t.sources) > 0 {
		var kinds []string
		for _, c := range t.sources {
			if c.n == 1 {
				kinds = append(kinds, c.name)
			} else {
				kinds = append(kinds, fmt.Sprintf("%s (%s)", c.name, number(c.n)))
			}
		}
		facts = append(facts, fact{"logs", listed(kinds, 8)})
	}
	if len(t.nodes) > 0 {
		facts = append(facts, fact{"nodes", listed(t.nodes, 8)})
	}
	if p := period(t.from, t.to); p != "" {
		facts = append(facts, fact{"period", p})
	} else if from, to := v.dates(); !from.IsZero() {
		facts = append(facts, fact{"period", period(from, to) + ", by the dates in messages; the records have none"})
	} else if t.records > 0 {
		facts = append(facts, fact{"period", "unknown, no record has a date"})
	}
	facts = append(facts, fact{"sessions", v.sessionCounts()})
	if t.unread > 0 {
		facts = append(facts, fact{"unread", plural(t.unread, "input") + " could not be read to the end, see the inputs below"})
	}
	if n := len(v.strange); n > 0 {
		facts = append(facts, fact{"other", plural(n, "file") + " without a known log, see the inputs below"})
	}
	if t.unparsed > 0 {
		facts = append(facts, fact{"unparsed", plural(t.unparsed, "record") + " not understood, see the inputs below"})
	}
	return facts
}

// dates returns the first and last time of the sessions, which messages may
// tell where the records of the log carry no date.
func (v *view) dates() (from, to time.Time) {
	for i := range v.sessions {
		s := &v.sessions[i]
		if schemas.Dated(s.Start) && !s.Start.IsZero() && (from.IsZero() || s.Start.Before(from)) {
			from = s.Start
		}
		if schemas.Dated(s.End) && s.End.After(to) {
			to = s.End
		}
	}
	return from, to
}

// sessionCounts prints "14 calls (1 failed), 2 sign-ins".
func (v *view) sessionCounts() string {
	if len(v.sessions) == 0 {
		return "none"
	}
	kinds, failed := map[string]int{}, map[string]int{}
	for i := range v.sessions {
		s := &v.sessions[i]
		kinds[string(s.Kind)]++
		if s.Outcome == schemas.OutcomeFailed {
			failed[string(s.Kind)]++
		}
	}
	var parts []string
	for _, c := range counts(kinds) {
		text := kindCount(schemas.SessionKind(c.name), c.n)
		switch n := failed[c.name]; {
		case n == 0:
		case n == 1 && c.n == 1:
			text += " (failed)"
		case n == c.n:
			text += " (all failed)"
		default:
			text += fmt.Sprintf(" (%s failed)", number(n))
		}
		parts = append(parts, text)
	}
	return strings.Join(parts, ", ")
}

// findingFacts says when and about what a finding is.
func (v *view) findingFacts(f *schemas.Finding) []fact {
	var facts []fact
	add := func(name, value string) {
		if value != "" {
			facts = append(facts, fact{name, value})
		}
	}
	s := v.byID[f.Session]
	when := stamp(f.Time)
	if when == "" {
		when = "unknown, the evidence has no time"
	}
	add("when", when)
	if f.Count > 1 {
		add("seen", strings.TrimSuffix(fmt.Sprintf("%s times, %s", number(f.Count), period(f.First, f.Last)), ", "))
	}
	if s != nil {
		add("session", sessionText(s))
		add("nodes", listed(s.Nodes, 6))
	}
	add("stage", f.Stage)
	for _, k := range factKeys {
		values := keyValues(f.Keys, k.typ)
		if len(values) == 0 && s != nil && k.ofSession {
			values = keyValues(s.Keys, k.typ)
		}
		add(k.name, listed(values, maxKeys))
	}
	return facts
}

// factKeys are the keys a person searches for, in the order shown; ofSession
// ones are taken from the session when the finding does not name them.
var factKeys = []struct {
	typ       schemas.KeyType
	name      string
	ofSession bool
}{
	{schemas.KeyCallID, "Call-ID", true},
	{schemas.KeyCI, "CI", false},
	{schemas.KeyUser, "user", true},
	{schemas.KeyJID, "JID", true},
	{schemas.KeyDevice, "device", true},
	{schemas.KeyDN, "number", false},
	{schemas.KeyAddr, "address", false},
	{schemas.KeyDomain, "domain", true},
}

func keyValues(keys []schemas.Key, typ schemas.KeyType) []string {
	var values []string
	for _, k := range keys {
		if k.Type == typ && !slices.Contains(values, k.Value) {
			values = append(values, k.Value)
		}
	}
	return values
}

// title is the heading of a finding.
func (v *view) title(f *schemas.Finding) string {
	if v.opts.Title != nil {
		if t := v.opts.Title(f.Rule); t != "" {
			return t
		}
	}
	return f.Summary
}

// sessionText is what happened, without the time.
func sessionText(s *schemas.Session) string {
	if s.Summary == "" {
		return kindWord(s.Kind) + ", " + plural(s.EventCount, "event")
	}
	return s.Summary
}

// findingRefs prints "finding 1" or "findings 1, 2".
func findingRefs(about []int) string {
	word := "finding "
	if len(about) > 1 {
		word = "findings "
	}
	return word + numbers(about)
}

// numbers prints "1, 2".
func numbers(list []int) string {
	return strings.Join(strings.Fields(strings.Trim(fmt.Sprint(list), "[]")), ", ")
}

// stages prints how far a session got: "start ok, discovery ok, sso failed".
func stages(s *schemas.Session) string {
	parts := make([]string, len(s.Stages))
	for i, st := range s.Stages {
		parts[i] = st.Name + " " + string(st.Outcome)
	}
	return strings.Join(parts, ", ")
}

// maxSight bounds what is said of a session about how it could be seen.
const maxSight = 3

// aboutSight says what of a session could not be seen, and whose clock differs.
// Of one that went well only the clocks matter.
func aboutSight(s *schemas.Session) []string {
	var list []string
	for i := range s.Skews {
		list = append(list, s.Skews[i].String())
	}
	if s.Outcome != schemas.OutcomeOK {
		for _, c := range s.Coverage {
			if !c.Observable {
				list = append(list, "not seen: "+c.Subject+": "+c.Why)
			}
		}
	}
	if more := len(list) - maxSight; more > 1 {
		list = append(list[:maxSight], fmt.Sprintf("and %d more like these", more))
	}
	return list
}

// sourceWord is what a person calls the kind of an input's log.
func sourceWord(in *schemas.Input) string {
	if in.Source == schemas.Unknown && in.Events > 0 {
		return "excerpts"
	}
	return string(in.Source)
}

func size(n int64) string {
	switch {
	case n >= 1<<30:
		return fmt.Sprintf("%.1f GiB", float64(n)/(1<<30))
	case n >= 1<<20:
		return fmt.Sprintf("%.1f MiB", float64(n)/(1<<20))
	case n >= 1<<10:
		return fmt.Sprintf("%.1f KiB", float64(n)/(1<<10))
	default:
		return plural(int(n), "byte")
	}
}
