package expressway_test

import (
	"regexp"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/normalizer/expressway"
	"github.com/uctrace/uctrace/schemas"
)

// heads are two calls over one connection, one of another, and lookups: one
// that waits alone, one of which another stands beside it, one for NAPTR.
const heads = `2024-03-05T10:00:00.001+00:00 expe1 tvcs: UTCTime="2024-03-05 10:00:00,001" Module="network.sip" Level="INFO":  Action="Received" Local-ip="10.0.2.2" Local-port="5061" Src-ip="192.0.2.31" Src-port="47177" Detail="Receive Request Method=INVITE, CSeq=1, Request-URI=sip:bob@example.net, Call-ID=a1, From-Tag=1, To-Tag=, Msg-Hash=1, Local-SessionID=, Remote-SessionID="
2024-03-05T10:00:00.002+00:00 expe1 tvcs: UTCTime="2024-03-05 10:00:00,002" Module="network.sip" Level="INFO":  Action="Received" Local-ip="10.0.2.2" Local-port="5061" Src-ip="192.0.2.31" Src-port="47177" Detail="Receive Request Method=INVITE, CSeq=1, Request-URI=sip:dan@example.net, Call-ID=a2, From-Tag=1, To-Tag=, Msg-Hash=2, Local-SessionID=, Remote-SessionID="
2024-03-05T10:00:00.003+00:00 expe1 tvcs: UTCTime="2024-03-05 10:00:00,003" Module="network.dns" Level="DEBUG":  Detail="Sending DNS query" Name="a.example.net" Type="A (IPv4 and IPv6)"
2024-03-05T10:00:00.004+00:00 expe1 tvcs: Event="Call Attempted" Service="SIP" Src-ip="192.0.2.31" Src-port="47177" Src-alias="sip:amy@example.com" Dst-alias="sip:bob@example.net" Call-serial-number="s1" Tag="t1" Protocol="TLS" Auth="YES" Level="1" UTCTime="2024-03-05 10:00:00,004"
2024-03-05T10:00:00.005+00:00 expe1 tvcs: Event="Call Attempted" Service="SIP" Src-ip="192.0.2.99" Src-port="5060" Src-alias="sip:100@192.0.2.9" Dst-alias="sip:bob@example.net" Call-serial-number="s2" Tag="t2" Protocol="UDP" Auth="NO" Level="1" UTCTime="2024-03-05 10:00:00,005"
2024-03-05T10:00:00.006+00:00 expe1 tvcs: UTCTime="2024-03-05 10:00:00,006" Module="network.dns" Level="DEBUG":  Detail="Could not resolve hostname"
2024-03-05T10:00:00.007+00:00 expe1 tvcs: UTCTime="2024-03-05 10:00:00,007" Module="network.dns" Level="DEBUG":  Detail="Sending DNS query" Name="b.example.net" Type="SRV (IPv4 and IPv6)"
2024-03-05T10:00:00.008+00:00 expe1 tvcs: UTCTime="2024-03-05 10:00:00,008" Module="network.dns" Level="DEBUG":  Detail="Sending DNS query" Name="c.example.net" Type="SRV (IPv4 and IPv6)"
2024-03-05T10:00:00.009+00:00 expe1 tvcs: UTCTime="2024-03-05 10:00:00,009" Module="network.dns" Level="DEBUG":  Detail="Could not resolve hostname"
2024-03-05T10:00:00.010+00:00 expe1 tvcs: UTCTime="2024-03-05 10:00:00,010" Module="network.dns" Level="DEBUG":  Detail="Sending DNS query" Name="d.example.net" Type="NAPTR (IPv4 and IPv6)"
2024-03-05T10:00:00.011+00:00 expe1 tvcs: UTCTime="2024-03-05 10:00:00,011" Module="network.dns" Level="DEBUG":  Detail="Could not resolve hostname"
`

// TestLinesGetWhatTheyGoOnWith cuts the log into two batches before every
// record: what is attached must not depend on where.
func TestLinesGetWhatTheyGoOnWith(t *testing.T) {
	for name, log := range map[string]string{
		"as written":  heads,
		"typographic": strings.ReplaceAll(heads, `"`, "\u201d"),
		"escaped":     strings.ReplaceAll(heads, `"`, "&quot;"),
		"messages":    messages.ReplaceAllString(heads, message("Received", "$2", "$1")+"\n"+sent+message("Sent", "wrong", "$1")),
		"wrapped":     strings.ReplaceAll(heads, ` Detail="Receive Request`, "\nDetail=\"Receive\nRequest"),
	} {
		t.Run(name, func(t *testing.T) { testLinesGetWhatTheyGoOnWith(t, log) })
	}
}

// sent is the head of a message that is no note.
const sent = `2024-03-05T10:00:00.002+00:00 expe1 tvcs: UTCTime="2024-03-05 10:00:00,002" Module="network.sip" `

// messages is the line at INFO of a request, message what a copy may have in
// its place: the line at DEBUG.
var messages = regexp.MustCompile(`Level="INFO":.* Request-URI=(\S+), Call-ID=(\w+),.*`)

func message(action, id, uri string) string {
	return `Level="DEBUG":  Action="` + action + `" Local-ip="10.0.2.2" Local-port="5061" Src-ip="192.0.2.31" Src-port="47177" Msg-Hash="1"
 SIPMSG:
 |INVITE ` + uri + ` SIP/2.0
 Via: SIP/2.0/TLS 192.0.2.31:47177;branch=z9hG4bK1
 Call-ID: ` + id + `
 CSeq: 1 INVITE
 Content-Length: 0

 |`
}

func testLinesGetWhatTheyGoOnWith(t *testing.T, heads string) {
	const want = "s1 a1\ns2 \na.example.net A fail\n  fail\nd.example.net NAPTR \n"
	whole := golden.Batch(expressway.Parser{}, []byte(heads), golden.Options{})
	for cut := range whole.Records {
		first, second := *whole, *whole
		first.Records, second.Records = whole.Records[:cut], whole.Records[cut:]
		first.End = whole.Records[cut].Offset
		second.Start = first.End
		second.Context = expressway.Parser{}.Context(nil, &first)
		if got := attached(&first) + attached(&second); got != want {
			t.Errorf("cut before record %d:\n%swant\n%s", cut, got, want)
		}
	}
}

// attached lists the Call-IDs of the calls that were attempted, and the
// answers of the name server.
func attached(b *schemas.RecordBatch) string {
	var out schemas.EventBatch
	normalizer.New([]schemas.Parser{expressway.Parser{}}).Normalize(&out, b)
	var s strings.Builder
	for i := range out.Events {
		switch e := &out.Events[i]; {
		case e.Kind == schemas.KindSIPEvent:
			s.WriteString(e.Key(schemas.KeyCallSerial) + " " + e.Key(schemas.KeyCallID) + "\n")
		case e.Kind == schemas.KindDNSLookup && e.Attr("outcome") != "enter":
			s.WriteString(e.Attr("name") + " " + e.Attr("type") + " " + e.Attr("outcome") + "\n")
		}
	}
	return s.String()
}

// TestNoteOfBrokenLine: the fields that make a note stand on a line of their own.
func TestNoteOfBrokenLine(t *testing.T) {
	line, _, _ := strings.Cut(heads, "\n")
	golden.Check(t, expressway.Parser{}, []byte(strings.Replace(line, " Module=", "\nModule=", 1)))
}
