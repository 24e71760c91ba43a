package expressway_test

import (
	"bytes"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/expressway"
	"github.com/uctrace/uctrace/schemas"
)

// FuzzParse checks that no text breaks the Parser: Start has one answer, a
// glued head is a head, and a record gives at most as many events as it has
// bytes, each with a kind and short evidence, and the same ones again.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		`2018-01-01T12:56:48.965-05:00 h tvcs: UTCTime="2018-01-01 17:56:48,965" Module="network.sip" Level="DEBUG":  Action="Sent" Dst-ip="1.2.3.4" Dst-port="5061"` + "\n SIPMSG:\n |SIP/2.0 403 Forbidden\n Call-ID: a@b\n CSeq: 1 INVITE\n Content-Length: 0\n \n |\n\n",
		`XCP_CM2[22992]:.. Level="INFO " CodeLocation="DBVerify.cpp:270" Detail="(e5b18d01-fe24-4290-bba1-a57788a76468, vngtp.lab:coluc.com, IN)` + "\nDBVerify stream is open. Sending db:verify packet: <db:verify from='vngtp.lab' id='05E295A2B' to='coluc.com'>d780f198ac34a6dbd795fcdaf8762eaf52ea9b03</db:verify>”\n",
		`"Function="executeSQLQuery" Status="401" Reason="None"`,
		`"Detail="xconfiguration xcpConfiguration is_federation_enabled - changed from: 0 to: 1"`,
		`xwayc XCP_JABBERD[23843]: UTCTime="2014-03-25 17:19:45,843" Detail="x"xwayc XCP_JABBERD[23843]: UTCTime="2014-03-25 17:19:45,847" Detail="y"`,
		"<166> Jul  9 15:30:30 h tvcs: UTCTime=",
		"XCP_",
	} {
		f.Add([]byte(seed))
	}
	var p expressway.Parser
	f.Fuzz(func(t *testing.T, log []byte) {
		p.Match("", log)
		p.Node("", log)
		for line := range bytes.Lines(log) {
			line = bytes.TrimRight(line, "\r\n")
			t1, ok1 := p.Start(line, time.Time{})
			t2, ok2 := p.Start(bytes.Clone(line), time.Time{})
			if ok1 != ok2 || !t1.Equal(t2) {
				t.Fatalf("%q: Start gives %v %v and %v %v", line, t1, ok1, t2, ok2)
			}
			if t3, source, ok3 := p.Head(line, time.Time{}); ok1 != ok3 || !t1.Equal(t3) || ok3 && source != p.SourceOf(line) {
				t.Fatalf("%q: Head gives %v %v %v", line, t3, source, ok3)
			}
			if at := p.Glued(line, 1); at >= 0 {
				if _, ok := p.Start(line[at:], time.Time{}); !ok || at < 1 {
					t.Fatalf("%q: no head is glued at %d", line, at)
				}
			}
		}
		for _, excerpt := range []bool{false, true} {
			b := golden.Batch(p, log, golden.Options{Excerpt: excerpt})
			for i := range b.Records {
				check(t, p, &b.File, &b.Records[i])
			}
		}
	})
}

func check(t *testing.T, p schemas.Parser, file *schemas.File, r *schemas.Record) {
	t.Helper()
	events := p.Parse(nil, file, r)
	again := p.Parse(nil, file, r)
	if len(events) > max(1, len(r.Text)) || len(events) != len(again) {
		t.Fatalf("%q: %d events, then %d", r.Text, len(events), len(again))
	}
	for i := range events {
		e := &events[i]
		if golden.Line(e) != golden.Line(&again[i]) {
			t.Fatalf("%q: differs: %s%s", r.Text, golden.Line(e), golden.Line(&again[i]))
		}
		if e.Kind == "" || len(e.Text) > schemas.MaxEvidence || !utf8.ValidString(e.Text) {
			t.Fatalf("%q: kind %q, evidence %q", r.Text, e.Kind, e.Text)
		}
		for _, a := range e.Attrs {
			if a.Name == "" || a.Value == "" {
				t.Fatalf("%q: empty attribute %q=%q", r.Text, a.Name, a.Value)
			}
		}
	}
}
