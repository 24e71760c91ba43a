package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"io"
	"slices"
	"strings"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/offline"
	"github.com/uctrace/uctrace/internal/report"
	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/schemas"
)

var analyzeCommand = command{
	name: "analyze", args: "PATH…", short: "say what went wrong, with evidence, cause and fix",
	help: `
Reads everything, joins what belongs together (calls, registrations, sign-ins,
dialbacks) across files and products, and reports what went wrong. The exit
status is 0 when nothing was found, 1 when there are findings of severity
--fail-on or above, 3 when an input could not be read; what could be read is
reported all the same.
`,
	examples: `  uctrace analyze collection.zip
  uctrace analyze --tz Europe/Berlin cucm/ expressway/ jabber-prt.zip
  uctrace analyze --since "2026-01-05 10:10" --until 2026-01-05T10:20 sdl/
  uctrace analyze --format markdown traces/ > ticket.md
  uctrace analyze --format json --fail-on high traces/ | jq '.findings[].summary'
  ssh cucm1 cat trace.txt | uctrace analyze --date 2013-04-26 -
`,
	flags: func(fs *flag.FlagSet, o *options) {
		fs.StringVar(&o.format, "format", "text", "`form` of the report: text, markdown or json")
		fs.StringVar(&o.sessions, "sessions", "failed", "`which` sessions are listed one by one: failed or all")
		fs.BoolVar(&o.verbose, "verbose", false, "write every finding out, with every line of evidence, and list every input")
	},
	run: func(ctx context.Context, c *call) (int, error) { return c.analyze(ctx) },
}

func (c *call) analyze(ctx context.Context) (int, error) {
	if err := errors.Join(oneOf("format", c.format, "text", "markdown", "json"), oneOf("sessions", c.sessions, "failed", "all")); err != nil {
		return 0, err
	}
	if err := c.needPath(); err != nil {
		return 0, err
	}
	all, err := c.rules()
	if err != nil {
		return 0, err
	}
	opts := offline.Options{Rules: all, Options: c.settings.collector(), Paths: c.args, Stdin: interruptible(ctx, c.Stdin), Mask: c.settings.masker(), Window: c.settings.window()}
	opts.Progress = new(collector.Progress)
	stop := c.console.progress(opts.Progress)
	result, err := offline.Analyze(ctx, opts)
	stop()
	if err != nil {
		return 0, err
	}
	unread := c.unread(&result)
	if err := c.report(&result, all); err != nil {
		return 0, err
	}
	switch {
	case unread:
		return exitUnread, nil
	case slices.ContainsFunc(result.Findings, func(f schemas.Finding) bool { return !f.Deleted && f.Severity >= c.settings.FailOn }):
		return exitFindings, nil
	default:
		return exitOK, nil
	}
}

// unread says on stderr what could not be read, and whether there is any.
func (c *call) unread(r *correlator.Result) bool {
	found := false
	for i := range r.Inputs {
		for j := range r.Inputs[i].Problems {
			if p := &r.Inputs[i].Problems[j]; p.Unread {
				found = true
				c.console.problem(p)
			}
		}
	}
	return found
}

func (c *call) report(r *correlator.Result, all []ruleset.Rule) error {
	o := c.layout()
	o.AllSessions, o.Verbose, o.Title = c.sessions == "all", c.verbose, titles(all)
	write := report.Text
	switch c.format {
	case "markdown":
		write = report.Markdown
	case "json":
		write = func(w io.Writer, r correlator.Result, _ report.Options) error { return report.JSON(w, r) }
	}
	out := bufio.NewWriter(c.Stdout)
	return errors.Join(write(out, *r, o), out.Flush())
}

// layout fits text to where it is going.
func (c *call) layout() report.Options {
	width, terminal := terminalSize(c.Stdout)
	switch {
	case c.settings.Width > 0:
		width = c.settings.Width
	case !terminal:
		width = 100
	default:
		width = min(width, 120) // longer lines are hard to read
	}
	return report.Options{
		Width: width,
		Color: c.settings.Color == "always" || c.settings.Color == "auto" && terminal && colorWanted(c.Env),
	}
}

// colorWanted obeys NO_COLOR (no-color.org) and terminals without colours.
func colorWanted(env []string) bool {
	for _, e := range env {
		name, value, _ := strings.Cut(e, "=")
		if name == "NO_COLOR" && value != "" || name == "TERM" && value == "dumb" {
			return false
		}
	}
	return true
}
