package read

import (
	"slices"
	"testing"
)

// TestSpellings wants what people type to be what products write.
func TestSpellings(t *testing.T) {
	for text, want := range map[string][]string{
		"alice":                {"alice"},
		"2001":                 {"2001", "+2001"},
		"+1 (408) 555-0127":    {"+1 (408) 555-0127", "14085550127", "+14085550127"},
		"+49 69/123.10":        {"+49 69/123.10", "496912310", "+496912310"},
		"10.1.1.1":             {"10.1.1.1"},
		"12":                   {"12"},
		"001122aabbcc":         {"001122aabbcc", "SEP001122AABBCC", "001122AABBCC"},
		"00:11:22:aa:bb:cc":    {"00:11:22:aa:bb:cc", "SEP001122AABBCC", "001122AABBCC"},
		"0011.22AA.BBCC":       {"0011.22AA.BBCC", "SEP001122AABBCC", "001122AABBCC"},
		"SEP001122AABBCC":      {"SEP001122AABBCC", "001122AABBCC"},
		"sep001122aabbcc":      {"sep001122aabbcc", "SEP001122AABBCC", "001122AABBCC"},
		"5a1b9e00-1@10.1.1.1":  {"5a1b9e00-1@10.1.1.1"},
		"0f5a9c27-33aa-4d0e-9": {"0f5a9c27-33aa-4d0e-9"},
		"":                     {""},
		"deadbeef":             {"deadbeef"},
		"123456789012":         {"123456789012", "+123456789012", "SEP123456789012"},
		"+":                    {"+"},
		"\xff\xfe":             {"\xff\xfe"},
	} {
		if got := Spellings(text); !slices.Equal(got, want) {
			t.Errorf("%q: %q, want %q", text, got, want)
		}
	}
	for _, tt := range []struct {
		number, searched string
		want             bool
	}{{"1003", "49691231003", true}, {"+1003", "49691231003", true}, {"003", "49691231003", false}, {"49691231003", "49691231003", false}, {"1004", "49691231003", false}, {"wxyz", "49691231003", false}} {
		if got := extensionOf(tt.number, tt.searched); got != tt.want {
			t.Errorf("%s of %s: %v", tt.number, tt.searched, got)
		}
	}
}
