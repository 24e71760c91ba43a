package ladder

import (
	"fmt"
	"html"
	"io"
	"strings"
)

// Measures of the drawing, in pixels.
const (
	svgLeft   = 120 // room for the times
	svgSpace  = 210 // between two participants
	svgHead   = 64
	svgRow    = 30
	svgBottom = 24
)

// SVG writes the ladder as a drawing of its own, without outside parts. It
// follows the colours of the page, light or dark. The only errors are those of
// w.
func (l *Ladder) SVG(w io.Writer) error {
	var b strings.Builder
	l.svg(&b)
	_, err := io.WriteString(w, b.String())
	return err
}

func (l *Ladder) svg(b *strings.Builder) {
	x := func(i int) int { return svgLeft + svgSpace/2 + i*svgSpace }
	wide := svgLeft + max(1, len(l.Participants))*svgSpace
	high := svgHead + len(l.Steps)*svgRow + svgBottom
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s" class="ladder">`+"\n",
		wide, high, wide, high, html.EscapeString(l.Title))
	b.WriteString(svgStyle)
	for i, p := range l.Participants {
		fmt.Fprintf(b, `<line class="life" x1="%d" y1="%d" x2="%d" y2="%d"/>`+"\n", x(i), svgHead-18, x(i), high-svgBottom/2)
		fmt.Fprintf(b, `<text class="who" x="%d" y="24">%s</text>`+"\n", x(i), html.EscapeString(cut(p.Name, 26)))
		if len(p.Addrs) > 0 {
			fmt.Fprintf(b, `<text class="addr" x="%d" y="40">%s</text>`+"\n", x(i), html.EscapeString(cut(strings.Join(p.Addrs, " "), 30)))
		}
	}
	for i := range l.Steps {
		l.Steps[i].svg(b, svgHead+i*svgRow+svgRow/2, x)
	}
	b.WriteString("</svg>\n")
}

const svgStyle = `<style>
.ladder{font:12px system-ui,sans-serif;color:#1a1a1a;background:#fff}
.ladder text{fill:currentColor}.ladder .who{font-weight:600;text-anchor:middle}.ladder .addr{font-size:10px;opacity:.65;text-anchor:middle}
.ladder .life{stroke:currentColor;opacity:.25}.ladder .time{font-size:10px;opacity:.7;font-variant-numeric:tabular-nums}
.ladder .arrow{stroke:currentColor;fill:none}.ladder .tip{fill:currentColor}.ladder .label{text-anchor:middle}
.ladder .success{color:#1a7f37}.ladder .failure{color:#cf222e}.ladder .provisional,.ladder .note{color:#656d76}.ladder .redirect{color:#9a6700}
.ladder .proof .label{font-weight:700}.ladder .proof .arrow{stroke-width:2}
@media (prefers-color-scheme:dark){.ladder{color:#e6edf3;background:#0d1117}.ladder .success{color:#3fb950}.ladder .failure{color:#f85149}.ladder .provisional,.ladder .note{color:#8d96a0}.ladder .redirect{color:#d29922}}
</style>
`

// svg draws the step at height y.
func (s *Step) svg(b *strings.Builder, y int, x func(int) int) {
	class := string(s.Class)
	if s.Proof {
		class += " proof"
	}
	var title []string
	for _, p := range s.Seen {
		title = append(title, fmt.Sprintf("%s:%d", p.File, p.Line))
	}
	fmt.Fprintf(b, `<g class="%s"><title>%s</title>`, class, html.EscapeString(join("\n", s.Detail, strings.Join(title, "\n"))))
	fmt.Fprintf(b, `<text class="time" x="6" y="%d">%s</text>`, y+4, html.EscapeString(clock(s)))
	from, to := x(s.From), x(s.To)
	text := html.EscapeString(cut(label(s), 34*max(1, abs(s.To-s.From))))
	if from == to {
		fmt.Fprintf(b, `<circle class="tip" cx="%d" cy="%d" r="3"/><text x="%d" y="%d">%s</text></g>`+"\n", from, y, from+9, y+4, text)
		return
	}
	dash := ""
	if s.Class != Request {
		dash = ` stroke-dasharray="4 3"`
	}
	tip := 7
	if to > from {
		tip = -7
	}
	fmt.Fprintf(b, `<line class="arrow" x1="%d" y1="%d" x2="%d" y2="%d"%s/>`, from, y, to, y, dash)
	fmt.Fprintf(b, `<polygon class="tip" points="%d,%d %d,%d %d,%d"/>`, to, y, to+tip, y-4, to+tip, y+4)
	fmt.Fprintf(b, `<text class="label" x="%d" y="%d">%s</text></g>`+"\n", (from+to)/2, y-5, text)
}

func abs(n int) int { return max(n, -n) }
