package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"time"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/internal/redact"
	"github.com/uctrace/uctrace/internal/report"
	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/internal/ship"
	"github.com/uctrace/uctrace/internal/simulate"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
)

// demo runs the whole path on one machine: products write logs, an agent
// follows them, the server explains them, and the findings are read back from
// ClickHouse.
type demo struct {
	cfg    *Config
	out    io.Writer
	layout report.Options
	keep   bool // keep the folder
	exit   bool // end when everything is shown, do not wait for Ctrl-C

	dir  string
	log  *slog.Logger
	call string // id of the session of the failing call, once it is found
	s    *server
}

// errUnfinished ends a demo that was interrupted before it had shown what it
// is for.
var errUnfinished = errors.New("interrupted before everything was found")

func (d *demo) run(ctx context.Context) error {
	err := d.inFolder(ctx)
	if ctx.Err() != nil && errors.Is(err, ctx.Err()) {
		return errUnfinished
	}
	if errors.Is(err, syscall.EPIPE) {
		return nil // the reader has seen enough
	}
	return err
}

func (d *demo) inFolder(ctx context.Context) (err error) {
	dir, err := os.MkdirTemp("", "uctrace-demo-")
	if err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	d.dir = dir
	if !d.keep {
		defer func() { err = errors.Join(err, os.RemoveAll(dir)) }()
	}
	logFile, err := os.Create(filepath.Join(dir, "uctraced.log"))
	if err != nil {
		return fmt.Errorf("make log: %w", err)
	}
	defer logFile.Close()
	d.log = slog.New(slog.NewTextHandler(logFile, nil))

	d.say("uctrace demo: log files → agent → NATS JetStream → normalizer → correlator → ClickHouse")
	d.say("folder %s", dir)
	d.say("starting the server with embedded NATS and ClickHouse (the first time npm fetches 160 MB for it) …")
	d.settle(ctx)
	began := time.Now()
	if d.s, err = start(ctx, d.cfg, d.log); err != nil {
		return err
	}
	d.layout.Title = func(id string) string { return ruleset.Title(d.s.rules, id) }
	defer func() { err = errors.Join(err, d.s.close()) }()
	d.say("server is up after %.1f s: NATS %s, ClickHouse %s", time.Since(began).Seconds(), d.s.natsAddress(), d.s.clickHouseAddress())
	return d.follow(ctx)
}

// settle makes the settings those of a demo: it never touches servers and data
// of the user's own, and it moves to free ports where the default ones are
// taken.
func (d *demo) settle(ctx context.Context) {
	if d.cfg.NATS.URL != "" || d.cfg.ClickHouse.URL != "" {
		d.say("nats.url and clickhouse.url are left alone: the demo has its own servers")
	}
	d.cfg.NATS.URL, d.cfg.ClickHouse.URL = "", ""
	d.cfg.DataDir = filepath.Join(d.dir, "server")
	defaults, _ := newConfig()
	d.freePort(ctx, "NATS", &d.cfg.NATS.Listen, defaults.NATS.Listen)
	d.freePort(ctx, "ClickHouse", &d.cfg.ClickHouse.Listen, defaults.ClickHouse.Listen)
	d.freePort(ctx, "HTTP", &d.cfg.HTTP.Listen, defaults.HTTP.Listen)
}

// freePort replaces a default address that is taken. One that the user chose
// stays, and then the start says that it is taken.
func (d *demo) freePort(ctx context.Context, what string, address *string, standard string) {
	if *address != standard {
		return
	}
	l, err := (&net.ListenConfig{}).Listen(ctx, "tcp", *address)
	if err == nil {
		l.Close() //nolint:errcheck // it was only asked whether the address is free
		return
	}
	host, _, _ := net.SplitHostPort(standard)
	*address = net.JoinHostPort(host, "0")
	d.say("%s is taken, so %s gets a free port", standard, what)
}

// follow lets the products write and the agent read until everything that
// must be found is in ClickHouse, and then, unless exit is set, until ctx ends.
func (d *demo) follow(ctx context.Context) error {
	ctx, stop := context.WithCancel(ctx)
	defer stop()
	logs := filepath.Join(d.dir, "logs")
	if err := os.MkdirAll(logs, 0o700); err != nil {
		return fmt.Errorf("make folder: %w", err)
	}
	var work sync.WaitGroup
	defer work.Wait()
	defer stop()
	failed := make(chan error, 3)
	spawn := func(f func() error) {
		work.Go(func() {
			if err := f(); err != nil && ctx.Err() == nil {
				failed <- err
			}
		})
	}
	spawn(func() error { return d.s.wait(ctx) })
	spawn(func() error { return d.agent(ctx, logs) })
	d.say("CUCM, Jabber and Expressway write their logs; the agent follows %s", logs)
	written := make(chan struct{})
	spawn(func() error {
		defer close(written)
		return writeTraces(ctx, logs, simulate.Traces(time.Now().Add(-5*time.Minute)))
	})

	if err := d.watch(ctx, written, failed); err != nil {
		return err
	}
	d.sayPage()
	if d.keep {
		d.say("\nThe folder %s stays.", d.dir)
	}
	if d.exit {
		return nil
	}
	d.say("\nThe pages stay, and the agent goes on following %s, until you press Ctrl-C to end.", logs)
	select {
	case <-ctx.Done():
		d.say("\nended")
		return nil
	case err := <-failed:
		return err
	}
}

// agent follows folder as uctrace-agent does.
func (d *demo) agent(ctx context.Context, folder string) (err error) {
	journal, err := collector.OpenJournal(filepath.Join(d.dir, "agent"))
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, journal.Close()) }()
	b, err := d.s.connect(ctx, "demo-agent")
	if err != nil {
		return err
	}
	defer b.Close()
	status := new(collector.Status)
	shipper := ship.Shipper{Bus: b, Mask: new(redact.Masker), Follower: &collector.Follower{
		Options: collector.Options{Parsers: normalizer.Parsers()},
		Paths:   []string{folder}, Journal: journal, Status: status, Log: d.log,
		Poll: 100 * time.Millisecond, Quiet: 500 * time.Millisecond,
	}}
	beat := ship.Beat{Bus: b, Agent: schemas.AgentStatus{Agent: "demo", Host: "localhost"}, Status: status}
	var beats sync.WaitGroup
	defer beats.Wait()
	beats.Go(func() { beat.Run(ctx) })
	return shipper.Run(ctx)
}

func (d *demo) say(format string, args ...any) { fmt.Fprintf(d.out, format+"\n", args...) }
