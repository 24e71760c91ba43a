package expressway_test

import (
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/normalizer/expressway"
	"github.com/uctrace/uctrace/schemas"
)

// TestFacts wants from each reference log the events whose printed form holds
// all the words of a line here, as often as the line stands, and no event of
// a kind that is not named.
func TestFacts(t *testing.T) {
	for name, want := range facts {
		t.Run(name, func(t *testing.T) {
			log := reference.Log(t, "corpus/expressway/"+name+".log")
			excerpt := (expressway.Parser{}).Match("", log) == 0
			events := parse(golden.Batch(expressway.Parser{}, log, golden.Options{Excerpt: excerpt}))
			used := make([]bool, len(events))
			kinds := map[string]bool{}
			for _, line := range want {
				words := strings.Split(line, "|")
				kinds[words[0]] = true
				if !take(events, used, words) {
					t.Errorf("no event (more) with %q", line)
				}
			}
			for i := range events {
				if !used[i] && (strict[name] || !kinds[string(events[i].Kind)]) {
					t.Errorf("unexpected: %s", golden.Line(&events[i]))
				}
			}
		})
	}
}

func take(events []schemas.Event, used []bool, words []string) bool {
next:
	for i := range events {
		if used[i] || string(events[i].Kind) != words[0] {
			continue
		}
		line := golden.Line(&events[i])
		for _, w := range words[1:] {
			if !strings.Contains(line, w) {
				continue next
			}
		}
		used[i] = true
		return true
	}
	return false
}

// strict are the logs of which every event is listed.
var strict = map[string]bool{
	"x811_expe_mra_call_full": true, "x810_dns_srv_5061_tcp_connect_failed": true, "x810_mtls_identity_unacceptable": true,
	"x810_search_rules_and_cpl_nested_quotes": true, "x811_licensemanager_duplicate": true, "x82_edgeconfig_uds_401_joined": true,
	"x81_xcp_jabberd_7400_refused_joined": true, "x86_h323_olc_reject_multiline_pdu": true, "x87_dns_srv_resolved": true,
	"x8_traversal_auth_failed_joined": true, "x89_skype_federation_504": true, "x12_remote_syslog_doubled_tag": true,
	"x15_sip_header_without_body": true, "x125_replication_ok_master": true, "vcs_x721_sip_publish_200": true,
	"vcs_x7_iwf_header_hardwrapped": true, "x811_zone_glued_values": true, "x811_mediasession_multiline_nosip": true,
	"x811_internal_invite_dump_not_wire": true, "x811_event_call_search_cpl_nested_quotes": true, "x811_second_leg_session_id_join": true,
	"x811_mediarouting_and_register_summary": true, "x82_xmpp_federation_enable_and_axl_401_fragments": true,
	"x811_sip_100_trying_sent": true, "x811_sip_invite_sdp_received": true, "x811_sip_invite_sent_and_100": true,
}

const (
	leg1   = "call_id=e7e75ff9a67fb2435b25eab2a1498171"
	leg2   = "call_id=22794c00-a4a17661-3a-6936510a@10.81.54.105"
	both   = "session_id=c6a7e32d00255000a0000988efd00000"
	first  = "call_serial=0b0cd0b8-4ed3-41fe-893e-6b896ec133fd"
	second = "call_serial=86e514d3-16b9-470d-8066-5c18e6949612"
	tag1   = "tag=ea969993-c4a8-48a3-83fb-ba427f0622a4"
	tag2   = "tag=aa0fefcd-ed20-4a4e-a014-fab0c312ab5e"
)

var facts = map[string][]string{
	"x811_expe_mra_call_full": {
		"sip.summary|INVITE direction=in|" + leg1 + "|net_id=14340233468942773735|of=info",
		"sip.message|INVITE direction=in|" + leg1 + "|net_id=14340233468942773735|peer=10.122.73.183:47177|local=10.81.54.5:5061|+sdp|+wire",
		"sip.event|Call Attempted|" + first + "|" + tag1 + "|src=10.122.73.183:47177",
		"sip.event|Search Attempted|" + first + "|" + tag1,
		"sip.summary|INVITE 100|direction=out|" + leg1, "sip.message|INVITE 100 Trying direction=out|" + leg1,
		"sip.event|License granted",
		"sip.summary|of=dump|" + leg1 + "|" + tag1, "sip.summary|of=dump|" + leg1,
		"sip.summary|INVITE direction=out|net_id=14024088463406084185",
		"sip.message|INVITE direction=out|peer=10.81.54.102:25017|local=10.81.54.5:7002|net_id=14024088463406084185|" + leg1 + "|" + first + "|" + tag1 + "|" + both,
		"sip.summary|INVITE 100|direction=in|net_id=1419676991777557431", "sip.message|INVITE 100 Trying direction=in|net_id=1419676991777557431|" + leg1,
		"sip.summary|INVITE direction=in|" + leg2, "sip.message|INVITE direction=in|" + leg2 + "|" + both + "|" + tag2,
		"sip.event|Call Attempted|" + second + "|" + tag2, "sip.event|Search Attempted|" + second + "|" + tag2,
		"sip.summary|INVITE 100|direction=out|" + leg2, "sip.message|INVITE 100 Trying direction=out|" + leg2 + "|net_id=10419825986236037557",
	},
	"x811_event_call_search_cpl_nested_quotes": {
		"sip.event|Call Attempted|" + first + "|" + tag1, "sip.event|Search Attempted|" + first + "|" + tag1,
		"sip.summary|INVITE 100|" + leg1, "sip.message|INVITE 100 Trying|" + leg1,
	},
	"x811_internal_invite_dump_not_wire": {"sip.summary|of=dump|" + leg1 + "|" + tag1},
	"x811_licensemanager_duplicate":      {"sip.event|License granted|collabedge tokens=2"},
	"x811_mediarouting_and_register_summary": {
		"media.channel|state=routed|local=10.81.54.5:36072", "media.channel|state=routed|local=10.81.54.5:36000|peer=10.81.54.102:48446",
		"media.channel|state=closed|local=172.18.198.210:36076", "media.channel|state=routed|local=10.81.54.5:3478", "media.channel|state=routed|local=10.81.54.5:24012",
		"sip.summary|2018-01-01T17:56:43.846Z|OPTIONS 200|direction=out", "sip.summary|2018-01-18T17:34:39.499Z|REGISTER direction=in|1176 REGISTER|to_user=7022",
		"sip.summary|2018-01-18T17:34:33.319Z|REGISTER direction=out|1177 REGISTER|to_user=9022",
	},
	"x811_mediasession_multiline_nosip": {},
	"x811_zone_glued_values":            {},
	"x811_second_leg_session_id_join": {
		"sip.summary|" + leg2,
		"sip.message|" + leg2 + "|" + both + "|" + tag2 + "|call_serial=2815b8df-c46e-4d71-a341-dc24e4110a04|call_serial=6f5fe930-1204-41dd-b23b-c6d360df78f3|ci=18513346",
		"sip.event|Call Attempted|" + second + "|" + tag2, "sip.event|Search Attempted|" + second + "|" + tag2,
	},
	"x811_sip_100_trying_sent": {"sip.summary|INVITE 100|net_id=10419825986236037557", "sip.message|INVITE 100 Trying direction=out|net_id=10419825986236037557"},
	"x811_sip_invite_sdp_received": {
		"sip.summary|100 INVITE|net_id=14340233468942773735", "sip.message|100 INVITE|" + leg1 + "|net_id=14340233468942773735|+sdp|direction=in|peer=10.122.73.183:47177|local=10.81.54.5:5061",
	},
	"x811_sip_invite_sent_and_100": {
		"sip.summary|of=dump", "sip.summary|of=info|INVITE direction=out", "sip.message|INVITE direction=out|" + leg1 + "|" + first + "|" + tag1 + "|net_id=14024088463406084185",
		"sip.summary|of=info|INVITE 100", "sip.message|INVITE 100 Trying|net_id=1419676991777557431",
	},
	"x810_dns_srv_5061_tcp_connect_failed": {
		"sip.event|Considering search rule|Webex Hybrid - to Webex Cloud", "dns.lookup|type=NAPTR|outcome=enter|name=dmzlab.call.ciscospark.com",
		"dns.lookup|type=SRV|outcome=enter|name=_sips._tcp.dmzlab.call.ciscospark.com", "dns.lookup|outcome=ok|answer=146.20.193.64:5061",
		"sip.connection|17:18:51.145Z|state=connecting|local=172.16.2.2:25010|peer=146.20.193.64:5061", "sip.connection|17:19:01.289Z|state=failed|local=172.16.2.2:25010|peer=146.20.193.64:5061",
	},
	"x810_mtls_identity_unacceptable": {
		"tls.handshake|outcome=fail|direction=in|peer=146.20.193.45:46049|local=172.16.2.2:5062|Peer's TLS certificate identity was unacceptable",
		"sip.connection|state=closed|peer=146.20.193.45:46049|local=172.16.2.2:5062|Peer's TLS certificate identity was unacceptable",
	},
	"x810_search_rules_and_cpl_nested_quotes": {
		"sip.event|Search Attempted|call_serial=17aa8dc7-422c-42ef-bdd9-b9750fbd0edf|tag=8bd936da-f2ab-4412-96df-d64558f7597b",
		"sip.event|Considering search rule|as is local", "sip.event|Considering search rule|Hybrid Call Service Inbound Routing",
	},
	"x12_remote_syslog_doubled_tag": {"sip.summary|2020-11-18T19:55:58.980Z|REGISTER 100|2113 REGISTER|call_id=38ed18ae-4e3c0023-15d22215-5d1c0b88@192.168.1.4|net_id=12083697096016829312"},
	"x15_sip_header_without_body":   {},
	"x125_replication_ok_master":    {},
	"vcs_x721_sip_publish_200":      {"sip.message|PUBLISH 200 OK direction=out|peer=127.0.0.1:25000|206 PUBLISH|call_id=5a8615fc0ccb32eb@192.168.0.3|TANDBERG/4120 (X7.2.1)"},
	"vcs_x7_iwf_header_hardwrapped": {},
	"x81_xcp_jabberd_7400_refused_joined": {
		"sip.connection|state=connecting|peer=10.48.36.171:7400", "sip.connection|state=failed|peer=10.48.36.171:7400|(111) Connection refused",
		"sip.connection|state=failed|jabberd-port-1.expresswayc-vngtp-lab",
	},
	"x82_edgeconfig_uds_401_joined": {
		"http.response|17:46:20.092Z|direction=in|status=401|reason=Unauthorized|cucm-uds/user/pstojano/devices|user=pstojano",
		"login.auth|outcome=fail|user=pstojano|addr=xx.xx.97.131|Failed to authenticate user against server", "login.auth|outcome=fail|user=pstojano|addr=xx.xx.97.131",
	},
	"x82_xmpp_federation_enable_and_axl_401_fragments": {
		"config.change|is_federation_enabled|from=0|to=1", "axl.request|executeSQLQuery|https://cups.ciscotac.net:8443/axl/|addr=cups.ciscotac.net", "axl.response|executeSQLQuery|status=401",
	},
	"x86_h323_olc_reject_multiline_pdu": {
		"digits.signal|h245|OpenLogicalChannelRejResponse|direction=out", "media.channel|5 2015-10-29|state=rejected|cause=dataTypeNotSupported|channel 3",
	},
	"x87_dns_srv_resolved":            {"dns.lookup|outcome=enter|name=_sip._tcp.starlabs.com|type=SRV", "dns.lookup|outcome=ok|answer=14.160.103.10:5060"},
	"x89_skype_federation_504":        {"sip.message|INVITE 504 Server time-out direction=in|call_id=f1b3ad5d-183b-4632-b210-c2f9bec71960|2066245576 INVITE|from_user=2000"},
	"x8_traversal_auth_failed_joined": {"login.auth|outcome=fail|calculated response does not match", "login.auth|OPTIONS|outcome=fail|client=10.48.80.161:25723|Incorrect authentication credential for user"},
}
