package expressway_test

import (
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/expressway"
	"github.com/uctrace/uctrace/schemas"
)

func TestGolden(t *testing.T) { golden.Run(t, "testdata/*.txtar", expressway.Parser{}) }

func TestStart(t *testing.T) {
	cet := time.FixedZone("", 3600)
	prev := time.Date(2011, 7, 19, 12, 0, 0, 0, cet)
	at := func(h, m, s, ms int) time.Time { return time.Date(2018, 1, 1, h, m, s, ms*1e6, time.UTC) }
	for _, test := range []struct {
		name, line string
		want       time.Time
		ok         bool
	}{
		{"UTCTime first", `2018-01-01T12:56:48.965-05:00 h tvcs: UTCTime="2018-01-01 17:56:48,962" Module="network.sip"`, at(17, 56, 48, 962), true},
		{"UTCTime last", `2018-01-01T12:56:48.969-05:00 h tvcs: Event="Call Attempted" Level="1" UTCTime="2018-01-01 17:56:48,971"`, at(17, 56, 48, 971), true},
		{"no UTCTime", `2018-01-01T12:56:48.965-05:00 h _c_mgmt:   File "./x.py", line 128, in f`, at(17, 56, 48, 965), true},
		{"unpadded milliseconds", `2018-01-01T12:56:48-05:00 h edgeconfigprovisioning UTCTime="2018-01-01 17:56:48,92" Module="x"`, at(17, 56, 48, 92), true},
		{"no fraction", `2018-01-01T12:56:48-0500 h httpd[1]: web: Event="x" UTCTime="2018-01-01 17:56:48"`, at(17, 56, 48, 0), true},
		{"no tag", `2018-01-01T12:56:48Z h UTCTime="2018-01-01 12:56:48,001" Module="developer.clusterdb"`, at(12, 56, 48, 1), true},
		{"priority and version", `<166>1 2018-01-01T12:56:48Z h tvcs 9 - - UTCTime="2018-01-01 12:56:48,002"`, at(12, 56, 48, 2), true},
		{"broken UTCTime", `2018-01-01T12:56:48Z h tvcs: UTCTime="2018-01-41 12:56:48,002"`, at(12, 56, 48, 0), true},
		{"BSD stamp with UTCTime", `Jul 19 15:30:30 h tvcs: UTCTime="2011-07-19 15:30:30,616" Module="network.http"`, time.Date(2011, 7, 19, 15, 30, 30, 616e6, time.UTC), true},
		{"BSD stamp alone", `Jul  9 15:30:30 h tvcs: Event="x"`, time.Date(2011, 7, 9, 15, 30, 30, 0, cet), true},
		{"host only", `xwayc XCP_JABBERD[23843]: UTCTime="2018-01-01 17:19:45,843" ThreadID= "1"`, at(17, 19, 45, 843), true},
		{"cut to two dots", `XCP_CM2[5164]:..Level="INFO " CodeLocation="debug" Detail="x"`, time.Time{}, true},
		{"continuation", ` Via: SIP/2.0/TLS 10.122.73.183:47177`, time.Time{}, false},
		{"no host", `2018-01-01T12:56:48Z <Error> [0x84953][]WebViewController.swift:358`, time.Time{}, false},
		{"other syslog", `May 21 08:10:24 impPub local7 1 : 62: impPub.example.com: May 21 2021 13:10:24.476 UTC :`, time.Time{}, false},
		{"Jabber", `2017-04-19 16:30:30,565 INFO  [0x000013b0] [a(1)] [b] [c] - d`, time.Time{}, false},
		{"XCP without pairs", `XCP_CM2[5164] is the process`, time.Time{}, false},
		{"prose", `Expressway shows this debug when it is the initiating server: UTCTime="`, time.Time{}, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			got, ok := expressway.Parser{}.Start([]byte(test.line), prev)
			if ok != test.ok || !got.Equal(test.want) {
				t.Errorf("got %v, %v; want %v, %v", got, ok, test.want, test.ok)
			}
		})
	}
}

// TestZoneOfBSDStamps checks that a UTCTime beside a stamp tells the zone of
// the stamps that have none.
func TestZoneOfBSDStamps(t *testing.T) {
	var p expressway.Parser
	prev, ok := p.Start([]byte(`Jul 19 17:30:30 h tvcs: UTCTime="2011-07-19 15:30:30,616" Module="network.http"`), schemas.Seed(time.Time{}, nil))
	if !ok {
		t.Fatal("no head")
	}
	got, _ := p.Start([]byte(`Jul 19 17:30:31 h tvcs: Event="x"`), prev)
	if want := time.Date(2011, 7, 19, 15, 30, 31, 0, time.UTC); !got.Equal(want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestMatch(t *testing.T) {
	const head = `2018-01-01T12:56:48.965-05:00 h tvcs: UTCTime="2018-01-01 17:56:48,962" Module="network.sip"` + "\n"
	const prose = "This is a document that quotes one line of a log.\n"
	for _, test := range []struct {
		name, text string
		want       int
	}{
		{"log", "\n" + head, 100},
		{"begins inside a record", " a=sendrecv\n |\n" + head, 100},
		{"a remark and a message", prose + head + strings.Repeat(" a=sendrecv\n", 20), 100},
		{"document", prose + prose + prose + prose + prose + prose + prose + prose + head, 0},
		{"time cut out", `XCP_CM2[5164]:..Level="INFO " CodeLocation="debug" Detail="x"` + "\n", 80},
		{"Jabber", "2017-04-19 16:30:30,565 INFO  [0x000013b0] [a(1)] [b] [c] - d\n", 0},
		{"another's ISO stamps", "2018-01-01T12:56:48.965-05:00 host sshd[1]: session opened\n", 0},
	} {
		if got := (expressway.Parser{}).Match("", []byte(test.text)); got != test.want {
			t.Errorf("%s: got %d, want %d", test.name, got, test.want)
		}
	}
}

func TestSourceAndNode(t *testing.T) {
	var p expressway.Parser
	for line, want := range map[string]schemas.Source{
		`2018-01-01T12:56:48Z h tvcs: Event="x"`:                                        schemas.ExpresswayTVCS,
		`2018-01-01T12:56:48Z h XCP_CM2[1]: UTCTime="2018-01-01 12:56:48,001"`:          schemas.ExpresswayXCP,
		`XCP_CM2[1]:.. Level="INFO " Detail="x"`:                                        schemas.ExpresswayXCP,
		`2018-01-01T12:56:48Z h traffic_server[1]:[ET_NET 1]ERROR:SSL`:                  schemas.ExpresswayTraffic,
		`2018-01-01T12:56:48Z h UTCTime="2018-01-01 12:56:48,001" Module="x"`:           schemas.ExpresswayOther,
		`Expressway C logs will show: "Module="network.axl" Function="executeSQLQuery"`: schemas.ExpresswayOther,
	} {
		if got := p.SourceOf([]byte(line)); got != want {
			t.Errorf("%s: got %s, want %s", line, got, want)
		}
		if got := p.Node("", []byte(line)); got != "h" && got != "" {
			t.Errorf("%s: node %q", line, got)
		}
	}
}

func TestSecretsStayOut(t *testing.T) {
	const head = `2018-01-01T12:56:48Z h management: UTCTime="2018-01-01 12:56:48,001" Module="network.axl" Action="Send" Function="x" `
	for _, tail := range []string{
		`Cookie="X-Auth=S3CRET; X-Auth=S3CRET"`, `calculatedResponse=S3CRET , response=S3CRET`, `Authorization="Digest nonce="S3CRET", response="S3CRET""`,
	} {
		for _, e := range parse(golden.Batch(expressway.Parser{}, []byte(head+tail), golden.Options{})) {
			if out := golden.Line(&e); strings.Contains(out, "S3CRET") || !strings.Contains(out, "***") {
				t.Errorf("%s", out)
			}
		}
	}
}
