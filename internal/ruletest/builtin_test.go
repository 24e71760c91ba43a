package ruletest_test

import (
	"testing"

	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/internal/ruletest"
)

// TestBuiltin runs every case of the rules that uctrace ships with.
func TestBuiltin(t *testing.T) {
	rules, err := ruleset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	if len(rules) == 0 {
		t.Fatal("there are no rules")
	}
	if _, err := ruleset.Merge(rules, nil); err != nil {
		t.Error(err)
	}
	for i := range rules {
		t.Run(rules[i].Name, func(t *testing.T) {
			outcomes, err := ruletest.Run(t.Context(), &rules[i], rules, t.TempDir())
			if err != nil {
				t.Fatal(err)
			}
			for _, o := range outcomes {
				if o.Fault != "" {
					t.Errorf("%s: %s", o.Case, o.Fault)
				}
			}
		})
	}
}
