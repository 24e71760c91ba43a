package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"sync"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/health"
	"github.com/uctrace/uctrace/internal/httpd"
	"github.com/uctrace/uctrace/internal/metrics"
	"github.com/uctrace/uctrace/internal/program"
	"github.com/uctrace/uctrace/internal/redact"
	"github.com/uctrace/uctrace/internal/ship"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
)

// agent is everything that runs.
type agent struct {
	cfg     *Config
	hash    string // of the settings
	log     *slog.Logger
	bus     *bus.Bus
	journal *collector.Journal
	mask    *redact.Masker // nil with mask: false
	status  collector.Status
}

// run ships until ctx ends or, once, until everything is stored.
func (a *agent) run(ctx context.Context) (err error) {
	cfg := a.cfg
	if a.journal, err = collector.OpenJournal(cfg.StateDir); err != nil {
		return fmt.Errorf("state_dir %s: %w", cfg.StateDir, err)
	}
	defer func() { err = errors.Join(err, a.journal.Close()) }()
	a.bus, err = bus.Connect(ctx, bus.Config{
		Name: "uctrace-agent " + cfg.ID, URL: cfg.NATS.URL, Creds: cfg.NATS.Creds, NKey: cfg.NATS.NKey, Token: cfg.NATS.Token, CAFile: cfg.NATS.CAFile, Log: a.log,
		InboxPrefix: "_INBOX." + cfg.ID, // so that NATS can keep agents from reading each other's answers
	})
	if err != nil {
		return fmt.Errorf("connect to NATS: %w", err)
	}
	defer a.bus.Close()
	if cfg.Mask {
		a.mask = new(redact.Masker)
	}
	web, err := a.listen(ctx)
	if err != nil {
		return err
	}
	defer func() { err = errors.Join(err, web.Close()) }()
	a.log.Info("following", "agent", cfg.ID, "paths", cfg.Paths, "nats", program.Redact(cfg.NATS.URL))
	if err := program.Ready(); err != nil {
		a.log.Warn("systemd does not learn that the agent is ready", "error", err)
	}
	if !answers(ctx, a.bus) {
		a.log.Warn("no NATS server answers yet; reading goes on when one does", "nats", program.Redact(cfg.NATS.URL))
	}
	return a.follow(ctx)
}

// follow ships, and says meanwhile how the agent is. The last word is that it
// ends in an orderly way, or else there is none.
func (a *agent) follow(ctx context.Context) error {
	cfg := a.cfg
	host, _ := os.Hostname() // one without a name has none to tell
	beat := ship.Beat{Bus: a.bus, Status: &a.status, Agent: schemas.AgentStatus{
		Agent: cfg.ID, Cluster: cfg.Cluster, Host: host, Version: program.Release(), Config: a.hash, Every: cfg.Status,
	}}
	beating, rest := context.WithCancel(ctx)
	var beats sync.WaitGroup
	beats.Go(func() { beat.Run(beating) })
	s := ship.Shipper{Bus: a.bus, Mask: a.mask, Follower: &collector.Follower{
		Options: collector.Options{
			Parsers: normalizer.Parsers(), Source: cfg.Source, Zone: cfg.TZ.Location, Date: cfg.Date.Time, Cluster: cfg.Cluster, Node: cfg.Node,
		},
		Paths: cfg.Paths, Once: cfg.Once, Poll: cfg.Poll, Quiet: cfg.Quiet, Journal: a.journal, Status: &a.status, Log: a.log,
	}}
	err := s.Run(ctx)
	rest()
	beats.Wait()
	if err == nil && a.bus.Stats().Connected {
		beat.Stop(context.WithoutCancel(ctx))
	}
	return err
}

// listen starts the listener, if there is to be one.
func (a *agent) listen(ctx context.Context) (*httpd.Server, error) {
	reg := metrics.New()
	web, err := httpd.Start(ctx, a.cfg.HTTP, reg, a.log)
	if err != nil {
		return nil, err
	}
	a.register(reg)
	var alive, ready health.Board
	ready.Add(health.Check{Name: "nats", Run: a.checkNATS}, health.Check{Name: "files", Run: a.checkFiles})
	web.HandleOpen("GET /livez", alive.Handler("alive", web.Trusted))
	web.HandleOpen("GET /readyz", ready.Handler("ready", web.Trusted))
	web.Handle("GET /metrics", reg.Handler())
	return web, nil
}

// register makes every metric of the agent known.
func (a *agent) register(r *metrics.Registry) {
	program.Register(r)
	bus.Register(r, func() *bus.Bus { return a.bus })
	ship.Register(r, &a.status, a.journal, a.mask)
}

func (a *agent) checkNATS(context.Context) (string, error) { return "", a.bus.Stats().Fault() }

func (a *agent) checkFiles(context.Context) (string, error) {
	now := a.status.Now()
	if now.Files > 0 && now.Unreadable == now.Files {
		return "", fmt.Errorf("none of %d files can be read", now.Files)
	}
	return fmt.Sprintf("%d files, %d of them unreadable, %d bytes behind", now.Files, now.Unreadable, now.Behind), nil
}
