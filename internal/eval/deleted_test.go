package eval_test

import (
	"archive/tar"
	"bytes"
	"slices"
	"testing"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/offline"
	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/internal/simulate/fleet"
	"github.com/uctrace/uctrace/schemas"
)

// absence are the rules that conclude from what is not there: without its
// answer a question is unanswered, whoever lost the line. Rules with clear or
// expect are such rules too.
var absence = map[string]bool{
	"login.stuck":                       true,
	"xmpp.dialback-timeout":             true,
	"xmpp.dialback-srv":                 true,
	"xmpp.axl-401":                      true, // a later success makes it an old story
	"cucm.remote-destination-unmatched": true, // a lookup that found something else
	"xmpp.dialback-unreachable":         true,
	"xmpp.sasl-silent":                  true,
	"sip.register-timeout":              true,
	"mra.401-no-upstream":               true,
	"cucm.session-timer-drop":           true,
	"cucm.trunk-unreachable":            true,
	"expressway.call-timeout":           true,
	"trace.gap":                         true,
}

// every is how many lines stand between two that are deleted.
const every = 5

// TestDeletedLines takes single lines out of the logs of every scenario. What
// is left may say less and must not say more: where nothing was found nothing
// is found, and no finding becomes graver.
func TestDeletedLines(t *testing.T) {
	rules, err := ruleset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	weighs := map[string]bool{} // concludes from what is not there
	for name := range absence {
		weighs[name] = true
	}
	for i := range rules {
		if len(rules[i].Clear)+len(rules[i].Expect) > 0 {
			weighs[rules[i].Name] = true
		}
	}
	deleted := 0
	for n, sc := range fleet.Scenarios() {
		f, err := fleet.New(fleet.Options{Seed: 5, Scenarios: []string{sc.Name}})
		if err != nil {
			t.Fatal(err)
		}
		whole := gravest(analyzeWithout(t, rules, f, fleet.Record{}), nil)
		records := f.Truth.Stories[0].Records
		for i := n % every; i < len(records); i += every {
			deleted++
			left := gravest(analyzeWithout(t, rules, f, records[i]), weighs)
			for rule, severity := range left {
				if most, any := worst(whole); !any {
					t.Errorf("%s: without %s:%d there is a finding of %s, with it there is none", sc.Name, records[i].File, records[i].Line, rule)
				} else if severity > most {
					t.Errorf("%s: without %s:%d a finding of %s is %s, with it the worst is %s", sc.Name, records[i].File, records[i].Line, rule, severity, most)
				}
			}
		}
	}
	t.Logf("%d lines were deleted, one at a time", deleted)
}

// analyzeWithout analyses f without the first line of r; a record of no file
// leaves everything in.
func analyzeWithout(t *testing.T, rules []ruleset.Rule, f *fleet.Fleet, r fleet.Record) correlator.Result {
	t.Helper()
	var b bytes.Buffer
	w := tar.NewWriter(&b)
	for _, file := range f.Files {
		text := file.Text
		if file.Path == r.File {
			end := r.Offset + int64(bytes.IndexByte(text[r.Offset:], '\n')) + 1
			text = slices.Concat(text[:r.Offset], text[end:])
		}
		if err := w.WriteHeader(&tar.Header{Name: file.Path, Mode: 0o644, Size: int64(len(text))}); err != nil {
			t.Fatal(err)
		}
		if _, err := w.Write(text); err != nil {
			t.Fatal(err)
		}
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	result, err := offline.Analyze(t.Context(), offline.Options{Options: collector.Options{Workers: 1}, Paths: []string{"-"}, Stdin: &b, Rules: rules})
	if err != nil {
		t.Fatal(err)
	}
	if len(result.Inputs) < len(f.Files) {
		t.Fatalf("%d of %d files were read", len(result.Inputs), len(f.Files))
	}
	return result
}

// gravest returns the worst severity of each rule that found something, those
// of skip left out.
func gravest(r correlator.Result, skip map[string]bool) map[string]schemas.Severity {
	list := map[string]schemas.Severity{}
	for i := range r.Findings {
		if f := &r.Findings[i]; !skip[f.Rule] {
			list[f.Rule] = max(list[f.Rule], f.Severity)
		}
	}
	return list
}

func worst(list map[string]schemas.Severity) (most schemas.Severity, found bool) {
	for _, s := range list {
		most, found = max(most, s), true
	}
	return most, found
}
