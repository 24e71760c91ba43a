package compare

import (
	"fmt"
	"io"
	"strconv"
	"strings"
)

// Text writes what differs, for a person to read. The only errors are those of
// w.
func (c *Comparison) Text(w io.Writer) error {
	var b strings.Builder
	fmt.Fprintf(&b, "good: %s\nbad:  %s\n\n", c.Good.Summary, c.Bad.Summary)
	if c.First < 0 {
		b.WriteString("No difference: both take the same steps with the same numbers and names.\n")
	} else {
		c.divergence(&b)
	}
	b.WriteString("\nSteps\n")
	for i := range c.Rows {
		c.Rows[i].text(&b, i == c.First)
	}
	_, err := io.WriteString(w, b.String())
	return err
}

// divergence says where the two part, and what the bad one does otherwise
// from there on.
func (c *Comparison) divergence(b *strings.Builder) {
	b.WriteString("First difference\n  " + c.Rows[c.First].sentence() + "\n")
	c.Rows[c.First].places(b)
	followed := 0
	for i := c.First + 1; i < len(c.Rows); i++ {
		if c.Rows[i].Same() {
			continue
		}
		if followed++; followed == 1 {
			b.WriteString("\nWhat followed\n")
		}
		if followed > 8 {
			fmt.Fprintf(b, "  and more, see the steps\n")
			break
		}
		b.WriteString("  " + c.Rows[i].sentence() + "\n")
	}
}

// sentence says how a row differs.
func (r *Row) sentence() string {
	switch {
	case r.Bad == nil:
		return r.Good.Name + " is missing in the bad one" + values(r.Good)
	case r.Good == nil:
		return r.Bad.Name + " happens in the bad one only" + values(r.Bad)
	}
	var parts []string
	for _, d := range r.Differs {
		parts = append(parts, fmt.Sprintf("%s is %s in the good one and %s in the bad one", d.Name, quoted(d.Good), quoted(d.Bad)))
	}
	return r.Good.Name + ": " + strings.Join(parts, ", ")
}

func (r *Row) places(b *strings.Builder) {
	for _, side := range []struct {
		name string
		s    *Step
	}{{"good", r.Good}, {"bad", r.Bad}} {
		if side.s != nil {
			fmt.Fprintf(b, "  %-4s  %s:%d  %s\n", side.name, side.s.Event.File, side.s.Event.Line, side.s.Event.Text)
		}
	}
}

func (r *Row) text(b *strings.Builder, first bool) {
	mark := "= "
	switch {
	case r.Bad == nil:
		mark = "- "
	case r.Good == nil:
		mark = "+ "
	case len(r.Differs) > 0:
		mark = "~ "
	}
	if first {
		mark = ">" + mark[:1]
	}
	s := r.Good
	if s == nil {
		s = r.Bad
	}
	var line strings.Builder
	line.WriteString(mark + " " + s.Name)
	for _, d := range r.Differs {
		fmt.Fprintf(&line, "  %s %s | %s", d.Name, quoted(d.Good), quoted(d.Bad))
	}
	b.WriteString("  " + line.String() + "\n")
}

func values(s *Step) string {
	var parts []string
	for _, v := range s.Values {
		parts = append(parts, v.Name+" "+v.Value)
	}
	if len(parts) == 0 {
		return ""
	}
	return " (" + strings.Join(parts, ", ") + ")"
}

func quoted(s string) string {
	if s == "" {
		return "nothing"
	}
	return s
}

func itoa(n int) string { return strconv.Itoa(n) }
