package eval_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/uctrace/uctrace/correlator"
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
const every = 11

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
		dir := t.TempDir()
		f, err := fleet.New(fleet.Options{Seed: 5, Scenarios: []string{sc.Name}})
		if err != nil {
			t.Fatal(err)
		}
		if err := f.Save(dir); err != nil {
			t.Fatal(err)
		}
		whole := gravest(analyze(t, []string{dir}, 1), nil)
		records := f.Truth.Stories[0].Records
		for i := n % every; i < len(records); i += every {
			deleted++
			left := gravest(analyze(t, []string{without(t, dir, f, records[i])}, 1), weighs)
			for rule, severity := range left {
				if most, any := worst(whole); !any {
					t.Errorf("%s: without %s:%d there is a finding of %s, with it there is none", sc.Name, records[i].File, records[i].Line, rule)
				} else if severity > most {
					t.Errorf("%s: without %s:%d a finding of %s is %s, with it the worst is %s", sc.Name, records[i].File, records[i].Line, rule, severity, most)
				}
			}
			if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(records[i].File)), text(f, records[i].File), 0o644); err != nil {
				t.Fatal(err)
			}
		}
	}
	t.Logf("%d lines were deleted, one at a time", deleted)
}

// without takes the first line of r out of its file below dir, which it
// returns.
func without(t *testing.T, dir string, f *fleet.Fleet, r fleet.Record) string {
	t.Helper()
	all := text(f, r.File)
	end := r.Offset + int64(bytes.IndexByte(all[r.Offset:], '\n')) + 1
	left := append(append([]byte{}, all[:r.Offset]...), all[end:]...)
	if err := os.WriteFile(filepath.Join(dir, filepath.FromSlash(r.File)), left, 0o644); err != nil {
		t.Fatal(err)
	}
	return dir
}

func text(f *fleet.Fleet, path string) []byte {
	for i := range f.Files {
		if f.Files[i].Path == path {
			return f.Files[i].Text
		}
	}
	return nil
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
