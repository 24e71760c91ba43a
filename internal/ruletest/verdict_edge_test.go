package ruletest_test

import (
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/internal/offline"
	"github.com/uctrace/uctrace/internal/reference"
)

// edgeVerdicts are the reference logs in which a rule about IM and Presence,
// XMPP or the edge finds something; in all others these rules are silent.
var edgeVerdicts = map[string][]string{
	"corpus/imp/CONSTRUCTED_seed004_auth_sent_no_answer":                 {"xmpp.sasl-silent"},
	"corpus/imp/pidgin_imp_sasl_plain_not_authorized":                    {"xmpp.sasl-refused"},
	"corpus/imp/xcp_jabberd_reverse_dns_and_cert_hostname":               {"mra.ptr-missing"},
	"corpus/imp/xcpconfigmgr_refresh_token_400":                          {"imp.push-token"},
	"corpus/expressway/x81_xcp_jabberd_7400_refused_joined":              {"xmpp.router-7400"},
	"corpus/expressway/x82_edgeconfig_uds_401_joined":                    {"mra.user-auth"},
	"corpus/expressway/x82_xmpp_federation_enable_and_axl_401_fragments": {"xmpp.axl-401"},
	"corpus/jabber/win117_mra_autoupdate_url_not_transformed":            {"mra.inside-url"},
	"seeds/002_444665f75a798592":                                         {"xmpp.axl-401"},
	"seeds/003_c5ce21a770d24f0c":                                         {"xmpp.axl-401"},
}

// TestEdgeVerdicts compares what is found in the reference logs with what a
// person found in them. Logs that print only the time of day are read twice,
// with a date and without.
func TestEdgeVerdicts(t *testing.T) {
	shared := reference.Path(t)
	var paths []string
	for _, pattern := range []string{"corpus/imp/*.log", "corpus/expressway/*.log", "corpus/jabber/*.log", "seeds/*.txt"} {
		some, err := filepath.Glob(filepath.Join(shared, pattern))
		if err != nil {
			t.Fatal(err)
		}
		paths = append(paths, some...)
	}
	seen := 0
	for _, path := range paths {
		name, err := filepath.Rel(shared, path)
		if err != nil {
			t.Fatal(err)
		}
		name = strings.TrimSuffix(filepath.ToSlash(name), filepath.Ext(name))
		if edgeVerdicts[name] != nil {
			seen++
		}
		for mode, date := range map[string]time.Time{"": {}, " with a date": edgeDate} {
			t.Run(name+mode, func(t *testing.T) {
				r, err := offline.Analyze(t.Context(), offline.Options{Options: collector.Options{Workers: 1, Date: date}, Paths: []string{path}})
				if err != nil {
					t.Fatal(err)
				}
				if got := edgeFound(&r, "imp", "xmpp", "mra"); !slices.Equal(got, edgeVerdicts[name]) {
					t.Errorf("findings %q, want %q", got, edgeVerdicts[name])
				}
				for _, f := range r.Findings {
					if family, _, _ := strings.Cut(f.Rule, "."); slices.Contains([]string{"imp", "xmpp", "mra"}, family) && strings.Contains(f.Summary, "?") {
						t.Errorf("%s: a place has no value: %q", f.Rule, f.Summary)
					}
				}
			})
		}
	}
	if seen != len(edgeVerdicts) {
		t.Errorf("%d of %d logs with a verdict are there", seen, len(edgeVerdicts))
	}
}

// edgeDate is the day of logs that print only the time.
var edgeDate = time.Date(2026, time.January, 5, 0, 0, 0, 0, time.UTC)
