// Command uctrace-agent follows the logs of UC products and ships their
// records to NATS JetStream.
package main

import (
	"context"
	"errors"
	"flag"
	"fmt"
	"io"
	"os"
	"os/signal"
	"syscall"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/config"
	"github.com/uctrace/uctrace/internal/program"
)

const usage = `usage: uctrace-agent [flags] PATH…
       uctrace-agent config show [--origin] [flags]
       uctrace-agent health [flags]
       uctrace-agent version

Follows files, folders and globs, archives included, through rotation and
truncation, and ships their records to NATS JetStream. What is acknowledged
stands in the journal in --state-dir: a restart goes on where it stopped and
loses and repeats nothing.

Settings come from flags, UCTRACE_* variables, one YAML file (--config) and the
defaults, the first that gives a value wins.

examples
  uctrace-agent --nats-url tls://nats.example.com --nats-creds agent.creds --cluster berlin /srv/traces
  uctrace-agent --tz Europe/Berlin '%LOCALAPPDATA%\Cisco\Unified Communications\Jabber\CSF\Logs'
  uctrace-agent --once collection.zip

flags
`

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	context.AfterFunc(ctx, stop) // a second Ctrl-C ends the process at once
	m := &Main{Args: os.Args[1:], Env: os.Environ(), Stdout: os.Stdout, Stderr: os.Stderr}
	os.Exit(m.Run(ctx))
}

// Main is the program, apart from the process it runs in.
type Main struct {
	Args, Env      []string
	Stdout, Stderr io.Writer
}

// Run follows until ctx ends, or once, and returns the exit status.
func (m *Main) Run(ctx context.Context) int {
	cfg, set := newConfig()
	fs := flag.NewFlagSet("uctrace-agent", flag.ContinueOnError)
	set.Flags(fs)
	origin := fs.Bool("origin", false, "")
	args, err := config.ParseArgs(fs, m.Args)
	switch {
	case errors.Is(err, flag.ErrHelp):
		return m.help(set)
	case err != nil:
		return m.fail(program.ExitUsage, err)
	case len(args) == 1 && args[0] == "version":
		fmt.Fprintln(m.Stdout, program.Version("uctrace-agent"))
		return program.ExitOK
	case len(args) == 1 && args[0] == "help":
		return m.help(set)
	}
	health := len(args) == 1 && args[0] == "health"
	show := len(args) == 2 && args[0] == "config" && args[1] == "show"
	if show || health {
		args = nil
	}
	if *origin && !show {
		return m.fail(program.ExitUsage, errors.New(`flag --origin belongs to "uctrace-agent config show"`))
	}
	if err := set.Load(m.Env); err != nil {
		return m.fail(program.ExitUsage, err)
	}
	if health {
		answer, err := cfg.HTTP.Ask(ctx, "/readyz")
		io.WriteString(m.Stdout, answer)
		if err != nil {
			return m.fail(program.ExitFail, err)
		}
		return program.ExitOK
	}
	if show {
		if err := set.Show(m.Stdout, *origin); err != nil {
			return m.fail(program.ExitFail, err)
		}
		return program.ExitOK
	}
	cfg.Paths = append(cfg.Paths, args...)
	if err := cfg.check(set); err != nil {
		return m.fail(program.ExitUsage, err)
	}
	err = (&agent{cfg: cfg, hash: set.Hash(), log: cfg.Log.Logger(m.Stderr)}).run(ctx)
	switch {
	case err != nil && ctx.Err() != nil && errors.Is(err, ctx.Err()):
		return m.fail(program.ExitFail, errors.New("interrupted before everything was stored: the next run with the same state_dir goes on"))
	case err != nil:
		return m.fail(program.ExitFail, err)
	}
	return program.ExitOK
}

// natsPatience is after how long a person is told that nothing is sent.
const natsPatience = 2 * time.Second

func answers(ctx context.Context, b *bus.Bus) bool {
	ctx, cancel := context.WithTimeout(ctx, natsPatience)
	defer cancel()
	return b.WaitConnected(ctx) == nil || errors.Is(ctx.Err(), context.Canceled)
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
`

func (m *Main) fail(status int, err error) int {
	program.PrintError(m.Stderr, "uctrace-agent", err)
	if status == program.ExitUsage {
		fmt.Fprintln(m.Stderr, `run "uctrace-agent help" for the settings`)
	}
	return status
}
