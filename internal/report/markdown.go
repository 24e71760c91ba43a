package report

import (
	"fmt"
	"io"
	"strings"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/schemas"
)

// Markdown writes r for a ticket or a wiki page (CommonMark with tables). The
// only errors are those of w.
func Markdown(w io.Writer, r correlator.Result, o Options) error {
	m := markdown{view: newView(r, o)}
	m.line("# uctrace: %s", md(m.headline()))
	m.facts(m.overview())
	m.findingList()
	m.sessionList()
	m.coverage()
	m.inputList()
	_, err := io.WriteString(w, m.b.String())
	return err
}

type markdown struct {
	*view
	b       strings.Builder
	advised advice
}

func (m *markdown) line(format string, args ...any) {
	fmt.Fprintf(&m.b, format+"\n", args...)
}

func (m *markdown) facts(facts []fact) {
	m.line("")
	for _, f := range facts {
		m.line("- **%s:** %s", f.name, md(f.value))
	}
}

func (m *markdown) findingList() {
	if len(m.findings) == 0 {
		return
	}
	m.line("\n## Findings")
	for _, g := range m.groups() {
		written, listed := m.parts(g)
		for i := range g.findings[:written] {
			m.finding(g.first+i, &g.findings[i])
		}
		if listed == 0 {
			continue
		}
		m.line("")
		if written == 0 {
			m.line("**%s: %s**\n", strings.ToUpper(g.findings[0].Severity.String()), md(m.title(&g.findings[0])))
		}
		for i := range g.findings[written : written+listed] {
			m.line("- %d: %s", g.first+written+i, md(lineOf(&g.findings[written+i])))
		}
		if left := len(g.findings) - written - listed; left > 0 {
			m.line("- %s", leftOut(left))
		}
	}
}

func (m *markdown) finding(n int, f *schemas.Finding) {
	m.line("\n### %d. %s: %s", n, strings.ToUpper(f.Severity.String()), md(m.title(f)))
	if m.title(f) != f.Summary {
		m.line("\n%s", md(f.Summary))
	}
	m.facts(append(m.findingFacts(f), fact{"rule", f.Rule}))
	m.advice(n, f)
	m.evidenceList(f)
}

func (m *markdown) advice(n int, f *schemas.Finding) {
	if f.Cause == "" && len(f.Fix) == 0 {
		return
	}
	if first := m.advised.given(n, f); first > 0 {
		m.line("\n**Cause** and what to do: as finding %d", first)
		return
	}
	if f.Cause != "" {
		m.line("\n**Cause:** %s", md(f.Cause))
	}
	if len(f.Fix) > 0 {
		m.line("\n**To fix:**\n")
	}
	for j, fix := range f.Fix {
		m.line("%d. %s", j+1, md(fix))
	}
}

func (m *markdown) evidenceList(f *schemas.Finding) {
	shown, left := m.evidence(f)
	if len(shown) == 0 {
		return
	}
	var lines strings.Builder
	for _, e := range shown {
		fmt.Fprintf(&lines, "%-8s  %s\n          %s\n", roleWord(e.Role), Escape(where(e.File, e.Line)), Escape(e.Text))
	}
	if left > 0 {
		fmt.Fprintf(&lines, "          and %s more\n", plural(left, "line"))
	}
	fence := "```"
	for strings.Contains(lines.String(), fence) {
		fence += "`"
	}
	m.line("\n**Evidence:**\n\n%stext\n%s%s", fence, lines.String(), fence)
}

func (m *markdown) sessionList() {
	shown, left, healthy := m.listedSessions()
	if len(shown)+left+len(healthy) == 0 {
		return
	}
	m.line("\n## Sessions")
	if len(shown) > 0 {
		m.line("\n| outcome | start | kind | what | nodes | findings |\n|---|---|---|---|---|---|")
	}
	for i := range shown {
		s := &shown[i]
		what := sessionText(s)
		if s.Outcome != schemas.OutcomeOK && len(s.Stages) > 0 {
			what += "; " + stages(s)
		}
		what = strings.Join(append([]string{what}, aboutSight(s)...), "; ")
		m.line("| %s | %s | %s | %s | %s | %s |", s.Outcome, dash(stamp(s.Start)), kindWord(s.Kind), md(what),
			md(listed(s.Nodes, 4)), numbers(m.about[s.ID]))
	}
	if left > 0 {
		m.line("\n%s more did not end well.", number(left))
	}
	if len(healthy) > 0 {
		m.line("\nHealthy: %s.", tally(healthy))
	}
}

func (m *markdown) coverage() {
	if len(m.unseen) > 0 {
		m.line("\n## Not seen\n\nA fault there would not show above.\n")
		for _, c := range m.unseen {
			m.line("- **%s:** %s", md(c.Subject), md(c.Why))
		}
	}
	if len(m.seen) > 0 && len(m.findings) == 0 {
		m.line("\n## Looked at\n\n%s", md(strings.Join(m.seen, ", ")))
	}
}

func (m *markdown) inputList() {
	if len(m.inputs)+len(m.strange) == 0 {
		return
	}
	m.line("\n## Inputs")
	shown, left := m.listedInputs()
	if len(shown) > 0 {
		m.line("\n| file | log | node | records | events | silent | unparsed | remarks |\n|---|---|---|---:|---:|---:|---:|---|")
	}
	for i := range shown {
		in := &shown[i]
		remarks := m.remarks(in)
		for _, p := range in.Problems {
			text := p.Message
			if p.Line > 0 {
				text = fmt.Sprintf("line %d: %s", p.Line, text)
			}
			if p.Hint != "" {
				text += " (" + p.Hint + ")"
			}
			remarks = append(remarks, text)
		}
		m.line("| %s | %s | %s | %s | %s | %s | %s | %s |", md(in.Path), sourceWord(in), md(dash(in.Node)),
			number(in.Records), number(in.Events), number(in.Silent), number(in.Unparsed), md(strings.Join(remarks, "; ")))
	}
	if left > 0 {
		m.line("\nAnd %s more.", plural(left, "log"))
	}
	names, left := m.listedStrange()
	if len(names) == 0 {
		return
	}
	m.line("\nWithout a known log: %s", md(listed(names, len(names))))
	if left > 0 {
		m.line("and %s more.", number(left))
	}
}

// md makes text of a log plain text in Markdown.
func md(s string) string {
	return markdownEscapes.Replace(Escape(s))
}

var markdownEscapes = strings.NewReplacer(
	`\`, `\\`, "`", "\\`", "*", `\*`, "_", `\_`, "[", `\[`, "]", `\]`, "<", "&lt;", ">", "&gt;", "|", `\|`, "~", `\~`, "&", "&amp;",
)
