package main

import (
	"flag"
	"fmt"
	"io"
	"strings"
)

const overviewHead = `uctrace reads logs of CUCM, Jabber, IM and Presence and Expressway and says what
went wrong: with the lines that show it, the cause, and what to do.

usage: uctrace COMMAND [flags] PATH…

commands
`

const overviewTail = `
PATH is a file, a folder, an archive (.gz .gzo .zip .tar .tar.gz, archives in
archives too) or - for standard input. The kind of each log is recognised.
Settings come from flags, UCTRACE_* variables, one YAML file (--config) and the
defaults, the first that gives a value wins. "uctrace help COMMAND" lists flags.

exit status
  0 nothing found   1 findings   2 wrong usage   3 an input could not be read

examples
  uctrace analyze collection.zip
  uctrace analyze --tz -04:00 --format markdown traces/ > ticket.md
  uctrace events --date 2013-04-26 csf-unified.log | jq 'select(.sip.status >= 400)'
`

func overview() string {
	var b strings.Builder
	b.WriteString(overviewHead)
	for _, c := range commands() {
		fmt.Fprintf(&b, "  %-20s %s\n", strings.TrimSpace(c.name+" "+c.args), c.short)
	}
	b.WriteString(overviewTail)
	return b.String()
}

// help prints the help of a command, or of the program.
func (m *Main) help(args []string) int {
	if len(args) == 0 {
		return m.print(overview())
	}
	for _, c := range commands() {
		if c.name == args[0] {
			return m.print(c.text())
		}
	}
	return m.status(0, unknownCommand(args[0]))
}

func (m *Main) print(text string) int {
	_, err := io.WriteString(m.Stdout, text)
	return m.status(exitOK, err)
}

// text is the help of a command.
func (c *command) text() string {
	fs := flag.NewFlagSet(c.name, flag.ContinueOnError)
	if c.flags != nil {
		c.flags(fs, &options{})
	}
	var b strings.Builder
	usage := strings.TrimSpace("usage: uctrace " + c.name + " [flags] " + c.args)
	fmt.Fprintf(&b, "%s\n\n%s%s\nflags\n", usage, sentence(c.short), c.help)
	fs.VisitAll(func(f *flag.Flag) {
		name, help := flag.UnquoteUsage(f)
		fmt.Fprintln(&b, strings.TrimRight("  --"+f.Name+" "+strings.ToUpper(name), " "))
		if f.DefValue != "" && f.DefValue != "false" {
			help += " (default " + f.DefValue + ")"
		}
		fmt.Fprintln(&b, "        "+help)
	})
	_ = newSettings(new(settings)).WriteFlags(&b, c.without...) // a Builder takes everything
	fmt.Fprintln(&b, "  --config FILE\n        read settings from this YAML file")
	if c.examples != "" {
		fmt.Fprint(&b, "\nexamples\n"+c.examples)
	}
	return b.String()
}

func sentence(s string) string { return strings.ToUpper(s[:1]) + s[1:] + ".\n" }
