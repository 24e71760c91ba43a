package main

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"

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

func (s *server) openDeadLetters(context.Context) error {
	dead, err := jsonl.Open(filepath.Join(s.cfg.DataDir, "dead-letter.jsonl"))
	if err != nil {
		return fmt.Errorf("open dead letters: %w", err)
	}
	s.dead = dead
	s.onClose(dead.Close)
	return nil
}

// trim returns what makes room in the streams.
func (s *server) trim(readers map[schemas.Stream][]flow.Reader) *flow.Trim {
	return &flow.Trim{
		Bus: s.bus, Log: s.log, Readers: readers,
		State: map[schemas.Stream]string{schemas.StreamEvents: flow.StateCursor},
	}
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
	run = append(run, s.trim(readers).Run, s.watch.Run, s.keepRoom)
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

// noPort is where an embedded part is that does not listen.
const noPort = "embedded, no port"
