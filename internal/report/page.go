package report

import (
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"
)

// page collects lines, wrapped to a width and perhaps coloured.
type page struct {
	b     strings.Builder
	width int
	color bool
}

// style is an ANSI attribute.
type style string

const (
	plain  style = ""
	bold   style = "1"
	dim    style = "2"
	red    style = "1;31"
	yellow style = "33"
	green  style = "32"
	cyan   style = "36"
)

// paint wraps text, which has no line end, in a style.
func (p *page) paint(s style, text string) string {
	if !p.color || s == plain || text == "" {
		return text
	}
	return "\x1b[" + string(s) + "m" + text + "\x1b[0m"
}

func (p *page) blank() { p.b.WriteByte('\n') }

// text writes first and then words, wrapped so that further lines align with
// the end of first. first is printed as it is; words are escaped.
func (p *page) text(first, words string, s style) {
	p.flow(first, strings.Repeat(" ", columns(first)), Escape(words), s, false)
}

// quote writes a line of a log below an indent; words longer than the line
// are broken, because markup often has no space.
func (p *page) quote(indent, text string) {
	p.flow(indent, indent, Escape(text), dim, true)
}

// facts writes a block of names and values in two columns.
func (p *page) facts(indent string, facts []fact) {
	widest := 0
	for _, f := range facts {
		widest = max(widest, columns(f.name))
	}
	for _, f := range facts {
		pad := strings.Repeat(" ", widest-columns(f.name)+2)
		rest := strings.Repeat(" ", len(indent)+widest+2)
		p.flow(indent+p.paint(cyan, f.name)+pad, rest, Escape(f.value), plain, false)
	}
}

// flow writes text in lines of at most width columns: the first begins with
// first, the others with rest, which is as wide.
func (p *page) flow(first, rest, text string, s style, breakWords bool) {
	room := max(p.width-columns(rest), 20)
	if p.width <= 0 {
		room = 0
	}
	lead := first
	for _, line := range wrap(text, room, breakWords) {
		p.b.WriteString(strings.TrimRight(lead+p.paint(s, line), " "))
		p.b.WriteByte('\n')
		lead = rest
	}
}

// wrap breaks text at spaces into lines of at most room columns, 0 for one
// line. A word that is too long stands alone, broken only when breakWords.
func wrap(text string, room int, breakWords bool) []string {
	if room <= 0 || columns(text) <= room {
		return []string{text}
	}
	var lines []string
	line, used := "", 0
	for word := range strings.SplitSeq(text, " ") {
		n := columns(word)
		if line != "" && used+1+n <= room {
			line, used = line+" "+word, used+1+n
			continue
		}
		if line != "" {
			lines = append(lines, line)
		}
		for breakWords && n > room {
			head := cut(word, room)
			lines = append(lines, head)
			word = word[len(head):]
			n = columns(word)
		}
		line, used = word, n
	}
	return append(lines, line)
}

// cut returns the beginning of s that fills room columns, one rune at least.
func cut(s string, room int) string {
	used := 0
	for i, r := range s {
		used += runeColumns(r)
		if used > room && i > 0 {
			return s[:i]
		}
	}
	return s
}

// columns counts the columns that s takes on a terminal, without its ANSI
// sequences.
func columns(s string) int {
	n := 0
	for i := 0; i < len(s); {
		if s[i] == 0x1b {
			if end := strings.IndexByte(s[i:], 'm'); end >= 0 {
				i += end + 1
				continue
			}
		}
		r, size := utf8.DecodeRuneInString(s[i:])
		n += runeColumns(r)
		i += size
	}
	return n
}

// runeColumns is 2 for the wide characters of East Asian scripts (UAX #11), 0
// for marks that stand over the one before.
func runeColumns(r rune) int {
	switch {
	case r < 0x300:
		return 1
	case unicode.Is(unicode.Mn, r):
		return 0
	case r >= 0x1100 && r <= 0x115f, r >= 0x2e80 && r <= 0xa4cf, r >= 0xac00 && r <= 0xd7a3,
		r >= 0xf900 && r <= 0xfaff, r >= 0xfe30 && r <= 0xfe6f, r >= 0xff00 && r <= 0xff60,
		r >= 0xffe0 && r <= 0xffe6, r >= 0x1f300 && r <= 0x1faff, r >= 0x20000 && r <= 0x3fffd:
		return 2
	}
	return 1
}

// Escape makes text of a log harmless on a terminal: control characters,
// invalid bytes and characters that turn the reading direction become \x1b,
// \u202e; line ends and tabs become spaces.
func Escape(s string) string {
	if !strings.ContainsFunc(s, unsafeRune) && utf8.ValidString(s) {
		return s
	}
	var b strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		switch {
		case r == utf8.RuneError && size == 1:
			fmt.Fprintf(&b, `\x%02x`, s[i])
		case r == '\t' || r == '\n' || r == '\r':
			b.WriteByte(' ')
		case r < 0x100 && unsafeRune(r):
			fmt.Fprintf(&b, `\x%02x`, r)
		case unsafeRune(r):
			fmt.Fprintf(&b, `\u%04x`, r)
		default:
			b.WriteRune(r)
		}
		i += size
	}
	return b.String()
}

func unsafeRune(r rune) bool {
	return unicode.IsControl(r) || unicode.Is(unicode.Bidi_Control, r) || r == '\u2028' || r == '\u2029' || r == '\ufeff'
}
