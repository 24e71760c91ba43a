package eval_test

import (
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/offline"
	"github.com/uctrace/uctrace/internal/redact"
	"github.com/uctrace/uctrace/schemas"
)

// TestMasked wants the same findings, of the same sessions, whether secrets are
// masked or not.
func TestMasked(t *testing.T) {
	dir := t.TempDir()
	everything(t, dir)
	type found struct {
		ID, Session schemas.ID
		Rule        string
		Severity    schemas.Severity
		Count       int
	}
	read := func(m *redact.Masker) (list []found, sessions []schemas.ID) {
		r, err := offline.Analyze(t.Context(), offline.Options{Paths: []string{dir}, Mask: m})
		if err != nil {
			t.Fatal(err)
		}
		for _, f := range r.Findings {
			list = append(list, found{ID: f.ID, Session: f.Session, Rule: f.Rule, Severity: f.Severity, Count: len(f.Evidence)})
		}
		return list, identified(r)
	}
	var m redact.Masker
	findings, sessions := read(nil)
	maskedFindings, maskedSessions := read(&m)
	if len(m.Counts()) == 0 {
		t.Error("nothing was masked")
	}
	if d := cmp.Diff(findings, maskedFindings); d != "" {
		t.Errorf("findings: %.4000s", d)
	}
	if d := cmp.Diff(sessions, maskedSessions); d != "" {
		t.Errorf("sessions: %.4000s", d)
	}
}

func identified(r correlator.Result) []schemas.ID {
	var ids []schemas.ID
	for i := range r.Sessions {
		ids = append(ids, r.Sessions[i].ID)
	}
	return ids
}
