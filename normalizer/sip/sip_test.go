package sip_test

import (
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/sip"
	"github.com/uctrace/uctrace/schemas"
)

func TestGolden(t *testing.T) { golden.Run(t, "testdata/*.txtar", sip.Parser{}) }

func TestMatch(t *testing.T) {
	for _, tt := range []struct {
		name, head string
		want       bool
	}{
		{"begins with a request", "INVITE sip:a@b SIP/2.0\r\nprose", true},
		{"mostly SIP", "# x\nSIP/2.0 200 OK\nVia: x\nFrom: x\nTo: x\nCall-ID: x\n", true},
		{"prose that quotes", "see\nthis\nSIP/2.0 200 OK\nand\nmore", false},
		{"empty", "", false},
		{"heads of sngrep", "2013/04/26 09:47:50.116000 10.0.6.2:5060 -> 10.0.96.18:5060\nINVITE sip:a@b SIP/2.0\nVia: x\n", true},
		{"follow stream", "=====\nFollow: udp,ascii\nINVITE sip:a@b SIP/2.0\nVia: x\nFrom: x\nTo: x\nCall-ID: x\nCSeq: x\n", true},
		{"a log with times and arrows", "2013/04/26 09:47:50.116000 10.0.6.2:5060 -> 10.0.96.18:5060\nother\n", false},
	} {
		if got := (sip.Parser{}).Match("x.log", []byte(tt.head)); got > 0 != tt.want {
			t.Errorf("%s: %d", tt.name, got)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte("2013/04/26 09:47:50.116000 10.0.6.2:5060 -> 10.0.96.18:5060\nINVITE sip:a@b SIP/2.0\nVia: x\n\nSIP/2.0 200 OK\nCall-ID: x\n"))
	f.Add([]byte("U 10.0.6.2:5060 -> 10.0.96.18:5060\nINVITE sip:a@b SIP/2.0.\nVia: x.\n.\n"))
	f.Add([]byte("*Apr 26 09:47:50.116: //-1/x/SIP/Msg/ccsipDisplayMsg:\nSent:\n\tSIP/2.0 200 OK\n\tc: message/sipfrag\n\n\tSIP/2.0 200 OK\n"))
	f.Add([]byte("[2013-04-26 11:47:50.120+02:00] SIP/2.0 200 OK\nproto:TLS 2013-04-26T09:47:50Z  a:1 ---> b:2\n"))
	f.Fuzz(func(t *testing.T, b []byte) { golden.Check(t, sip.Parser{}, b) })
}

func BenchmarkParse(b *testing.B) {
	const head = "2013/04/26 09:47:50.116000 10.0.6.2:5060 -> 10.0.96.18:5060\n"
	const invite = "INVITE sip:3250@10.0.96.18 SIP/2.0\r\nVia: SIP/2.0/UDP 10.0.6.2:5060;branch=z9hG4bK2\r\nFrom: <sip:875737@10.0.96.18>;tag=A\r\n" +
		"To: <sip:3250@10.0.96.18>\r\nCall-ID: c1@10.0.6.2\r\nCSeq: 1 INVITE\r\nContent-Length: 0\r\n\r\n"
	golden.Benchmark(b, sip.Parser{}, []byte(strings.Repeat(head+invite, 50)))
}

func TestExplain(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{
			"U 2013/04/26 09:47:50.116000 10.0.6.2:5060 -> 10.0.96.18:5060\nINVITE sip:a@b SIP/2.0\nVia: x\n",
			"transport=udp from=10.0.6.2:5060 to=10.0.96.18:5060 rule=INVITE sip:a@b SIP/2.0",
		},
		{"2013/04/26 09:47:50 10.0.6.2:5060 -> 10.0.96.18:5060\n", "from=10.0.6.2:5060 to=10.0.96.18:5060 silent=nothing but what a tool prints about messages"},
		{"SIP/2.0 200 OK\nContent-Length: 0\n", "silent=SIP inside the body of another message: neither Via nor Call-ID"},
		{"a longer piece of prose", "silent=no SIP start line"},
	} {
		var got []string
		for _, a := range (sip.Parser{}).Explain(nil, &schemas.Record{Text: []byte(tt.text)}) {
			got = append(got, a.Name+"="+a.Value)
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("got %q, want %q", got, tt.want)
		}
	}
}
