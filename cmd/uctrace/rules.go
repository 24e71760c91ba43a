package main

import (
	"context"
	"fmt"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/internal/config"
	"github.com/uctrace/uctrace/internal/report"
)

var rulesCommand = command{
	name: "rules", args: "list | show ID", short: "list what can be found, or explain one rule",
	help: `
Shows what a rule needs to see in the logs, what keeps it silent, and where the
knowledge comes from.
`,
	examples: `  uctrace rules list
  uctrace rules show cucm.remote-destination-unmatched
`,
	without: []string{"source", "tz", "date", "cluster", "node", "fail_on", "workers"},
	run: func(_ context.Context, c *call) (int, error) {
		switch {
		case len(c.args) == 1 && c.args[0] == "list":
			return exitOK, report.Rules(c.Stdout, detect.All(), c.layout())
		case len(c.args) == 2 && c.args[0] == "show":
			return exitOK, c.showRule(c.args[1])
		default:
			return 0, &usageError{`want "rules list" or "rules show ID"`, `run "uctrace help rules"`}
		}
	},
}

func (c *call) showRule(id string) error {
	var names []string
	for _, d := range detect.All() {
		if d.Name == id {
			return report.Rule(c.Stdout, d, c.layout())
		}
		names = append(names, d.Name)
	}
	return &usageError{fmt.Sprintf("no rule %q%s", id, config.DidYouMean(id, "", names)), `run "uctrace rules list" for all`}
}

// title names a rule in words for the report.
func title(rule string) string {
	for _, d := range detect.All() {
		if d.Name == rule {
			return d.Title
		}
	}
	return ""
}
