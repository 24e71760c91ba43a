package main

import (
	"bufio"
	"context"
	"errors"
	"fmt"

	"github.com/uctrace/uctrace/internal/report"
)

var timelineCommand = command{
	name: "timeline", args: "WHO PATH…", short: "all sessions of one user, device or number, in order",
	help: `
Lists the sign-ins, registrations, calls and federations of one person across
products: the sessions that have WHO as a key (user id, JID, device, Call-ID),
and those related to them, each with the reason and how sure it is.
`,
	examples: `  uctrace timeline alice traces/ jabber-prt.zip
  uctrace timeline CSFALICE collection.zip
`,
	without: []string{"fail_on"},
	run: func(ctx context.Context, c *call) (int, error) {
		if len(c.args) < 2 {
			return 0, &usageError{"want a user, device or JID, and the paths", `run "uctrace help timeline"`}
		}
		a, err := c.study(ctx, c.args[1:])
		if err != nil {
			return 0, err
		}
		o := c.layout()
		o.Title = titles(a.opts.Rules)
		out := bufio.NewWriter(c.Stdout)
		found, err := report.Timeline(out, a.result, c.args[0], o)
		if err := errors.Join(err, out.Flush()); err != nil {
			return 0, err
		}
		if !found {
			return 0, &usageError{fmt.Sprintf("no session has %s", c.args[0]), `"uctrace analyze --sessions all" lists the sessions with their keys`}
		}
		return exitOK, nil
	},
}
