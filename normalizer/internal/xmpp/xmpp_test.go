package xmpp_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/normalizer/internal/xmpp"
)

func TestRead(t *testing.T) {
	for _, test := range []struct {
		name, text string
		// want is name|from|to|id|type|text, "" for no element.
		want string
	}{
		{"dialback", `sending:: <db:result from='coluc.com' to='vngtp.lab'>d780f198</db:result>"`, "db:result|coluc.com|vngtp.lab|||d780f198"},
		{"double quotes", `<db:verify from="vngtp.lab" id="05E295A2B" to="coluc.com" type="valid">k</db:verify>`, "db:verify|vngtp.lab|coluc.com|05E295A2B|valid|k"},
		{"typographic quotes", "<db:verify from=‘vngtp.lab’ id=’05E295A2B’ to=“coluc.com”>k", "db:verify|vngtp.lab|coluc.com|05E295A2B||k"},
		{"escaped for HTML", `&lt;db:verify from=&apos;a.b&apos; to=&quot;c.d&quot;&gt;k&lt;/db:verify&gt;`, "db:verify|a.b|c.d|||k"},
		{"empty element", `<db:result from='a.b' to='c.d' type='valid'/>rest`, "db:result|a.b|c.d||valid|"},
		{"slash in a value", `<iq from='a@b/r' to='c/d'>`, "iq|a@b/r|c/d|||"},
		{"blanks around =", `<iq from = 'a' to= 'b' >`, "iq|a|b|||"},
		{"closing tag and declaration first", `</x><?xml version='1.0'?><!-- In --><iq from='a'>`, "iq|a||||"},
		{"prose with a bracket first", `_xmpp-server._tcp.<target domain is wrong <iq from='a'>`, "iq|a||||"},
		{"cut in a value", `<db:result from='coluc.com`, ""},
		{"cut before the end", `<db:result from='coluc.com'`, ""},
		{"quotes that do not match", `<db:result from="coluc.com' to='vngtp.lab'>k</db:result>`, ""},
		{"a masked value without quotes", `<auth mechanism=** from=xxxx>***</auth>`, "auth|xxxx||||***"},
		{"nothing", `a < b`, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			e, ok := xmpp.Read([]byte(test.text))
			got := ""
			if ok {
				got = string(bytes.Join([][]byte{e.Name, e.From, e.To, e.ID, e.Type, e.Text}, []byte("|")))
			}
			if got != test.want {
				t.Errorf("got %s, want %s", got, test.want)
			}
		})
	}
}

func TestReadSASL(t *testing.T) {
	e, ok := xmpp.Read([]byte(`Send:<auth xmlns="urn:ietf:params:xml:ns:xmpp-sasl" mechanism="CISCO-VTG-TOKEN">dXNlcmlk</auth>`))
	if !ok || string(e.Mechanism) != "CISCO-VTG-TOKEN" || string(e.XMLNS) != "urn:ietf:params:xml:ns:xmpp-sasl" || e.Start != len("Send:") {
		t.Errorf("got %+v, %v", e, ok)
	}
}

func TestCondition(t *testing.T) {
	for text, want := range map[string]string{
		`<bind/><error code='409' type='cancel'><conflict xmlns='x'/></error></iq>`:     "conflict",
		`<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/></failure>`: "not-authorized",
		`<stream:error><host-unknown xmlns='x'/></stream:error>`:                        "host-unknown",
		`<error type='cancel'/><other/>`:                                                "",
		`<message><body>an error</body></message>`:                                      "",
		``: "",
	} {
		if got := string(xmpp.Condition([]byte(text))); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestDialbackKey(t *testing.T) {
	const sha1 = "d780f198ac34a6dbd795fcdaf8762eaf52ea9b03"
	for text, ok := range map[string]bool{
		sha1: true, sha1 + sha1[:24]: true, "": false, "verify03" + sha1[8:]: false,
		"CAESBxDs9Zk+abc=": true, "3527460521": true, sha1[:16]: true, sha1[:8] + " " + sha1[8:16]: false,
		"abc": false, "<error/>": false, "k\u00e9y-with-accent": false, "**********": false,
	} {
		if got := xmpp.DialbackKey([]byte(text)) != nil; got != ok {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

func TestMaskedKey(t *testing.T) {
	for text, ok := range map[string]bool{"**********": true, "": false, "***a": false, strings.Repeat("*", 40): false} {
		if got := xmpp.MaskedKey([]byte(text)); got != ok {
			t.Errorf("%q: got %v", text, got)
		}
	}
}

func TestParseJID(t *testing.T) {
	for _, test := range []struct{ in, bare, resource string }{
		{"User2@VoiceInitiate.com", "user2@voiceinitiate.com", ""},
		{"jdoe@example.com/Jabber_7321", "jdoe@example.com", "Jabber_7321"},
		{"chat558@conference-3.example.com/user@dom/jabber_12137", "chat558@conference-3.example.com", "user@dom/jabber_12137"},
		{"example.com.", "example.com", ""},
		{`a\40b@example.com`, `a\40b@example.com`, ""},
		{"@example.com", "", ""},
		{"a b@example.com", "", ""},
		{"a@exam ple.com", "", ""},
		{"a@", "", ""},
		{"\uff21da@Ex\uff41mple\u3002com\u3002/R", "ada@example.com", "R"},
		{strings.Repeat("a", 1024) + "@example.com", "", ""},
		{"", "", ""},
	} {
		j, ok := xmpp.ParseJID(test.in)
		if ok != (test.bare != "") || j.Bare() != test.bare || ok && j.Resource != test.resource {
			t.Errorf("%q: got %q, %q, %v", test.in, j.Bare(), j.Resource, ok)
		}
	}
}

func TestReadPart(t *testing.T) {
	for _, tt := range []struct {
		text, name, id, typ string
		cut                 bool
	}{
		{"Recv:<iq id='uid:5' type='error' from='exam", "iq", "uid:5", "error", true},
		{"Recv:<stream:features", "stream:features", "", "", true},
		{"<presence to=", "presence", "", "", true},
		{"<iq id='1' type='result'>", "iq", "1", "result", false},
		{"a <target domain='x", "", "", "", false},
		{"<iq id='1' <b id='2'>", "b", "2", "", false},
	} {
		e, ok := xmpp.ReadPart([]byte(tt.text))
		if ok != (tt.name != "") || string(e.Name) != tt.name || string(e.ID) != tt.id || string(e.Type) != tt.typ || e.Cut != tt.cut {
			t.Errorf("%s: %+v %t", tt.text, e, ok)
		}
	}
}

func TestReadError(t *testing.T) {
	for _, tt := range []struct{ text, want string }{
		{`<iq type='error'><bind/><error code="409" type='cancel'><conflict xmlns='x'/></error></iq>`, "conflict|cancel|409|"},
		{`<failure xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><not-authorized/><text xml:lang='en'>No.</text></failure><x/>`, "not-authorized|||No."},
		{`<stream:error><text>bye</text><conflict xmlns='x'/></stream:error>`, "conflict|||bye"},
		{`<stream:error><host-unknown xmlns='x'/></stream:error></stream:stream>`, "host-unknown|||"},
		{`<error code='503'/>`, "||503|"},
		{`<error type='wait'><internal-server-error`, "|wait||"},
		{`<message><body>x</body></message>`, "-"},
	} {
		e, ok := xmpp.ReadError([]byte(tt.text))
		got := "-"
		if ok {
			got = string(bytes.Join([][]byte{e.Condition, e.Type, e.Code, e.Text}, []byte("|")))
		}
		if got != tt.want {
			t.Errorf("%s: got %s, want %s", tt.text, got, tt.want)
		}
	}
}

func TestMechanisms(t *testing.T) {
	for text, want := range map[string]string{
		`<stream:features><mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism><mechanism>CISCO-VTG-TOKEN</mechanism></mechanisms><mechanism>X</mechanism></stream:features>`: "PLAIN CISCO-VTG-TOKEN true",
		`<mechanisms/>`:                              " true",
		`<mechanisms><mechanism>PLAIN`:               "PLAIN true",
		`<stream:features><bind/></stream:features>`: " false",
	} {
		list, ok := xmpp.Mechanisms(nil, []byte(text))
		if got := fmt.Sprintf("%s %t", bytes.Join(list, []byte(" ")), ok); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestBind(t *testing.T) {
	for text, want := range map[string]string{
		`<iq><bind xmlns='x'><jid>ada@example.com/jabber_1</jid></bind></iq>`:        "ada@example.com/jabber_1||true",
		`<iq><bind xmlns='x'><resource>jabber_1</resource></bind><jid>no</jid></iq>`: "|jabber_1|true",
		`<iq><bind/></iq>`: "||true",
		`<iq/>`:            "||false",
	} {
		jid, resource, ok := xmpp.Bind([]byte(text))
		if got := fmt.Sprintf("%s|%s|%t", jid, resource, ok); got != want {
			t.Errorf("%s: got %q, want %q", text, got, want)
		}
	}
}

func TestIsStanza(t *testing.T) {
	for name, want := range map[string]bool{
		"iq": true, "stream:features": true, "stream:x": false, "db:verify": true, "x:iq": false, "jid": false, "": false,
	} {
		if got := xmpp.IsStanza([]byte(name)); got != want {
			t.Errorf("%s: %t", name, got)
		}
	}
}

func TestAppendMasked(t *testing.T) {
	for text, want := range map[string]string{
		`Send:<auth mechanism='PLAIN'>AGFkYQBzZWNyZXQ=</auth> x`: `Send:<auth mechanism='PLAIN'>***</auth> x`,
		`<success xmlns='x'/><iq><body>b</body></iq>`:            `<success xmlns='x'/><iq><body>b</body></iq>`,
		`<query><username>a</username><password>p</password>`:    `<query><username>a</username><password>***</password>`,
		`&lt;response&gt;abc&lt;/response&gt;`:                   `&lt;response&gt;***&lt;/response&gt;`,
		`<auth mechanism=PLAIN>abc`:                              `<auth mechanism=PLAIN>***`,
		`<auth mechanism='PL`:                                    `<auth mechanism='PL`,
		`<challenge> </challenge>`:                               `<challenge> </challenge>`,
		`no tag`:                                                 `no tag`,
	} {
		if got := string(xmpp.AppendMasked(nil, []byte(text))); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

func TestUser(t *testing.T) {
	for in, want := range map[string]string{
		`ada\40sales.example.com@example.com`: "ada@sales.example.com", `a\20b\5c40@x`: `a b\40`, `a\zz\4@x`: `a\zz\4`, "x": "", "Ada@x": "ada",
	} {
		j, ok := xmpp.ParseJID(in)
		if !ok || j.User() != want {
			t.Errorf("%s: got %q %t, want %q", in, j.User(), ok, want)
		}
	}
}

// FuzzRead checks that Read finds a tag where it says, with a name, and that
// what it returns is part of the text.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`<db:verify from='vngtp.lab' id='05E295A2B' to='coluc.com'>d780f198</db:verify>`))
	f.Add([]byte(`&lt;a b=&apos;c&apos; / &gt;x<error><conflict/>`))
	f.Add([]byte("<a b=\xe2\x80"))
	f.Add([]byte("<iq id='1'><bind><jid>\uff21\\40b@x.y\u3002/r</jid><auth m=**>s&lt;mechanisms><mechanism>P<error code='5'><text>t"))
	f.Fuzz(func(t *testing.T, b []byte) {
		xmpp.ReadError(b)
		xmpp.Mechanisms(nil, b)
		xmpp.Bind(b)
		once := xmpp.AppendMasked(nil, b)
		if twice := xmpp.AppendMasked(nil, once); !bytes.Equal(once, twice) {
			t.Fatalf("%q masked again is %q", once, twice)
		}
		if e, ok := xmpp.ReadPart(b); ok && (e.Cut && (e.End != len(b) || !xmpp.IsStanza(e.Name)) || e.Start >= e.End) {
			t.Fatalf("%q: part %+v", b, e)
		}
		if j, ok := xmpp.ParseJID(string(b)); ok {
			if u := j.User(); len(u) > len(j.Node) {
				t.Fatalf("%q: user %q", b, u)
			}
			full := j.Bare()
			if j.Resource != "" {
				full += "/" + j.Resource
			}
			if again, ok := xmpp.ParseJID(full); !ok || again != j {
				t.Fatalf("%q: %+v is read again as %+v, %v", b, j, again, ok)
			}
		}
		e, ok := xmpp.Read(b)
		if !ok {
			return
		}
		if e.Start < 0 || e.End <= e.Start || e.End > len(b) || len(e.Name) == 0 || e.Closed && len(e.Text) > 0 {
			t.Fatalf("%q: %+v", b, e)
		}
		tag := b[e.Start:e.End]
		for _, v := range [][]byte{e.Name, e.From, e.To, e.ID, e.Type, e.Mechanism, e.XMLNS} {
			if !bytes.Contains(tag, v) {
				t.Fatalf("%q: %q is not in the tag %q", b, v, tag)
			}
		}
	})
}

func BenchmarkRead(b *testing.B) {
	text := []byte(`<db:verify from='vngtp.lab' id='05E295A2B' to='coluc.com' type='valid'>d780f198ac34a6dbd795fcdaf8762eaf52ea9b03</db:verify>`)
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		if _, ok := xmpp.Read(text); !ok {
			b.Fatal("not read")
		}
	}
}
