package jabber_test

import (
	"slices"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/normalizer/jabber"
	"github.com/uctrace/uctrace/schemas"
)

// TestCorpus counts records and messages of reference logs whose counts are
// known, and names the stages that fail in them.
func TestCorpus(t *testing.T) {
	for _, test := range []struct {
		name          string
		records, wire int
		fails         []string
	}{
		{"CONSTRUCTED_win143_refer_multiline_end_marker", 6, 1, nil},
		{"ios10_old_format_double_dash_tls_failed", 4, 0, []string{"certificate", "sip-register"}},
		{"ios_tct_invite_100_180_200_ack", 5, 5, nil},
		{"webex_ios_mixed_formats_cert_cn_mismatch", 9, 0, []string{"certificate", "sso"}},
		{"win117_mra_autoupdate_url_not_transformed", 16, 0, []string{"uds-reach"}},
		{"win118_proxy_503_connect", 11, 0, []string{"uds-reach"}},
		{"win128_sip_oauth_register_407_then_200", 10, 4, nil},
		{"win14_cti_no_permission", 3, 0, []string{"cti"}},
		{"win14_imp_soap_cert_LERR_CUP_CERT", 5, 0, []string{"certificate", "imp-soap"}},
		{"win14_no_home_uds", 5, 0, []string{"discovery", "home-cluster"}},
		{"win14_srv_not_found", 4, 0, []string{"discovery"}},
		{"win14_uds_401_bad_password", 4, 0, []string{"uds-auth"}},
		{"win_launch_banner", 3, 0, nil},
		{"win_pasted_nbsp_after_level", 1, 0, nil},
		{"win_remote_prt_request", 12, 0, nil},
	} {
		t.Run(test.name, func(t *testing.T) {
			log := reference.Log(t, "corpus/jabber/"+test.name+".log")
			if (jabber.Parser{}).Match("", log) != 100 {
				t.Error("not recognised")
			}
			b := golden.Batch(jabber.Parser{}, log, golden.Options{})
			wire := 0
			var fails []string
			for _, e := range parse(b) {
				switch {
				case e.Kind == schemas.KindSIPMessage:
					wire++
				case e.Kind == schemas.KindUnparsed:
					t.Errorf("unparsed: %s", e.Text)
				case e.Attr("outcome") == "fail" && !slices.Contains(fails, e.Attr("stage")):
					fails = append(fails, e.Attr("stage"))
				}
			}
			slices.Sort(fails)
			if len(b.Records) != test.records || wire != test.wire || !slices.Equal(fails, test.fails) {
				t.Errorf("%d records, %d messages, fails %v; want %d, %d, %v", len(b.Records), wire, fails, test.records, test.wire, test.fails)
			}
		})
	}
}

// TestBlogSignIn reads the page that quotes a healthy sign-in: the stages in
// order, the user and the JID, one registration, nothing that fails.
func TestBlogSignIn(t *testing.T) {
	log := reference.Log(t, "seeds/000_155d0da42d26de21.txt")
	if m := (jabber.Parser{}).Match("", log); m != 0 {
		t.Errorf("a document matches with %d", m)
	}
	last := map[string]string{}
	var order []string
	var user, jid string
	wire := 0
	for _, e := range parse(golden.Batch(jabber.Parser{}, log, golden.Options{Excerpt: true})) {
		if e.Kind == schemas.KindSIPMessage {
			wire++
		}
		user, jid = max(user, e.Key(schemas.KeyUser)), max(jid, e.Key(schemas.KeyJID))
		if s := e.Attr("stage"); s != "" {
			if last[s] == "" {
				order = append(order, s)
			}
			last[s] = e.Attr("outcome")
		}
	}
	want := []string{"start", "stack", "discovery-srv", "imp-soap", "certificate", "xmpp", "config", "tftp", "sip-register"}
	if !slices.Equal(order, want) {
		t.Errorf("stages %v, want %v", order, want)
	}
	for _, s := range order {
		want := "ok"
		if s == "xmpp" || s == "tftp" {
			want = "enter" // the page shows no more of them
		}
		if last[s] != want {
			t.Errorf("stage %s ends with %s, want %s", s, last[s], want)
		}
	}
	if user != "user2" || jid != "user2@voiceinitiate.com" || wire != 2 {
		t.Errorf("user %q, jid %q, %d messages", user, jid, wire)
	}
}
