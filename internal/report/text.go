package report

import (
	"cmp"
	"fmt"
	"io"
	"strings"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/schemas"
)

// Text writes r for a terminal or a mail. The only errors are those of w.
func Text(w io.Writer, r correlator.Result, o Options) error {
	t := text{view: newView(r, o), page: page{width: o.Width, color: o.Color}}
	t.head()
	t.findingList()
	t.sessionList()
	t.coverage()
	t.inputList()
	_, err := io.WriteString(w, t.page.b.String())
	return err
}

type text struct {
	*view
	page    page
	advised advice
}

func (t *text) head() {
	s := bold
	switch {
	case len(t.findings) > 0:
		s = severityStyle(t.findings[0].Severity)
	case t.totals.events > 0:
		s = green
	}
	t.page.text("", "uctrace: "+t.headline(), s)
	t.page.blank()
	t.page.facts("  ", t.overview())
}

// section begins a part of the report.
func (t *text) section(name, note string) {
	t.page.blank()
	line := t.page.paint(bold, strings.ToUpper(name))
	if note != "" {
		line += "  "
	}
	t.page.text(line, note, dim)
	t.page.blank()
}

func (t *text) findingList() {
	if len(t.findings) == 0 {
		return
	}
	t.section("Findings", "the gravest first")
	for _, g := range t.groups() {
		written, listed := t.parts(g)
		for i := range g.findings[:written] {
			if g.first+i > 1 {
				t.page.blank()
			}
			t.finding(g.first+i, &g.findings[i])
		}
		if listed == 0 {
			continue
		}
		t.page.blank()
		if written == 0 {
			t.page.text("      "+t.page.paint(severityStyle(g.findings[0].Severity), strings.ToUpper(g.findings[0].Severity.String()))+"  ", t.title(&g.findings[0]), bold)
		}
		for i := range g.findings[written : written+listed] {
			t.page.text(fmt.Sprintf("%4d. ", g.first+written+i), lineOf(&g.findings[written+i]), plain)
		}
		if left := len(g.findings) - written - listed; left > 0 {
			t.page.text("      ", leftOut(left), dim)
		}
	}
}

const findingIndent = "    "

func (t *text) finding(n int, f *schemas.Finding) {
	p := &t.page
	severity := p.paint(severityStyle(f.Severity), strings.ToUpper(f.Severity.String()))
	p.text(fmt.Sprintf("%2d. %s  ", n, severity), t.title(f), bold)
	if t.title(f) != f.Summary {
		p.text(findingIndent, f.Summary, plain)
	}
	p.blank()
	p.facts(findingIndent, append(t.findingFacts(f), fact{"rule", f.Rule}))
	t.evidenceList(f)
	if f.Cause == "" && len(f.Fix) == 0 {
		return
	}
	p.blank()
	if first := t.advised.given(n, f); first > 0 {
		p.text(findingIndent+p.paint(cyan, "cause")+"     ", fmt.Sprintf("and what to do: as finding %d", first), plain)
		return
	}
	if f.Cause != "" {
		p.text(findingIndent+p.paint(cyan, "cause")+"     ", f.Cause, plain)
	}
	for i, fix := range f.Fix {
		name := strings.Repeat(" ", len("to fix"))
		if i == 0 {
			name = p.paint(cyan, "to fix")
		}
		p.text(fmt.Sprintf("%s%s    %d. ", findingIndent, name, i+1), fix, plain)
	}
}

func (t *text) evidenceList(f *schemas.Finding) {
	shown, left := t.evidence(f)
	if len(shown) == 0 {
		return
	}
	p := &t.page
	p.blank()
	for _, e := range shown {
		p.text(findingIndent+p.paint(roleStyle(e.Role), fmt.Sprintf("%-8s", roleWord(e.Role)))+"  ", where(e.File, e.Line), plain)
		p.quote(findingIndent+"          ", e.Text)
	}
	if left > 0 {
		p.text(findingIndent+"          ", fmt.Sprintf("and %s more, --verbose shows all", plural(left, "line")), dim)
	}
}

func (t *text) sessionList() {
	shown, left, healthy := t.listedSessions()
	if len(shown)+left+len(healthy) == 0 {
		return
	}
	note := "what did not end well first"
	if len(shown) == 0 {
		note = ""
	}
	t.section("Sessions", note)
	whens, widest := make([]string, len(shown)), 0
	for i := range shown {
		whens[i] = strings.TrimSuffix(cmp.Or(stamp(shown[i].Start), "no time"), " UTC")
		widest = max(widest, columns(whens[i]))
	}
	for i := range shown {
		t.session(&shown[i], padded(whens[i], widest))
	}
	if left > 0 {
		t.page.text("  ", fmt.Sprintf("and %s more that did not end well, --sessions all lists them", number(left)), dim)
	}
	if len(healthy) > 0 {
		t.page.text("  "+t.page.paint(green, fmt.Sprintf("%-8s", "healthy"))+"  ", tally(healthy)+" (--sessions all lists them)", plain)
	}
}

// session writes one session.
func (t *text) session(s *schemas.Session, when string) {
	p := &t.page
	words := when + "  " + sessionText(s)
	if len(s.Nodes) > 0 {
		words += " (" + listed(s.Nodes, 4) + ")"
	}
	if about := t.about[s.ID]; len(about) > 0 {
		words += " [" + findingRefs(about) + "]"
	}
	p.text("  "+p.paint(outcomeStyle(s.Outcome), fmt.Sprintf("%-8s", s.Outcome))+"  ", words, plain)
	if s.Outcome != schemas.OutcomeOK && len(s.Stages) > 0 {
		p.text("            ", stages(s), dim)
	}
	for _, words := range aboutSight(s) {
		p.text("            ", words, dim)
	}
}

func (t *text) coverage() {
	if len(t.unseen) > 0 {
		t.section("Not seen", "a fault there would not show above")
		for _, c := range t.unseen {
			words := c.Subject
			if c.Why != "" {
				words += ": " + c.Why
			}
			t.page.text("  - ", words, plain)
		}
	}
	if len(t.seen) > 0 && len(t.findings) == 0 {
		t.section("Looked at", "")
		t.page.text("  ", strings.Join(t.seen, ", "), plain)
	}
}

func padded(s string, width int) string {
	return s + strings.Repeat(" ", max(0, width-columns(s)))
}

func dash(s string) string {
	if s == "" {
		return "-"
	}
	return s
}

// where prints file:line.
func where(file string, line int) string {
	if line > 0 {
		return fmt.Sprintf("%s:%d", file, line)
	}
	return file
}

// roleWord is what a person calls the role of a line.
func roleWord(r schemas.Role) string {
	if r == schemas.Counter {
		return "against"
	}
	return string(r)
}

func roleStyle(r schemas.Role) style {
	if r == schemas.Proves {
		return bold
	}
	return dim
}

func severityStyle(s schemas.Severity) style {
	switch s {
	case schemas.Critical, schemas.High:
		return red
	case schemas.Medium, schemas.Low:
		return yellow
	default:
		return cyan
	}
}

func outcomeStyle(o schemas.Outcome) style {
	switch o {
	case schemas.OutcomeFailed:
		return red
	case schemas.OutcomeOK:
		return green
	default:
		return yellow
	}
}
