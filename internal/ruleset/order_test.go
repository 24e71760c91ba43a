package ruleset_test

import (
	"slices"
	"testing"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/internal/ruleset"
)

// TestSignatures wants a rule behind those that it is silent for, and none of
// them lost when two name each other.
func TestSignatures(t *testing.T) {
	rule := func(name string, unless ...string) ruleset.Rule {
		return ruleset.Rule{Signature: detect.Signature{Name: name, Unless: unless}}
	}
	var got []string
	for _, s := range ruleset.Signatures([]ruleset.Rule{rule("a.general", "b.precise"), rule("b.precise", "c.exact"), rule("c.exact"), rule("d.one", "e.two"), rule("e.two", "d.one")}) {
		got = append(got, s.Name)
	}
	if want := []string{"c.exact", "b.precise", "a.general", "e.two", "d.one"}; !slices.Equal(got, want) {
		t.Errorf("order is %v, want %v", got, want)
	}
}
