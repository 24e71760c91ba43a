package report

import (
	"fmt"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

func (t *text) inputList() {
	if len(t.inputs)+len(t.strange) == 0 {
		return
	}
	note := ""
	if t.below != "" {
		note = "below " + t.below
	}
	t.section("Inputs", note)
	shown, left := t.listedInputs()
	t.inputTable(shown)
	if left > 0 {
		t.page.text("  ", "and "+plural(left, "log")+" more, --verbose lists all", dim)
	}
	names, left := t.listedStrange()
	if len(names) == 0 {
		return
	}
	if len(shown) > 0 {
		t.page.blank()
	}
	t.page.text("  ", plural(len(t.strange), "file holds", "files hold")+" no log that is known:", plain)
	for _, name := range names {
		t.page.text("    ", name, dim)
	}
	if left > 0 {
		t.page.text("    ", "and "+number(left)+" more, --verbose lists all", dim)
	}
}

func (t *text) inputTable(inputs []schemas.Input) {
	if len(inputs) == 0 {
		return
	}
	rows := [][]string{{"records", "events", "silent", "unparsed", "log", "node", "file"}}
	for i := range inputs {
		in := &inputs[i]
		rows = append(rows, []string{number(in.Records), number(in.Events), number(in.Silent), number(in.Unparsed), sourceWord(in), dash(in.Node), strings.TrimPrefix(in.Path, t.below)})
	}
	widths := make([]int, len(rows[0]))
	for _, r := range rows {
		for i := range r {
			r[i] = Escape(r[i])
			widths[i] = max(widths[i], columns(r[i]))
		}
	}
	for i, r := range rows {
		s := dim
		if i > 0 {
			s = plain
		}
		line := fmt.Sprintf("  %*s  %*s  %*s  %*s  %s  %s  %s", widths[0], r[0], widths[1], r[1], widths[2], r[2], widths[3], r[3],
			padded(r[4], widths[4]), padded(r[5], widths[5]), r[6])
		t.page.b.WriteString(t.page.paint(s, line) + "\n")
		if i > 0 {
			t.inputTrouble(&inputs[i-1])
		}
	}
}

func (t *text) inputTrouble(in *schemas.Input) {
	p := &t.page
	for _, r := range t.remarks(in) {
		p.text("        ", r, dim)
	}
	for _, problem := range in.Problems {
		message := problem.Message
		if problem.Line > 0 {
			message = fmt.Sprintf("line %d: %s", problem.Line, message)
		}
		s := yellow
		if problem.Unread {
			s = red
		}
		p.text("      "+p.paint(s, "! "), message, plain)
		if problem.Hint != "" {
			p.text("        ", problem.Hint, dim)
		}
	}
}
