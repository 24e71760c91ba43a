package main

import (
	"context"
	"flag"
)

var configCommand = command{
	name: "config", args: "show", short: "print the settings in effect",
	help: `
Prints the settings as a YAML file, secrets masked.
`,
	examples: `  uctrace config show --origin
`,
	flags: func(fs *flag.FlagSet, o *options) {
		fs.BoolVar(&o.origin, "origin", false, "say where each value comes from")
	},
	run: func(_ context.Context, c *call) (int, error) {
		if len(c.args) != 1 || c.args[0] != "show" {
			return 0, &usageError{`want "config show"`, `run "uctrace help config"`}
		}
		return exitOK, c.set.Show(c.Stdout, c.origin)
	},
}
