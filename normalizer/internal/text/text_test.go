package text_test

import (
	"bytes"
	"math/rand"
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
		{"From: &quot;Ada&quot; &lt;sip:2015@10.1.1.10&gt;;tag=1", `From: "Ada" <sip:2015@10.1.1.10>;tag=1`, []string{"entities"}},
		{"a&nbsp;b &amp; c &#8211; d &#x201c;e&rdquo;", `a b & c - d "e"`, []string{"quotes", "dashes", "entities"}},
		{"&amp;lt;x&amp;gt;&lt;y&gt;", "&lt;x&gt;<y>", []string{"entities"}},
		{"<route>&lt;sip:10.1.1.1;lr&gt;</route>", "<route>&lt;sip:10.1.1.1;lr&gt;</route>", nil},
		{`url="/a?b=1&amp;c=2" x="&quot;"`, `url="/a?b=1&amp;c=2" x="&quot;"`, nil},
		{"/a?lt=1&gt=2&#;&#x;&#1;&#99999999;", "/a?lt=1&gt=2&#;&#x;&#1;&#99999999;", nil},
		{"SIP/2.0 200 OK^M  \nVia: x^M ", "SIP/2.0 200 OK\nVia: x", []string{"caret-m"}},
		{"SIP/2.0 200 OK^M\nVia: x^M", "SIP/2.0 200 OK\nVia: x", []string{"caret-m"}},
		{"1,100,14,20^10.1.1.1^MTP_2 ^M x", "1,100,14,20^10.1.1.1^MTP_2 ^M x", nil},
		{"\xef\xbb\xbf\u2003a\u2028b", " a\nb", []string{"nbsp", "line-prefix"}},
		{
			"J\xf6rg \x93quoted\x94 \x96 it\x92s \x85 \xa0x", "J\u00f6rg \"quoted\" - it's ...  x",
			[]string{"quotes", "dashes", "nbsp", "ellipsis", "latin-1"},
		},
		{"status \x803 \x80\x0b a\xe2\x80", "status \x803 \x80\x0b a\xe2\x80", nil},
		{"bad \xff\x80 bytes\u2019", "bad \xff\x80 bytes'", []string{"quotes"}},
	} {
		got, done := text.Clean([]byte(tt.in))
		if string(got) != tt.want || !slices.Equal(done.Names(), tt.repairs) {
			t.Errorf("%q: got %q %v, want %q %v", tt.in, got, done.Names(), tt.want, tt.repairs)
		}
	}
}

// TestFirstLine wants the number of lines to change nothing but the way.
func TestFirstLine(t *testing.T) {
	for _, in := range []string{"", "\n", "a", "a\n", "a\r\n", "a\r\r\n", "\r\n", "a\nb", "a\nb\n"} {
		line, rest := text.Line([]byte(in))
		got, after := text.FirstLine([]byte(in), max(1, len(bytes.SplitAfter([]byte(in), []byte{'\n'}))-1))
		if string(got) != string(line) || string(after) != string(rest) || (after == nil) != (rest == nil) {
			t.Errorf("%q: %q and %q, want %q and %q", in, got, after, line, rest)
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

func TestBlank(t *testing.T) {
	for in, want := range map[string]bool{"": true, " \t\r\n": true, "\xef\xbb\xbf": true, "\xef\xbb\xbf\n": true, "\xef\xbb": false, " x": false} {
		if got := text.Blank([]byte(in)); got != want {
			t.Errorf("%q: got %t", in, got)
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
		{"\x96\x96\x96", 2, "??"},
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

func TestUnwrap(t *testing.T) {
	for _, tt := range []struct {
		in, want string
		ok       bool
	}{
		{"one line\n", "one line", false},
		{"UTCTime=\"2013-03-26 15:36:52,612\"\nModule=\"developer.iwf\"\r\n  Level=\"DEBUG\"\n\n", `UTCTime="2013-03-26 15:36:52,612" Module="developer.iwf" Level="DEBUG"`, true},
		{strings.Repeat("a", 80) + "\n" + strings.Repeat("b", 80) + "\nc\n", strings.Repeat("a", 80) + strings.Repeat("b", 80) + "c", true},
		{strings.Repeat("a", 20) + "\n" + strings.Repeat("b", 20) + "\nc\n", strings.Repeat("a", 20) + " " + strings.Repeat("b", 20) + " c", true},
		{"a\n\nb", "a b", true},
		{"", "", false},
	} {
		got, ok := text.Unwrap([]byte(tt.in))
		if string(got) != tt.want || ok != tt.ok {
			t.Errorf("%q: got %q %t", tt.in, got, ok)
		}
	}
}

func TestEatenTags(t *testing.T) {
	for in, want := range map[string]bool{
		"TimeDateReq.|<:PENANG-CCM4-CLUSTER><:165.204.184.2><:2>": true,
		"x|<CLID::StandAloneCluster><NID::10.1.1.1>":              false,
		"a <: b": false,
	} {
		if got := text.EatenTags([]byte(in)); got != want {
			t.Errorf("%q: %t", in, got)
		}
	}
}

func TestCleanAllocates(t *testing.T) {
	for _, line := range cleanLines {
		if n := testing.AllocsPerRun(100, func() { text.Clean([]byte(line)) }); n > 1 {
			t.Errorf("%v allocations for %q", n, line)
		}
	}
}

// cleanLines need no repair.
var cleanLines = []string{
	"00020088.001 |12:48:36.157 |AppInfo  |//SIP/SIPUdp/wait_SdlSPISignal: Outgoing SIP UDP message to 10.48.32.170:[5060]:",
	"00020160.000 |12:48:36.190 |SdlSig   |MXTimeOut |wait |MediaExchange(2,100,134,7) |SdlTimerService(2,100,3,1) |2,100,14,9.5^10.1.1.1^MTP_2 |[R:N-H:0,N:0,L:0,V:0,Z:0,D:0]",
	"2018-01-01T12:56:48.965-05:00 vcs tvcs: UTCTime=\"2018-01-01 17:56:48,965\" Module=\"network.http\" Level=\"DEBUG\":  URL=\"/a?b=1&c=2\"",
}

// FuzzClean checks that cleaning is stable, keeps ASCII as it is and that
// evidence is a valid line of bounded length.
func FuzzClean(f *testing.F) {
	f.Add([]byte("&lt;a&#8217;\xe9b^M\n&amp;quot;"))
	f.Add([]byte("Line 7: can\u2019t \u2013 x\xff\nLine 8: y"))
	f.Fuzz(func(t *testing.T, b []byte) {
		once, _ := text.Clean(b)
		if twice, again := text.Clean(once); !bytes.Equal(once, twice) || again != 0 {
			t.Errorf("%q cleaned again is %q", once, twice)
		}
		if _, prefixed := text.TrimLinePrefix(b); text.ASCII(b) && !prefixed && !bytes.ContainsAny(b, "&^") && !bytes.Equal(once, b) {
			t.Errorf("%q changed to %q", b, once)
		}
		if flat, _ := text.Unwrap(b); bytes.IndexByte(flat, '\n') >= 0 || len(flat) > len(b) {
			t.Errorf("%q unwrapped is %q", b, flat)
		}
		if e := text.Evidence(b, 20); len(e) > 20 || !utf8.ValidString(e) || strings.ContainsAny(e, "\r\n") {
			t.Errorf("evidence %q", e)
		}
	})
}

func BenchmarkClean(b *testing.B) {
	for i, line := range cleanLines {
		b.Run([]string{"sip", "sdl", "expressway"}[i], func(b *testing.B) {
			line := []byte(line)
			b.SetBytes(int64(len(line)))
			b.ReportAllocs()
			for b.Loop() {
				text.Clean(line)
			}
		})
	}
}

// TestPrintable puts every byte at every place of texts of several lengths.
func TestPrintable(t *testing.T) {
	for size := range 80 {
		b := bytes.Repeat([]byte{'x'}, size)
		if !text.Printable(b) {
			t.Errorf("%q is not printable", b)
		}
		for i := range b {
			for c := range 256 {
				b[i] = byte(c)
				if want := c >= ' ' && c < utf8.RuneSelf; text.Printable(b) != want {
					t.Errorf("byte %#x at %d of %d: %t", c, i, size, !want)
				}
			}
			b[i] = 'x'
		}
	}
}

// TestIndex compares Index with what the standard library finds.
func TestIndex(t *testing.T) {
	for _, line := range []string{"", "M", "MSG:", "PMSG:", "SIPMSG:", "PPMSG:PMSG:", "PMSPMSG", "a PMSG: b PMSG:", "GGGGG", "PMSG"} {
		for _, needle := range []string{"PMSG:", "G", "MS", "PMSPMSG:"} {
			for rare := range len(needle) {
				if got, want := text.Index([]byte(line), needle, rare), strings.Index(line, needle); got != want {
					t.Errorf("Index(%q, %q, %d) = %d, want %d", line, needle, rare, got, want)
				}
			}
		}
	}
}

// TestPlaces finds every byte of texts of all lengths around a word and a line of
// the cache, those that differ from it in one bit only among them.
func TestPlaces(t *testing.T) {
	rng := rand.New(rand.NewSource(1))
	for n := range 200 {
		b := make([]byte, n)
		for i := range b {
			b[i] = "\"\"#!\"\xa2 \x00"[rng.Intn(8)]
		}
		var want []uint16
		for i, c := range b {
			if c == '"' {
				want = append(want, uint16(i))
			}
		}
		for _, room := range []int{0, 1, len(want), 300} {
			got := make([]uint16, room)
			got = got[:text.Places(got, b, '"')]
			if !slices.Equal(got, want[:min(room, len(want))]) {
				t.Errorf("%q: %v, want %v", b, got, want)
			}
		}
	}
}
