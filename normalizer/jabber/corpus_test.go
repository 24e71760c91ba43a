package jabber_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/normalizer/jabber"
	"github.com/uctrace/uctrace/normalizer/sip"
	"github.com/uctrace/uctrace/schemas"
)

// sample is what is known of a reference log.
type sample struct {
	name          string
	records, wire int
	fails         []string // stages
	zone          string   // as Zone concludes it
	facts         []fact
}

// fact is what one event says: parts of its printed line.
type fact []string

var samples = []sample{
	{"CONSTRUCTED_win143_refer_multiline_end_marker", 6, 1, nil, "-0600", []fact{
		{"1 2025-01-10T09:30:33.101Z sip.message REFER direction=in", "peer=10.1.2.10:5060", "call_id=9d41c080-78110f19-3c2a1-a02010a@10.1.2.10", "+wire"},
		{"30 ", "sip.summary REFER", "of=repeat", "call_id=9d41c080-78110f19-3c2a1-a02010a@10.1.2.10"},
	}},
	{"ios10_old_format_double_dash_tls_failed", 4, 0, []string{"certificate", "sip-register"}, "", []fact{
		{"1 2015-08-04T10:48:04.775Z tls.certificate outcome=fail", "reason=identity"},
		{"2 ", "tls.certificate outcome=fail", `reason="CN_NO_MATCH UNKNOWN"`},
		{"3 ", "tls.handshake outcome=fail", `peer="URL server name:5061"`, "eTLSFailure", "SSLErrorCode=336151568"},
		{"3 ", "sip.connection state=failed", "peer=192.168.102.253:5060", "reason=eFailedToConnect"},
		{"4 ", "tls.handshake outcome=fail", "detail=SSL_ERROR_SSL"},
	}},
	{"ios_tct_invite_100_180_200_ack", 5, 5, nil, "-0400", []fact{
		{
			"1 2021-09-29T13:11:30.890Z sip.message INVITE direction=out", "from_user=5518", "ruri_user=911", "device=TCTEDWBLK",
			"call_id=5e2487c6-8e450004-07c6c702-0b33584b@10.1.10.15", "session_id=726dd14700105000a0005e2487c68e45", "agent=Cisco-TCT",
		},
		{"24 ", "INVITE 100 Trying direction=in"},
		{"34 2021-09-29T13:11:38.824Z sip.message INVITE 180 Ringing direction=in", "session_id=726dd14700105000a0005e2487c68e45"},
		{"50 2021-09-29T13:11:47.577Z sip.message INVITE 200 OK direction=in", "session_id=42582595f8ee52f7a033f11b6679f7ed", "+sdp"},
		{"101 ", "sip.message ACK direction=out"},
	}},
	{"phone7821_registration_then_socket_fail", 51, 4, nil, "+0000", []fact{
		{"registration.state", `SIP_REG_STATE_REGISTERED ---> SIP_REG_STATE_IDLE`},
		{"registration.state state=requested", `SIP_REG_STATE_IDLE ---> SIP_REG_STATE_REGISTERING`},
		{"registration.state state=registered", `SIP_REG_STATE_REGISTERING ---> SIP_REG_STATE_REGISTERED`},
		{
			"6 2016-11-09T12:59:23.449Z sip.message REGISTER direction=out", `cseq="154 REGISTER"`, "from_user=5035", "device=SEPC80084AA8721",
			"call_id=c80084aa-8721001f-10fda170-17017997@10.62.153.20", "agent=Cisco-CP7821/10.3.1",
		},
		{"sip.message REGISTER 100 Trying"},
		{"registration.state state=registered", "device=SEPC80084AA8721", `detail="Expires: 120"`},
		{"registration.state", "Starting expires timer (115 sec)"},
		{"81 2016-11-09T13:01:18.691Z sip.message REGISTER", `cseq="155 REGISTER"`, "call_id=c80084aa-8721001f-10fda170-17017997@10.62.153.20"},
		{"sip.connection state=failed", "peer=10.48.47.136:5060", `reason="cpr_errno: 1"`},
		{"registration.state", "Starting fallback timer (120 sec)"},
	}},
	{"webex_ios_mixed_formats_cert_cn_mismatch", 9, 0, []string{"certificate", "sso"}, "", []fact{
		{"tls.certificate outcome=fail", `reason="CN_NO_MATCH UNKNOWN"`},
		{"6 2024-02-01T05:49:03.567Z login.stage stage=sso outcome=fail", "UnknownError"},
	}},
	{"win117_mra_autoupdate_url_not_transformed", 16, 0, []string{"uds-reach"}, "", []fact{
		{"login.stage stage=edge outcome=ok", "detail=corp.example/http/10.15.0.33/6970", "host=vcse-test.corp.example"},
		{"http.request", "number=28", "url=http://10.106..108.146:6970/CiscoJabberSetup.msi"},
		{"http.response", "number=28", "error=HOST_UNREACHABLE_ERROR"},
	}},
	{"win118_proxy_503_connect", 11, 0, []string{"uds-reach"}, "", []fact{
		{"http.request", "number=20", "method=GET", "url=https://cucm.cisco.com:8443/cucm-uds/version", "addr=cucm.cisco.com:8443"},
		{"7 ", "http.response", "number=20", "status=503", `reason="Service Unavailable"`},
		{"http.response", "number=20", "status=503", "Received HTTP code 503 from proxy after CONNECT"},
		{"login.stage stage=uds-reach outcome=fail", "Received HTTP code 503 from proxy after CONNECT", "status=503"},
	}},
	{"win128_sip_oauth_register_407_then_200", 10, 4, nil, "+0200", []fact{
		{"login.stage stage=tftp outcome=ok", "device=CSFrado"},
		{"4 ", "config.value name=callManager value=10.10.10.1"},
		{"10 ", "config.value name=sipOAuthPort value=5090"},
		{"14 ", "config.value name=sipOAuthMode value=1"},
		{"config.value name=ccm1 value=10.10.10.2"},
		{"18 2020-03-30T13:03:18.528Z sip.connection state=connecting transport=tls local=10.10.10.10:5061 peer=10.10.10.1:5090"},
		{
			"19 ", "sip.message REGISTER direction=out", `cseq="2270 REGISTER"`, "from_user=1010", "device=CSFrado", "agent=Cisco-CSF",
			"call_id=88232345-12340017-00001c0b-00000cfa@10.10.10.10", "uri=sip:10.10.10.1",
		},
		{"sip.message REGISTER 407", "agent=Cisco-CUCM12.5"},
		{"40 ", "sip.message REGISTER direction=out", `cseq="2271 REGISTER"`},
		{"login.stage stage=sip-register outcome=ok", `detail="Expires: 120"`, "status=200"},
		{"log.head product=Jabber_for_Windows version=12.8.0.51973"},
	}},
	{"win14_cti_no_permission", 3, 0, []string{"cti"}, "", []fact{
		{"1 ", "cti.event name=PROVIDER_OPEN_COMPLETED_EVENT"},
		{"cti.response", "code=0x8ccc005f", "User not present in Standard CTI Users group"},
		{"login.stage stage=cti outcome=fail", "0x8ccc005f"},
	}},
	{"win14_imp_soap_cert_LERR_CUP_CERT", 5, 0, []string{"certificate", "imp-soap"}, "", []fact{
		{"login.stage stage=imp-soap outcome=enter", "host=imppub.domain.com"},
		{"log.head product=Jabber version=14.2.0.58008"},
		{"login.stage stage=imp-soap outcome=enter", "https://imppub.domain.com:8443/EPASSoap/service/v80"},
		{"login.stage stage=imp-soap outcome=fail", "errtype: 37345, errcode: 30", "bEdgeServerFlag: 0"},
		{"tls.certificate outcome=fail", `reason="certificate verify failed"`},
		{"login.stage stage=imp-soap outcome=fail", "LERR_CUP_CERT <11>:"},
	}},
	{"win14_no_home_uds", 5, 0, []string{"discovery", "home-cluster"}, "", []fact{
		{"login.stage stage=home-cluster outcome=fail", "NO_HOME_UDS_FOUND"},
		{"login.stage stage=discovery outcome=fail", "CUCM Result : Failed - User lookup failure."},
	}},
	{"win14_srv_not_found", 4, 0, []string{"discovery"}, "", []fact{
		{"dns.lookup type=SRV outcome=fail name=_cisco-uds._tcp.domain.com", `detail="DNS name does not exist."`, "domain=_cisco-uds._tcp.domain.com"},
		{"dns.lookup type=SRV outcome=fail name=_collab-edge._tls.domain.com"},
		{"login.stage stage=discovery outcome=fail", "FAILED_NO_SRV_RECORDS_FOUND"},
		{"login.stage stage=discovery outcome=fail", "(1005) ServiceDiscoveryNoSRVRecordsFound"},
	}},
	{"win14_uds_401_bad_password", 4, 0, []string{"uds-auth"}, "", []fact{
		{"http.response", "number=4", "status=401", "addr=cucmpub.domain.com:8443"},
		{"login.stage stage=uds-auth outcome=fail", "HOME_UDS_AUTHENTICATION_FAILED"},
		{"login.stage stage=uds-auth outcome=fail", "FAILED_TO_AUTHENTICATE_WITH_CALL_MANAGER"},
	}},
	{"win_launch_banner", 3, 0, nil, "", []fact{
		{"log.head product=Jabber"},
		{"login.stage stage=start outcome=enter"},
	}},
	{"win_pasted_nbsp_after_level", 1, 0, nil, "", []fact{
		{"http.response", "number=12", "status=200", "mended nbsp"},
	}},
	{"win_remote_prt_request", 12, 0, nil, "", []fact{
		{"log.marker", "remote problem report requested"},
	}},
}

// TestCorpus reads the reference logs and wants every fact that is known of
// them, and no other failure.
func TestCorpus(t *testing.T) {
	for _, test := range samples {
		t.Run(test.name, func(t *testing.T) {
			log := reference.Log(t, "corpus/jabber/"+test.name+".log")
			if (jabber.Parser{}).Match("", log) != 100 {
				t.Error("not recognised")
			}
			if loc := (jabber.Parser{}).Zone(log); loc == nil && test.zone != "" || loc != nil && schemas.Seed(someDay, loc).Format("-0700") != test.zone {
				t.Errorf("zone %v, want %q", loc, test.zone)
			}
			b := golden.Batch(jabber.Parser{}, log, golden.Options{})
			wire := 0
			var fails, lines []string
			for _, e := range events(jabber.Parser{}, b) {
				switch {
				case e.Kind == schemas.KindSIPMessage:
					wire++
				case e.Kind == schemas.KindUnparsed:
					t.Errorf("unparsed: %s", e.Text)
				case e.Kind == schemas.KindLoginStage && e.Attr("outcome") == "fail" && !slices.Contains(fails, e.Attr("stage")):
					fails = append(fails, e.Attr("stage"))
				}
				e.Text = ""
				lines = append(lines, golden.Line(&e))
			}
			slices.Sort(fails)
			if len(b.Records) != test.records || wire != test.wire || !slices.Equal(fails, test.fails) {
				t.Errorf("%d records, %d messages, fails %v; want %d, %d, %v", len(b.Records), wire, fails, test.records, test.wire, test.fails)
			}
			for _, f := range test.facts {
				if !slices.ContainsFunc(lines, f.in) {
					t.Errorf("no event says %q in\n%s", []string(f), strings.Join(lines, ""))
				}
			}
		})
	}
}

// in reports whether line says f; the first part that is a number and a blank
// stands at its beginning.
func (f fact) in(line string) bool {
	for i, part := range f {
		if i == 0 && part[0] <= '9' {
			if !strings.HasPrefix(line, part) {
				return false
			}
		} else if !strings.Contains(line, part) {
			return false
		}
	}
	return true
}

// TestBareRegister reads the sample of an Android tablet, which has no heads:
// one client is two devices.
func TestBareRegister(t *testing.T) {
	log := reference.Log(t, "corpus/jabber/android_register_soundwave_then_tab_bare.log")
	if (jabber.Parser{}).Match("", log) != 0 {
		t.Error("bare SIP is no log of the client")
	}
	got := events(sip.Parser{}, golden.Batch(sip.Parser{}, log, golden.Options{}))
	want := []struct{ user, agent, cseq string }{{"1111", "Cisco-SOUNDWAVE", "105 REGISTER"}, {"7626", "Cisco-TAB", "107 REGISTER"}}
	if len(got) != len(want) || got[0].SIP.CallID == got[1].SIP.CallID {
		t.Fatalf("%d events", len(got))
	}
	for i, w := range want {
		x := got[i].SIP
		if strings.TrimSpace(got[i].Attr("from_user")) != w.user || x.UserAgent != w.agent || x.CSeq != w.cseq || !strings.HasPrefix(x.CallID, "f4f1e1ff-3028") {
			t.Errorf("message %d: %s", i, golden.Line(&got[i]))
		}
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
	for _, e := range events(jabber.Parser{}, golden.Batch(jabber.Parser{}, log, golden.Options{Excerpt: true})) {
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
