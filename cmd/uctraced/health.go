package main

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/uctrace/uctrace/internal/flow"
	"github.com/uctrace/uctrace/internal/health"
	"github.com/uctrace/uctrace/internal/httpd"
	"github.com/uctrace/uctrace/internal/metrics"
)

// openHTTP starts the listener, the first of all parts, so that a server that
// waits for another one can say so.
func (s *server) openHTTP(ctx context.Context) (err error) {
	s.watch = &flow.Watch{}
	s.metrics = metrics.New()
	if s.web, err = httpd.Start(ctx, s.cfg.HTTP, s.metrics, s.log); err != nil {
		return err
	}
	s.register()
	s.web.Handle("GET /metrics", s.metrics.Handler())
	s.alive.Add(health.Check{Name: "stages", Run: s.checkEnded})
	s.ready.Add(
		health.Check{Name: "started", Run: s.checkStarted},
		health.Check{Name: "nats", Run: s.checkNATS},
		health.Check{Name: "streams", Run: s.checkStreams},
		health.Check{Name: "clickhouse", Run: s.checkClickHouse},
		health.Check{Name: "stages", Run: s.checkStages},
	)
	s.web.HandleOpen("GET /livez", s.alive.Handler("alive", s.web.Trusted))
	s.web.HandleOpen("GET /readyz", s.ready.Handler("ready", s.web.Trusted))
	return nil
}

var errStarting = errors.New("the server is starting")

func (s *server) checkStarted(context.Context) (string, error) {
	if !s.started.Load() {
		return "", errStarting
	}
	return "", nil
}

// checkEnded is all that /livez asks: a restart is no cure for what the server
// waits for.
func (s *server) checkEnded(context.Context) (string, error) {
	if err := s.ended.Load(); err != nil {
		return "", *err
	}
	return "", nil
}

func (s *server) checkNATS(context.Context) (string, error) {
	if !s.started.Load() {
		return "", errStarting
	}
	if s.nats != nil {
		if err := s.nats.Health(); err != nil {
			return "", err
		}
	}
	if err := s.bus.Stats().Fault(); err != nil {
		return "", err
	}
	return s.natsAddress(), nil
}

// unseen is after how long without a look at the streams they count as gone.
const unseen = 30 * time.Second

func (s *server) checkStreams(context.Context) (string, error) {
	look := s.watch.Last()
	switch {
	case look.Err != nil:
		return "", look.Err
	case time.Since(look.At) > unseen:
		return "", errors.New("not looked at yet")
	}
	var messages, bytes uint64
	for _, info := range look.Streams {
		messages += info.Msgs
		bytes += info.Bytes
	}
	return fmt.Sprintf("%d messages, %d MiB", messages, bytes>>20), nil
}

func (s *server) checkClickHouse(ctx context.Context) (string, error) {
	if !s.started.Load() {
		return "", errStarting
	}
	if err := s.sink.Conn().Ping(ctx); err != nil {
		return "", err
	}
	// One that answers may be read-only, full, or silent when it is to write.
	for _, store := range s.stores {
		if err := store.Trouble(); err != nil {
			return "", err
		}
	}
	return s.clickHouseAddress(), nil
}

// stuck is for how long a stage that has something to do may stand still. The
// replay after a start and a slow insert stay below it.
const stuck = 2 * time.Minute

func (s *server) checkStages(ctx context.Context) (string, error) {
	if _, err := s.checkEnded(ctx); err != nil {
		return "", err
	}
	behind, worst := uint64(0), time.Duration(0)
	var stand []string
	for _, l := range s.watch.Last().Lags {
		behind, worst = max(behind, l.Messages), max(worst, l.Age)
		if l.Still > stuck {
			stand = append(stand, fmt.Sprintf("%s has stood at message %d for %s, with %d messages to do",
				l.Stage, l.Done, l.Still.Round(time.Second), l.Messages))
		}
	}
	if len(stand) > 0 {
		return "", errors.New(strings.Join(stand, "; "))
	}
	if behind == 0 {
		return "up to date", nil
	}
	return fmt.Sprintf("up to %d messages, %s behind", behind, worst.Round(time.Second)), nil
}
