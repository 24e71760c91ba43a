package main

import (
	"context"
	"fmt"
	"os"

	"github.com/uctrace/uctrace/internal/config"
	"github.com/uctrace/uctrace/internal/report"
	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/internal/ruletest"
)

var rulesCommand = command{
	name: "rules", args: "list|show|test …", short: "list what can be found, explain a rule, test your own",
	help: `
uctrace rules list | show ID | test [PATH…]

"show" says what a rule needs to see in the logs, what keeps it silent, and
where the knowledge comes from. "test" checks rule files and runs the cases in
them, with all other rules at work; without PATH those that uctrace ships with.
A rule of your own is a YAML file; --rules, or the setting rules, adds it to
analyze. A file with the id of a shipped rule replaces it.
`,
	examples: `  uctrace rules list
  uctrace rules show cucm.remote-destination-unmatched
  uctrace rules test site-rules/
  uctrace analyze --rules site-rules/ collection.zip
`,
	without: []string{"source", "tz", "date", "since", "until", "cluster", "node", "mask", "fail_on", "workers"},
	run: func(ctx context.Context, c *call) (int, error) {
		switch {
		case len(c.args) == 1 && c.args[0] == "list":
			all, err := c.rules()
			if err != nil {
				return 0, err
			}
			return exitOK, report.Rules(c.Stdout, ruleset.Catalogue(all), c.layout())
		case len(c.args) == 2 && c.args[0] == "show":
			return exitOK, c.showRule(c.args[1])
		case len(c.args) > 0 && c.args[0] == "test":
			return c.testRules(ctx, c.args[1:])
		default:
			return 0, &usageError{`want "rules list", "rules show ID" or "rules test PATH"`, `run "uctrace help rules"`}
		}
	},
}

// rules returns the shipped rules and those of the settings. What is wrong with
// a rule file is a fault of the configuration.
func (c *call) rules() ([]ruleset.Rule, error) { return readRules(c.settings.Rules) }

func readRules(paths []string) ([]ruleset.Rule, error) {
	all, err := ruleset.All(paths)
	if err != nil {
		return nil, &settingsError{err}
	}
	return all, nil
}

func (c *call) showRule(id string) error {
	all, err := c.rules()
	if err != nil {
		return err
	}
	var names []string
	for _, d := range ruleset.Catalogue(all) {
		if d.Name == id {
			return report.Rule(c.Stdout, d, c.layout())
		}
		names = append(names, d.Name)
	}
	return &usageError{fmt.Sprintf("no rule %q%s", id, config.DidYouMean(id, "", names)), `run "uctrace rules list" for all`}
}

// testRules runs the cases of the rules in paths, or of the shipped ones.
func (c *call) testRules(ctx context.Context, paths []string) (int, error) {
	all, err := readRules(append(paths, c.settings.Rules...))
	if err != nil {
		return 0, err
	}
	tested := all
	if len(paths) > 0 {
		if tested, err = ruleset.Load(paths); err != nil {
			return 0, &settingsError{err}
		}
	}
	dir, err := os.MkdirTemp("", "uctrace-rules-")
	if err != nil {
		return 0, err
	}
	defer os.RemoveAll(dir)
	cases, failed := 0, 0
	for i := range tested {
		outcomes, err := ruletest.Run(ctx, &tested[i], all, dir)
		if err != nil {
			return 0, err
		}
		for _, o := range outcomes {
			cases++
			if o.Fault != "" {
				failed++
				fmt.Fprintf(c.Stdout, "FAIL  %s: %s: %s\n", o.Rule, o.Case, o.Fault)
			} else {
				fmt.Fprintf(c.Stdout, "ok    %s: %s\n", o.Rule, o.Case)
			}
		}
	}
	fmt.Fprintf(c.Stdout, "%d rules, %d cases, %d failed\n", len(tested), cases, failed)
	if failed > 0 {
		return exitFindings, nil
	}
	return exitOK, nil
}

// titles names rules in words for the report.
func titles(all []ruleset.Rule) func(rule string) string {
	return func(rule string) string { return ruleset.Title(all, rule) }
}
