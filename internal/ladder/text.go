package ladder

import (
	"fmt"
	"io"
	"strings"
	"time"
	"unicode/utf8"
)

// Bounds of the space between two columns of the text form.
const (
	minSpace = 14
	maxSpace = 44
)

// Text writes the ladder in characters; color marks failures and proofs with
// ANSI colours. What notes say is cut to lines of width columns, 0 for no limit;
// arrows and places are never cut. The only errors are those of w.
func (l *Ladder) Text(w io.Writer, width int, color bool) error {
	t := textual{l: l, width: width, color: color}
	t.columns()
	var b strings.Builder
	b.WriteString(l.Title + "\n")
	if t.below = l.below(); t.below != "" {
		b.WriteString("logs below " + t.below + "\n")
	}
	for _, c := range l.Clocks {
		b.WriteString(c + ": times here are corrected\n")
	}
	b.WriteByte('\n')
	t.header(&b)
	for i := range l.Steps {
		t.step(&b, &l.Steps[i])
	}
	_, err := io.WriteString(w, b.String())
	return err
}

type textual struct {
	l     *Ladder
	width int
	color bool
	at    []int // column of each participant's line
	below string
}

// below returns the folder, or the archive, that all logs have in common.
func (l *Ladder) below() string {
	first, common := true, ""
	for _, s := range l.Steps {
		for _, p := range s.Seen {
			dir := p.File[:strings.LastIndexAny(p.File, `/\!`)+1]
			if first {
				first, common = false, dir
			}
			for !strings.HasPrefix(dir, common) {
				common = common[:strings.LastIndexAny(common[:len(common)-1], `/\!`)+1]
			}
		}
	}
	return common
}

// timeWidth is the room for "12:00:01.123 +10.2s ".
const timeWidth = 22

// columns sets the participants so far apart that labels and names fit.
func (t *textual) columns() {
	n := len(t.l.Participants)
	space := make([]int, max(0, n-1))
	for i := range space {
		space[i] = min(maxSpace, max(minSpace, (width(t.l.Participants[i].Name)+width(t.l.Participants[i+1].Name))/2+2))
	}
	for _, s := range t.l.Steps {
		from, to := min(s.From, s.To), max(s.From, s.To)
		if to == from+1 {
			space[from] = min(maxSpace, max(space[from], width(label(&s))+6))
		}
	}
	t.at = make([]int, n)
	x := timeWidth
	if n > 0 {
		x += width(t.l.Participants[0].Name) / 2
	}
	for i := range t.at {
		t.at[i] = x
		if i < len(space) {
			x += space[i]
		}
	}
}

func (t *textual) header(b *strings.Builder) {
	line := newLine()
	for i, p := range t.l.Participants {
		line.put(t.at[i]-width(p.Name)/2, p.Name)
	}
	b.WriteString(line.String() + "\n")
	b.WriteString(t.lifelines().String() + "\n")
}

func (t *textual) lifelines() *line {
	l := newLine()
	for _, x := range t.at {
		l.put(x, "│")
	}
	return l
}

func (t *textual) step(b *strings.Builder, s *Step) {
	l := t.lifelines()
	l.put(0, clock(s))
	from, to := t.at[s.From], t.at[s.To]
	text := label(s)
	place := ""
	if len(s.Seen) > 0 {
		place = fmt.Sprintf("%s:%d", strings.TrimPrefix(s.Seen[0].File, t.below), s.Seen[0].Line)
		if n := len(s.Seen); n > 1 {
			place += fmt.Sprintf(" and %d more", n-1)
		}
	}
	switch {
	case from == to:
		l.cells = l.cells[:from+1] // a note may be longer than the columns are apart
		l.put(from+2, "• "+text)
		if s.Detail != "" {
			x := from + 4 + width(text) + 1
			l.put(x, cut(s.Detail, t.room(x, place)))
		}
	case from < to:
		t.arrow(l, from, to, text)
		l.put(to-1, "▶")
	default:
		t.arrow(l, to, from, text)
		l.put(to+1, "◀")
	}
	if place != "" {
		l.put(max(l.len(), t.at[len(t.at)-1]+2)+2, place)
	}
	b.WriteString(t.paint(s, l.String()) + "\n")
}

// Bounds of what a note says beside its name.
const (
	minDetail = 16
	maxDetail = 60
)

// room returns how long a note at column x may be with place behind it.
func (t *textual) room(x int, place string) int {
	if t.width <= 0 {
		return maxDetail
	}
	return min(maxDetail, max(minDetail, t.width-x-width(place)-2))
}

func (t *textual) arrow(l *line, left, right int, text string) {
	l.put(left+1, strings.Repeat("─", right-left-1))
	room := right - left - 5
	if text = cut(text, room); room > 0 {
		l.put(left+1+(right-left-width(text))/2-1, " "+text+" ")
	}
}

func (t *textual) paint(s *Step, text string) string {
	switch {
	case !t.color:
		return text
	case s.Proof:
		return "\x1b[1;31m" + text + "\x1b[0m"
	case s.Class == Failure:
		return "\x1b[33m" + text + "\x1b[0m"
	case s.Class == Note, s.Class == Provisional:
		return "\x1b[2m" + text + "\x1b[0m"
	}
	return text
}

func label(s *Step) string {
	text := s.Label
	if s.Repeats > 0 {
		text += fmt.Sprintf(" ×%d", s.Repeats+1)
	}
	if s.Proof {
		text = "! " + text
	}
	return text
}

// clock returns the time of a step and, where it is long, the time since the
// one above.
func clock(s *Step) string {
	if s.Time.IsZero() {
		return ""
	}
	text := s.Time.UTC().Format("15:04:05.000")
	if s.Gap >= 500*time.Millisecond {
		text += " +" + s.Gap.Round(100*time.Millisecond).String()
	}
	return text
}

func width(s string) int { return utf8.RuneCountInString(s) }

func cut(s string, n int) string {
	if width(s) <= n {
		return s
	}
	if n < 2 {
		return ""
	}
	return string([]rune(s)[:n-1]) + "…"
}

// line is a line of characters that is written in any order.
type line struct{ cells []rune }

func newLine() *line { return &line{} }

func (l *line) put(x int, s string) {
	x = max(0, x)
	for _, r := range s {
		for len(l.cells) <= x {
			l.cells = append(l.cells, ' ')
		}
		l.cells[x] = r
		x++
	}
}

func (l *line) len() int { return len(l.cells) }

// String implements fmt.Stringer.
func (l *line) String() string { return strings.TrimRight(string(l.cells), " ") }
