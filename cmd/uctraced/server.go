package main

import (
	"cmp"
	"context"
	"crypto/tls"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/flow"
	"github.com/uctrace/uctrace/internal/health"
	"github.com/uctrace/uctrace/internal/httpd"
	"github.com/uctrace/uctrace/internal/listen"
	"github.com/uctrace/uctrace/internal/metrics"
	"github.com/uctrace/uctrace/internal/natsd"
	"github.com/uctrace/uctrace/internal/program"
	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/clickhouse"
	"github.com/uctrace/uctrace/sinks/jsonl"
)

// server is everything that runs: NATS, ClickHouse and the stages between
// them. What it opened last is closed first.
type server struct {
	cfg  *Config
	log  *slog.Logger
	bus  *bus.Bus
	nats *natsd.Server    // nil with nats.url
	sink *clickhouse.Sink // the tables
	http *http.Server     // port of the embedded ClickHouse, nil for none
	web  *httpd.Server    // page, health, metrics; parts of the server add their handlers
	dead *jsonl.Sink      // what the tables and Loki refuse
	raw  *flow.Raw        // raw lines to Loki, nil for none
	// stores write to sink, a stream each; set when started.
	stores []*flow.Store
	// rules are looked for beside the detectors.
	rules []ruleset.Rule
	stop  context.CancelFunc // ends the stages

	closers []func() error
	stages  sync.WaitGroup
	failed  chan error // the first error of each stage
	// connected is set when bus is there, started when everything is.
	connected, started atomic.Bool
	ended              atomic.Pointer[error] // why a stage cannot go on
	alive              health.Board
	ready              health.Board
	watch              *flow.Watch
	metrics            *metrics.Registry
}

// start brings everything up. When it fails, nothing is left running.
func start(ctx context.Context, cfg *Config, log *slog.Logger) (_ *server, err error) {
	s := &server{cfg: cfg, log: log}
	defer func() {
		if err != nil {
			err = errors.Join(err, s.close())
		}
	}()
	if s.rules, err = ruleset.All(cfg.Rules); err != nil {
		return nil, err
	}
	for _, open := range []func(context.Context) error{s.openDataDir, s.openHTTP, s.openNATS, s.openClickHouse, s.openDeadLetters, s.openLoki, s.openPage} {
		if err := open(ctx); err != nil {
			return nil, err
		}
	}
	s.startStages()
	s.started.Store(true)
	log.Info("ready", "nats", s.natsAddress(), "clickhouse", s.clickHouseAddress(), "loki", s.lokiAddress(), "http", cmp.Or(s.web.URL(), listen.Off), "data", cfg.DataDir)
	return s, nil
}

func (s *server) onClose(f func() error) { s.closers = append(s.closers, f) }

func (s *server) openDataDir(context.Context) error {
	if err := os.MkdirAll(s.cfg.DataDir, 0o700); err != nil {
		return fmt.Errorf("data_dir: %w", err)
	}
	return nil
}

func (s *server) openNATS(ctx context.Context) error {
	c := &s.cfg.NATS
	if c.URL == "" {
		address := c.Listen
		if address == listen.Off {
			address = ""
		}
		nc := natsd.Config{
			Dir: filepath.Join(s.cfg.DataDir, "nats"), Listen: address, Token: c.Token,
			MaxStore: int64(c.MaxStore), SyncInterval: c.SyncEvery, Log: s.log,
		}
		if c.CertFile != "" {
			cert, err := tls.LoadX509KeyPair(c.CertFile, c.KeyFile)
			if err != nil {
				return fmt.Errorf("nats.cert_file: %w", err)
			}
			nc.TLS = &tls.Config{Certificates: []tls.Certificate{cert}, MinVersion: tls.VersionTLS12}
		}
		nats, err := natsd.Start(nc)
		switch {
		case errors.Is(err, natsd.ErrInUse):
			return fmt.Errorf("data_dir %s is in use by another uctraced", s.cfg.DataDir)
		case err != nil:
			return whyNotListening(ctx, "nats.listen", address, fmt.Errorf("start embedded NATS: %w", err))
		}
		s.nats = nats
		s.onClose(func() error { nats.Shutdown(); return nil })
	}
	b, err := s.connect(ctx, "uctraced")
	if err != nil {
		return err
	}
	s.bus = b
	s.connected.Store(true)
	s.onClose(func() error { b.Close(); return nil })
	if !answers(ctx, b) {
		s.log.Warn("no NATS server answers yet; waiting for it", "nats", s.natsAddress())
	}
	for stream, share := range streamShares {
		limits := bus.Limits{MaxBytes: int64(c.MaxStore) / 100 * share, MaxAge: c.MaxAge}
		if err := b.EnsureStreams(ctx, []schemas.Stream{stream}, limits); err != nil {
			return fmt.Errorf("make stream: %w", err)
		}
	}
	if err := b.EnsureSnapshots(ctx, int64(c.MaxStore)/100*snapshotShare); err != nil {
		return fmt.Errorf("make room for snapshots: %w", err)
	}
	return nil
}

// natsPatience is after how long a person is told that the start waits.
const natsPatience = 2 * time.Second

func answers(ctx context.Context, b *bus.Bus) bool {
	ctx, cancel := context.WithTimeout(ctx, natsPatience)
	defer cancel()
	return b.WaitConnected(ctx) == nil || errors.Is(ctx.Err(), context.Canceled)
}

// whyNotListening returns err, or why nobody can listen on address when that
// is the reason: the server only logs it.
func whyNotListening(ctx context.Context, key, address string, err error) error {
	if address == "" {
		return err
	}
	l, fault := listen.TCP(ctx, key, address)
	if fault != nil {
		return fault
	}
	return errors.Join(err, l.Close())
}

// streamShares divides nats.max_store among the streams, in percent. NATS
// sets the space aside at once; the rest is for the cursors.
var streamShares = map[schemas.Stream]int64{
	schemas.StreamRecords: 43, schemas.StreamEvents: 40, schemas.StreamSessions: 6, schemas.StreamFindings: 4,
	schemas.StreamCoverage: 1, schemas.StreamAgents: 1,
}

// snapshotShare is that of the correlator's snapshots.
const snapshotShare = 4

// connect returns a connection to the NATS server, the embedded one without a
// socket.
func (s *server) connect(ctx context.Context, name string) (*bus.Bus, error) {
	c := bus.Config{Name: name, Log: s.log, Token: s.cfg.NATS.Token}
	if s.nats != nil {
		c.InProcess = s.nats.InProcess()
	} else {
		c.URL, c.Creds, c.NKey, c.CAFile = s.cfg.NATS.URL, s.cfg.NATS.Creds, s.cfg.NATS.NKey, s.cfg.NATS.CAFile
	}
	b, err := bus.Connect(ctx, c)
	if err != nil {
		return nil, fmt.Errorf("connect to NATS: %w", err)
	}
	return b, nil
}

func (s *server) openDeadLetters(context.Context) error {
	dead, err := jsonl.Open(filepath.Join(s.cfg.DataDir, "dead-letter.jsonl"))
	if err != nil {
		return fmt.Errorf("open dead letters: %w", err)
	}
	s.dead = dead
	s.onClose(dead.Close)
	return nil
}

// startStages starts the loops between the streams.
func (s *server) startStages() {
	ctx, stop := context.WithCancel(context.Background())
	s.stop = stop
	readers := map[schemas.Stream][]flow.Reader{
		schemas.StreamRecords: {{Stage: "normalizer", Cursor: flow.NormalizerCursor}},
		schemas.StreamEvents:  {{Stage: "correlator", Cursor: flow.CorrelatorCursor}},
		schemas.StreamAgents:  {{Stage: "fleet", Cursor: flow.FleetCursor}},
	}
	run := []func(context.Context) error{
		(&flow.Normalizer{Bus: s.bus, Log: s.log, Metrics: s.metrics}).Run,
		(&flow.Correlator{
			Bus: s.bus, Log: s.log, Signatures: ruleset.Signatures(s.rules), Rules: s.rulesOfBuild(),
			Keep: s.cfg.Correlator.Keep, SnapshotEvery: s.cfg.Correlator.SnapshotEvery, Metrics: s.metrics,
		}).Run,
		(&flow.Fleet{Bus: s.bus, Log: s.log, Metrics: s.metrics}).Run,
	}
	for _, stream := range []schemas.Stream{
		schemas.StreamEvents, schemas.StreamSessions, schemas.StreamFindings, schemas.StreamCoverage, schemas.StreamAgents,
	} {
		store := &flow.Store{
			Bus: s.bus, Stream: stream, Sink: s.sink, SinkName: "clickhouse", Identity: s.sink.Identity(),
			Retryable: mayPass, Reason: reasonOf, Dead: s.dead, Log: s.log, Metrics: s.metrics,
		}
		readers[stream] = append(readers[stream], store.Reader())
		run = append(run, store.Run)
		s.stores = append(s.stores, store)
	}
	if s.raw != nil {
		readers[schemas.StreamRecords] = append(readers[schemas.StreamRecords], s.raw.Reader())
		run = append(run, s.raw.Run)
	}
	s.watch.Bus, s.watch.Readers = s.bus, readers
	run = append(run, (&flow.Trim{Bus: s.bus, Readers: readers, Log: s.log}).Run, s.watch.Run, s.keepRoom)
	s.failed = make(chan error, len(run))
	for _, stage := range run {
		s.stages.Go(func() {
			if err := stage(ctx); err != nil {
				s.ended.CompareAndSwap(nil, &err)
				s.failed <- err
			}
		})
	}
}

// rulesOfBuild names the program and the rules, "" when the program cannot be
// read: then a restart reads all events again.
func (s *server) rulesOfBuild() string {
	build, err := program.Build()
	if err != nil {
		s.log.Warn("no snapshots are stored or loaded", "error", err)
		return ""
	}
	return build + " " + ruleset.Digest(s.rules)
}

// mayPass reports whether a refused batch is kept and tried again. Only data
// that no database would take is given up; a wrong password or a missing table
// is mended by a person, and until then everything waits.
func mayPass(err error) bool { return clickhouse.Classify(err) != clickhouse.Data }

// wait returns nil when ctx ends, and the error when a stage cannot go on.
func (s *server) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return nil
	case err := <-s.failed:
		return err
	}
}

// close ends the stages and closes everything, the last opened first.
func (s *server) close() error {
	var errs []error
	if s.web != nil {
		errs = append(errs, s.web.Close()) // first: its handlers use all the rest
	}
	if s.stop != nil {
		s.stop()
		s.stages.Wait()
	}
	for _, c := range slices.Backward(s.closers) {
		errs = append(errs, c())
	}
	s.closers = nil
	return errors.Join(errs...)
}

func (s *server) natsAddress() string {
	if s.nats == nil {
		return program.Redact(s.cfg.NATS.URL)
	}
	return cmp.Or(s.nats.ClientURL(), noPort)
}

// noPort is where an embedded part is that does not listen.
const noPort = "embedded, no port"

// clickHouseAddress returns where people and Grafana reach the tables.
func (s *server) clickHouseAddress() string {
	switch {
	case s.cfg.ClickHouse.URL != "":
		return program.Redact(s.cfg.ClickHouse.URL)
	case s.http != nil:
		return "http://" + s.http.Addr + "/"
	}
	return noPort
}

// lokiAddress returns where raw lines go.
func (s *server) lokiAddress() string {
	if s.raw == nil {
		return "none"
	}
	return program.Redact(s.cfg.Loki.URL)
}
