package sip_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// invite is a message as CUCM prints it, two kilobytes with its session
// description.
const invite = "INVITE sip:2003@10.1.1.10;user=phone SIP/2.0\r\n" +
	"Via: SIP/2.0/TCP 10.1.2.3:5060;branch=z9hG4bK3a5f\r\n" +
	"From: \"Ada Test\" <sip:2015@10.1.1.10>;tag=f0b2e5794\r\n" +
	"To: <sip:2003@10.1.1.10>\r\n" +
	"Call-ID: f0b2e579-40ee0056-4ab181e1@10.1.2.3\r\n" +
	"Max-Forwards: 70\r\n" +
	"Session-ID: 3bc79d8d00105000a000cc7f750586b7;remote=00000000000000000000000000000000\r\n" +
	"Date: Mon, 05 Jan 2026 10:15:22 GMT\r\n" +
	"CSeq: 101 INVITE\r\n" +
	"User-Agent: Cisco-CP8845/14.2.1\r\n" +
	"Contact: <sip:2015@10.1.2.3:5060;transport=tcp>;+u.sip!devicename.ccm.cisco.com=\"SEPCC7F750586B7\"\r\n" +
	"Expires: 180\r\n" +
	"Accept: application/sdp\r\n" +
	"Allow: ACK,BYE,CANCEL,INVITE,NOTIFY,OPTIONS,REFER,REGISTER,UPDATE,SUBSCRIBE,INFO\r\n" +
	"Supported: replaces,join,sdp-anat,norefersub,resource-priority,extended-refer,X-cisco-callinfo\r\n" +
	"Content-Type: application/sdp\r\n" +
	"Content-Length: 73\r\n\r\n" +
	"v=0\r\no=Cisco-SIPUA 1 0 IN IP4 10.1.2.3\r\ns=SIP Call\r\nm=audio 1 RTP/AVP 0\r\n"

func describe(t *testing.T, text string) *schemas.Event {
	t.Helper()
	var m sip.Message
	if !m.Parse([]byte(text)) {
		t.Fatalf("no message: %q", text)
	}
	var e schemas.Event
	sip.Describe(nil, &e, &m, "c1")
	return &e
}

func TestWholeMessage(t *testing.T) {
	e := describe(t, invite)
	want := schemas.SIP{
		Method: "INVITE", RequestURI: "sip:2003@10.1.1.10;user=phone", CSeq: "101 INVITE",
		CallID: "f0b2e579-40ee0056-4ab181e1@10.1.2.3",
		From:   `"Ada Test" <sip:2015@10.1.1.10>;tag=f0b2e5794`, To: "<sip:2003@10.1.1.10>",
		Contact:   `<sip:2015@10.1.2.3:5060;transport=tcp>;+u.sip!devicename.ccm.cisco.com="SEPCC7F750586B7"`,
		UserAgent: "Cisco-CP8845/14.2.1",
		SessionID: "3bc79d8d00105000a000cc7f750586b7;remote=00000000000000000000000000000000",
		Date:      e.SIP.Date, SDP: true,
	}
	if *e.SIP != want {
		t.Errorf("got  %+v\nwant %+v", *e.SIP, want)
	}
	if got := e.SIP.Date.Format("2006-01-02T15:04:05Z07:00"); got != "2026-01-05T10:15:22Z" {
		t.Errorf("date %s", got)
	}
	if got := e.Key(schemas.KeySessionID); got != "3bc79d8d00105000a000cc7f750586b7" {
		t.Errorf("session id %q", got)
	}
	if got := e.Key(schemas.KeyDevice); got != "SEPCC7F750586B7" {
		t.Errorf("device %q", got)
	}
	for name, want := range map[string]string{
		"from_user": "2015", "to_user": "2003", "contact_user": "2015", "ruri_user": "2003", "device": "SEPCC7F750586B7",
	} {
		if got := e.Attr(name); got != want {
			t.Errorf("%s %q, want %q", name, got, want)
		}
	}
	if len(e.Repairs) > 0 {
		t.Errorf("repairs %q of a whole message", e.Repairs)
	}
}

func TestDamage(t *testing.T) {
	lines := func(s ...string) string { return strings.Join(s, "\n") }
	tests := []struct {
		name, text            string
		callID, cseq, from    string
		fromUser, contactUser string
		reason                string
		sdp, truncated        bool
		repairs               string
	}{
		{
			name: "blank line after every line, quotes, lost address",
			text: lines("INVITE sip:3250@10.xx.96.x8 SIP/2.0", "", "Via: SIP/2.0/UDP 10.xx.6.x02:5060;rport", "",
				"To: <sip:3250@10.xx.96.x8>", "", "From: “Mark o’neil” 7@10.xx.96.x8>;tag=AI51E9A11E80AFDF6C", "",
				"Call-ID: AIBD1912FE6B7F686C@10.xx.6.x02", "", "", "Max-Forwards: 70", "",
				"Contact: sip:5737@10.xx.6.x02>", "", "Content-Type: application/sdp", "", "Content-Length: 316", "", "",
				"o=aastra400 442514688 442514688 IN IP4 10.xx.6.x02", "", "", "c=IN IP4 10.xx.7.x01", "", "t=0 0", ""),
			callID: "AIBD1912FE6B7F686C@10.xx.6.x02", from: `"Mark o'neil" 7@10.xx.96.x8>;tag=AI51E9A11E80AFDF6C`,
			contactUser: "5737", sdp: true, truncated: true, repairs: "quotes blank-lines address",
		},
		{
			name: "everything on one line",
			text: `BYE sip:10.48.32.170:5060;transport=UDP SIP/2.0 Via: SIP/2.0/UDP 10.48.32.90:5060;branch=z9 ` +
				`From: <sip:9110001@10.48.32.90>;tag=351 To: <sip:8@10.48.32.170>;tag=1 Call-ID: ef7acf80-50@10.48.32.90 ` +
				`CSeq: 102 BYE Reason: Q.850;cause=47 Content-Length: 0`,
			callID: "ef7acf80-50@10.48.32.90", cseq: "102 BYE", from: "<sip:9110001@10.48.32.90>;tag=351",
			fromUser: "9110001", reason: "Q.850;cause=47", repairs: "glued",
		},
		{
			name: "everything on one line, with the words of who quotes it",
			text: `SIP/2.0 183 Session Progress Via: SIP/2.0/TCP 10.1.2.7:5060 Call-ID: a@b CSeq: 1 INVITE ` +
				`From: "Queue <1>" <sip:8888@10.1.2.7> ;tag=10-33198813 ;x=1 . . //Truncated Output 100 Trying sent`,
			callID: "a@b", cseq: "1 INVITE", from: `"Queue <1>" <sip:8888@10.1.2.7> ;tag=10-33198813 ;x=1`, fromUser: "8888", repairs: "glued",
		},
		{
			name:   "a blank in the URI, and the first field behind the version",
			text:   lines("INVITE sip:9898@10.1.0.20: 5061 SIP/2.0 Via: SIP/2.0/TLS 10.1.0.3:5061;branch=z9hG4bK14", "Call-ID: a@b", "CSeq: 1 INVITE", ""),
			callID: "a@b", cseq: "1 INVITE", repairs: "glued head",
		},
		{
			name: "a response on one line",
			text: `SIP/2.0 200 OK Via: SIP/2.0/UDP 10.48.32.90:5060 Call-ID: a@b CSeq: 102 BYE`, callID: "a@b", cseq: "102 BYE",
			repairs: "glued",
		},
		{
			name: "fields glued to a value, a colon inside quotes",
			text: lines("SIP/2.0 503 Service Unavailable", `Warning: 399 host "Reason: none"`, "Call-ID: a@b",
				"CSeq: 102 BYE Reason: Q.850;cause=47 Content-Length: 0", ""),
			callID: "a@b", cseq: "102 BYE", reason: "Q.850;cause=47", repairs: "glued",
		},
		{
			name: "a field glued behind the CSeq, a blank before its colon",
			text: lines("SIP/2.0 504 Server time-out", "Call-ID: a@b",
				`CSeq: 2066245576 INVITE From : "DX70" <sip:2000 @example.com >;tag=9fea3e7d70afd884`, ""),
			callID: "a@b", cseq: "2066245576 INVITE", from: `"DX70" <sip:2000 @example.com >;tag=9fea3e7d70afd884`,
			fromUser: "2000", repairs: "glued",
		},
		{
			name: "compact forms, odd case, folding, two reasons",
			text: "BYE sip:a@b SIP/2.0\r\nf: <sip:1@b>\r\n ;tag=x\r\ni: a@b\r\ncseq:7 BYE\r\nREASON: Q.850;cause=16\r\n" +
				"Reason: SIP;cause=200\r\nl: 0\r\n\r\n",
			callID: "a@b", cseq: "7 BYE", from: "<sip:1@b> ;tag=x", fromUser: "1", reason: "Q.850;cause=16, SIP;cause=200",
		},
		{
			name: "a blank in the Call-ID", text: lines("INVITE sip:a@b SIP/2.0", "Call-ID: 9062bca7 @127.0.0.1", "CSeq: 1 INVITE", ""),
			callID: "9062bca7@127.0.0.1", cseq: "1 INVITE", repairs: "address",
		},
		{
			name: "no blank line before the body",
			text: lines("INVITE sip:a@b SIP/2.0", "Call-ID: a@b", "CSeq: 1 INVITE", "v=0", "o=x"), callID: "a@b", cseq: "1 INVITE",
			sdp: true, repairs: "no-blank",
		},
		{
			name: "body cut off",
			text: "INVITE sip:a@b SIP/2.0\r\nCall-ID: a@b\r\nCSeq: 1 INVITE\r\nContent-Type: application/sdp\r\n" +
				"Content-Length: 200\r\n\r\nv=0\r\no=x\r\n",
			callID: "a@b", cseq: "1 INVITE", sdp: true, truncated: true,
		},
		{
			name:   "a header-like body is no header",
			text:   "NOTIFY sip:a@b SIP/2.0\nCall-ID: a@b\nCSeq: 1 NOTIFY\nContent-Type: message/sipfrag\n\nSIP/2.0 200 OK\nFrom: <sip:9@x>\n",
			callID: "a@b", cseq: "1 NOTIFY",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := describe(t, tt.text)
			got := []string{
				e.SIP.CallID, e.SIP.CSeq, e.SIP.From, e.Attr("from_user"), e.Attr("contact_user"), e.SIP.ReasonHeader,
				strings.Join(e.Repairs, " "),
			}
			want := []string{tt.callID, tt.cseq, tt.from, tt.fromUser, tt.contactUser, tt.reason, tt.repairs}
			for i := range want {
				if got[i] != want[i] {
					t.Errorf("got %q, want %q", got[i], want[i])
				}
			}
			if e.SIP.SDP != tt.sdp || e.SIP.Truncated != tt.truncated {
				t.Errorf("sdp %t truncated %t", e.SIP.SDP, e.SIP.Truncated)
			}
		})
	}
}

func TestStartLine(t *testing.T) {
	for _, line := range []string{
		"INVITE sip:3250@10.xx.96.x8 SIP/2.0", "SIP/2.0 483 Too Many Hops", "SIP/2.0 200", "OPTIONS sip:10.0.0.8 SIP/2.0 ",
		"REGISTER sips:[2001:db8::1]:5061 SIP/2.0\r", "NOTIFY sip:7@10.1.1.1 SIP/2.0 Via: SIP/2.0/TCP 10.1.2.3:5060",
	} {
		if !sip.StartLine([]byte(line)) {
			t.Errorf("%q is a start line", line)
		}
	}
	for _, line := range []string{
		"", "INVITE", "invite sip:a@b SIP/2.0", "INVITE sip:a@b SIP/2.0 and more", "INVITE sip:a@b SIP/2.0 means: a call", "an INVITE sip:a@b SIP/2.0", "SIP/2.0 abc",
		"SIP/2.0 2000 OK", "INVITE  SIP/2.0", "200 248530707 ", "Sent:REGISTER sip:pubcucm SIP/2.0",
	} {
		if sip.StartLine([]byte(line)) {
			t.Errorf("%q is no start line", line)
		}
	}
	if i := sip.Find([]byte("[1,NET]\r\n\r\n  SIP/2.0 200 OK\r\nVia: x")); i != 13 {
		t.Errorf("found at %d", i)
	}
}

func TestValues(t *testing.T) {
	v := func(s string) []byte { return []byte(s) }
	eq := func(name string, got []byte, want string) {
		t.Helper()
		if string(got) != want {
			t.Errorf("%s: got %q, want %q", name, got, want)
		}
	}
	const cucm = "<sip:1@h>;tag=8162255~9cbf8c07-9c9b-758f-e658-bebd74e53d96-40280558"
	eq("ci", sip.CI(v(cucm)), "40280558")
	eq("ci of a phone's tag", sip.CI(v("<sip:1@h>;tag=f0b2e579~40ee-5")), "")
	eq("tag without brackets", sip.Tag(v("sip:1@h;tag=a")), "a")
	eq("tag inside brackets", sip.Tag(v("<sip:1@h;tag=a>")), "")
	eq("user of tel", sip.User(v("<tel:+14085251015;phone-context=x>")), "+14085251015")
	eq("user with parameters", sip.User(v(`"a <b" <sip:+1408;phone-context=x@h:5060>`)), "+1408")
	eq("user behind a blank", sip.User(v("<sip: 1111@ucm.example.net >")), "1111")
	eq("no user", sip.User(v("<sip:10.0.0.1>")), "")
	eq("device", sip.Device(v(`<sip:u@h>;+u.sip!devicename.ccm.features.cisco.com="test_secure";video`)), "test_secure")
	local, remote := sip.SessionHalves(v("3bc79d8d00105000a000cc7f750586b7;remote=3bc79d8d00105000a000cc8e7148ad29"))
	eq("local", local, "3bc79d8d00105000a000cc7f750586b7")
	eq("remote", remote, "3bc79d8d00105000a000cc8e7148ad29")
}

func TestParseAllocates(t *testing.T) {
	b := []byte(invite)
	var m sip.Message
	if n := testing.AllocsPerRun(100, func() { m.Parse(b) }); n != 0 {
		t.Errorf("%v allocations in Parse", n)
	}
	var a arena.Arena
	if n := testing.AllocsPerRun(100, func() {
		var e schemas.Event
		a.Reset()
		sip.Describe(&a, &e, &m, "")
	}); n > 1 {
		t.Errorf("%v allocations in Describe, want at most 1", n)
	}
}

func FuzzParse(f *testing.F) {
	f.Add([]byte(invite))
	f.Add([]byte("BYE sip:a@b SIP/2.0 Via: x From: y To: \"z Call-ID: q"))
	f.Add([]byte("INVITE SIP/2.0^M\nf: &lt;tel:%23&gt;;x-refci=1;x-refci=2\nr: <cid:1>\nVia: x;proxy-call-id=0b0cd0b8-4ed3-41fe-893e-6b896ec133fd\nl: 9 v=0 \n"))
	f.Add([]byte("REGISTER sip:a\nDate: Sun Nov  6 08:49:37 1994\nDiversion: \"a\\\"<sip:1800Diversion: x@b>\nCall-Info: ;gci= 1-2"))
	f.Add([]byte("SIP/2.0 200 OK\n\nVia: x\n\n f\n\nCall-ID:\xff\xe2\x80\x99\n\nv=0"))
	f.Fuzz(func(t *testing.T, b []byte) {
		var m sip.Message
		if !m.Parse(b) {
			return
		}
		if (m.Status > 0) == (m.Method != nil) {
			t.Errorf("a message is a request or a response: %q %d", m.Method, m.Status)
		}
		if !sip.StartLine(m.Line) && m.Mended&text.Head == 0 {
			t.Errorf("start line %q", m.Line)
		}
		var e schemas.Event
		sip.Describe(nil, &e, &m, "")
		for _, k := range e.Keys {
			if k.Value == "" || strings.Contains(k.Value, "\n") {
				t.Errorf("%s %q", k.Type, k.Value)
			}
		}
		names := map[string]bool{}
		for _, a := range e.Attrs {
			if a.Value == "" || names[a.Name] {
				t.Errorf("%s %q", a.Name, a.Value)
			}
			names[a.Name] = true
		}
		if m.Truncated && m.ContentLength < 1 || m.Body != nil && !bytes.HasSuffix(b, m.Body) && m.Mended == 0 {
			t.Errorf("body %q", m.Body)
		}
		if e.SIP.CallID != strings.TrimSpace(e.SIP.CallID) {
			t.Errorf("call id %q", e.SIP.CallID)
		}
	})
}

func BenchmarkParse(b *testing.B) {
	text := []byte(invite)
	var m sip.Message
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		m.Parse(text)
	}
}

func BenchmarkDescribe(b *testing.B) {
	text := []byte(invite)
	var m sip.Message
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	var a arena.Arena
	for b.Loop() {
		m.Parse(text)
		var e schemas.Event
		a.Reset()
		sip.Describe(&a, &e, &m, "")
	}
}
