package expressway_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/normalizer/expressway"
	"github.com/uctrace/uctrace/schemas"
)

// TestCorpus counts records, messages on the wire and processes of reference
// logs whose counts are known.
func TestCorpus(t *testing.T) {
	for _, test := range []struct {
		name                    string
		records, wire, dialback int
	}{
		{"x811_expe_mra_call_full", 479, 6, 0},
		{"x811_event_call_search_cpl_nested_quotes", 25, 1, 0},
		{"x811_internal_invite_dump_not_wire", 16, 0, 0},
		{"x811_sip_invite_sent_and_100", 12, 2, 0},
		{"x811_mediasession_multiline_nosip", 13, 0, 0},
		{"x811_second_leg_session_id_join", 60, 1, 0},
		{"x811_zone_glued_values", 12, 0, 0},
		{"x810_dns_srv_5061_tcp_connect_failed", 9, 0, 0},
		{"x810_search_rules_and_cpl_nested_quotes", 15, 0, 0},
		{"x12_remote_syslog_doubled_tag", 1, 0, 0},
		{"x15_sip_header_without_body", 1, 0, 0},
		{"x81_xcp_jabberd_7400_refused_joined", 3, 0, 0},
		{"x82_edgeconfig_uds_401_joined", 3, 0, 0},
		{"x82_xmpp_dialback_three_roles", 11, 0, 11},
		{"x86_h323_olc_reject_multiline_pdu", 2, 0, 0},
		{"x87_dns_srv_resolved", 2, 0, 0},
		{"x89_skype_federation_504", 1, 1, 0},
		{"vcs_x721_sip_publish_200", 1, 1, 0},
		{"vcs_x7_iwf_header_hardwrapped", 1, 0, 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			log := reference.Log(t, "corpus/expressway/"+test.name+".log")
			if (expressway.Parser{}).Match("", log) == 0 {
				t.Error("not recognised")
			}
			b := golden.Batch(expressway.Parser{}, log, golden.Options{})
			heads, wire, dialback, truncated := 0, 0, 0, 0
			for _, r := range b.Records {
				if r.Head {
					heads++
				}
			}
			for _, e := range parse(b) {
				if e.Kind == schemas.KindSIPMessage {
					wire++
					if e.SIP.Truncated {
						truncated++
					}
				}
				if e.Kind.Family() == "dialback" {
					dialback++
				}
				if e.Kind == schemas.KindUnparsed {
					t.Errorf("unparsed: %s", e.Text)
				}
			}
			if heads != test.records || wire != test.wire || dialback != test.dialback || truncated != 0 {
				t.Errorf("%d records, %d messages (%d truncated), %d dialback events; want %d, %d (0), %d",
					heads, wire, truncated, dialback, test.records, test.wire, test.dialback)
			}
		})
	}
}

// TestUTCTimeNeverGoesBack reads a log whose stamps do.
func TestUTCTimeNeverGoesBack(t *testing.T) {
	b := golden.Batch(expressway.Parser{}, reference.Log(t, "corpus/expressway/x811_expe_mra_call_full.log"), golden.Options{})
	for i := 1; i < len(b.Records); i++ {
		if b.Records[i].Time.Before(b.Records[i-1].Time) {
			t.Errorf("line %d: %v after %v", b.Records[i].Line, b.Records[i].Time, b.Records[i-1].Time)
		}
	}
}

// TestFederationDocument reads the page about XMPP federation: every line of
// the three roles once, the call to AXL and its 401, the change that started
// it.
func TestFederationDocument(t *testing.T) {
	log := reference.Log(t, "seeds/002_444665f75a798592.txt")
	if m := (expressway.Parser{}).Match("", log); m != 0 {
		t.Errorf("a document matches with %d", m)
	}
	var got []string
	for _, e := range parse(golden.Batch(expressway.Parser{}, log, golden.Options{Excerpt: true})) {
		role := ""
		if e.XMPP != nil {
			role = e.XMPP.Role
		}
		got = append(got, fmt.Sprint(e.Kind, " ", e.Attr("sender"), ">", e.Attr("target"), " ", role))
	}
	want := []string{
		"config.change > ", "axl.request > ",
		"dialback.result coluc.com>vngtp.lab initiating", "dialback.timer coluc.com>vngtp.lab ", "dialback.stream > ",
		"dialback.result coluc.com>vngtp.lab receiving", "dialback.resolve > ", "dialback.resolve coluc.com>vngtp.lab ",
		"dialback.verify coluc.com>vngtp.lab receiving", "dialback.verify coluc.com>vngtp.lab receiving",
		"dialback.stream > ", "dialback.verify coluc.com>vngtp.lab authoritative", "dialback.stream > ",
		"axl.response > ",
	}
	if g, w := strings.Join(got, "\n"), strings.Join(want, "\n"); g != w {
		t.Errorf("got\n%s\nwant\n%s", g, w)
	}
}

// TestDamagedDocument reads the same page after a text recognition: no fact
// of it may differ from those of the clean page.
func TestDamagedDocument(t *testing.T) {
	clean := map[string]bool{}
	for _, e := range parse(golden.Batch(expressway.Parser{}, reference.Log(t, "seeds/002_444665f75a798592.txt"), golden.Options{Excerpt: true})) {
		for _, k := range e.Keys {
			clean[string(k.Type)+k.Value] = true
		}
	}
	for _, e := range parse(golden.Batch(expressway.Parser{}, reference.Log(t, "seeds/003_c5ce21a770d24f0c.txt"), golden.Options{Excerpt: true})) {
		for _, k := range e.Keys {
			if !clean[string(k.Type)+k.Value] {
				t.Errorf("%s %s in %q", k.Type, k.Value, e.Text)
			}
		}
	}
}

func parse(b *schemas.RecordBatch) []schemas.Event {
	var events []schemas.Event
	for i := range b.Records {
		r := &b.Records[i]
		from := len(events)
		events = expressway.Parser{}.Parse(events, &b.File, r)
		for j := range events[from:] {
			e := &events[from+j]
			if e.Time.IsZero() {
				e.Time = r.Time
			}
			if e.Line == 0 {
				e.Line = r.Line
			}
		}
	}
	return events
}
