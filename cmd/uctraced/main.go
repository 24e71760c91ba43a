// Command uctraced is the uctrace server: it turns the records that agents
// ship into events, sessions and findings, and stores them.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/uctrace/uctrace/internal/config"
	"github.com/uctrace/uctrace/internal/program"
)

const usage = `usage: uctraced [command] [flags]

commands
  run           run the server (the default)
  demo          a small deployment with failures in it, from log file to finding
  health        ask a running server with the same settings whether it is ready, and why not
  config show   print the settings in effect, secrets masked; --origin adds where each came from
  version       print the version

Settings come from flags, UCTRACE_* variables, one YAML file (--config) and the
defaults, the first that gives a value wins. Without settings uctraced runs an
embedded NATS server and an embedded ClickHouse.

examples
  uctraced
  uctraced --data-dir /srv/uctrace --log-format json
  uctraced --nats-url nats://nats.example.com --clickhouse-url https://ch.example.com:8443
  uctraced demo

flags
`

func main() {
	// A reader that goes away (demo | head) is an error of the write, so that
	// the demo can clean up.
	signal.Ignore(syscall.SIGPIPE)
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	m := &Main{Args: os.Args[1:], Env: os.Environ(), Stdout: os.Stdout, Stderr: os.Stderr}
	os.Exit(m.Run(ctx))
}

// Main is the program, apart from the process it runs in.
type Main struct {
	Args, Env      []string
	Stdout, Stderr io.Writer
}

// Run runs the command and returns the exit status. The end of ctx ends it.
func (m *Main) Run(ctx context.Context) int {
	cfg, set := newConfig()
	fs := flag.NewFlagSet("uctraced", flag.ContinueOnError)
	set.Flags(fs)
	origin := fs.Bool("origin", false, "")
	keep := fs.Bool("keep", false, "")
	exit := fs.Bool("exit", false, "")
	args, err := config.ParseArgs(fs, m.Args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return m.help(set)
	case err != nil:
		return m.fail(program.ExitUsage, err)
	}
	command, err := commandOf(args)
	if err == nil {
		err = errors.Join(belongs("origin", *origin, "config show", command), belongs("keep", *keep, "demo", command), belongs("exit", *exit, "demo", command))
	}
	switch {
	case err != nil:
		return m.fail(program.ExitUsage, err)
	case command == "help":
		return m.help(set)
	case command == "version":
		fmt.Fprintln(m.Stdout, program.Version("uctraced"))
		return program.ExitOK
	}
	if err := errors.Join(set.Load(m.Env), cfg.check(set)); err != nil {
		return m.fail(program.ExitUsage, err)
	}
	switch command {
	case "health":
		var answer string
		answer, err = cfg.HTTP.Ask(ctx, "/readyz")
		io.WriteString(m.Stdout, answer)
	case "config show":
		err = set.Show(m.Stdout, *origin)
	case "demo":
		d := &demo{cfg: cfg, out: m.Stdout, layout: layout(m.Stdout, m.Env), keep: *keep, exit: *exit}
		err = d.run(ctx)
	default:
		err = serve(ctx, cfg, cfg.Log.Logger(m.Stderr))
	}
	if err != nil {
		return m.fail(program.ExitFail, err)
	}
	return program.ExitOK
}

// commandOf returns the command that args are, "run" for none.
func commandOf(args []string) (string, error) {
	if len(args) == 0 {
		return "run", nil
	}
	command, rest := args[0], args[1:]
	switch command {
	case "config":
		if len(rest) == 0 || rest[0] != "show" {
			return "", errors.New(`config: want "config show"`)
		}
		command, rest = "config show", rest[1:]
	case "run", "demo", "health", "version", "help":
	default:
		return "", fmt.Errorf("unknown command %q%s", command, config.DidYouMean(command, "", []string{"run", "demo", "health", "config", "version", "help"}))
	}
	if len(rest) > 0 {
		return "", fmt.Errorf("unexpected argument %q", rest[0])
	}
	return command, nil
}

// belongs refuses a flag of another command.
func belongs(flag string, given bool, owner, command string) error {
	if given && command != owner {
		return fmt.Errorf("flag --%s belongs to %q", flag, "uctraced "+owner)
	}
	return nil
}

// serve runs the server until ctx ends.
func serve(ctx context.Context, cfg *Config, log *slog.Logger) error {
	s, err := start(ctx, cfg, log)
	if err != nil && ctx.Err() != nil {
		log.Info("ended before it was ready")
		return nil //nolint:nilerr // the end of ctx is no error
	}
	if err != nil {
		return err
	}
	if err := program.Ready(); err != nil {
		log.Warn("systemd does not learn that the server is ready", "error", err)
	}
	err = s.wait(ctx)
	log.Info("ending")
	return errors.Join(err, s.close())
}

func (m *Main) help(set *config.Set) int {
	io.WriteString(m.Stdout, usage)
	if err := set.WriteFlags(m.Stdout); err != nil {
		return program.ExitFail
	}
	fmt.Fprintf(m.Stdout, otherFlags, set.DefaultFile)
	return program.ExitOK
}

const otherFlags = `  --config FILE
        read settings from this YAML file (default %s, if there is one)
  --origin
        config show: say where each value comes from
  --keep
        demo: keep the folder
  --exit
        demo: end when everything is shown
`

func (m *Main) fail(status int, err error) int {
	program.PrintError(m.Stderr, "uctraced", err)
	if status == program.ExitUsage {
		fmt.Fprintln(m.Stderr, `run "uctraced help" for the commands and settings`)
	}
	return status
}
