package metrics

import (
	"fmt"
	"io"
	"strings"
)

// WriteTable writes the definitions as a Markdown table.
func WriteTable(w io.Writer, defs []Definition) error {
	var b strings.Builder
	b.WriteString("| metric | kind | labels | meaning |\n|---|---|---|---|\n")
	for _, d := range defs {
		fmt.Fprintf(&b, "| `%s` | %s | %s | %s |\n", d.Name, d.Kind, strings.Join(d.Labels, ", "), d.Help)
	}
	_, err := io.WriteString(w, b.String())
	return err
}
