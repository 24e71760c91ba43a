package collector

import (
	"bufio"
	"io"
	"strings"
	"testing"
)

// TestMargin wants every line without what a copy has before it, and a log
// that has no such thing as it is.
func TestMargin(t *testing.T) {
	for name, c := range map[string]struct{ in, want string }{
		"quotation":       {"> 10:00 a\n>\n> b\n", "10:00 a\n\nb\n"},
		"no blank":        {">a\n>b", "a\nb"},
		"indentation":     {"    a\n\n      b\n    c\n", "a\n\n  b\nc\n"},
		"tab":             {"\ta\r\n\tb\r\n", "a\r\nb\r\n"},
		"grep -n":         {"x/SDL001.txt:12:00000001.000 |a\nx/SDL001.txt-13-b\n", "00000001.000 |a\nb\n"},
		"grep -n, time":   {"a.log:16:13:03:19,013 x\na.log:17:y\n", "13:03:19,013 x\ny\n"},
		"grep, time":      {"a.log:13:03:19,013 x\na.log:13:03:20,013 y\n", "13:03:19,013 x\n13:03:20,013 y\n"},
		"grep, date":      {"a.log:2020-03-30 x\nb.log.1:z\n", "2020-03-30 x\nz\n"},
		"zgrep":           {"SDL001.txt.gz:5:a\nSDL001.txt.gz:6:b\n", "a\nb\n"},
		"cat -n":          {"     1\ta\n     2\t\n     3\t  b\n     4\tc\n", "a\n\n  b\nc\n"},
		"search":          {"\tLine 12: a\n\tLine 13: \n\tLine 14:  b\n", "a\n\n b\n"},
		"one found line":  {"Line 12: a\n", "Line 12: a\n"},
		"lines of a log":  {"Line 12 is up\nLine 13 is up\n", "Line 12 is up\nLine 13 is up\n"},
		"one file":        {"12:a\n15: b\n99:c\n", "a\nb\nc\n"},
		"page":            {"8 | a\n9 | b\n\n10 | c\n", "a\nb\n\nc\n"},
		"times":           {"13:03:19 x\n14:03:20 y\n15:03:20 z\n", "13:03:19 x\n14:03:20 y\n15:03:20 z\n"},
		"table":           {"1|a\n5|b\n6|c\n", "1|a\n5|b\n6|c\n"},
		"phone":           {"5903 DEB a\n5904 DEB b\n5905 DEB c\n", "5903 DEB a\n5904 DEB b\n5905 DEB c\n"},
		"SDL of CUCM 8":   {"001900120| 2009/02/27 23:59:58.687| x\n001900121| 2009/02/27 23:59:58.690| y\n001900122| 2009/02/28 00:00:01.002| z\n", "001900120| 2009/02/27 23:59:58.687| x\n001900121| 2009/02/27 23:59:58.690| y\n001900122| 2009/02/28 00:00:01.002| z\n"},
		"two lines":       {"1: a\n2: b\n", "1: a\n2: b\n"},
		"gap":             {"a.log:1:x\na.log:2:y\n", "x\ny\n"},
		"log":             {"10:00 a\n b\n", "10:00 a\n b\n"},
		"one blank":       {" a\n b\n", " a\n b\n"},
		"one line of two": {"> a\nb\n", "> a\nb\n"},
		"XML":             {"<a>\n</a>\n", "<a>\n</a>\n"},
		"a file named":    {"reading a.log: done\nreading b.log: done\n", "reading a.log: done\nreading b.log: done\n"},
		"empty":           {"", ""},
	} {
		r, note := plain("f", bufio.NewReader(strings.NewReader(c.in)))
		got, err := io.ReadAll(r)
		if want := c.want; string(got) != want || err != nil || (note != nil) != (want != c.in) {
			t.Errorf("%s: %q, %v, %v, want %q", name, got, err, note, want)
		}
	}
}

// TestMarginLongLine wants the middle of a line that fills the buffer left as
// it is.
func TestMarginLongLine(t *testing.T) {
	long := strings.Repeat("> ", 40000)
	r, _ := plain("f", bufio.NewReader(strings.NewReader("> a\n> "+long+"\n> b\n")))
	if got, _ := io.ReadAll(r); string(got) != "a\n"+long+"\nb\n" {
		t.Errorf("%d bytes", len(got))
	}
}
