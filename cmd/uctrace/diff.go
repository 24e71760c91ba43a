package main

import (
	"bufio"
	"context"
	"errors"
	"flag"

	"github.com/uctrace/uctrace/internal/compare"
	"github.com/uctrace/uctrace/schemas"
)

var diffCommand = command{
	name: "diff", args: "GOOD BAD", short: "set a session that failed beside one that did not",
	help: `
Aligns the steps of two sessions of one kind and says in which they differ
first, and what followed from it. Of each log it is the session with the gravest
finding, and of the first log the one of the same kind that went best; --good
and --bad name others by a key or by the beginning of their ids.
`,
	examples: `  uctrace diff monday.zip tuesday.zip
  uctrace diff --good 5a1b9e00-1@10.10.10.1 --bad 77c2aa00-3@10.10.10.1 traces/ traces/
`,
	flags: func(fs *flag.FlagSet, o *options) {
		fs.StringVar(&o.good, "good", "", "`session` of the first log: a key, or the beginning of the id")
		fs.StringVar(&o.bad, "bad", "", "`session` of the second log")
	},
	without: []string{"fail_on"},
	run:     func(ctx context.Context, c *call) (int, error) { return c.diff(ctx) },
}

func (c *call) diff(ctx context.Context) (int, error) {
	if len(c.args) != 2 {
		return 0, &usageError{"want two paths, the good one and the bad one", `run "uctrace help diff"`}
	}
	bad, b, err := c.side(ctx, c.args[1], c.bad, "")
	if err != nil {
		return 0, err
	}
	good, g, err := c.side(ctx, c.args[0], c.good, b.Kind)
	if err != nil {
		return 0, err
	}
	goodEvents, err := good.events(ctx, g)
	if err != nil {
		return 0, err
	}
	badEvents, err := bad.events(ctx, b)
	if err != nil {
		return 0, err
	}
	d := compare.Sessions(*g, *b, goodEvents, badEvents)
	out := bufio.NewWriter(c.Stdout)
	err = errors.Join(d.Text(out), out.Flush())
	if d.First >= 0 {
		return exitFindings, err
	}
	return exitOK, err
}

// side analyses one of the two logs and picks its session: the one called name,
// else the healthiest of the given kind, else the one that stands out.
func (c *call) side(ctx context.Context, path, name string, kind schemas.SessionKind) (*analyzed, *schemas.Session, error) {
	a, err := c.study(ctx, []string{path})
	if err != nil {
		return nil, nil, err
	}
	if name != "" {
		s, err := a.session("", name)
		if err != nil {
			s, err = a.session(name, "")
		}
		return a, s, err
	}
	if s := a.healthy(kind); s != nil {
		return a, s, nil
	}
	s, err := a.session("", "")
	return a, s, err
}
