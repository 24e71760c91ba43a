package ruletest_test

import (
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/offline"
	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/schemas"
)

// jabberVerdicts are the reference logs of clients, what the rules about
// sign-ins find in them, how the sign-in ended, and whether the log is healthy:
// then no rule at all finds anything from medium on.
var jabberVerdicts = []struct {
	sample, rule string
	outcome      schemas.Outcome
	healthy      bool
}{
	{"CONSTRUCTED_win143_refer_multiline_end_marker", "", "", true},
	{"android_register_soundwave_then_tab_bare", "", "", true},
	{"ios10_old_format_double_dash_tls_failed", "jabber.certificate-name certificate", schemas.OutcomeFailed, false},
	{"ios_tct_invite_100_180_200_ack", "", "", true},
	{"phone7821_registration_then_socket_fail", "", "", false},
	{"webex_ios_mixed_formats_cert_cn_mismatch", "jabber.certificate-name certificate", schemas.OutcomeFailed, false},
	{"win117_mra_autoupdate_url_not_transformed", "", schemas.OutcomeUnknown, false},
	{"win118_proxy_503_connect", "jabber.uds-unreachable uds-reach", schemas.OutcomeFailed, false},
	{"win128_sip_oauth_register_407_then_200", "", schemas.OutcomeOK, true},
	{"win14_cti_no_permission", "", schemas.OutcomeFailed, false},
	{"win14_cti_no_permission_ctimanager_sdl", "", "", false},
	{"win14_imp_soap_cert_LERR_CUP_CERT", "jabber.imp-certificate imp-soap", schemas.OutcomeFailed, false},
	{"win14_no_home_uds", "jabber.no-home-cluster home-cluster", schemas.OutcomeFailed, false},
	{"win14_srv_not_found", "jabber.srv-missing discovery-srv", schemas.OutcomeFailed, false},
	{"win14_uds_401_bad_password", "jabber.credentials-rejected uds-auth", schemas.OutcomeFailed, false},
	{"win_launch_banner", "", schemas.OutcomeOpen, true},
	{"win_pasted_nbsp_after_level", "", schemas.OutcomeUnknown, true},
	{"win_remote_prt_request", "", "", true},
}

func TestVerdictJabber(t *testing.T) {
	for _, v := range jabberVerdicts {
		t.Run(v.sample, func(t *testing.T) {
			r := analyze(t, reference.Path(t, "corpus", "jabber", v.sample+".log"))
			var want []string
			if v.rule != "" {
				want = []string{v.rule}
			}
			if got := aboutSignIns(r); !slices.Equal(got, want) {
				t.Errorf("found %q, want %q", got, want)
			}
			if got := signIn(r); got != v.outcome {
				t.Errorf("the sign-in is %q, want %q", got, v.outcome)
			}
			for _, f := range r.Findings {
				if v.healthy && f.Severity >= schemas.Medium {
					t.Errorf("%s (%s) in a healthy log: %s", f.Rule, f.Severity, f.Summary)
				}
				if strings.Contains(f.Summary, "?") || strings.HasPrefix(f.Rule, "jabber.") && f.Session.IsZero() {
					t.Errorf("%s: %q, session %s", f.Rule, f.Summary, f.Session)
				}
			}
		})
	}
	t.Run("all are listed", func(t *testing.T) {
		logs, err := filepath.Glob(filepath.Join(reference.Path(t, "corpus", "jabber"), "*.log"))
		if err != nil || len(logs) != len(jabberVerdicts) {
			t.Errorf("%d logs, %d verdicts, %v", len(logs), len(jabberVerdicts), err)
		}
	})
}

// TestCapability3HealthySignIn holds the rules about sign-ins against a whole
// sign-in of Jabber 9.
func TestCapability3HealthySignIn(t *testing.T) {
	r := analyze(t, seed(t, "000"))
	if len(r.Findings) > 0 {
		t.Errorf("found %s: %s", r.Findings[0].Rule, r.Findings[0].Summary)
	}
	if got := signIn(r); got != schemas.OutcomeOK {
		t.Errorf("the sign-in is %q", got)
	}
}

// shipped returns the rules that uctrace ships with, read once.
var shipped = sync.OnceValues(ruleset.Builtin)

// analyze reads one file with the rules that uctrace ships with; trace.clock-skew
// is left out.
func analyze(t *testing.T, path string) correlator.Result {
	t.Helper()
	rules, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	r, err := offline.Analyze(t.Context(), offline.Options{Options: collector.Options{Workers: 1}, Paths: []string{path}, Rules: rules})
	if err != nil {
		t.Fatal(err)
	}
	// Clocks that differ are no failure of a sign-in.
	r.Findings = slices.DeleteFunc(r.Findings, func(f schemas.Finding) bool { return f.Rule == "trace.clock-skew" })
	return r
}

// seed returns the path of the reference seed with that number.
func seed(t *testing.T, number string) string {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(reference.Path(t, "seeds"), number+"_*"))
	if err != nil || len(paths) != 1 {
		t.Skip("no such reference log")
	}
	return paths[0]
}

// aboutSignIns returns the rules about sign-ins that found something from
// medium on, each with the stage.
func aboutSignIns(r correlator.Result) (list []string) {
	for _, f := range r.Findings {
		if f.Severity >= schemas.Medium && (strings.HasPrefix(f.Rule, "jabber.") || f.Rule == "login.stuck") {
			list = append(list, f.Rule+" "+f.Stage)
		}
	}
	return list
}

// signIn returns the outcome of the only sign-in, "" when there is none.
func signIn(r correlator.Result) (o schemas.Outcome) {
	for _, s := range r.Sessions {
		if s.Kind == schemas.SessionLogin {
			o = s.Outcome
		}
	}
	return o
}
