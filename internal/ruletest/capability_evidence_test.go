package ruletest_test

import (
	"strings"
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

// TestCapability2EvidenceCauseFix reads both traces of the page about remote
// destinations: the call that goes wrong has the one finding, with the lines
// that its author points to, the cause, and what mends it, the peer first.
func TestCapability2EvidenceCauseFix(t *testing.T) {
	r := analyze(t, seed(t, "001"))
	if len(r.Findings) != 1 || r.Findings[0].Rule != "cucm.remote-destination-unmatched" {
		t.Fatalf("found %+v", r.Findings)
	}
	f := r.Findings[0]
	var lines []string
	proofs := 0
	for _, e := range f.Evidence {
		lines = append(lines, e.Text)
		if e.Role == schemas.Proves {
			proofs++
		}
		if e.File == "" || e.Line == 0 {
			t.Errorf("%q has no place", e.Text)
		}
	}
	if proofs == 0 || proofs == len(lines) {
		t.Errorf("%d of %d lines prove it", proofs, len(lines))
	}
	for _, want := range []string{"INVITE sip:3250", "stripAndPrependDigits 5737", "cnumber = 5737", "full match case", "remdest 5737 in map", "875737:RDP-marko"} {
		if !strings.Contains(strings.Join(lines, "\n"), want) {
			t.Errorf("no line of evidence says %q:\n%s", want, strings.Join(lines, "\n"))
		}
	}
	if !strings.Contains(f.Cause, "5737 without 87") || !strings.Contains(f.Cause, "875737") {
		t.Errorf("cause: %s", f.Cause)
	}
	if len(f.Fix) < 2 || !strings.Contains(f.Fix[0], "send the full calling number 875737") || !strings.Contains(strings.Join(f.Fix[1:], "\n"), "Partial Match") {
		t.Errorf("to fix: %q", f.Fix)
	}
	for _, s := range r.Sessions {
		if s.ID == f.Session && !strings.Contains(s.Summary, "from 5737") {
			t.Errorf("the finding is on the %s", s.Summary)
		}
	}
}
