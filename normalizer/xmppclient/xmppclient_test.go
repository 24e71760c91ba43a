package xmppclient_test

import (
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/xmppclient"
	"github.com/uctrace/uctrace/schemas"
)

func TestGolden(t *testing.T) { golden.Run(t, "testdata/*.txtar", xmppclient.Parser{}) }

func TestStart(t *testing.T) {
	est := time.FixedZone("", -5*3600)
	prev := time.Date(2020, 3, 30, 13, 3, 18, 0, est)
	for _, test := range []struct {
		name, line string
		want       time.Time
		ok         bool
	}{
		{"Pidgin", `(16:54:30) jabber: Recv (ssl)(77): <failure/>`, time.Date(2020, 3, 30, 16, 54, 30, 0, est), true},
		{"after midnight", `(00:00:01) jabber: x`, time.Date(2020, 3, 31, 0, 0, 1, 0, est), true},
		{"half days", `(01:02:03 PM) proxy: x`, time.Date(2020, 3, 30, 13, 2, 3, 0, est), true},
		{"with date", `(2019-05-06 10:11:12) Session Management: x`, time.Date(2019, 5, 6, 10, 11, 12, 0, est), true},
		{"month first", `(05/26/2019 10:11:12 AM) jabber: x`, time.Date(2019, 5, 26, 10, 11, 12, 0, est), true},
		{"title, words", `Pidgin Debug Log : Sun 10 Aug 2008 11:29:32 BST`, time.Date(2008, 8, 10, 11, 29, 32, 0, est), true},
		{"title, American", `Pidgin Debug Log : 8/6/2013 6:23:55 PM`, time.Date(2013, 8, 6, 18, 23, 55, 0, est), true},
		{"title, day or month", `Pidgin Debug Log : 08/06/2013 18:23:55`, time.Date(2020, 3, 30, 18, 23, 55, 0, est), true},
		{"title, day", `Pidgin Debug Log : 26/08/2013 18:23:55`, time.Date(2013, 8, 26, 18, 23, 55, 0, est), true},
		{"console", `<!-- Out 2014-05-13 11:02:12 -->`, time.Date(2014, 5, 13, 11, 2, 12, 0, est), true},
		{"console without time", `<!-- IN -->`, time.Time{}, true},
		{"comment", `<!-- In case of fire -->`, time.Time{}, false},
		{"Profanity, day first", `06/09/2015 22:03:33: xmpp: DBG: RECV: <a/>`, time.Date(2015, 9, 6, 22, 3, 33, 0, est), true},
		{"Smack", `10:06:50 AM RCV  (17384): <a/>`, time.Date(2020, 3, 30, 10, 6, 50, 0, est), true},
		{"DebugView", `[500] RECV (185 bytes): <a/>`, time.Time{}, true},
		{"prose with time", `(16:54:30) and then it stopped`, time.Time{}, false},
		{"stanza", `<failure xmlns='x'/>`, time.Time{}, false},
		{"Jabber", `2013-12-01 00:27:31,448 INFO  [0x000003c8] [a(1)] [csf.jwcpp] [f] - @XmppSDK: #0, 62, Send:<starttls/>`, time.Time{}, false},
		{"log4j", `2024-07-16 17:21:43,958 ERROR [Timer-1382] xmlframework.XCPConfigMgr - 400 Bad Request`, time.Time{}, false},
		{"Expressway", `XCP_CM2[12122]:.. Level="INFO " CodeLocation="stanza.component.out" Detail="xcoder=34A9B60C8 sending:: <db:result/>"`, time.Time{}, false},
		{"code that sends", `conn.SEND: <x`, time.Time{}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, ok := xmppclient.Parser{}.Start([]byte(test.line), prev)
			if ok != test.ok || !got.Equal(test.want) {
				t.Errorf("got %v, %v; want %v, %v", got, ok, test.want, test.ok)
			}
		})
	}
}

func TestTimeWithoutDateStaysOne(t *testing.T) {
	got, ok := xmppclient.Parser{}.Start([]byte(`(16:54:30) jabber: x`), schemas.Seed(time.Time{}, nil))
	if !ok || schemas.Dated(got) || got.Hour() != 16 || got.Second() != 30 {
		t.Errorf("got %v, %v", got, ok)
	}
}

func TestMatch(t *testing.T) {
	const line = "(16:54:30) jabber: Recv (ssl)(77): <failure/>\n"
	for _, test := range []struct {
		name, text string
		want       int
	}{
		{"Pidgin", line, 100},
		{"begins inside a record", "<a/>\nServer Auth: 2048-bit RSA\n" + line, 100},
		{"with date", "\xef\xbb\xbf(2019-05-06 10:11:12) proxy: Connection in progress\n", 100},
		{"a chat", "(10:11:12) alice: hi\n(10:11:15) bob: hello\n", 0},
		{"document", strings.Repeat("A line of prose.\n\n", 20) + line, 0},
		{"console", "<!-- Out -->\n<presence/>\n", 100},
		{"slixmpp", "DEBUG    SEND: <presence/>\n", 100},
		{"XMPPFramework", "2019-05-06 11:27:54:712 Huddle[1731:1807] SEND: <presence/>\n", 100},
		{"another app", "2019-05-06 11:27:54:712 Huddle[1731:1807] <presence/>\n", 0},
		{"sendxmpp", "XML::Stream: Read: buff(<presence/>)\n", 100},
		{"a page", "<!-- In other news -->\n<html>\n", 0},
		{"attendant console", "2016-05-24 15:51:32,762 [33] INFO Calls - x\n2016-05-24 15:51:32,762 [33] INFO XMPP - XMPPWrapper.Go: y\n", 100},
		{"another log4net", "2016-05-24 15:51:32,762 [33] INFO Calls - x\n", 0},
	} {
		if got := (xmppclient.Parser{}).Match("", []byte(test.text)); got != test.want {
			t.Errorf("%s: got %d, want %d", test.name, got, test.want)
		}
	}
}

// TestSecretsStayOut looks for every kind of credential in what comes out.
func TestSecretsStayOut(t *testing.T) {
	for _, line := range []string{
		`(16:54:30) jabber: Sending (ssl) (a@b.c): <auth mechanism='PLAIN' xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>S3CRET</auth>`,
		`(16:54:30) jabber: Sending (ssl) (a@b.c): <iq type='set'><query xmlns='jabber:iq:auth'><username>a</username><password>S3CRET</password></query></iq>`,
		`(16:54:30) jabber: Recv (ssl)(9): <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>S3CRET</success>`,
		`(16:54:30) jabber: Couldn't connect directly to a.  password=S3CRET`,
		`(16:54:30) connection: Connection error on 0x1 (reason: 0 description: token: S3CRET)`,
		`SENT (0): <auth mechanism="CISCO-VTG-TOKEN" xmlns="urn:ietf:params:xml:ns:xmpp-sasl">S3CRET</auth>`,
		"XML::Stream: Send: (<auth mechanism='PLAIN'>S3CRET</auth>)",
		"2019-05-06 11:27:54:712 Huddle[1731:1807] SEND: <auth mechanism='PLAIN'>S3CRET</auth>",
		"<!-- Out -->\n<auth mechanism='PLAIN'>S3CRET</auth>",
	} {
		for _, e := range parse(golden.Batch(xmppclient.Parser{}, []byte(line), golden.Options{})) {
			if out := golden.Line(&e); strings.Contains(out, "S3CRET") {
				t.Errorf("%s", out)
			}
		}
	}
}

// TestExplain checks that a record that gives events names a rule, and a silent
// one why.
func TestExplain(t *testing.T) {
	for line, want := range map[string]string{
		`(16:54:30) jabber: Recv (ssl)(77): <failure/>`:      "rule=failure",
		`(16:54:30) jabber: Recv (ssl)(77): <presence/>`:     "silent=the stanza is no step of a sign-in",
		`(16:54:30) dnssrv: found 1 SRV entries`:             "rule=dnssrv",
		`(16:54:30) util: Writing file prefs.xml`:            "silent=the line is no step of a sign-in",
		`Pidgin Debug Log : Sun 10 Aug 2008 11:29:32 BST`:    "rule=Pidgin Debug Log",
		`Cipher Suite Name: TLS_RSA_WITH_AES_128_CBC_SHA`:    "silent=no record head",
		`DEBUG    SEND: <auth mechanism="PLAIN">AGE=</auth>`: "rule=auth",
	} {
		attrs := xmppclient.Parser{}.Explain(nil, &schemas.Record{Text: []byte(line)})
		last := attrs[len(attrs)-1]
		if got := last.Name + "=" + last.Value; got != want {
			t.Errorf("%s: %s, want %s", line, got, want)
		}
	}
}

func parse(b *schemas.RecordBatch) []schemas.Event {
	var events []schemas.Event
	for i := range b.Records {
		events = xmppclient.Parser{}.Parse(events, &b.File, &b.Records[i])
	}
	return events
}
