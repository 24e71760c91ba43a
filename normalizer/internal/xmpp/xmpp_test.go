package xmpp_test

import (
	"bytes"
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
		sha1: true, sha1 + sha1[:24]: true, sha1[1:]: false, "": false, "verify03" + sha1[8:]: false,
	} {
		if got := xmpp.DialbackKey([]byte(text)) != nil; got != ok {
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
		{"", "", ""},
	} {
		j, ok := xmpp.ParseJID(test.in)
		if ok != (test.bare != "") || j.Bare() != test.bare || ok && j.Resource != test.resource {
			t.Errorf("%q: got %q, %q, %v", test.in, j.Bare(), j.Resource, ok)
		}
	}
}

// FuzzRead checks that Read finds a tag where it says, with a name, and that
// what it returns is part of the text.
func FuzzRead(f *testing.F) {
	f.Add([]byte(`<db:verify from='vngtp.lab' id='05E295A2B' to='coluc.com'>d780f198</db:verify>`))
	f.Add([]byte(`&lt;a b=&apos;c&apos; / &gt;x<error><conflict/>`))
	f.Add([]byte("<a b=\xe2\x80"))
	f.Fuzz(func(t *testing.T, b []byte) {
		xmpp.Condition(b)
		if j, ok := xmpp.ParseJID(string(b)); ok {
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
