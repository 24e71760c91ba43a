package main

import (
	"bufio"
	"context"
	"errors"
	"flag"
	"fmt"
	"io"

	"github.com/uctrace/uctrace/internal/explain"
	"github.com/uctrace/uctrace/internal/report"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
)

var explainCommand = command{
	name: "explain", args: "PATH[:LINE]", short: "say how a log, or one line of it, is read and why",
	help: `
With a line number: the record on that line, how its head is read, and the
events it gives with every field, or why it gives none. Without: what the file
was taken for, how many of its records were understood, and those that were not.
PATH:LINE is what reports and events print; a member of an archive stands
behind "!".
`,
	examples: `  uctrace explain SDL001_100_000001.txt:190
  uctrace explain 'collection.zip!cm/trace/ccm/sdl/SDL001_100_000001.txt.gz:190'
  uctrace explain jabber.log
`,
	flags: func(fs *flag.FlagSet, o *options) {
		fs.StringVar(&o.format, "format", "text", "`form` of the account: text or json")
		fs.BoolVar(&o.verbose, "verbose", false, "show all lines of a long record")
	},
	without: []string{"fail_on", "workers"},
	run:     func(ctx context.Context, c *call) (int, error) { return c.explain(ctx) },
}

func (c *call) explain(ctx context.Context) (int, error) {
	if err := oneOf("format", c.format, "text", "json"); err != nil {
		return 0, err
	}
	if err := c.needPath(); err != nil {
		return 0, err
	}
	if len(c.args) > 1 {
		return 0, &usageError{"more than one PATH given", "explain one at a time"}
	}
	at := placesOf(c.args)
	w := explain.New(normalizer.Parsers(), at[0].line)
	status, err := c.read(ctx, at, func(b *schemas.RecordBatch, wanted func(*schemas.Record) bool) error {
		asked := at[0].file == "" || at[0].file == b.File.Path
		if !asked || len(b.Records) == 0 && len(b.Problems) == 0 {
			return nil
		}
		for i := range b.Records {
			wanted(&b.Records[i])
		}
		w.Add(b)
		return nil
	})
	if err != nil {
		return 0, err
	}
	out := bufio.NewWriter(c.Stdout)
	write := report.Explain
	if c.format == "json" {
		write = func(w io.Writer, a *explain.Account, _ int, _ report.Options) error { return report.ExplainJSON(w, a) }
	}
	o := c.layout()
	o.Verbose = c.verbose
	for i, a := range w.Accounts() {
		if status == exitUnread && a.Total.Records == 0 && c.format == "text" {
			continue // stderr says why there is nothing to explain
		}
		if i > 0 && c.format == "text" {
			fmt.Fprintln(out)
		}
		if err := write(out, &a, at[0].line, o); err != nil {
			return 0, err
		}
	}
	return status, errors.Join(out.Flush())
}
