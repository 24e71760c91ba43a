package report

import (
	"bytes"
	"fmt"
	"io"
	"strconv"
	"strings"
	"time"

	"github.com/uctrace/uctrace/internal/explain"
	"github.com/uctrace/uctrace/schemas"
)

// Explain writes the account of a file, or of one line of it, for a person to
// read. The only errors are those of w.
func Explain(w io.Writer, a *explain.Account, line int, o Options) error {
	x := explanation{page: page{width: o.Width, color: o.Color}, verbose: o.Verbose}
	x.page.b.WriteString(x.page.paint(bold, Escape(a.File.Path)) + "\n")
	facts := x.file(a)
	if line > 0 {
		x.page.facts("  ", facts)
		for i := range a.Asked {
			x.reading(a, &a.Asked[i], line)
		}
	} else {
		x.summary(a, facts)
	}
	_, err := io.WriteString(w, x.page.b.String())
	return err
}

type explanation struct {
	page    page
	verbose bool
}

// file says what the file was taken for, and why.
func (x *explanation) file(a *explain.Account) []fact {
	facts := []fact{{"read as", x.kind(a)}}
	if a.File.Node != "" {
		facts = append(facts, fact{"node", a.File.Node})
	}
	switch {
	case a.File.Zone != "":
		facts = append(facts, fact{"local times", "in the zone " + a.File.Zone})
	case a.File.Source.LocalTime():
		facts = append(facts, fact{"local times", "read as UTC, because nothing tells their zone; --tz names it"})
	}
	return facts
}

// kind names the log and the parsers that knew its beginning.
func (x *explanation) kind(a *explain.Account) string {
	if a.File.Source == schemas.Unknown {
		if a.Total.Events > 0 {
			return "a document that quotes logs: no log begins like this"
		}
		return "no log that is known"
	}
	word := string(a.File.Source)
	switch {
	case len(a.Matches) == 0:
		return word + ", as told: it does not begin like one"
	case a.Matches[0].Source != a.File.Source:
		return word + ", as told: it begins like " + string(a.Matches[0].Source)
	}
	word += fmt.Sprintf(", %d of 100 sure", a.Matches[0].Sure)
	for _, m := range a.Matches[1:] {
		word += fmt.Sprintf("; %s %d", m.Source, m.Sure)
	}
	return word
}

// summary says what became of all records of a file, below facts.
func (x *explanation) summary(a *explain.Account, facts []fact) {
	p, t := &x.page, &a.Total
	facts = append(facts,
		fact{"bytes", number(t.End)},
		fact{"lines", number(t.Lines)},
		fact{"records", fmt.Sprintf("%s: %s gave events, %s understood and silent, %s not understood",
			number(t.Records), number(t.Records-t.Silent-t.Unparsed), number(t.Silent), number(t.Unparsed))},
	)
	if !t.From.IsZero() {
		facts = append(facts, fact{"period", period(t.From, t.To)})
	}
	for _, f := range []struct {
		name string
		n    int
	}{{"without head", t.Headless}, {"mended", t.Repaired}, {"invalid bytes", t.Damaged}} {
		if f.n > 0 {
			facts = append(facts, fact{f.name, number(f.n)})
		}
	}
	p.facts("  ", facts)
	x.counts("Events", a.Kinds)
	x.counts("Silent, because", a.Silent)
	if len(t.Problems) > 0 {
		p.blank()
		p.text("", "Problems", bold)
		for _, problem := range t.Problems {
			p.text("  ", problem.Error(), yellow)
		}
	}
	if len(a.Unparsed) > 0 {
		p.blank()
		p.text("", "Not understood", bold)
		for i := range a.Unparsed {
			r := &a.Unparsed[i]
			why := ""
			for i := range r.Events {
				if r.Events[i].Kind == schemas.KindUnparsed {
					why = ": " + r.Events[i].Attr("why")
				}
			}
			p.text("  ", "line "+number(r.Record.Line)+why, plain)
			first, _, _ := bytes.Cut(r.Record.Text, []byte("\n"))
			p.quote("    ", string(first))
		}
		if left := t.Unparsed - len(a.Unparsed); left > 0 {
			p.text("  ", "and "+number(left)+" more", dim)
		}
	}
}

func (x *explanation) counts(title string, list []explain.Count) {
	if len(list) == 0 {
		return
	}
	p := &x.page
	p.blank()
	p.text("", title, bold)
	widest := len(number(list[0].N))
	for _, c := range list {
		p.text(fmt.Sprintf("  %*s  ", widest, number(c.N)), c.Name, plain)
	}
}

// linesShown bounds how much of a long record is printed around the line.
const linesShown = 12

// reading shows a record, how its head is read, and what it gave.
func (x *explanation) reading(a *explain.Account, r *explain.Reading, line int) {
	p := &x.page
	p.blank()
	title := "Line " + number(r.Record.Line)
	if r.Record.Lines > 1 {
		title = fmt.Sprintf("Lines %s to %s", number(r.Record.Line), number(r.Record.Line+r.Record.Lines-1))
	}
	p.text("", title, bold)
	x.text(&r.Record, line)
	p.blank()
	facts := []fact{
		{"record", fmt.Sprintf("%s, %s bytes at offset %s", r.Record.ID, number(len(r.Record.Text)), number(r.Record.Offset))},
		{"source", string(r.Record.Source)},
		{"time", when(r.Record.Time)},
	}
	for _, f := range []struct {
		is   bool
		text string
	}{
		{!r.Record.Head, "no record head: this text goes on what stands before it, or belongs to no log"},
		{r.Record.Glued, "the head stands inside the physical line: records were glued together"},
		{r.Record.Cut, "the record is longer than one may be and goes on in the next"},
	} {
		if f.is {
			facts = append(facts, fact{"note", f.text})
		}
	}
	p.facts("  ", facts)
	rule := ""
	if n := len(r.Fields); n > 0 {
		fields := make([]fact, 0, n)
		for _, f := range r.Fields {
			if f.Name == "silent" || f.Name == "rule" {
				rule = f.Value
				continue
			}
			fields = append(fields, fact{f.Name, f.Value})
		}
		p.blank()
		p.text("  ", "read as", dim)
		p.facts("    ", fields)
	}
	p.blank()
	if len(r.Events) == 0 {
		if rule == "" {
			rule = "states nothing that is kept"
		}
		p.text("  ", "No event: "+rule, yellow)
		return
	}
	if rule != "" {
		p.text("  ", "recognised by "+rule, dim)
	}
	for i := range r.Events {
		x.event(&r.Events[i])
	}
}

func when(t time.Time) string {
	switch {
	case t.IsZero():
		return "none"
	case !schemas.Dated(t):
		return t.Format("15:04:05.999") + ", the date is not known; --date names it"
	}
	return t.Format(time.RFC3339Nano)
}

// text shows the lines of r around line, which is marked.
func (x *explanation) text(r *schemas.Record, line int) {
	p := &x.page
	lines := strings.Split(strings.TrimSuffix(string(r.Text), "\n"), "\n")
	from := 0
	if at := line - r.Line; !x.verbose && at >= linesShown {
		from = at - linesShown/2
		p.text("    ", fmt.Sprintf("… %s before", plural(from, "line")), dim)
	}
	to := len(lines)
	if !x.verbose {
		to = min(to, from+linesShown)
	}
	for i := from; i < to; i++ {
		mark := "    "
		if r.Line+i == line {
			mark = "  " + p.paint(yellow, ">") + " "
		}
		number := strconv.Itoa(r.Line + i)
		p.flow(mark+p.paint(dim, number)+"  ", strings.Repeat(" ", 6+len(number)), Escape(strings.TrimSuffix(lines[i], "\r")), plain, true)
	}
	if left := len(lines) - to; left > 0 {
		p.text("    ", fmt.Sprintf("… %s more, --verbose shows all", plural(left, "line")), dim)
	}
}
