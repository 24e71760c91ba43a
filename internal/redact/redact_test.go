package redact_test

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/redact"
	"github.com/uctrace/uctrace/schemas"
)

// batch returns a batch of the records.
func batch(records ...string) *schemas.RecordBatch {
	b := &schemas.RecordBatch{Blob: []byte(strings.Join(records, ""))}
	b.End = int64(len(b.Blob))
	for _, r := range records {
		b.Records = append(b.Records, schemas.Record{Head: true, Offset: b.Start})
		b.Start += int64(len(r))
	}
	for i, r := range records {
		at := b.Records[i].Offset
		b.Records[i].Text = b.Blob[at : at+int64(len(r))]
	}
	b.Start = 0
	return b
}

func mask(record string) string {
	b := batch(record)
	new(redact.Masker).Mask(b)
	return string(b.Blob)
}

// marked splits a text whose secrets stand between « and » into the clear and
// the masked one.
func marked(s string) (clear, masked string) {
	for {
		before, rest, found := strings.Cut(s, "«")
		clear, masked = clear+before, masked+before
		if !found {
			return clear, masked
		}
		secret, after, _ := strings.Cut(rest, "»")
		clear += secret
		for i, line := range strings.SplitAfter(secret, "\n") {
			text := strings.TrimRight(line, "\r\n")
			indent := ""
			if i > 0 {
				indent = text[:len(text)-len(strings.TrimLeft(text, " \t"))]
			}
			masked += indent + strings.Repeat("*", len(text)-len(indent)) + line[len(text):]
		}
		s = after
	}
}

func TestSecrets(t *testing.T) {
	for _, tt := range secrets {
		clear, want := marked(tt.text)
		if got := mask(clear); got != want {
			t.Errorf("%s\n got %q\nwant %q", tt.name, got, want)
		}
	}
}

// TestCutSecrets cuts every record at every byte: what is left of a secret
// must not be readable. A dozen characters may stay where the rest is what
// tells a secret from something else.
func TestCutSecrets(t *testing.T) {
	const harmless = 12
	for _, tt := range secrets {
		clear, want := marked(tt.text)
		for cut := range clear {
			got, visible := mask(clear[:cut]), 0
			for i := range cut {
				if want[i] == '*' && clear[i] != '*' && got[i] != '*' {
					visible++
				} else {
					visible = 0
				}
			}
			if visible > harmless {
				t.Errorf("%s, cut at %d: %q", tt.name, cut, got)
				break
			}
		}
	}
}

// TestRecordsAreApart wants that a secret that is cut off at the end of a
// record does not mask the next one.
func TestRecordsAreApart(t *testing.T) {
	b := batch("Authorization: Bearer abc", "def Call-ID: 1\n", "<password>hunter2", "Call-ID: 2\n")
	m := new(redact.Masker)
	m.Mask(b)
	if want := "Authorization: Bearer ***def Call-ID: 1\n<password>*******Call-ID: 2\n"; string(b.Blob) != want {
		t.Errorf("got  %q\nwant %q", b.Blob, want)
	}
	if got := m.Counts(); len(got) != 2 || got["authorization"] != 1 || got["password"] != 1 {
		t.Errorf("counts = %v", got)
	}
}

// TestTail wants the rest of a secret masked in the record that goes on one
// which was cut, and in no other.
func TestTail(t *testing.T) {
	for _, tt := range []struct {
		text   string
		head   bool
		offset int64
	}{
		{"«Zm9vYmFyYmF6cXV1eDEyMzQ1Njc4»\" next=1\n", false, 524288},
		{"«d780f198ac34a6dbd795fcdaf8762eaf»</db:result>\n", false, 524288},
		{"«" + strings.Repeat("MIIEvQIB", 8) + "\n" + strings.Repeat("ADANBgkq", 8) + "\nhkiG9w0=»\n-----END\n", false, 524288},
		{"Zm9vYmFyYmF6cXV1eDEyMzQ1Njc4 is a line of a text\n", false, 0},
		{"Zm9vYmFyYmF6cXV1eDEyMzQ1Njc4 is a record\n", true, 524288},
		{"IMPStackCap::StackManager::initialise] - BuddyList started\n", false, 524288},
	} {
		clear, want := marked(tt.text)
		b := batch(clear)
		b.Records[0].Head, b.Records[0].Offset = tt.head, tt.offset
		new(redact.Masker).Mask(b)
		if string(b.Blob) != want {
			t.Errorf("got  %q\nwant %q", b.Blob, want)
		}
	}
}

func TestNoMasker(t *testing.T) {
	b := batch("password=hunter2\n")
	var m *redact.Masker
	m.Mask(b)
	if string(b.Blob) != "password=hunter2\n" || len(m.Counts()) != 0 {
		t.Errorf("%q, %v", b.Blob, m.Counts())
	}
}

func TestEmptyBatch(t *testing.T) {
	new(redact.Masker).Mask(&schemas.RecordBatch{EOF: true})
}

// key is the dialback key of Cisco's note on XMPP federation.
const key = "d780f198ac34a6dbd795fcdaf8762eaf52ea9b03"

func digestOf(key string) string {
	sum := sha256.Sum256([]byte("uctrace dialback key\x00" + strings.ToLower(key)))
	return hex.EncodeToString(sum[:])[:len(key)]
}

func TestDialback(t *testing.T) {
	long, word := key+"0123456789abcdef01234567", "caesbxcv1+vv/ts4aea9z2kw5qj8xr=="
	for _, tt := range []struct{ name, text, want string }{
		{"result", "xcoder=34A9B60C8 sending:: <db:result from='coluc.com' to='vngtp.lab'>" + key + "</db:result>\"", ""},
		{"verify", "<db:verify from='coluc.com' id='05E295A2B' to='vngtp.lab' type='valid'>" + key + "</db:verify>", ""},
		{"SHA-256", "<db:verify from='a' id='05E295A2B' to='b'>" + long + "</db:verify>", ""},
		{"upper case", "<db:verify from='a' to='b'>" + strings.ToUpper(key) + "</db:verify>", ""},
		{"escaped", "&lt;db:result from=&apos;a&apos; to=&apos;b&apos;&gt;" + key + "&lt;/db:result&gt;", ""},
		{"typographic", "<db:result from=‘a’ to=’b’>" + key + "</db:result>”", ""},
		{"start tag on another line", "<db:result from=\"'coluc.com’\nto=\"'vngtp.lab'>" + key + "</db:result>\"", ""},
		{"end tag only", "to=\"'vngtp.lab'>" + key + "</db:result>\"", ""},
		{"escaped end tag only", "vngtp.lab'&gt;" + key + "&lt;/db:result&gt;", ""},
		{"no end tag", "<db:result from='a' to='b'>" + key, ""},
		{"damaged end tag", "<db:verify to='b'>" + key + "</db >", ""},
		{"cut", "<db:result from='a' to='b'>d780f198ac34a6dbd7", "<db:result from='a' to='b'>" + strings.Repeat("*", 18)},
		{"blanks in the key", "type=\"valid'>d780f198ac34a dbd795fcdaf8762eaf 52ea9b03</db:verify>", "type=\"valid'>************* ****************** ********</db:verify>"},
		{"no digits", "<db:result from='a' to='b'>CAESBxCV1+vV/tS4aEA=</db:result>", "<db:result from='a' to='b'>********************</db:result>"},
		{"no digits, too long to guess", "<db:result from='a' to='b'>" + word + "</db:result>", "<db:result from='a' to='b'>" + digestOf(word) + "</db:result>"},
		{"a blank in it", "<db:result from='a' to='b'>CAESBxCV1 vV/tS4aEA=</db:result>", "<db:result from='a' to='b'>********* **********</db:result>"},
		{"no digits, escaped", "&lt;db:verify to='b'&gt;zyx&lt;/db:verify&gt;", "&lt;db:verify to='b'&gt;***&lt;/db:verify&gt;"},
		{"tag in the key", "<db:verify to='b'>d780f198ac34a6dbd795fcdaf8762eaf52ea9b verify03</db >", "<db:verify to='b'>" + strings.Repeat("*", 38) + " verify03</db >"},
		{"answer without a key", "<db:verify from='a' id='05E295A2B' to='b' type='invalid'/> xcoder=05E295A2B", "<db:verify from='a' id='05E295A2B' to='b' type='invalid'/> xcoder=05E295A2B"},
	} {
		want := tt.want
		if want == "" {
			for _, k := range []string{long, key, strings.ToUpper(key)} {
				if strings.Contains(tt.text, k) {
					want = strings.Replace(tt.text, k, digestOf(k), 1)
					break
				}
			}
		}
		if got := mask(tt.text); got != want {
			t.Errorf("%s\n got %q\nwant %q", tt.name, got, want)
		}
	}
}

// TestKeysSurvive wants what joins and what people search for untouched.
func TestKeysSurvive(t *testing.T) {
	for _, line := range survivors {
		if got := mask(line); got != line {
			t.Errorf("got  %q\nwant %q", got, line)
		}
		// Beside secrets, too.
		around := "token:hunter2, " + line + "\nAuthorization: Basic aHVudGVyMg==\n"
		if got := mask(around); !strings.Contains(got, line) || strings.Contains(got, "hunter2") || strings.Contains(got, "aHVudGVy") {
			t.Errorf("got  %q\nwant %q in it", got, line)
		}
	}
}

// FuzzMask wants that masking keeps length, line breaks and everything it
// does not mask, and that a second time changes nothing but dialback keys.
func FuzzMask(f *testing.F) {
	for _, tt := range secrets {
		clear, _ := marked(tt.text)
		f.Add(clear, len(clear)/2)
	}
	for _, line := range survivors {
		f.Add(line, 0)
	}
	f.Add("<db:result from='a' to='b'>"+key+"</db:result>", 30)
	f.Fuzz(func(t *testing.T, text string, cut int) {
		cut = min(max(cut, 0), len(text))
		b := batch(text[:cut], text[cut:])
		m := new(redact.Masker)
		m.Mask(b)
		if len(b.Blob) != len(text) {
			t.Fatalf("%d bytes became %d", len(text), len(b.Blob))
		}
		keys := m.Counts()["dialback"] > 0
		for i, c := range b.Blob {
			old := text[i]
			if c != old && (c != '*' || old == '\n' || old == '\r') && (!keys || !isHex(c) || !isHex(old)) {
				t.Fatalf("byte %d: %q became %q", i, old, c)
			}
		}
		once := bytes.Clone(b.Blob)
		if m.Mask(b); !keys && !bytes.Equal(once, b.Blob) {
			t.Fatalf("the second time\n%q became\n%q", once, b.Blob)
		}
		alone := batch(text[:cut])
		new(redact.Masker).Mask(alone)
		if !bytes.Equal(alone.Blob, once[:cut]) {
			t.Fatalf("a record alone\n%q, beside another\n%q", alone.Blob, once[:cut])
		}
	})
}

func isHex(c byte) bool { return strings.IndexByte("0123456789abcdefABCDEF", c) >= 0 }
