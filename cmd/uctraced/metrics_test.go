package main

import (
	"flag"
	"log/slog"
	"testing"

	"github.com/uctrace/uctrace/internal/listen"
	"github.com/uctrace/uctrace/internal/metrics/metricstest"
)

var _ = flag.Bool("update", false, "write docs/metrics.md")

// TestMetricsAreDocumented holds docs/metrics.md against what the server tells.
func TestMetricsAreDocumented(t *testing.T) {
	cfg, _ := newConfig()
	cfg.HTTP.Listen = listen.Off
	s := &server{cfg: cfg, log: slog.New(slog.DiscardHandler)}
	if err := s.openHTTP(t.Context()); err != nil {
		t.Fatal(err)
	}
	metricstest.Document(t, "../../docs/metrics.md", "uctraced", s.metrics)
}
