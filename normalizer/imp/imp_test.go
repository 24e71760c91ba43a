package imp_test

import (
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/imp"
	"github.com/uctrace/uctrace/schemas"
)

func TestGolden(t *testing.T) { golden.Run(t, "testdata/*.txtar", imp.Parser{}) }

func TestStart(t *testing.T) {
	est := time.FixedZone("", -5*3600)
	prev := time.Date(2020, 3, 30, 13, 3, 18, 0, est)
	at := func(h, m, s, ms int) time.Time { return time.Date(2020, 3, 30, h, m, s, ms*1e6, est) }
	for _, test := range []struct {
		name, line string
		want       time.Time
		ok         bool
	}{
		{"thread and level", `16:12:44.634 |046f1b70| debug| DiscoGear.cpp:240 Handling`, at(16, 12, 44, 634), true},
		{"long thread", `16:12:44.634 |00007f3a046f1b70| ERROR| x`, at(16, 12, 44, 634), true},
		{"soon after", `13:03:18.001 |debug ConnectionPool.cpp:166 x`, at(13, 3, 18, 1), true},
		{"after midnight", `00:00:01.000 |debug sdns_plugin-1.imp1 x`, at(24, 0, 1, 0), true},
		{"source file", `21:48:44.277 |SIPGWDir.cpp:463: [FROM XMPP] x`, at(21, 48, 44, 277), true},
		{"proxy", `22:26:18.719 |PID(25333) sip_dns.c(811) x`, at(22, 26, 18, 719), true},
		{"proxy with date", `22:26:18.719 |[Mon Mar 07 22:26:18 2011] PID(25333) mod_sip_routing.c(1435) x`, time.Date(2011, 3, 7, 22, 26, 18, 719e6, est), true},
		{"proxy, bracket lost", `22:26:18.719 |Mon Mar 07 22:26:18 2011] PID(25333) mod_sip_routing.c(1435) x`, time.Date(2011, 3, 7, 22, 26, 18, 719e6, est), true},
		{"proxy, hour cut", `2:26:18.719 |PID(25333) sip_protocol.c(5964) x`, time.Time{}, true},
		{"another service", `22:26:18.719 |PE started`, at(22, 26, 18, 719), true},
		{"date before", `2021-03-04 16:12:44.634 |046f1b70| debug| x`, time.Date(2021, 3, 4, 16, 12, 44, 634e6, est), true},
		{"American date", `03/04/2021 16:12:44.634 |046f1b70| debug| x`, time.Date(2021, 3, 4, 16, 12, 44, 634e6, est), true},
		{"search result", `Line 3807: 16:12:44.634 |046f1b70| debug| x`, at(16, 12, 44, 634), true},
		{"banner", `Mon Mar  7 22:26:18 2011`, time.Date(2011, 3, 7, 22, 26, 18, 0, est), true},
		{"pairs", `2021-03-04T16:12:44.634-06:00 imp1 xmpp-cm-4[2299]: Level="INFO " CodeLocation="debug" Detail="x"`, time.Date(2021, 3, 4, 22, 12, 44, 634e6, time.UTC), true},
		{"SDL", `02523441.000 |16:23:08.121 |SdlSig   |StationRegister`, time.Time{}, false},
		{"SDL without number", `16:23:08.121 |SdlSig   |StationRegister                |x`, time.Time{}, false},
		{"audit log", `20:05:09.842 |LogMessage     UserID : admin`, time.Time{}, false},
		{"call log", `2019/07/04  14:37:15.142|CC|SETUP|a|b|`, time.Time{}, false},
		{"log4j", `2024-07-16 17:21:43,958 ERROR [Timer-1382] xmlframework.XCPConfigMgr - 400 Bad Request`, time.Time{}, false},
		{"Expressway", `2016-07-30T13:58:11.102-06:00 h XCP_JABBERD[20026]: UTCTime="2016-07-30 19:58:11,102" Level="WARN " CodeLocation="cvsservice.cpp:409" Detail="x"`, time.Time{}, false},
		{"Expressway, cut", `XCP_CM2[12122]:.. Level="INFO " CodeLocation="stream.out" Detail="x"`, time.Time{}, false},
		{"table", `16:12 | 3 | 4`, time.Time{}, false},
		{"mail", `Date: Mon Mar  7 22:26:18 2011`, time.Time{}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, ok := imp.Parser{}.Start([]byte(test.line), prev)
			if ok != test.ok || !got.Equal(test.want) {
				t.Errorf("got %v, %v; want %v, %v", got, ok, test.want, test.ok)
			}
		})
	}
}

func TestTimeWithoutDateStaysOne(t *testing.T) {
	got, ok := imp.Parser{}.Start([]byte(`16:12:44.634 |046f1b70| debug| x`), schemas.Seed(time.Time{}, nil))
	if !ok || schemas.Dated(got) || got.Hour() != 16 || got.Nanosecond() != 634e6 {
		t.Errorf("got %v, %v", got, ok)
	}
}

func TestMatch(t *testing.T) {
	const head = "16:12:44.634 |046f1b70| debug| DiscoGear.cpp:240 x\n"
	for _, test := range []struct {
		name, path, text string
		want             int
	}{
		{"XCP", "", head, 100},
		{"begins inside a record", "", "<presence/>\n</x>\n" + head, 100},
		{"behind a banner", "", "Mon Mar  7 22:26:18 2011\n" + head, 100},
		{"document", "", strings.Repeat("A line of prose.\n\n", 20) + head, 0},
		{"another service by its file", "a.zip!epe/sdi/epe00000012.txt.gz", "16:12:44.634 |x\n", 60},
		{"another service", "x.txt", "16:12:44.634 |x\n", 0},
		{"pairs", "", `imp1 rtr-jsm-1[1]: Level="INFO " CodeLocation="debug" Detail="x"` + "\n", 100},
	} {
		if got := (imp.Parser{}).Match(test.path, []byte(test.text)); got != test.want {
			t.Errorf("%s: got %d, want %d", test.name, got, test.want)
		}
	}
}

// TestSecretsStayOut looks for every kind of credential in what comes out.
func TestSecretsStayOut(t *testing.T) {
	const head = `16:12:44.634 |046f1b70| debug| `
	for _, line := range []string{
		head + `xcoder=1 received:: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>S3CRET</auth>`,
		head + `xcoder=1 received:: <auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='CISCO-VTG-TOKEN'>S3CRET`,
		head + `xcoder=1 sending:: <success xmlns='urn:ietf:params:xml:ns:xmpp-sasl'>S3CRET</success>`,
		head + `Authentication failed for user=jdoe password=S3CRET`,
		head + `Unable to connect to host 'a', port 1: token="S3CRET"`,
		head + `<message from='a@conference-2-x.y' to='b@c' type='error'><body>S3CRET</body><error><item-not-found/></error></message>`,
	} {
		events := parse(golden.Batch(imp.Parser{}, []byte(line), golden.Options{}))
		if len(events) != 1 {
			t.Errorf("%s: %d events", line, len(events))
		}
		for _, e := range events {
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
		`16:12:44.634 |046f1b70| debug| a.cpp:1 Failed to query auth component for SASL mechanisms`: "time=16:12:44.634 thread=046f1b70 level=debug location=a.cpp:1 rule=Failed to query auth component",
		`16:12:44.634 |debug a.cpp:1 <presence/>`:                                                   "time=16:12:44.634 level=debug location=a.cpp:1 silent=no words and no XML element that a rule looks for",
		`16:12:44.634 |debug a.cpp:1 Sending mail`:                                                  `time=16:12:44.634 level=debug location=a.cpp:1 silent=has "Sending ", but states nothing that is kept`,
		`Mon Mar  7 22:26:18 2011`:                                                                  "silent=says when the file was begun",
		`Content-Length: 0`:                                                                         "silent=no record head",
	} {
		var got []string
		for _, a := range (imp.Parser{}).Explain(nil, &schemas.Record{Text: []byte(line)}) {
			got = append(got, strings.TrimSpace(a.Name+"="+a.Value))
		}
		if s := strings.Join(got, " "); s != want {
			t.Errorf("%s:\n got %s\nwant %s", line, s, want)
		}
	}
}

func parse(b *schemas.RecordBatch) []schemas.Event {
	var events []schemas.Event
	for i := range b.Records {
		events = imp.Parser{}.Parse(events, &b.File, &b.Records[i])
	}
	return events
}
