package jabber_test

import (
	"bytes"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/uctrace/uctrace/internal/golden"
	"github.com/uctrace/uctrace/normalizer/jabber"
	"github.com/uctrace/uctrace/schemas"
)

// FuzzParse checks that no text breaks the Parser: Start has one answer, a
// glued head is a head, and a record gives at most as many events as it has
// bytes, each with a kind and short evidence, and the same ones again.
func FuzzParse(f *testing.F) {
	for _, seed := range []string{
		"2020-03-30 13:03:19,200 DEBUG [0x00000e2c] [a.c(1041)] [csf.sip-call-control] [platform_print_sip_msg] - sipio-recv<--- SIP/2.0 403 Forbidden\nCall-ID: a@b\nCSeq: 1 REGISTER\n[SIP][MSG] x\n",
		"sipio-sent—> REGISTER sip:pubcucm SIP/2.0\n\nCSeq: 102 REGISTER\n\nExpires: 0\n",
		"Sent:REGISTER sip:10.48.47.143 SIP/2.0 Cseq:154 REGISTER CallId:x",
		"[ [LoginMgr.dll]: login, cup, calc 1-time token(userid:user2@voiceinitiate.com, token:1252341)",
		"INFO\u00a0 [0x1] [a(1)] [b] [c] - *-----* HTTP response code 404 for request #12 to https://10.0.0.1:6972/CSFx.cnf.xml",
		"-- 2015-08-04 10:48:04.775 ERROR [ad95000] - [csf.cert.][checkIdentifiers] Verification of identity: 'x'  failed.",
		"@XmppSDK: #0, 62, Send:<auth mechanism='PLAIN'>AGEAYg==</auth>",
		"@XmppSDK: Recv:<iq type='error'><bind/><error code='409'><conflict/></error></iq>",
		"x 2017-04-19 16:30:35,913 INFO [0x000013b0] [a(1)] [b] [c] - y",
	} {
		f.Add([]byte(seed))
	}
	var p jabber.Parser
	f.Fuzz(func(t *testing.T, log []byte) {
		p.Match("", log)
		for line := range bytes.Lines(log) {
			line = bytes.TrimRight(line, "\r\n")
			t1, ok1 := p.Start(line, time.Time{})
			t2, ok2 := p.Start(bytes.Clone(line), time.Time{})
			if ok1 != ok2 || !t1.Equal(t2) {
				t.Fatalf("%q: Start gives %v %v and %v %v", line, t1, ok1, t2, ok2)
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
