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
	svgTitle  = 48  // room for title and subtitle
	svgHead   = 64
	svgRow    = 30
	svgBottom = 24
	svgGlyph  = 6.7 // mean width of a character of a label
	svgName   = 26  // characters of a participant's name
	svgNote   = 90  // characters of a note
)

// SVG writes the ladder as a drawing of its own, without outside parts. It
// follows the colours of the page, light or dark. The only errors are those of
// w.
func (l *Ladder) SVG(w io.Writer) error {
	var b strings.Builder
	l.svg(&b, true)
	_, err := io.WriteString(w, b.String())
	return err
}

// svg draws the ladder; one that stands alone has its title.
func (l *Ladder) svg(b *strings.Builder, alone bool) {
	x := func(i int) int { return svgLeft + svgSpace/2 + i*svgSpace }
	wide, title := l.svgWidth(x), 0
	if alone {
		title = svgTitle
		wide = max(wide, 12+int(1.3*svgGlyph*float64(width(l.Title))), 12+int(svgGlyph*float64(width(l.Subtitle()))))
	}
	top := title + svgHead
	high := top + len(l.Steps)*svgRow + svgBottom
	fmt.Fprintf(b, `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %d" width="%d" height="%d" role="img" aria-label="%s" class="ladder">`+"\n",
		wide, high, wide, high, html.EscapeString(l.Title))
	b.WriteString(svgStyle)
	if alone {
		fmt.Fprintf(b, `<text class="title" x="6" y="20">%s</text><text class="sub" x="6" y="37">%s</text>`+"\n", html.EscapeString(l.Title), html.EscapeString(l.Subtitle()))
	}
	for i, p := range l.Participants {
		fmt.Fprintf(b, `<line class="life" x1="%d" y1="%d" x2="%d" y2="%d"/>`+"\n", x(i), top-18, x(i), high-svgBottom/2)
		fmt.Fprintf(b, `<text class="who" x="%d" y="%d"><title>%s</title>%s</text>`+"\n", x(i), title+24, html.EscapeString(p.Name), html.EscapeString(cut(p.Name, svgName)))
		if len(p.Addrs) > 0 {
			fmt.Fprintf(b, `<text class="addr" x="%d" y="%d">%s</text>`+"\n", x(i), title+40, html.EscapeString(cut(strings.Join(p.Addrs, " "), 30)))
		}
	}
	for i := range l.Steps {
		l.Steps[i].svg(b, top+i*svgRow+svgRow/2, x)
	}
	b.WriteString("</svg>\n")
}

// svgWidth returns how wide the drawing is: notes of the last columns reach
// beyond them.
func (l *Ladder) svgWidth(x func(int) int) int {
	wide := svgLeft + max(1, len(l.Participants))*svgSpace
	for i := range l.Steps {
		if s := &l.Steps[i]; s.From == s.To {
			wide = max(wide, x(s.From)+20+int(svgGlyph*float64(width(s.note()))))
		}
	}
	return wide
}

// note is what stands beside the dot of a note.
func (s *Step) note() string { return cut(join("  ", label(s), s.Detail), svgNote) }

// noteSVG is note with its detail set off.
func (s *Step) noteSVG() string {
	name, detail, _ := strings.Cut(s.note(), "  ")
	if detail == "" {
		return html.EscapeString(name)
	}
	return fmt.Sprintf(`%s<tspan class="detail" dx="8">%s</tspan>`, html.EscapeString(name), html.EscapeString(detail))
}

const svgStyle = `<style>
.ladder{font:12px system-ui,sans-serif;color:#1a1a1a;background:#fff}
.ladder text{fill:currentColor;paint-order:stroke;stroke:#fff;stroke-width:4px;stroke-linejoin:round}.ladder .who{font-weight:600;text-anchor:middle}.ladder .addr{font-size:10px;opacity:.65;text-anchor:middle}
.ladder .title{font-size:15px;font-weight:600}.ladder .sub{font-size:11px;opacity:.75}
.ladder .life{stroke:currentColor;opacity:.25}.ladder .time{font-size:10px;opacity:.7;font-variant-numeric:tabular-nums}
.ladder .arrow{stroke:currentColor;fill:none}.ladder .tip{fill:currentColor}.ladder .label{text-anchor:middle}
.ladder .success{color:#1a7f37}.ladder .failure{color:#cf222e}.ladder .provisional,.ladder .note{color:#656d76}.ladder .redirect{color:#9a6700}
.ladder .proof text{font-weight:700}.ladder .detail{font-weight:400;opacity:.8}.ladder .proof .arrow{stroke-width:2}
@media (prefers-color-scheme:dark){.ladder{color:#e6edf3;background:#0d1117}.ladder text{stroke:#0d1117}.ladder .success{color:#3fb950}.ladder .failure{color:#f85149}.ladder .provisional,.ladder .note{color:#8d96a0}.ladder .redirect{color:#d29922}}
@media print{.ladder{color:#000;background:#fff}.ladder text{stroke:#fff}.ladder .time,.ladder .addr{opacity:1}}
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
	if from == to {
		fmt.Fprintf(b, `<circle class="tip" cx="%d" cy="%d" r="3"/><text x="%d" y="%d">%s</text></g>`+"\n", from, y, from+9, y+4, s.noteSVG())
		return
	}
	text := html.EscapeString(cut(label(s), 30*abs(s.To-s.From)))
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
