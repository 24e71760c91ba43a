package sasl_test

import (
	"bytes"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/normalizer/internal/sasl"
)

func TestAppendMechanisms(t *testing.T) {
	for text, want := range map[string]string{
		"<stream:features><mechanisms xmlns='x'><mechanism>PLAIN</mechanism><mechanism>CISCO-VTG-TOKEN</mechanism></mechanisms></stream:features>": "PLAIN CISCO-VTG-TOKEN",
		"&lt;mechanism&gt;EXTERNAL&lt;/mechanism&gt;": "EXTERNAL",
		"<mechanism>not a name</mechanism>":           "",
		"<stream:features><starttls/>":                "",
		"":                                            "",
	} {
		if got := string(sasl.AppendMechanisms(nil, []byte(text))); got != want {
			t.Errorf("%s: %q, want %q", text, got, want)
		}
	}
}

func TestMask(t *testing.T) {
	for text, want := range map[string]string{
		"<auth mechanism='PLAIN'>S3CRET</auth>":                  "<auth mechanism='PLAIN'>***</auth>",
		"<auth mechanism='PLAIN'>S3CRET":                         "<auth mechanism='PLAIN'>***",
		"&lt;auth mechanism='PLAIN'&gt;S3CRET&lt;/auth&gt;":      "&lt;auth mechanism='PLAIN'&gt;***&lt;/auth&gt;",
		"a <response>S3CRET</response> b <success>S3CRET":        "a <response>***</response> b <success>***",
		"<username>u</username><password>S3CRET</password>":      "<username>u</username><password>***</password>",
		"<message><body>S3CRET</body></message>":                 "<message><body>***</body></message>",
		"login user=a password=S3CRET, x":                        "login user=a password=***, x",
		"Password: 'S3CRET one' x":                               "Password: '***' x",
		`{"token":"S3CRET"}`:                                     `{"token":"***"}`,
		"<success xmlns='x'/>":                                   "<success xmlns='x'/>",
		"<authority>open</authority>":                            "<authority>open</authority>",
		"<mechanism>PLAIN</mechanism>":                           "<mechanism>PLAIN</mechanism>",
		"<iq type='set'><bind/></iq> tokens are three: a, b = c": "<iq type='set'><bind/></iq> tokens are three: a, b = c",
		"<auth": "<auth",
		"otp=":  "otp=",
		"<auth mechanism='PLAIN'>***</auth> token": "<auth mechanism='PLAIN'>***</auth> token",
	} {
		if got := string(sasl.Mask([]byte(text))); got != want {
			t.Errorf("%s: got %s, want %s", text, got, want)
		}
	}
}

// FuzzMask checks that nothing but secrets goes, that the argument stays as it
// is, and that a masked text has nothing left to mask.
func FuzzMask(f *testing.F) {
	f.Add([]byte("<auth mechanism='PLAIN'>AGEAYg==</auth> password=x"))
	f.Add([]byte("&lt;body&gt;hi&lt;/body&gt; token: \"a b\""))
	f.Fuzz(func(t *testing.T, b []byte) {
		before := bytes.Clone(b)
		got := sasl.Mask(b)
		if !bytes.Equal(b, before) {
			t.Fatalf("%q was changed to %q", before, b)
		}
		if again := sasl.Mask(got); string(again) != string(got) {
			t.Fatalf("%q: %q becomes %q", b, got, again)
		}
		if len(got) > len(b)+3*strings.Count(string(got), "***") {
			t.Fatalf("%q: %q", b, got)
		}
		sasl.AppendMechanisms(nil, b)
	})
}
