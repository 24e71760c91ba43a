package ruletest_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/offline"
	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/schemas"
)

// expresswayVerdicts are the expressway.* findings of medium or above in each
// reference log. Healthy ones have none.
var expresswayVerdicts = map[string][]string{
	"vcs_x721_sip_publish_200":                         nil,
	"vcs_x7_iwf_header_hardwrapped":                    nil,
	"x125_replication_ok_master":                       nil,
	"x12_remote_syslog_doubled_tag":                    nil,
	"x15_sip_header_without_body":                      nil,
	"x810_dns_srv_5061_tcp_connect_failed":             {"expressway.tcp-connect-failed"},
	"x810_mtls_identity_unacceptable":                  {"expressway.tls-identity"},
	"x810_search_rules_and_cpl_nested_quotes":          nil,
	"x811_event_call_search_cpl_nested_quotes":         nil,
	"x811_expe_mra_call_full":                          nil,
	"x811_internal_invite_dump_not_wire":               nil,
	"x811_licensemanager_duplicate":                    nil,
	"x811_mediarouting_and_register_summary":           nil,
	"x811_mediasession_multiline_nosip":                nil,
	"x811_second_leg_session_id_join":                  nil,
	"x811_sip_100_trying_sent":                         nil,
	"x811_sip_invite_sdp_received":                     nil,
	"x811_sip_invite_sent_and_100":                     nil,
	"x811_zone_glued_values":                           nil,
	"x81_xcp_jabberd_7400_refused_joined":              nil,
	"x82_edgeconfig_uds_401_joined":                    nil,
	"x82_xmpp_dialback_three_roles":                    nil,
	"x82_xmpp_federation_enable_and_axl_401_fragments": nil,
	"x86_h323_olc_reject_multiline_pdu":                {"expressway.media-olc-reject"},
	"x87_dns_srv_resolved":                             nil,
	"x89_skype_federation_504":                         {"expressway.call-upstream-5xx"},
	"x8_traversal_auth_failed_joined":                  {"expressway.zone-auth-failed"},
}

func TestExpresswayVerdicts(t *testing.T) {
	for name, want := range expresswayVerdicts {
		t.Run(name, func(t *testing.T) {
			result := judged(t, reference.Path(t, "corpus", "expressway", name+".log"))
			var got []string
			for _, f := range result.Findings {
				if strings.HasPrefix(f.Rule, "expressway.") && f.Severity >= schemas.Medium {
					got = append(got, f.Rule)
				}
				if strings.Contains(f.Summary, "?") {
					t.Errorf("%s: a place of the summary has no value: %q", f.Rule, f.Summary)
				}
			}
			if slices.Sort(got); !slices.Equal(got, want) {
				t.Errorf("findings %q, want %q", got, want)
			}
		})
	}
}

// TestExpresswayCallIsOneSession wants the two legs of a call that crosses
// CUCM, their events and the boxes that they went through in one session, and
// nothing of it outside.
func TestExpresswayCallIsOneSession(t *testing.T) {
	result := judged(t, reference.Path(t, "corpus", "expressway", "x811_expe_mra_call_full.log"))
	if len(result.Sessions) != 1 || result.Sessions[0].Kind != schemas.SessionCall {
		t.Fatalf("sessions %+v, want one call", result.Sessions)
	}
	var ids, serials int
	for _, k := range result.Sessions[0].Keys {
		switch k.Type {
		case schemas.KeyCallID:
			ids++
		case schemas.KeyCallSerial:
			serials++
		}
	}
	if ids != 2 || serials < 3 {
		t.Errorf("%d Call-IDs and %d serial numbers, want 2 and those of both boxes", ids, serials)
	}
}

// judged analyses the logs at paths with the rules that uctrace ships with.
func judged(t *testing.T, paths ...string) correlator.Result {
	t.Helper()
	rules, err := ruleset.All(nil)
	if err != nil {
		t.Fatal(err)
	}
	result, err := offline.Analyze(t.Context(), offline.Options{Options: collector.Options{Workers: 1}, Paths: paths, Rules: rules})
	if err != nil {
		t.Fatal(err)
	}
	return result
}
