package main

import (
	"bufio"
	"context"
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"

	"github.com/uctrace/uctrace/internal/config"
	"github.com/uctrace/uctrace/internal/simulate/fleet"
)

// fleetFlags are the flags of simulate.
type fleetFlags struct {
	seed      uint64
	sessions  int
	scenarios names
	out       string
	list      bool
}

// names is a flag that may be given several times, each with one name or
// several behind commas.
type names []string

func (n *names) String() string { return strings.Join(*n, ",") }

func (n *names) Set(v string) error {
	*n = append(*n, strings.Split(v, ",")...)
	return nil
}

var simulateCommand = command{
	name: "simulate", short: "write the logs of a simulated deployment, and the truth about them",
	help: `
Writes the logs of a fleet of CUCM clusters, Jabber clients, IM and Presence and
Expressways below DIR/logs, as an operator would collect them: failures of every
kind that uctrace knows, and beside each one something healthy that looks like
it. DIR/truth.json says which lines belong to which call, registration, sign-in
or dialback, and what must be found in them. Equal flags write equal bytes.
`,
	examples: `  uctrace simulate --out fleet && uctrace analyze fleet/logs
  uctrace simulate --seed 7 --sessions 2000 --out fleet
  uctrace simulate --list
  uctrace simulate --scenario dialback-timeout --scenario federation --out fleet
  jq -c '.stories[] | select(.expect) | [.id, .expect[].rule]' fleet/truth.json
`,
	flags: func(fs *flag.FlagSet, o *options) {
		o.fleet.sessions = 1000
		fs.Uint64Var(&o.fleet.seed, "seed", 1, "`number` by which fleets differ")
		fs.IntVar(&o.fleet.sessions, "sessions", 1000, "least `number` of sessions")
		fs.Var(&o.fleet.scenarios, "scenario", "`name` of a scenario to write, may be given several times; all when not given")
		fs.StringVar(&o.fleet.out, "out", "", "folder `dir` to write to, which must be new or empty")
		fs.BoolVar(&o.fleet.list, "list", false, "list the scenarios and what is found in them")
	},
	without: readingSettings,
	run:     func(_ context.Context, c *call) (int, error) { return c.simulate() },
}

func (c *call) simulate() (int, error) {
	if err := c.noArgs(); err != nil {
		return 0, err
	}
	if c.fleet.list {
		return exitOK, c.listScenarios()
	}
	if c.fleet.out == "" {
		return 0, &usageError{"no --out DIR given", "name a folder to write to, or --list"}
	}
	if c.fleet.sessions < 0 {
		return 0, &usageError{msg: "flag --sessions: want a number of 0 or more"}
	}
	if err := knownScenarios(c.fleet.scenarios); err != nil {
		return 0, err
	}
	if entries, err := os.ReadDir(c.fleet.out); err == nil && len(entries) > 0 {
		return 0, &usageError{fmt.Sprintf("%s is not empty", c.fleet.out), "name a folder that does not exist"}
	}
	f, err := fleet.New(fleet.Options{Seed: c.fleet.seed, Sessions: c.fleet.sessions, Scenarios: c.fleet.scenarios})
	if err != nil {
		return 0, err
	}
	if err := f.Save(filepath.Join(c.fleet.out, "logs")); err != nil {
		return 0, err
	}
	if err := f.SaveTruth(filepath.Join(c.fleet.out, "truth.json")); err != nil {
		return 0, err
	}
	sessions, bytes := 0, 0
	for i := range f.Truth.Stories {
		sessions += len(f.Truth.Stories[i].Sessions)
	}
	for i := range f.Files {
		bytes += len(f.Files[i].Text)
	}
	fmt.Fprintf(c.Stderr, "uctrace: %d sessions in %d stories, %d logs, %.1f MiB\n", sessions, len(f.Truth.Stories), len(f.Files), float64(bytes)/(1<<20))
	return exitOK, nil
}

// knownScenarios refuses a name that no scenario has.
func knownScenarios(wanted []string) error {
	var all []string
	known := map[string]bool{}
	for _, sc := range fleet.Scenarios() {
		all = append(all, sc.Name)
		known[sc.Name] = true
	}
	for _, name := range wanted {
		if known[name] {
			continue
		}
		e := &usageError{fmt.Sprintf("unknown scenario %q", name), `run "uctrace simulate --list" for the scenarios`}
		if near := config.Nearest(name, all); near != "" {
			e.hint = fmt.Sprintf("did you mean %q?", near)
		}
		return e
	}
	return nil
}

// listScenarios prints a line for each scenario: its name, the rules it fails
// by or "healthy", and what happens.
func (c *call) listScenarios() error {
	w := bufio.NewWriter(c.Stdout)
	for _, sc := range fleet.Scenarios() {
		rules := "healthy"
		if !sc.Healthy() {
			rules = strings.Join(sc.Rules, ",")
		}
		fmt.Fprintf(w, "%-26s %-34s %s\n", sc.Name, rules, sc.Title)
	}
	return w.Flush()
}
