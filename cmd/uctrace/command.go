package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"slices"
	"strings"
	"syscall"

	"github.com/uctrace/uctrace/internal/config"
	"github.com/uctrace/uctrace/internal/offline"
	"github.com/uctrace/uctrace/internal/program"
)

// Exit statuses. Those of analyze are a public contract.
const (
	exitOK          = 0
	exitFindings    = 1
	exitUsage       = 2
	exitUnread      = 3
	exitInterrupted = 130 // 128 + SIGINT
)

// Main is the program, apart from the process it runs in.
type Main struct {
	Args, Env      []string
	Stdin          io.Reader
	Stdout, Stderr io.Writer
}

// command is one subcommand.
type command struct {
	name, args, short string
	// help is what "help NAME" adds to the first line.
	help string
	// examples end the help, one a line.
	examples string
	// flags defines flags of its own; nil for none.
	flags func(fs *flag.FlagSet, o *options)
	// without are the settings that mean nothing to it.
	without []string
	run     func(ctx context.Context, c *call) (status int, err error)
}

// call is one run of a command.
type call struct {
	*Main
	options
	settings settings
	set      *config.Set
	args     []string // what is no flag
	console  *console
}

// options are the flags that are no settings.
type options struct {
	fleet    fleetFlags
	format   string
	sessions string
	verbose  bool
	notes    bool
	origin   bool
	callID   string
	key      string
	session  string
	good     string
	bad      string
}

// commands lists the subcommands in the order of the help.
func commands() []command {
	return []command{
		analyzeCommand, recordsCommand, eventsCommand, explainCommand, ladderCommand, diffCommand, timelineCommand,
		rulesCommand, simulateCommand, configCommand, versionCommand,
	}
}

var versionCommand = command{
	name: "version", short: "print the version",
	without: readingSettings,
	run: func(_ context.Context, c *call) (int, error) {
		if err := c.noArgs(); err != nil {
			return 0, err
		}
		_, err := fmt.Fprintln(c.Stdout, program.Version("uctrace"))
		return exitOK, err
	},
}

// usageError is a call that cannot be understood.
type usageError struct {
	msg  string
	hint string
}

func (e *usageError) Error() string { return e.msg }

// Run runs the command that Args name and returns the exit status. The end of
// ctx ends it; what is written by then is whole.
func (m *Main) Run(ctx context.Context) int {
	if len(m.Args) == 0 {
		fmt.Fprint(m.Stderr, overview())
		return exitUsage
	}
	name, args := m.Args[0], m.Args[1:]
	switch name {
	case "help", "-h", "-help", "--help":
		return m.help(args)
	case "-version", "--version":
		name = "version"
	}
	for _, cmd := range commands() {
		if cmd.name == name {
			return m.status(m.start(ctx, cmd, args))
		}
	}
	return m.status(0, unknownCommand(name))
}

// start parses flags and settings and runs cmd.
func (m *Main) start(ctx context.Context, cmd command, args []string) (int, error) {
	c := &call{Main: m}
	c.set = newSettings(&c.settings)
	fs := flag.NewFlagSet(cmd.name, flag.ContinueOnError)
	c.set.Flags(fs, cmd.without...)
	if cmd.flags != nil {
		cmd.flags(fs, &c.options)
	}
	rest, err := config.ParseArgs(fs, args)
	if errors.Is(err, flag.ErrHelp) {
		return m.help([]string{cmd.name}), nil
	}
	if err != nil {
		return 0, &usageError{err.Error(), fmt.Sprintf(`run "uctrace help %s" for its flags`, cmd.name)}
	}
	if err := errors.Join(c.set.Load(m.Env), c.settings.check(c.set)); err != nil {
		return 0, &settingsError{err}
	}
	c.args = rest
	c.console = newConsole(m.Stderr)
	return cmd.run(ctx, c)
}

// settingsError is a fault of the configuration: a usage error of many lines.
type settingsError struct{ error }

// status prints err and returns the exit status.
func (m *Main) status(status int, err error) int {
	var usage *usageError
	var settings *settingsError
	var empty *offline.EmptyWindowError
	switch {
	case err == nil:
		return status
	case errors.Is(err, syscall.EPIPE):
		return exitOK // the reader has enough
	case errors.Is(err, context.Canceled):
		fmt.Fprintln(m.Stderr, "uctrace: interrupted")
		return exitInterrupted
	case errors.As(err, &usage):
		program.PrintError(m.Stderr, "uctrace", err)
		if usage.hint != "" {
			fmt.Fprintln(m.Stderr, "uctrace: hint:", usage.hint)
		}
		return exitUsage
	case errors.As(err, &empty):
		program.PrintError(m.Stderr, "uctrace", err)
		fmt.Fprintln(m.Stderr, "uctrace: hint:", empty.Hint())
		return exitUsage
	case errors.As(err, &settings):
		program.PrintError(m.Stderr, "uctrace", settings.error)
		return exitUsage
	default: // the output could not be written: nobody can rely on it
		program.PrintError(m.Stderr, "uctrace", err)
		return exitUnread
	}
}

func unknownCommand(name string) error {
	e := &usageError{msg: fmt.Sprintf("unknown command %q", name), hint: `run "uctrace help" for the commands`}
	var names []string
	for _, c := range commands() {
		names = append(names, c.name)
	}
	if near := config.Nearest(name, names); near != "" {
		e.hint = fmt.Sprintf("did you mean %q?", "uctrace "+near)
	} else if _, err := os.Stat(name); err == nil {
		e.hint = fmt.Sprintf(`to analyze a file, run "uctrace analyze %s"`, name)
	}
	return e
}

// noArgs is for commands that take no argument.
func (c *call) noArgs() error {
	if len(c.args) > 0 {
		return &usageError{msg: fmt.Sprintf("unexpected argument %q", c.args[0])}
	}
	return nil
}

// oneOf checks the value of a flag.
func oneOf(flag, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return &usageError{msg: fmt.Sprintf("flag --%s: %q: want %s", flag, value, strings.Join(allowed, ", "))}
}
