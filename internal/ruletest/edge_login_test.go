package ruletest_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

// TestSignInVariants reads whole sign-ins of Jabber 14: through Expressway, and
// of a user without a phone.
func TestSignInVariants(t *testing.T) {
	for _, tt := range []struct {
		log, want, say string
		outcome        schemas.Outcome
	}{
		{"edge-ok", "", "", schemas.OutcomeOK},
		{"edge-silent", "login.stuck edge", "the last that ended well is discovery-srv, expected next: the answer to get_edge_config", schemas.OutcomeFailed},
		{"edge-uds-silent", "login.stuck uds-auth", "sign-in of ann through Expressway is stuck at stage uds-auth", schemas.OutcomeFailed},
		{"messenger-only", "", "", schemas.OutcomeOK},
	} {
		t.Run(tt.log, func(t *testing.T) {
			r := analyze(t, filepath.Join("testdata", tt.log+".log"))
			var want []string
			if tt.want != "" {
				want = []string{tt.want}
			}
			if got := aboutSignIns(r); !slices.Equal(got, want) || len(r.Findings) != len(want) {
				t.Errorf("found %q of %d, want %q", got, len(r.Findings), want)
			}
			if got := signIn(r); got != tt.outcome {
				t.Errorf("the sign-in is %q, want %q", got, tt.outcome)
			}
			if tt.say != "" && (len(r.Findings) == 0 || !strings.Contains(r.Findings[0].Summary, tt.say)) {
				t.Errorf("does not say %q", tt.say)
			}
		})
	}
}
