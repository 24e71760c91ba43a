package sip_test

import (
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/schemas"
)

// head begins a message whose other fields do not matter.
const head = "INVITE sip:2003@10.1.1.10 SIP/2.0\r\nVia: SIP/2.0/TCP 10.1.2.3:5060;branch=z9hG4bK1\r\n" +
	"From: <sip:2015@10.1.1.10>;tag=1\r\nTo: <sip:2003@10.1.1.10>\r\nCall-ID: a@b\r\nCSeq: 101 INVITE\r\n"

func TestExtras(t *testing.T) {
	for _, tt := range []struct{ field, attr, want string }{
		{"Diversion: \"Desk\" <sip:9180@10.4.15.5>;reason=unconditional;privacy=off;screen=yes", "diversion", "9180"},
		{"Diversion: <tel:+4930123>;reason=no-answer", "diversion", "+4930123"},
		{"P-Asserted-Identity: <sip:+4930777@10.1.1.1>", "asserted", "+4930777"},
		{"p-asserted-identity: \"A\" <tel:+4930777;cpc=x>", "asserted", "+4930777"},
		{"Remote-Party-ID: \"Ada\" <sip:2015@10.1.1.1>;party=calling;screen=yes;privacy=off", "remote_party", "2015"},
		{"Remote-Party-ID: \"Ada\" sip:5518@ host.example.com >;party=calling", "remote_party", "5518"},
		{"Refer-To: <sip:2077@10.1.1.10?Replaces=x%40y>", "refer_to", "2077"},
		{"Refer-To: cid:1234567890@10.1.2.10", "refer_to", "cid:1234567890@10.1.2.10"},
		{"r: <sip:%2355@10.1.1.10>", "refer_to", "#55"},
		{"Referred-By: <sip:2015@10.1.1.10>", "referred_by", "2015"},
		{"b: <sip:2015@10.1.1.10>", "referred_by", "2015"},
		{"Replaces: 12345-6789@10.1.1.20;to-tag=a;from-tag=b", "replaces", "12345-6789@10.1.1.20"},
		{"Join: j1@10.1.1.20;to-tag=a;from-tag=b", "join", "j1@10.1.1.20"},
		{"Event: kpml;id=1", "event", "kpml"},
		{"o: presence", "event", "presence"},
		{"Expires: 3600", "expires", "3600"},
		{"Session-Expires:  1800;refresher=uas", "session_expires", "1800"},
		{"x: 90", "session_expires", "90"},
		{"Cisco-Guid: 1022988416-0000065536-0000118822-0084870154", "guid", "1022988416-0000065536-0000118822-0084870154"},
		{"Call-Info: <urn:x-cisco-remotecc:callinfo>; security= Unknown; orientation= to; gci= 2-11891177; isVoip", "gci", "2-11891177"},
		{"Call-Info: <urn:x-cisco-remotecc:callinfo>;security=Unknown;gci=1-11013;isVoip;call-instance=1", "gci", "1-11013"},
		{"Call-Info: <sip:10.1.1.1:5060>;method=\"NOTIFY;gci=7-7;Duration=500\"", "gci", ""},
		{"Content-Type: message/sipfrag;version=2.0\r\n\r\nSIP/2.0 503 Service Unavailable", "sipfrag", "503 Service Unavailable"},
		{"Content-Type: text/plain\r\n\r\nSIP/2.0 503 Service Unavailable", "sipfrag", ""},
		{"Diversion: 9180@10.4.15.5>;reason=x", "diversion", ""},
		{"Expires: soon", "expires", ""},
	} {
		e := describe(t, head+tt.field+"\r\n\r\n")
		if got := e.Attr(tt.attr); got != tt.want {
			t.Errorf("%s: %s is %q, want %q", tt.field, tt.attr, got, tt.want)
		}
		for _, a := range e.Attrs {
			if a.Value == "" {
				t.Errorf("%s: empty %s", tt.field, a.Name)
			}
		}
	}
}

func BenchmarkParseLF(b *testing.B) {
	text := []byte(strings.ReplaceAll(invite, "\r\n", "\n"))
	var m sip.Message
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		m.Parse(text)
	}
}

func TestExtraKeys(t *testing.T) {
	const first, second = "2815b8df-c46e-4d71-a341-dc24e4110a04", "6f5fe930-1204-41dd-b23b-c6d360df78f3"
	e := describe(t, head+
		"Via: SIP/2.0/TLS 10.81.54.102:5061;egress-zone=z;branch=z9;proxy-call-id="+first+";received=10.81.54.102,SIP/2.0/TCP 127.0.0.1:5060;proxy-call-id="+second+"\r\n"+
		"Record-Route: <sip:proxy-call-id="+first+"@10.81.54.102:5061;transport=tls;lr>\r\n"+
		"Record-Route: <sip:proxy-call-id=broken@10.81.54.102:5061;transport=tls;lr>\r\n"+
		"X-TAATag: aa0fefcd-ed20-4a4e-a014-fab0c312ab5e\r\n"+
		"Call-Info: <urn:x-cisco-remotecc:callinfo>;gci= 2-8; isVoip\r\n\r\n")
	got := map[schemas.KeyType][]string{}
	for _, k := range e.Keys {
		got[k.Type] = append(got[k.Type], k.Value+"|"+k.Scope)
	}
	for typ, want := range map[schemas.KeyType]string{
		schemas.KeyCallSerial:   first + "| " + second + "|",
		schemas.KeyTag:          "aa0fefcd-ed20-4a4e-a014-fab0c312ab5e|",
		schemas.KeyGlobalCallID: "2-8|c1",
		schemas.KeyCallID:       "a@b|",
	} {
		if strings.Join(got[typ], " ") != want {
			t.Errorf("%s: got %q, want %q", typ, got[typ], want)
		}
	}
	if e := describe(t, head+"Call-Info: <urn:x>;gci=2-0\r\n\r\n"); e.Key(schemas.KeyGlobalCallID) != "" {
		t.Error("no call has the number 0")
	}
}

func TestRecording(t *testing.T) {
	e := describe(t, "INVITE sip:8675309@10.1.1.170:5060 SIP/2.0\r\nFrom: <sip:2015@10.1.1.90;x-nearend;x-refci=49613638;"+
		"x-nearendclusterid=lab;x-nearenddevice=SEP001122334455;x-nearendaddr=2015;x-farendrefci=49613637;x-farendaddr=2003>;tag=1\r\n"+
		"Call-ID: a@b\r\nCSeq: 101 INVITE\r\n\r\n")
	for name, want := range map[string]string{
		"from_user": "2015", "recording_ci": "49613638", "recording_far_ci": "49613637", "recording_device": "SEP001122334455",
		"recording_side": "near",
	} {
		if got := e.Attr(name); got != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	if e.Key(schemas.KeyCI) != "" {
		t.Error("a recording is not the call it records")
	}
}

func TestSessionIDForms(t *testing.T) {
	const a, b = "3bc79d8d00105000a000cc7f750586b7", "3bc79d8d00105000a000cc8e7148ad29"
	for value, want := range map[string]string{
		a: a, a + ";remote=" + b: a + " " + b, a + "; remote = " + b: a + " " + b, strings.ToUpper(a) + ";remote=" + a: a,
		strings.Repeat("0", 32) + ";remote=" + b: b, a + ";remote=" + strings.Repeat("0", 32): a, "ab30317f": "", a + "0": "",
	} {
		e := describe(t, head+"Session-ID: "+value+"\r\n\r\n")
		var got []string
		for _, k := range e.Keys {
			if k.Type == schemas.KeySessionID {
				got = append(got, k.Value)
			}
		}
		if strings.Join(got, " ") != want {
			t.Errorf("%s: got %q, want %q", value, got, want)
		}
	}
}

func TestDate(t *testing.T) {
	for value, want := range map[string]string{
		"Tue, 18 Oct 2016 11:48:14 GMT":      "2016-10-18T11:48:14Z",
		"tue, 18 OCT 2016 11:48:14 gmt":      "2016-10-18T11:48:14Z",
		"Tue, 5 Jan 2016 01:02:03 GMT":       "2016-01-05T01:02:03Z",
		"18 Oct 2016 11:48:14 GMT":           "2016-10-18T11:48:14Z",
		"Tue,18 Oct 2016 11:48:14":           "2016-10-18T11:48:14Z",
		"Tue, 18 Oct 2016 11:48:14 UTC":      "2016-10-18T11:48:14Z",
		"Tue, 18 Oct 2016 11:48:14 +0200":    "2016-10-18T09:48:14Z",
		"Tue, 18 Oct 2016 11:48:14 -0330":    "2016-10-18T15:18:14Z",
		"Tue, 18 Oct 2016 11:48:14 EDT":      "2016-10-18T15:48:14Z",
		"Sunday, 06-Nov-94 08:49:37 GMT":     "1994-11-06T08:49:37Z",
		"Sun Nov  6 08:49:37 1994":           "1994-11-06T08:49:37Z",
		"Tue, 18  Oct 2016\r\n 11:48:14 GMT": "2016-10-18T11:48:14Z",
		"Tue, 32 Oct 2016 11:48:14 GMT":      "",
		"Tue, 18 Oct 2016 25:48:14 GMT":      "",
		"Tue, 18 Oct 2016 11:48:14 MESZ":     "",
		"Tue, 18 Oct 2016":                   "",
		"11:48:14":                           "",
		"":                                   "",
	} {
		got := ""
		if d := sip.Date([]byte(value)); !d.IsZero() {
			got = d.Format(time.RFC3339)
		}
		if got != want {
			t.Errorf("%q: got %q, want %q", value, got, want)
		}
	}
}

func TestMoreDamage(t *testing.T) {
	lines := func(s ...string) string { return strings.Join(s, "\n") }
	const ids = "From: <sip:1@b>\nTo: <sip:2@b>\nCall-ID: a@b\nCSeq: 1 INVITE\n"
	for _, tt := range []struct {
		name, text string
		want       map[string]string
		sdp, cut   bool
		repairs    string
	}{
		{
			name: "values glued without a blank",
			text: lines("INVITE sip:a@b SIP/2.0", ids+"Session-Expires:  1800Diversion: <sip:9180@10.4.15.5>;reason=unconditional;privacy=off;"+
				"screen=yesP-Asserted-Identity: x <sip:+612@10.4.15.5>Remote-Party-ID: <sip:3@b>", ""),
			want:    map[string]string{"session_expires": "1800", "diversion": "9180", "asserted": "+612", "remote_party": "3"},
			repairs: "glued",
		},
		{
			name: "glued in a file whose lines end with CR LF",
			text: "INVITE sip:10.48.32.170 SIP/2.0 Via: SIP/2.0/UDP 10.1.1.1 From: <sip:1@b>;tag=2 To: <sip:2@b>\r\n" +
				"Call-ID: a@b CSeq: 1 INVITE\r\nReason: Q.850;cause=47 P-Asserted-Identity: <sip:3@b>\r\n\r\n",
			want: map[string]string{"from_user": "1", "to_user": "2", "asserted": "3"}, repairs: "glued",
		},
		{
			name: "caret M before the CR LF of the file",
			text: "INVITE sip:10.48.32.170 SIP/2.0^M\r\nFrom: <sip:1@b>^M\r\nCall-ID: a@b^M\r\nCSeq: 1 INVITE^M\r\n",
			want: map[string]string{"from_user": "1"}, repairs: "caret-m",
		},
		{
			name: "body behind the fields on one line",
			text: "INVITE sip:a@b SIP/2.0 From: <sip:1@b> Call-ID: a@b CSeq: 1 INVITE Content-Type: application/sdp Content-Length: 316 v=0 o=x 1 1 IN IP4 10.1.1.1 s=- c=IN IP4 10.1.1.1",
			want: map[string]string{"from_user": "1"}, sdp: true, repairs: "glued",
		},
		{
			name: "compact forms between blank lines",
			text: lines("INVITE sip:a@b SIP/2.0", "", "f: <sip:1@b>", "", "i: a@b", "", "CSeq: 1 INVITE", "", "l: 10", "", "v=0"),
			want: map[string]string{"from_user": "1"},
			sdp:  true, cut: true,
			repairs: "blank-lines",
		},
		{
			name:    "no URI",
			text:    lines("INVITE SIP/2.0", "Via: x", ids),
			want:    map[string]string{"from_user": "1"},
			repairs: "head",
		},
		{
			name:    "no version",
			text:    lines("REGISTER sip:10.1.1.10", "Via: x", ids),
			want:    map[string]string{"from_user": "1"},
			repairs: "head",
		},
		{
			name: "a line broken at the edge of a page",
			text: lines("INVITE sip:a@b SIP/2.0", ids+"Contact: <sip:6ee27b67-fbf0-5671-2759-64e50cb86304@10.1.2.3:5060;tran",
				`sport=tcp>;+u.sip!devicename.ccm.cisco.com="SEP001122334455"`, "Expires: 60", ""),
			want:    map[string]string{"device": "SEP001122334455", "expires": "60", "contact_user": "6ee27b67-fbf0-5671-2759-64e50cb86304"},
			repairs: "wrapped",
		},
		{
			name: "a remark is no broken line",
			text: lines("INVITE sip:a@b SIP/2.0", ids+"User-Agent: a user agent with a name that is quite a bit longer than a page",
				"### what happens next"),
		},
		{
			name: "prose is no broken line, and a broken line of prose no field",
			text: lines("INVITE sip:a@b SIP/2.0", ids+"User-Agent: a user agent with a name that is quite a bit longer than a page",
				"Note the cause in the message that follows here, which is what this page is about,", "and nothing else;"),
		},
		{
			name: "escaped for HTML",
			text: lines("INVITE sip:a@b SIP/2.0", "From: &quot;Ada&quot; &lt;sip:1@b&gt;;tag=1", "Call-ID: a@b", "CSeq: 1 INVITE", ""),
			want: map[string]string{"from_user": "1"}, repairs: "entities",
		},
		{
			name: "literal ^M",
			text: "INVITE sip:a@b SIP/2.0^M\nFrom: <sip:1@b>^M\nCall-ID: a@b^M\nCSeq: 1 INVITE^M\n^M\n",
			want: map[string]string{"from_user": "1"}, repairs: "caret-m",
		},
		{
			name: "XML without a blank line before it",
			text: lines("INVITE sip:a@b SIP/2.0", ids+"Content-Length: 20", "<?xml version=\"1.0\"?>", "<a/>"), repairs: "no-blank",
			want: map[string]string{"from_user": "1"},
		},
		{
			name: "multipart with a session description",
			text: lines("INVITE sip:a@b SIP/2.0", ids+"Content-Type: multipart/mixed;boundary=u", "", "--u", "Content-Type: application/sdp", "",
				"v=0", "o=x", "--u--"), sdp: true,
		},
		{
			name: "multipart without",
			text: lines("INVITE sip:a@b SIP/2.0", ids+"Content-Type: multipart/mixed;boundary=u", "", "--u", "Content-Type: text/plain", "", "x", "--u--"),
		},
		{
			name: "a session description that nothing announces",
			text: lines("INVITE sip:a@b SIP/2.0", ids, "c=IN IP4 10.1.1.1", "t=0 0"), sdp: true,
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			e := describe(t, tt.text)
			if e.SIP.CallID != "a@b" || e.SIP.CSeq != "1 INVITE" {
				t.Errorf("call id %q, cseq %q", e.SIP.CallID, e.SIP.CSeq)
			}
			for name, want := range tt.want {
				if got := e.Attr(name); got != want {
					t.Errorf("%s: got %q, want %q", name, got, want)
				}
			}
			if got := strings.Join(e.Repairs, " "); got != tt.repairs || e.SIP.SDP != tt.sdp || e.SIP.Truncated != tt.cut {
				t.Errorf("repairs %q, sdp %t, truncated %t", got, e.SIP.SDP, e.SIP.Truncated)
			}
		})
	}
}

func TestLostCSeq(t *testing.T) {
	const ok = "SIP/2.0 200 OK\nFrom: <sip:1002@c>;tag=1\nTo: <sip:1002@c>;tag=2\nCall-ID: a@b\nExpires: 120\n" +
		"Contact: <sip:6ee2@10.1.1.1;transport=tcp>;+sip.instance=\"<urn:uuid:0>\"\n"
	for text, want := range map[string]string{
		ok: "REGISTER", strings.Replace(ok, "Expires: 120\n", "", 1): "", strings.Replace(ok, "+sip.instance", "x", 1): "",
		strings.Replace(ok, "To: <sip:1002", "To: <sip:1003", 1): "", strings.Replace(ok, "200", "401", 1): "",
		ok + "CSeq: 7 SUBSCRIBE\n": "SUBSCRIBE",
	} {
		e := describe(t, text)
		if e.SIP.Method != want || (want == "REGISTER") != (strings.Join(e.Repairs, " ") == "method") || e.SIP.CSeq != "" && want == "REGISTER" {
			t.Errorf("%q: method %q, repairs %q", text, e.SIP.Method, e.Repairs)
		}
	}
}

func TestSeveralValues(t *testing.T) {
	e := describe(t, head+"Reason: Q.850;cause=16\r\nReason: SIP;cause=200\r\nWarning: 399 a \"x\"\r\nWarning: 399 b \"y\"\r\n"+
		"Subject: x\r\nk: timer\r\n\r\n")
	if e.SIP.ReasonHeader != "Q.850;cause=16, SIP;cause=200" || e.SIP.Warning != `399 a "x", 399 b "y"` {
		t.Errorf("reason %q, warning %q", e.SIP.ReasonHeader, e.SIP.Warning)
	}
	e = describe(t, "INVITE sip:%2355@10.1.1.10 SIP/2.0\r\nFrom: <sip:%2a1@10.1.1.10>\r\nTo: <tel:+49-30-1>\r\nCall-ID: a@b\r\n\r\n")
	if e.Attr("ruri_user") != "#55" || e.Attr("from_user") != "*1" || e.Attr("to_user") != "+49-30-1" || e.SIP.RequestURI != "sip:%2355@10.1.1.10" {
		t.Errorf("attributes %v, URI %q", e.Attrs, e.SIP.RequestURI)
	}
}
