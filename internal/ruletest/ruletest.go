// Package ruletest runs the test cases of rule files: the whole analysis over
// the logs of a case, with all rules at work.
package ruletest

import (
	"cmp"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/offline"
	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/schemas"
)

// Outcome is how a case ended.
type Outcome struct {
	Rule, Case string
	// Fault says what is wrong, "" when the case passes.
	Fault string
	// Findings are those of the rule, Others those of other rules.
	Findings, Others []schemas.Finding
}

// defaultDate is the day of logs that print only a time.
var defaultDate = time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC)

// Run runs the cases of one rule while all rules are at work. dir is an empty
// folder for the logs. A rule without a case that finds something and one that
// does not has a fault: nothing shows what silences it. The error is that of
// ctx or of the disk.
func Run(ctx context.Context, r *ruleset.Rule, all []ruleset.Rule, dir string) ([]Outcome, error) {
	var list []Outcome
	finds, silent := false, false
	for i := range r.Tests {
		t := &r.Tests[i]
		finds, silent = finds || t.Finds > 0, silent || t.Finds == 0
		name := cmp.Or(t.Name, fmt.Sprintf("case %d", i+1))
		o, err := runCase(ctx, r, t, all, filepath.Join(dir, fmt.Sprintf("%s-%d", r.Name, i)))
		if err != nil {
			return nil, err
		}
		o.Rule, o.Case = r.Name, name
		list = append(list, o)
	}
	if !finds || !silent {
		list = append(list, Outcome{Rule: r.Name, Case: "cases", Fault: "wants a case that finds something and one that looks alike and finds nothing"})
	}
	return list, nil
}

func runCase(ctx context.Context, r *ruleset.Rule, t *ruleset.Test, all []ruleset.Rule, dir string) (Outcome, error) {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return Outcome{}, err
	}
	files := t.Files
	if t.Log != "" {
		files = map[string]string{"log.txt": t.Log}
	}
	for name, text := range files {
		if !filepath.IsLocal(name) {
			return Outcome{Fault: fmt.Sprintf("files: %q is no name below a folder", name)}, nil
		}
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			return Outcome{}, err
		}
		if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
			return Outcome{}, err
		}
	}
	o := offline.Options{Options: collector.Options{Source: t.Source, Date: defaultDate, Workers: 1}, Paths: []string{dir}, Rules: all}
	if t.Date != "" {
		day, err := time.Parse(time.DateOnly, t.Date)
		if err != nil {
			return Outcome{Fault: "date: want YYYY-MM-DD"}, nil //nolint:nilerr // a fault of the case, not of the run
		}
		o.Date = day
	}
	result, err := offline.Analyze(ctx, o)
	if err != nil {
		return Outcome{}, err
	}
	return judge(r, t, &result), nil
}

// judge compares what was found with what the case wants.
func judge(r *ruleset.Rule, t *ruleset.Test, result *correlator.Result) Outcome {
	var o Outcome
	for _, f := range result.Findings {
		if f.Rule == r.Name {
			o.Findings = append(o.Findings, f)
		} else {
			o.Others = append(o.Others, f)
		}
	}
	if len(result.Inputs) == 0 {
		o.Fault = "has no log"
		return o
	}
	if n := len(o.Findings); n != t.Finds {
		o.Fault = fmt.Sprintf("found %d, want %d%s", n, t.Finds, otherRules(o.Others))
		return o
	}
	if t.Finds == 0 {
		return o
	}
	switch f := &o.Findings[0]; {
	case t.Severity != nil && f.Severity != *t.Severity:
		o.Fault = fmt.Sprintf("severity is %s, want %s", f.Severity, *t.Severity)
	case !strings.Contains(f.Summary, t.Summary):
		o.Fault = fmt.Sprintf("summary is %q, want %q in it", f.Summary, t.Summary)
	case t.Stage != "" && f.Stage != t.Stage:
		o.Fault = fmt.Sprintf("stage is %q, want %q", f.Stage, t.Stage)
	case t.Count > 0 && f.Count != t.Count:
		o.Fault = fmt.Sprintf("count is %d, want %d", f.Count, t.Count)
	case strings.Contains(f.Summary, "?"):
		o.Fault = fmt.Sprintf("a place of the summary has no value: %q", f.Summary)
	}
	return o
}

func otherRules(list []schemas.Finding) string {
	var names []string
	for _, f := range list {
		names = append(names, f.Rule)
	}
	if len(names) == 0 {
		return ""
	}
	return "; other rules found " + strings.Join(names, ", ")
}
