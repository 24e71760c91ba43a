package report

import (
	"io"
	"strings"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/schemas"
)

// Ticket writes one session with its findings in Markdown, ready for a ticket.
// The only errors are those of w.
func Ticket(w io.Writer, s *schemas.Session, findings []schemas.Finding, o Options) error {
	m := markdown{view: newView(correlator.Result{Sessions: []schemas.Session{*s}, Findings: findings}, o)}
	m.line("# %s", md(sessionText(s)))
	m.facts(sessionFacts(s))
	if len(findings) == 0 {
		m.line("\nNothing wrong was found in it.")
	}
	m.findingList()
	_, err := io.WriteString(w, m.b.String())
	return err
}

// sessionFacts says what a session is.
func sessionFacts(s *schemas.Session) []fact {
	facts := []fact{{"what", kindWord(s.Kind) + ", " + string(s.Outcome)}}
	add := func(name, value string) {
		if value != "" {
			facts = append(facts, fact{name, value})
		}
	}
	add("when", period(s.Start, s.End))
	add("cluster", s.Cluster)
	add("nodes", listed(s.Nodes, 6))
	add("logs", sourcesOf(s))
	if s.Outcome != schemas.OutcomeOK {
		add("stages", stages(s))
	}
	for _, k := range factKeys {
		add(k.name, strings.Join(keyValues(s.Keys, k.typ), ", "))
	}
	add("session", s.ID.String())
	return facts
}
