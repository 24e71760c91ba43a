package ladder

import (
	"fmt"
	"io"
	"strings"
)

// Mermaid writes the ladder as a Mermaid sequence diagram, which GitLab, GitHub
// and many wikis draw. The only errors are those of w.
func (l *Ladder) Mermaid(w io.Writer) error {
	var b strings.Builder
	b.WriteString("sequenceDiagram\n")
	for i, p := range l.Participants {
		fmt.Fprintf(&b, "  participant P%d as %s\n", i, mermaid(p.Name))
	}
	for _, c := range l.Clocks {
		over := "P0"
		if n := len(l.Participants); n > 1 {
			over += fmt.Sprintf(",P%d", n-1)
		}
		fmt.Fprintf(&b, "  Note over %s: %s: times here are corrected\n", over, mermaid(c))
	}
	for i := range l.Steps {
		s := &l.Steps[i]
		text := mermaid(strings.TrimSpace(clock(s) + " " + label(s)))
		switch {
		case s.From == s.To:
			if s.Detail != "" {
				text += "<br/>" + mermaid(cut(s.Detail, 60))
			}
			fmt.Fprintf(&b, "  Note over P%d: %s\n", s.From, text)
		case s.Class == Failure:
			fmt.Fprintf(&b, "  P%d--xP%d: %s\n", s.From, s.To, text)
		case s.Class == Request:
			fmt.Fprintf(&b, "  P%d->>P%d: %s\n", s.From, s.To, text)
		default:
			fmt.Fprintf(&b, "  P%d-->>P%d: %s\n", s.From, s.To, text)
		}
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// mermaid escapes what ends a line of Mermaid, as entities.
func mermaid(s string) string {
	return strings.NewReplacer(";", "#59;", "#", "#35;", "\n", " ", "\r", " ", "<", "#lt;", ">", "#gt;").Replace(s)
}
