package ladder

import (
	"fmt"
	"html"
	"io"
	"strings"
)

// onePage is how many steps can be read on one printed page.
const onePage = 60

// HTML writes a page of its own: the drawing, and below it every step with the
// lines that show it. It needs nothing from the network. The only errors are
// those of w.
func (l *Ladder) HTML(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>%[1]s</title>
<style>
:root{color-scheme:light dark}body{font:14px system-ui,sans-serif;margin:1.5rem}h1,p,table{max-width:100rem}
table{border-collapse:collapse;width:100%%}td,th{text-align:left;padding:.25rem .6rem;border-bottom:1px solid #8884;vertical-align:top}
td.log{font:12px ui-monospace,monospace;word-break:break-all}tr.proof{background:#cf222e22}.drawing{overflow-x:auto}
h1{font-size:1.35rem}
@page{size:landscape}@media print{body{margin:0;font-size:11px}.drawing{overflow:visible}.drawing svg{max-width:100%%;height:auto}.short svg{max-height:165mm}tr{break-inside:avoid}}
</style></head><body>
<h1>%[1]s</h1>
`, html.EscapeString(l.Title))
	for _, c := range l.Clocks {
		fmt.Fprintf(&b, "<p>%s: times here are corrected, the lines of the logs are as they were written</p>\n", html.EscapeString(c))
	}
	class := "drawing"
	if len(l.Steps) <= onePage {
		class += " short"
	}
	b.WriteString("<div class=\"" + class + "\">\n")
	l.svg(&b, false)
	b.WriteString("</div>\n<table><thead><tr><th>time (UTC)</th><th>from</th><th>to</th><th>what</th><th>log</th></tr></thead><tbody>\n")
	for i := range l.Steps {
		l.row(&b, &l.Steps[i])
	}
	b.WriteString("</tbody></table>\n</body></html>\n")
	_, err := io.WriteString(w, b.String())
	return err
}

func (l *Ladder) row(b *strings.Builder, s *Step) {
	class := ""
	if s.Proof {
		class = ` class="proof"`
	}
	esc := html.EscapeString
	var seen []string
	for _, p := range s.Seen {
		seen = append(seen, fmt.Sprintf("<b>%s:%d</b> %s", esc(p.File), p.Line, esc(p.Text)))
	}
	fmt.Fprintf(b, "<tr%s><td>%s</td><td>%s</td><td>%s</td><td>%s<br><small>%s</small></td><td class=\"log\">%s</td></tr>\n", class,
		esc(clock(s)), esc(l.Participants[s.From].Name), esc(l.Participants[s.To].Name), esc(label(s)), esc(s.Detail), strings.Join(seen, "<br>"))
}
