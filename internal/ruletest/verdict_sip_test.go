package ruletest_test

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/internal/offline"
	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/internal/ruleset"
)

// sipRules are the rules that TestVerdictSIP is about: CUCM's nodes, gateways
// and logins, the course of calls, the registration of clients, CTI.
var sipRules = []string{
	"cucm.session-timer-drop", "cucm.mgcp-gateway-lost", "cucm.sdl-link-lost", "cucm.overload", "cucm.service-crash",
	"cucm.login-failed", "cucm.registration-refused", "cucm.tls-failed", "cucm.udp-send-failed", "cucm.retries-exhausted",
	"cucm.route-list-exhausted", "cucm.call-loop", "cucm.long-post-dial-delay", "cucm.one-way-audio-hint",
	"cucm.db-replication", "cucm.recording-failed", "cucm.dtmf-impossible",
	"sip.oauth-port-mismatch", "sip.register-on-trunk", "sip.socket-lost", "sip.tls-failed", "sip.register-timeout",
	"cti.ldap-timeout", "cti.permission-missing", "cti.device-or-line-closed", "cti.no-device",
}

// sipVerdicts are the findings of these rules in the reference logs, each with
// its severity; the logs that are not listed have none.
var sipVerdicts = map[string][]string{
	"cucm/cdr-flat-file.log":                                  {"cucm.recording-failed medium"},
	"cucm/eventlog-4x-codeyellowexit.log":                     {"cucm.overload medium"},
	"cucm/sdl-1052-mgcp-gateway-lost.log":                     {"cucm.mgcp-gateway-lost medium"},
	"cucm/syslog-cucm-uds-authentication-failed.log":          {"cucm.login-failed medium"},
	"cucm/syslog-sc4s-comments.log":                           {"cucm.overload medium"},
	"cucm/collections/inbound_h323.zip":                       {"cucm.registration-refused medium"},
	"cucm/collections/inbound_mgcp.zip":                       {"cucm.mgcp-gateway-lost medium", "cucm.registration-refused medium", "cucm.registration-refused medium"},
	"imp/CONSTRUCTED_rtmt_authentication_failed_cucm_uds.log": {"cucm.login-failed medium"},
	"jabber/ios10_old_format_double_dash_tls_failed.log":      {"sip.tls-failed high"},
	"jabber/phone7821_registration_then_socket_fail.log":      {"sip.socket-lost medium"},
	"jabber/win14_cti_no_permission.log":                      {"cti.permission-missing high"},
	"jabber/win14_cti_no_permission_ctimanager_sdl.log":       {"cti.permission-missing high"},
}

// TestVerdictSIP holds the rules against the reference logs, one by one.
func TestVerdictSIP(t *testing.T) {
	corpus, seeds := reference.Path(t, "corpus"), reference.Path(t, "seeds")
	rules, err := ruleset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	var known []string
	for _, d := range ruleset.Catalogue(rules) {
		known = append(known, d.Name)
	}
	for _, id := range sipRules {
		if !slices.Contains(known, id) {
			t.Errorf("there is no rule %s", id)
		}
	}
	seen := map[string]bool{}
	for _, pattern := range []string{corpus + "/*/*.log", corpus + "/*/collections/*.zip", seeds + "/*.txt"} {
		paths, err := filepath.Glob(pattern)
		if err != nil {
			t.Fatal(err)
		}
		for _, path := range paths {
			name := strings.TrimPrefix(filepath.ToSlash(strings.TrimPrefix(path, corpus)), "/")
			seen[name] = true
			t.Run(filepath.Base(path), func(t *testing.T) { verdictSIP(t, rules, path, sipVerdicts[name]) })
		}
	}
	for name := range sipVerdicts {
		if !seen[name] {
			t.Errorf("there is no log %s", name)
		}
	}
}

func verdictSIP(t *testing.T, rules []ruleset.Rule, path string, want []string) {
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	r, err := offline.Analyze(t.Context(), offline.Options{Options: collector.Options{Workers: 1}, Paths: []string{path}, Rules: rules})
	if err != nil {
		t.Fatal(err)
	}
	var got []string
	for _, f := range r.Findings {
		if slices.Contains(sipRules, f.Rule) {
			got = append(got, f.Rule+" "+f.Severity.String())
		}
		if strings.Contains(f.Summary, "?") && slices.Contains(sipRules, f.Rule) {
			t.Errorf("a place has no value: %s", f.Summary)
		}
	}
	slices.Sort(got)
	if !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}
