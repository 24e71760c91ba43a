// Package eval measures the analysis against a simulated fleet of which the
// truth is known: how many of the failures it names (recall), how many of its
// findings are right (precision), whether the events of one call or sign-in
// end in one session (legs), and whether a session holds one call only
// (purity).
//
// What a rule is measured by is the lines: a finding belongs to the story
// whose lines prove it.
package eval

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/offline"
	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/internal/simulate/fleet"
	"github.com/uctrace/uctrace/schemas"
)

// The least that the analysis has to reach.
const (
	LeastPrecision = 0.99
	LeastRecall    = 0.98
	LeastLegs      = 0.995
	LeastPurity    = 1.0
)

// Run writes f below dir, analyses it with the shipped rules and measures what
// comes out.
func Run(ctx context.Context, dir string, f *fleet.Fleet) (*Report, error) {
	if err := f.Save(dir); err != nil {
		return nil, err
	}
	rules, err := ruleset.Builtin()
	if err != nil {
		return nil, err
	}
	result, err := offline.Analyze(ctx, offline.Options{Options: collector.Options{Date: day(f.Truth.Start)}, Paths: []string{dir}, Rules: rules})
	if err != nil {
		return nil, err
	}
	var built []string
	for _, d := range ruleset.Catalogue(rules) {
		built = append(built, d.Name)
	}
	return Measure(dir, f, built, &result), nil
}

// day is what an operator says of logs that print no date.
func day(t time.Time) time.Time {
	y, m, d := t.UTC().Date()
	return time.Date(y, m, d, 0, 0, 0, 0, time.UTC)
}

// Report is what was measured.
type Report struct {
	Rules []Rule // by id
	// Unbuilt are the rules that the fleet has failures for and the catalogue
	// does not have.
	Unbuilt []string
	// Untold are the rules of the catalogue that no scenario fails by.
	Untold   []string
	Sessions []Kind
	// False are findings on lines where nothing is wrong, or not that.
	False []string
	// Missed are failures that were not found.
	Missed []string
	// Torn and Mixed name sessions that are in pieces and sessions that hold
	// the events of several; some of them.
	Torn, Mixed []string
}

// Rule is how one rule did.
type Rule struct {
	Name string
	// Asked are failures in the fleet, Found those of them that were named;
	// Right and Wrong are findings.
	Asked, Found, Right, Wrong int
	// Milder are findings of less severity than the catalogues propose, and
	// Elsewhere those that name another stage.
	Milder, Elsewhere int
}

// Precision is the share of the findings that are right, 1 for none.
func (r *Rule) Precision() float64 { return share(r.Right, r.Right+r.Wrong) }

// Recall is the share of the failures that are found.
func (r *Rule) Recall() float64 { return share(r.Found, r.Asked) }

// Kind is how the sessions of one kind were joined.
type Kind struct {
	Kind schemas.SessionKind
	// True are sessions in the fleet, Seen those of them with events in
	// sessions that were found.
	True, Seen int
	// Events are theirs, Joined those that stand in the session that holds
	// most of them.
	Events, Joined int
	// Found are sessions that were found, Pure those that are of one true
	// session.
	Found, Pure int
}

func share(part, whole int) float64 {
	if whole == 0 {
		return 1
	}
	return float64(part) / float64(whole)
}

// Low is a measure below its threshold.
type Low struct {
	What         string // "legs", "purity", "recall of login.stuck"
	Value, Least float64
}

func (l Low) String() string { return fmt.Sprintf("%s is %.4f, want %.3f", l.What, l.Value, l.Least) }

// Low returns what is below the thresholds.
func (r *Report) Low() []Low {
	var low []Low
	check := func(what string, value, least float64) {
		if value < least {
			low = append(low, Low{what, value, least})
		}
	}
	for i := range r.Rules {
		check("precision of "+r.Rules[i].Name, r.Rules[i].Precision(), LeastPrecision)
		check("recall of "+r.Rules[i].Name, r.Rules[i].Recall(), LeastRecall)
	}
	var sum Kind
	for _, k := range r.Sessions {
		sum.Events += k.Events
		sum.Joined += k.Joined
		sum.Found += k.Found
		sum.Pure += k.Pure
	}
	check("legs", share(sum.Joined, sum.Events), LeastLegs)
	check("purity", share(sum.Pure, sum.Found), LeastPurity)
	return low
}

// Measure compares result, the analysis of f below dir, with the truth. built
// are the ids of the rules that were looked for.
func Measure(dir string, f *fleet.Fleet, built []string, result *correlator.Result) *Report {
	m := &measure{Report: &Report{}, truth: &f.Truth, index: newIndex(dir, f, result.Inputs), built: map[string]bool{}}
	for _, name := range built {
		m.built[name] = true
	}
	m.findings(result.Findings)
	m.sessions(result.Sessions)
	for _, name := range built {
		if i, known := m.rule(name); !known {
			m.Untold = append(m.Untold, name)
		} else if m.Rules[i].Asked == 0 {
			m.Untold = append(m.Untold, name)
		}
	}
	slices.Sort(m.Unbuilt)
	slices.SortFunc(m.Rules, func(a, b Rule) int { return cmp.Compare(a.Name, b.Name) })
	slices.SortFunc(m.Sessions, func(a, b Kind) int { return cmp.Compare(a.Kind, b.Kind) })
	return m.Report
}

type measure struct {
	*Report
	truth *fleet.Truth
	index *index
	built map[string]bool
}

// rule returns the index of the rule called name, made when it is new.
func (m *measure) rule(name string) (i int, known bool) {
	if i = slices.IndexFunc(m.Rules, func(r Rule) bool { return r.Name == name }); i >= 0 {
		return i, true
	}
	m.Rules = append(m.Rules, Rule{Name: name})
	return len(m.Rules) - 1, false
}
