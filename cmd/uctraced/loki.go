package main

import (
	"context"
	"fmt"

	"github.com/uctrace/uctrace/internal/flow"
	"github.com/uctrace/uctrace/internal/program"
	"github.com/uctrace/uctrace/sinks/loki"
)

// loki returns the configuration of the sink of raw lines.
func (c *Config) loki() loki.Config {
	return loki.Config{
		URL: c.Loki.URL, Tenant: c.Loki.Tenant, Username: c.Loki.Username, Password: c.Loki.Password, Token: c.Loki.Token,
		CAFile: c.Loki.CAFile, Timeout: c.Loki.Timeout,
	}
}

// openLoki opens the sink of raw lines, if there is to be one. A Loki that
// does not answer is no reason not to start: the records stream keeps what is
// not stored, and the agents wait when it is full.
func (s *server) openLoki(context.Context) error {
	if s.cfg.Loki.URL == "" {
		return nil
	}
	lc := s.cfg.loki()
	lc.Dead, lc.Observer, lc.Log = s.dead, flow.NewRawMetrics(s.metrics, "loki"), s.log
	sink, err := loki.Open(lc)
	if err != nil {
		return fmt.Errorf("loki.url: %w", err)
	}
	s.raw = &flow.Raw{Bus: s.bus, Sink: sink, SinkName: "loki", Identity: lc.Identity(), Log: s.log, Metrics: s.metrics}
	s.onClose(sink.Close)
	return nil
}

// lokiAddress returns where raw lines go.
func (s *server) lokiAddress() string {
	if s.raw == nil {
		return "none"
	}
	return program.Redact(s.cfg.Loki.URL)
}
