package report

import (
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"
)

func TestWrap(t *testing.T) {
	tests := []struct {
		text  string
		room  int
		split bool
		want  []string
	}{
		{"a b c", 0, false, []string{"a b c"}},
		{"aa bb cc", 5, false, []string{"aa bb", "cc"}},
		{"aaaaaaaa b", 4, false, []string{"aaaaaaaa", "b"}},
		{"aaaaaaaa b", 4, true, []string{"aaaa", "aaaa", "b"}},
		{"日本語日本語", 4, true, []string{"日本", "語日", "本語"}},
		{"", 4, true, []string{""}},
	}
	for _, tt := range tests {
		if d := cmp.Diff(tt.want, wrap(tt.text, tt.room, tt.split)); d != "" {
			t.Errorf("wrap(%q, %d): %s", tt.text, tt.room, d)
		}
	}
}

func FuzzWrap(f *testing.F) {
	f.Add("INVITE sip:2002@10.10.10.1 SIP/2.0", 10)
	f.Add("\x1b[0m 日本語 \xff", 3)
	f.Fuzz(func(t *testing.T, s string, room int) {
		s = Escape(s)
		if !utf8.ValidString(s) || strings.ContainsFunc(s, unsafeRune) {
			t.Fatalf("escape leaves %q", s)
		}
		if room < 2 || room > 1000 {
			return
		}
		lines := wrap(s, room, true)
		for _, l := range lines {
			if columns(l) > room {
				t.Errorf("line %q is wider than %d", l, room)
			}
		}
		if got := strings.Join(lines, ""); strings.ReplaceAll(got, " ", "") != strings.ReplaceAll(s, " ", "") {
			t.Errorf("wrap changes the text: %q, want %q", got, s)
		}
	})
}

func TestEscape(t *testing.T) {
	for text, want := range map[string]string{
		"plain":            "plain",
		"\x1b]0;title\x07": `\x1b]0;title\x07`,
		"a\tb\r\nc":        "a b  c",
		"\xff\xfe":         `\xff\xfe`,
		"a\u202eb":         `a\u202eb`,
		"\u0085":           `\x85`,
		"Zürich 日本 �":      "Zürich 日本 �",
	} {
		if got := Escape(text); got != want {
			t.Errorf("Escape(%q) = %q, want %q", text, got, want)
		}
	}
}

func TestNumber(t *testing.T) {
	for n, want := range map[int]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		if got := number(n); got != want {
			t.Errorf("number(%d) = %q, want %q", n, got, want)
		}
	}
}
