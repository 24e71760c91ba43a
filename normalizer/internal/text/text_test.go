package text_test

import (
	"bytes"
	"slices"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/uctrace/uctrace/normalizer/internal/text"
)

func TestClean(t *testing.T) {
	for _, tt := range []struct {
		in, want string
		repairs  []string
	}{
		{"plain - 'text'", "plain - 'text'", nil},
		{"can\u2019t find remdest 5737 in map", "can't find remdest 5737 in map", []string{"quotes"}},
		{"\u201cMark o\u2019neil\u201d", `"Mark o'neil"`, []string{"quotes"}},
		{"devicename.ccm.cisco.com=\u201duser2\u2033;", `devicename.ccm.cisco.com="user2";`, []string{"quotes"}},
		{"getCtrlPid \u2013 callingNum=1 \u2014 x", "getCtrlPid - callingNum=1 - x", []string{"dashes"}},
		{"a\u00a0b\u2026\u200b", "a b...", []string{"nbsp", "ellipsis"}},
		{"Line 190: a\nLine 191: b", "a\nb", []string{"line-prefix"}},
		{"M\u00fcller \u65e5\u672c", "M\u00fcller \u65e5\u672c", nil},
		{"bad \xff\x80 bytes\u2019", "bad \xff\x80 bytes'", []string{"quotes"}},
	} {
		got, done := text.Clean([]byte(tt.in))
		if string(got) != tt.want || !slices.Equal(done.Names(), tt.repairs) {
			t.Errorf("%q: got %q %v, want %q %v", tt.in, got, done.Names(), tt.want, tt.repairs)
		}
	}
}

func TestTrimLinePrefix(t *testing.T) {
	for in, want := range map[string]string{
		"Line 11448: 2019/07/04  14:37": "2019/07/04  14:37", "\tLine 5: x": "x", "Line 5:x": "x", "Line 5 x": "Line 5 x",
		"Line: x": "Line: x", "Lines 5: x": "Lines 5: x", "  x": "  x", "": "", "\xef\xbb\xbfx": "x", "Line 12": "Line 12",
	} {
		got, ok := text.TrimLinePrefix([]byte(in))
		if string(got) != want || ok != (in != want) {
			t.Errorf("%q: got %q %t", in, got, ok)
		}
	}
}

func TestEvidence(t *testing.T) {
	for _, tt := range []struct {
		in   string
		max  int
		want string
	}{
		{"a line \r\n", 80, "a line"},
		{"a\r\nb\x00c", 80, "a  b c"},
		{"abcdef", 3, "abc"},
		{"ab\u2019cd", 4, "ab"},
		{"ab\u2019", 5, "ab\u2019"},
		{"x\xffy", 80, "x?y"},
		{"", 3, ""},
		{"\u2019", 1, ""},
	} {
		got := text.Evidence([]byte(tt.in), tt.max)
		if got != tt.want {
			t.Errorf("%q: got %q, want %q", tt.in, got, tt.want)
		}
	}
}

func TestDamage(t *testing.T) {
	for in, want := range map[string]int{"": 0, "plain": 0, "M\u00fcller": 0, "a\xffb\x80": 2, "a\ufffdb": 1} {
		if got := text.Damage([]byte(strings.Repeat("x", 40) + in)); got != want {
			t.Errorf("%q: %d, want %d", in, got, want)
		}
	}
}

func TestLine(t *testing.T) {
	for _, tt := range []struct{ in, line, rest string }{
		{"a\r\nb\n", "a", "b\n"}, {"a\n", "a", ""}, {"a", "a", ""}, {"\nb", "", "b"}, {"a\r", "a", ""},
	} {
		line, rest := text.Line([]byte(tt.in))
		if string(line) != tt.line || string(rest) != tt.rest {
			t.Errorf("%q: %q %q", tt.in, line, rest)
		}
	}
}

// FuzzClean checks that cleaning is stable, keeps ASCII as it is and that
// evidence is a valid line of bounded length.
func FuzzClean(f *testing.F) {
	f.Add([]byte("Line 7: can\u2019t \u2013 x\xff\nLine 8: y"))
	f.Fuzz(func(t *testing.T, b []byte) {
		once, _ := text.Clean(b)
		if _, prefixed := text.TrimLinePrefix(once); !prefixed {
			if twice, again := text.Clean(once); !bytes.Equal(once, twice) || again != 0 {
				t.Errorf("%q cleaned again is %q", once, twice)
			}
		}
		if _, prefixed := text.TrimLinePrefix(b); text.ASCII(b) && !prefixed && !bytes.Equal(once, b) {
			t.Errorf("%q changed to %q", b, once)
		}
		if e := text.Evidence(b, 20); len(e) > 20 || !utf8.ValidString(e) || strings.ContainsAny(e, "\r\n") {
			t.Errorf("evidence %q", e)
		}
	})
}
