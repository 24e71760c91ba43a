package main

import (
	"bufio"
	"cmp"
	"context"
	"errors"
	"flag"

	"github.com/uctrace/uctrace/internal/ladder"
	"github.com/uctrace/uctrace/schemas"
)

var ladderCommand = command{
	name: "ladder", args: "PATH…", short: "draw one session: who sent what to whom, and when",
	help: `
Draws a call, a registration, a sign-in or a dialback as a ladder: participants
as columns, messages as arrows, with the time since the one before where it is
long. What a finding rests on is marked. Without --call-id, --key or --session
it is the session with the gravest finding. Notes about digits, bandwidth and
media that follow each other are counted in one line; --notes writes them all.
`,
	examples: `  uctrace ladder --call-id 5a1b9e00-8061-1@10.10.10.1 collection.zip
  uctrace ladder --key 2003 --format html traces/ > call.html
  uctrace ladder --format mermaid traces/ >> ticket.md
`,
	flags: func(fs *flag.FlagSet, o *options) {
		fs.StringVar(&o.format, "format", "text", "`form` of the drawing: text, mermaid, svg or html")
		fs.StringVar(&o.callID, "call-id", "", "`Call-ID` of the call")
		fs.StringVar(&o.key, "key", "", "any `value` that identifies the session: CI, JID, device, number, domain")
		fs.BoolVar(&o.notes, "notes", false, "show every note")
		fs.StringVar(&o.session, "session", "", "`id` of the session, or its beginning")
	},
	without: []string{"fail_on"},
	run:     func(ctx context.Context, c *call) (int, error) { return c.ladder(ctx) },
}

func (c *call) ladder(ctx context.Context) (int, error) {
	if err := oneOf("format", c.format, "text", "mermaid", "svg", "html"); err != nil {
		return 0, err
	}
	if err := c.needPath(); err != nil {
		return 0, err
	}
	a, err := c.study(ctx, c.args)
	if err != nil {
		return 0, err
	}
	s, err := a.session(c.session, cmp.Or(c.callID, c.key))
	if err != nil {
		return 0, err
	}
	events, err := a.events(ctx, s)
	if err != nil {
		return 0, err
	}
	draw := ladder.Build
	if s.Kind == schemas.SessionFederation {
		draw = ladder.Dialback
	}
	built := draw(s, events, a.proofs(s))
	l := &built
	if !c.notes {
		l = l.Folded()
	}
	out := bufio.NewWriter(c.Stdout)
	switch c.format {
	case "mermaid":
		err = l.Mermaid(out)
	case "svg":
		err = l.SVG(out)
	case "html":
		err = l.HTML(out)
	default:
		o := c.layout()
		err = l.Text(out, o.Width, o.Color)
	}
	return exitOK, errors.Join(err, out.Flush())
}
