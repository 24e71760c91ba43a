package log4j_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/log4j"
	"github.com/uctrace/uctrace/schemas"
)

func TestGolden(t *testing.T) { golden.Run(t, "testdata/*.txtar", log4j.Parser{}) }

func FuzzRecords(f *testing.F) {
	for _, line := range []string{
		"2024-07-16 17:21:43,958 ERROR [Timer-1382] xmlframework.XCPConfigMgr - 400 Bad Request: invalid_request",
		"2024-07-16 17:21:43,958 DEBUG [a [b] c: (d] x.EMAppServlet (F.java:1) - EMApp Request parameters: User Id=a\n",
		"[14/Apr/2018:19:10:51 -0400] 10.1.0.9 - - 8443 GET /cucm-uds/version HTTP/1.1 200 281 12",
		"2024-07-16 17:21:43,958 ERROR [t] a.B - x\nCaused by: java.security.cert.CertificateException: Issuer for signed certificate [CN=a] not found : CN=b",
		"2024-07-16 17:21:43,958 DEBUG [t] servletRouters.AXLFilter - <a:Body><b:Fault><faultstring>x",
	} {
		f.Add([]byte(line))
	}
	f.Fuzz(func(t *testing.T, log []byte) {
		golden.Check(t, log4j.Parser{}, log)
		b := golden.Batch(log4j.Parser{}, log, golden.Options{})
		b.Context = log
		for i := range b.Records {
			events := log4j.Parser{}.Parse(nil, &b.File, &b.Records[i])
			log4j.Parser{}.Attach(nil, events, b, i)
			log4j.Parser{}.Explain(nil, &b.Records[i])
		}
		log4j.Parser{}.Context(nil, b)
	})
}

func TestMatch(t *testing.T) {
	const record = "2018-04-14 19:10:51,961 DEBUG [http-bio-8080-exec-23] authentication.AuthenticationImpl - login: Entering login\n"
	for _, c := range []struct {
		path, log      string
		cucm, presence int
	}{
		{"security0001.log", record, 90, 0},
		{"epas/trace/xcpconfigmgr/log4j/xcpconfigmgr0001.log", record, 90, 95},
		{"a.log", "2024-07-16 17:21:43,958 DEBUG [Timer-1] xmlframework.XCPConfigMgr - x\n", 90, 95},
		{"jabber.log", "2017-04-19 16:30:30,565 INFO  [0x000013b0] [etutils\\src\\http\\CurlHttpUtils.cpp(1088)] [csf.httpclient] [csf::http::CurlHttpUtils::configureEasyRequest] - message\n", 0, 0},
		{"jabber.log", "2016-10-11 15:17:50,990 [0xb6fdcbec] [erx/jwcpp/xmppsdk/XmppPresence.cpp(1666)] [csf.jwcpp] [handlePresence] -\n", 0, 0},
		{"ios.log", "2015-08-04 10:48:04,775 ERROR [ad95000] - [csf.cert.][checkIdentifiers] message\n", 0, 0},
		{"cuac.log", "2016-05-24 15:51:32,762 [33] INFO XMPP - XMPPWrapper.IsValidLogin: Log Event:SEND: <auth>\n", 0, 0},
		{"prose.txt", strings.Repeat("The log says what happened.\n", 20) + record, 0, 0},
		{"access.txt", "[14/Apr/2018:19:10:51 -0400] 10.1.0.9 10.1.0.9 - - 8443 GET /cucm-uds/version HTTP/1.1 200 281 12\n", 90, 0},
	} {
		if got := (log4j.Parser{}).Match(c.path, []byte(c.log)); got != c.cucm {
			t.Errorf("%s: Parser.Match gives %d", c.path, got)
		}
		if got := (log4j.Presence{}).Match(c.path, []byte(c.log)); got != c.presence {
			t.Errorf("%s: Presence.Match gives %d", c.path, got)
		}
	}
}

// batch normalizes log with p, in batches of n records each.
func batch(p attacher, log []byte, n int) []schemas.Event {
	whole := golden.Batch(p, log, golden.Options{})
	var events []schemas.Event
	var context []byte
	for from := 0; from < len(whole.Records); from += n {
		b := &schemas.RecordBatch{File: whole.File, Records: whole.Records[from:min(from+n, len(whole.Records))], Context: context}
		b.Start = b.Records[0].Offset
		last := b.Records[len(b.Records)-1]
		b.End = last.Offset + int64(len(last.Text))
		for i := range b.Records {
			at := len(events)
			events = p.Parse(events, &b.File, &b.Records[i])
			p.Attach(nil, events[at:], b, i)
			for j := at; j < len(events); j++ {
				if events[j].Time.IsZero() {
					events[j].Time = b.Records[i].Time
				}
			}
		}
		context = p.Context(nil, b)
	}
	return events
}

type attacher interface {
	arena.Parser
	arena.Attacher
}

// TestUserOfAVerdict wants the user and the tracking id of the same request,
// however the records are divided into batches.
func TestUserOfAVerdict(t *testing.T) {
	const log = `2023-03-09 13:34:00,000 DEBUG [exec-3] authentication.AuthenticationImpl - login: Entering login
2023-03-09 13:34:00,001 DEBUG [exec-3] impl.AuthenticationDB - authenticateUser: userId=bob isLogin true
2023-03-09 13:34:00,020 DEBUG [exec-4] impl.AuthenticationDB - authenticateUser: userId=ca*** isLogin true
2023-03-09 13:34:00,030 DEBUG [exec-4] impl.AuthenticationDB - authenticateUser: userId=carol is a valid END user.
2023-03-09 13:34:00,060 DEBUG [exec-3] authentication.AuthenticationImpl - loginUtil: Authentication complete with result=1
2023-03-09 13:34:01,060 DEBUG [exec-4] authentication.AuthenticationImpl - loginUtil: Authentication complete with result=0
2023-03-09 13:34:02,000 DEBUG [exec-3] authentication.AuthenticationImpl - login: Entering login
2023-03-09 13:34:02,060 DEBUG [exec-3] authentication.AuthenticationImpl - loginUtil: Authentication complete with result=1
2023-03-09 13:34:03,468 INFO  [Timer-1] utilities.CloudOnboarding - TRACKING ID:::::::FOS_1
2023-03-09 13:34:03,958 ERROR [Timer-1] xmlframework.XCPConfigMgr - 400 Bad Request: invalid_request
`
	for _, n := range []int{1, 2, 3, 100} {
		events := batch(log4j.Parser{}, []byte(log), n)
		if len(events) != 5 {
			t.Fatalf("%d events", len(events))
		}
		for i, want := range []string{"fail bob", "ok carol", "fail "} {
			if got := events[i].Attr("outcome") + " " + events[i].Key(schemas.KeyUser); got != want {
				t.Errorf("batches of %d: verdict %d is %q, want %q", n, i, got, want)
			}
		}
		if got := events[4].Key(schemas.KeyTrackingID); got != "FOS_1" {
			t.Errorf("batches of %d: tracking id %q", n, got)
		}
	}
}

func TestExplain(t *testing.T) {
	for line, want := range map[string]string{
		"2023-03-09 13:34:00,060 DEBUG [exec-3] authentication.AuthenticationImpl - loginUtil: Authentication complete with result=1": "rule",
		"2023-03-09 13:34:00,000 DEBUG [exec-3] authentication.AuthenticationImpl - login: Entering login":                            "silent",
		"nothing": "silent",
	} {
		a := log4j.Parser{}.Explain(nil, &schemas.Record{Text: []byte(line), Head: true})
		if a[len(a)-1].Name != want {
			t.Errorf("%s: %v", line, a)
		}
	}
}

func corpus(t *testing.T, name string) (*schemas.RecordBatch, []schemas.Event) {
	t.Helper()
	log, err := os.ReadFile(filepath.Join(reference.Path(t, "corpus"), name))
	if err != nil {
		t.Fatal(err)
	}
	if m := (log4j.Parser{}).Match(name, log); m < 90 {
		t.Errorf("Match gives %d", m)
	}
	return golden.Batch(log4j.Parser{}, log, golden.Options{}), batch(log4j.Parser{}, log, 4)
}

func heads(b *schemas.RecordBatch) (n int) {
	for i := range b.Records {
		if b.Records[i].Head {
			n++
		}
	}
	return n
}

// says reports every fact that no event states: an attribute, or a key.
func says(t *testing.T, events []schemas.Event, facts ...string) {
	t.Helper()
	var all strings.Builder
	for i := range events {
		all.WriteString(strings.ReplaceAll(golden.Line(&events[i]), `"`, ""))
	}
	for _, f := range facts {
		if !strings.Contains(all.String(), f) {
			t.Errorf("%q is not in\n%s", f, all.String())
		}
	}
}

func TestCorpusLogin(t *testing.T) {
	b, events := corpus(t, "cucm/doc-1200-tomcat-em-login.log")
	if n := heads(b); n != 20 {
		t.Errorf("%d records, want 20", n)
	}
	says(t, events, "outcome=ok code=0 user=EMuser | user=EMuser", "client=10.65.40.61 device=test_secure", "outcome=enter service=em user=EMuser",
		"Login Successful", "2018-04-14T19:10:52.009Z login.auth")
	for i := range events {
		if events[i].Attr("outcome") == "fail" || events[i].Kind == schemas.KindUnparsed {
			t.Errorf("%s", golden.Line(&events[i]))
		}
	}
}

func TestCorpusPresence(t *testing.T) {
	b, events := corpus(t, "imp/xcpconfigmgr_refresh_token_400.log")
	if n := heads(b); n != 7 {
		t.Errorf("%d records, want 7", n)
	}
	says(t, events, "status=400", "unsupported_grant_type, invalid_client, invalid_refresh_token, tokenlimit_reached",
		"tracking_id=FOS_e8e8ee93-818f-4fe5-8a23-6b08a879b91b")
	if at := b.Records[len(b.Records)-1].Time.Year(); at != 2019 {
		t.Errorf("the last record is of %d, want 2019", at)
	}
	for i := range events {
		if strings.Contains(golden.Line(&events[i]), "RkFLRS1") || strings.Contains(events[i].Text, "checkServerTrusted") {
			t.Errorf("%s", golden.Line(&events[i]))
		}
	}
	if m := (log4j.Presence{}).Match("x.log", b.Blob); m != 95 {
		t.Errorf("Presence.Match gives %d", m)
	}

	b, events = corpus(t, "imp/axl_web_service_peer_side.log")
	if n := heads(b); n != 2 {
		t.Errorf("%d records, want 2", n)
	}
	says(t, events, "2019-07-14T01:02:36.110Z axl.request function=executeSQLQuery | sequence=1563080407841",
		"2019-07-14T01:02:36.131Z axl.response function=executeSQLQuery | sequence=1563080407841")
}

func BenchmarkRecords(b *testing.B) {
	silent := "2018-04-14 19:10:51,962 DEBUG [http-bio-8080-exec-23] security.Log4jEncLogger - Entering HashTextSHA\n" +
		"2018-04-14 19:10:52,139 INFO  [http-bio-8443-exec-21] CMDatabase                - CMDatabase:deviceLogin: execute function DeviceLogin ('d72b2e5f-5dd2-51fc-ec50-c9daf98aab66','0bff3cfd-13c1-5352-1a39-9188bdd855d8')\n" +
		"2018-04-14 19:10:52,467 INFO  [http-bio-8443-exec-21] EMServiceServlet          - 7:Request succeeded returning<?xml version=\"1.0\"?>\n<response>\n<success/>\n</response>\n"
	golden.Benchmark(b, log4j.Parser{}, bytes.Repeat([]byte(silent), 400))
}
