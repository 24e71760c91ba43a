package report

import (
	"io"
	"strings"

	"github.com/uctrace/uctrace/correlator/detect"
)

// Rules writes the list of detectors, one a line. The only errors are those of
// w.
func Rules(w io.Writer, rules []detect.Detector, o Options) error {
	p := page{color: o.Color}
	name, severity := 0, 0
	for _, d := range rules {
		name = max(name, columns(d.Name))
		severity = max(severity, columns(d.Severity.String()))
	}
	for _, d := range rules {
		p.b.WriteString(padded(d.Name, name) + "  " + p.paint(severityStyle(d.Severity), padded(d.Severity.String(), severity)) + "  " + d.Title + "\n")
	}
	_, err := io.WriteString(w, p.b.String())
	return err
}

// Rule writes what a detector needs to see, when it is silent, and where its
// knowledge comes from. The only errors are those of w.
func Rule(w io.Writer, d detect.Detector, o Options) error {
	p := page{width: o.Width, color: o.Color}
	p.text("", d.Title, bold)
	p.blank()
	p.facts("", []fact{{"rule", d.Name}, {"severity", d.Severity.String()}})
	for paragraph := range strings.SplitSeq(strings.TrimSpace(d.Doc), "\n\n") {
		p.blank()
		for _, line := range unwrap(paragraph) {
			first := ""
			if item, ok := strings.CutPrefix(line, "- "); ok {
				first, line = "- ", item
			}
			if name, rest, ok := strings.Cut(line, ":**"); ok && strings.HasPrefix(name, "**") {
				line = name[len("**"):] + ":" + rest // a heading, for a terminal
			}
			p.text(first, line, plain)
		}
	}
	_, err := io.WriteString(w, p.b.String())
	return err
}

// unwrap joins the lines of a Markdown paragraph, but not the items of a list.
func unwrap(paragraph string) []string {
	var lines []string
	for line := range strings.SplitSeq(paragraph, "\n") {
		line = strings.TrimSpace(line)
		if len(lines) == 0 || strings.HasPrefix(line, "- ") {
			lines = append(lines, line)
		} else {
			lines[len(lines)-1] += " " + line
		}
	}
	return lines
}
