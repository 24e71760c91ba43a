package jabber_test

import (
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/jabber"
	"github.com/uctrace/uctrace/schemas"
)

func TestGolden(t *testing.T) { golden.Run(t, "testdata/*.txtar", jabber.Parser{}) }

func TestStart(t *testing.T) {
	edt := time.FixedZone("", -4*3600)
	prev := time.Date(2020, 3, 30, 13, 3, 18, 0, edt)
	for _, test := range []struct {
		name, line string
		want       time.Time
		ok         bool
	}{
		{"full", `2017-04-19 16:30:30,565 INFO  [0x000013b0] [etutils\src\http\CurlHttpUtils.cpp(1088)] [csf.httpclient] [csf::http::CurlHttpUtils::configureEasyRequest] - x`, time.Date(2017, 4, 19, 16, 30, 30, 565e6, edt), true},
		{"64-bit thread", `2021-09-29 13:11:30,890 DEBUG [0x00000001705f7000] [/sipcc/core/sipstack/ccsip_debug.c(1735)] [csf.sip-call-control] [platform_print_sip_msg] - x`, time.Date(2021, 9, 29, 13, 11, 30, 890e6, edt), true},
		{"no dash", `2013-12-01 00:27:31,448 INFO  [0x000003c8] [esets\adapters\imp\StackManager.cpp(118)] [csf-unified.imp.stackManager] [IMPStackCap::StackManager::initialise] BuddyList started`, time.Date(2013, 12, 1, 0, 27, 31, 448e6, edt), true},
		{"no time", `INFO [0x00002fd0] [tutils\adapters\HttpCertAdapter.cpp(109)] [csf.httpclient] [csf::x] - y`, time.Time{}, true},
		{"time only", `13:03:19,013 INFO  [0x00002484] [\core\ccapp\config\config_parser.c(1491)] [csf.sip-call-control] [config_process_ccm_properties] - ccm0=1`, time.Date(2020, 3, 30, 13, 3, 19, 13e6, edt), true},
		{"time only, after midnight", `00:00:01,013 INFO  [0x00002484] [\c.c(1491)] [csf.sip-call-control] [f] - ccm0=1`, time.Date(2020, 3, 31, 0, 0, 1, 13e6, edt), true},
		{"no level", `2016-10-11 15:17:50,990 [0xb6fdcbec] [erx/jwcpp/xmppsdk/XmppPresence.cpp(1666)] [csf.jwcpp] [handlePresence] -`, time.Date(2016, 10, 11, 15, 17, 50, 990e6, edt), true},
		{"old iOS", `-- 2015-08-04 10:48:04.775 ERROR [ad95000] - [csf.cert.][checkIdentifiers] Verification of identity`, time.Date(2015, 8, 4, 10, 48, 4, 775e6, edt), true},
		{"old iOS without time", `WARNING [9134000] - [csf.edge][executeEdgeConfigRequest] XAuth Cookie`, time.Time{}, true},
		{"Webex, UTC", `2024-02-01T05:48:33.551Z <Error> [0x84953][]WebViewController.swift:358 webView(...):x`, time.Date(2024, 2, 1, 5, 48, 33, 551e6, time.UTC), true},
		{"no-break space", "INFO\u00a0 [0x00000d78] [ls\\src\\http\\BasicHttpClientImpl.cpp(452)] [csf.httpclient] [csf::http::executeImpl] - x", time.Time{}, true},
		{"blanks in the function", `2021-07-29 22:41:27,917 DEBUG [0x00004968] [gins\hubwindowplugin\prtlistener.cpp(10)] [HubWindowPlugin] [CPrtListener:: onPRTStart ] - x`, time.Date(2021, 7, 29, 22, 41, 27, 917e6, edt), true},
		{"ladder", `[SIP][MSG]                                                     [SOCK][.]<--- SIP/2.0 180 Ringing`, time.Time{}, false},
		{"XML", `<callManager>`, time.Time{}, false},
		{"cut head", `[csf-unified.imp.stackManager] [IMPStackCap::StackManager::initialise] Group Chat started`, time.Time{}, false},
		{"log4j", `2024-07-16 17:21:43,958 ERROR [Timer-1382] xmlframework.XCPConfigMgr - 400 Bad Request`, time.Time{}, false},
		{"Expressway", `2018-01-01T12:56:48.965-05:00 h tvcs: UTCTime="2018-01-01 17:56:48,962"`, time.Time{}, false},
		{"prose", `INFO is a level that says little about how severe a record is.`, time.Time{}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, ok := jabber.Parser{}.Start([]byte(test.line), prev)
			if ok != test.ok || !got.Equal(test.want) {
				t.Errorf("got %v, %v; want %v, %v", got, ok, test.want, test.ok)
			}
		})
	}
}

func TestTimeWithoutDateStaysOne(t *testing.T) {
	const line = `13:03:19,013 INFO  [0x00002484] [\c.c(1491)] [csf.sip-call-control] [f] - ccm0=1`
	got, ok := jabber.Parser{}.Start([]byte(line), schemas.Seed(time.Time{}, nil))
	if !ok || schemas.Dated(got) || got.Hour() != 13 || got.Nanosecond() != 13e6 {
		t.Errorf("got %v, %v", got, ok)
	}
}

func TestMatch(t *testing.T) {
	const head = "2017-04-19 16:30:30,565 INFO  [0x000013b0] [a.cpp(1)] [b] [c] - d\n"
	for _, test := range []struct {
		name, text string
		want       int
	}{
		{"log", head, 100},
		{"begins inside a record", "<presence/>\n</x>\n" + head, 100},
		{"document", strings.Repeat("A line of prose.\n\n", 20) + head, 0},
		{"Webex alone", "2024-02-01T05:48:33.551Z <Error> [0x84953][]WebViewController.swift:358 webView(...):x\n", 0},
		{"log4j", "2024-07-16 17:21:43,958 ERROR [Timer-1382] xmlframework.XCPConfigMgr - 400 Bad Request\n", 0},
	} {
		if got := (jabber.Parser{}).Match("", []byte(test.text)); got != test.want {
			t.Errorf("%s: got %d, want %d", test.name, got, test.want)
		}
	}
}

func TestMatchByName(t *testing.T) {
	const log = "[2025-12-10 17:30:33,696] Collecting logs\n[2025-12-10 17:30:34,001] Done\n"
	for name, want := range map[string]int{
		"PRT.txt": 60, "a/b.zip!PRT.txt": 60, `C:\x\prt.txt`: 60, "server.log": 0, "": 0,
	} {
		if got := (jabber.Parser{}).Match(name, []byte(log)); got != want {
			t.Errorf("%s: got %d, want %d", name, got, want)
		}
	}
	const phone = "0611 DEB Dec 21 14:33:00.127717 JAVA-x\n"
	if got := (jabber.Parser{}).Match("", []byte(phone)); got != 100 {
		t.Errorf("a phone: %d", got)
	}
}

func TestExcerpt(t *testing.T) {
	for line, want := range map[string]bool{
		"[2025-12-10 17:30:33,696] Starting the server":                     false,
		"0611 DEB Dec 21 14:33:00.127717 JAVA-x":                            true,
		"csf-unified.imp.stackManager] [IMPStackCap::StackManager::x] - y":  true,
		"It prints [csf.httpclient] in every line of a request":             true,
		"A record of the log begins with 2017-04-19 16:30:35,913 and so on": false,
	} {
		if got := (jabber.Parser{}).Excerpt([]byte(line)); got != want {
			t.Errorf("%s: got %v", line, got)
		}
	}
}

func TestGlued(t *testing.T) {
	const head = `2017-04-19 16:30:35,913 INFO [0x000013b0] [ls\src\a.cpp(1)] [csf.httpclient] [f] - x`
	const line = head + " " + head
	if got, want := (jabber.Parser{}).Glued([]byte(line), 1), len(head)+1; got != want {
		t.Errorf("got %d, want %d", got, want)
	}
	if got := (jabber.Parser{}).Glued([]byte(head+" at 2017-04-19 16:30:35,913 and so on"), 1); got != -1 {
		t.Errorf("a time in a message is a head at %d", got)
	}
}

// TestSecretsStayOut feeds every kind of credential that the logs hold
// through the Parser and looks for it in what comes out.
func TestSecretsStayOut(t *testing.T) {
	const head = `2017-04-19 16:30:35,913 INFO [0x000013b0] [a.cpp(1)] [b] [c] - `
	for _, line := range []string{
		`[LoginMgr.dll]: login, cup, calc 1-time token(userid:user2@example.com, token:S3CRET)`,
		head + `calc 1-time token(userid:user2@example.com, token:S3CRET)`,
		head + `@XmppSDK: #0, 162, Send:<auth mechanism="PLAIN">S3CRET</auth>`,
		head + `@XmppSDK: #0, 162, Recv:<success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>S3CRET</success>`,
		head + `Failed to get valid access token from refresh token, refreshToken:S3CRET`,
		head + `OnConfigChanged key : [VoicemailPassword] value : [S3CRET]`,
		head + `OnConfigChanged key : [x] value : [a?password=S3CRET]`,
		head + `HTTP response code 200 for request #1 to https://h:8443/cucm-uds/version?access_token=S3CRET`,
		head + `SSL alert read:fatal type=eSIP server=h Authorization: Bearer S3CRET, x`,
		head + `Edge provisioning failed! Cookie: X-Auth=S3CRET`,
		head + `Configuring request #2 GET https://jdoe:S3CRET@cucm1.example.com:8443/cucm-uds/user/jdoe`,
		head + `key : [ConfigurationFile] skipLocal : [0]  value: [a?token=S3CRET] success: [true] configStoreName: [x]`,
		head + "Device Config: <device>\n<callManager>\n<name>cucm1</name><sshPassword>S3CRET</sshPassword>\n</callManager>",
		head + "sipio-sent---> REGISTER sip:h SIP/2.0\nCall-ID: a\nCSeq: 1 REGISTER\nProxy-Authorization: Bearer token=\"S3CRET\"\n",
	} {
		b := golden.Batch(jabber.Parser{}, []byte(line), golden.Options{Excerpt: true})
		for _, e := range events(jabber.Parser{}, b) {
			if out := golden.Line(&e); strings.Contains(out, "S3CRET") {
				t.Errorf("%s", out)
			}
		}
	}
}

// someDay is a date for times of day.
var someDay = time.Date(2020, 3, 30, 0, 0, 0, 0, time.UTC)

// events returns the events of b, each with its time and line.
func events(p schemas.Parser, b *schemas.RecordBatch) []schemas.Event {
	var all []schemas.Event
	for i := range b.Records {
		r := &b.Records[i]
		n := len(all)
		all = p.Parse(all, &b.File, r)
		for j := n; j < len(all); j++ {
			if all[j].Time.IsZero() {
				all[j].Time = r.Time
			}
			if all[j].Line == 0 {
				all[j].Line = r.Line
			}
		}
	}
	return all
}
