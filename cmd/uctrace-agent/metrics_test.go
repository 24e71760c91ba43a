package main

import (
	"flag"
	"testing"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/internal/metrics"
	"github.com/uctrace/uctrace/internal/metrics/metricstest"
)

var _ = flag.Bool("update", false, "write docs/metrics.md")

// TestMetricsAreDocumented holds docs/metrics.md against what the agent tells.
func TestMetricsAreDocumented(t *testing.T) {
	cfg, _ := newConfig()
	reg := metrics.New()
	(&agent{cfg: cfg, journal: collector.NewJournal()}).register(reg)
	metricstest.Document(t, "../../docs/metrics.md", "uctrace-agent", reg)
}
