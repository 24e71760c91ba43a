package detect

import (
	"slices"
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

// TestLoginSteps checks that the graph has each stage once, with all that a
// finding says, and that no stage is behind itself.
func TestLoginSteps(t *testing.T) {
	var names []string
	for _, s := range loginSteps {
		names = append(names, s.name)
		if s.limit <= 0 || s.end == "" || s.next == "" || s.cause == "" || len(s.fix) == 0 {
			t.Errorf("%s is incomplete", s.name)
		}
		for _, b := range s.behind {
			if (&Login{Passed: []string{b}}).Behind(s.name) {
				t.Errorf("%s is behind %s and before it", b, s.name)
			}
		}
	}
	want := schemas.LoginStages()
	slices.Sort(names)
	slices.Sort(want)
	if !slices.Equal(names, want) {
		t.Errorf("stages %q, want %q", names, want)
	}
}

func TestBehind(t *testing.T) {
	for _, tt := range []struct {
		passed, stage string
		mra, want     bool
	}{
		{"uds-auth", "uds-auth", false, true},
		{"uds-auth", "discovery-srv", false, true},
		{"sso", "uds-auth", false, false},
		{"tftp", "imp-soap", false, false}, // side by side
		{"config", "xmpp", false, true},
		{"uds-reach", "edge", true, true},
		{"uds-reach", "edge", false, false},
		{"edge", "uds-auth", true, false},
		{"discovery", "voicemail", false, false},
		{"unheard-of", "start", false, false},
	} {
		if got := (&Login{Passed: []string{tt.passed}, MRA: tt.mra}).Behind(tt.stage); got != tt.want {
			t.Errorf("%s passed, MRA %t: %s behind it is %t", tt.passed, tt.mra, tt.stage, got)
		}
	}
	if (&Login{}).Behind("start") {
		t.Error("something is behind a sign-in that passed nothing")
	}
}
