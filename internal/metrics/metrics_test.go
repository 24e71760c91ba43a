package metrics_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/metrics"
	"github.com/uctrace/uctrace/internal/metrics/metricstest"
)

// TestSeriesAreBounded counts by a label that comes from the network.
func TestSeriesAreBounded(t *testing.T) {
	r := metrics.New()
	c := r.Counter("uctrace_lines_total", "Lines.", "source")
	for n := range metrics.MaxSeries + 50 {
		c.Inc(fmt.Sprint("source", n))
	}
	c.Inc("source0") // one that is known goes on
	if got := metricstest.Value(t, r, `uctrace_lines_total{source="other"}`); got != 50 {
		t.Errorf("other: %v, want 50", got)
	}
	if got := metricstest.Value(t, r, `uctrace_lines_total{source="source0"}`); got != 2 {
		t.Errorf("source0: %v, want 2", got)
	}
	if n := strings.Count(metricstest.Text(t, r), "uctrace_lines_total{"); n != metrics.MaxSeries+1 {
		t.Errorf("%d series", n)
	}
}

// TestHostileLabels: what no label may hold does not stop the program.
func TestHostileLabels(t *testing.T) {
	r := metrics.New()
	c := r.Counter("uctrace_lines_total", "Lines.", "source")
	c.Inc("a\xffb")
	c.Inc("a\"\n\\b")
	c.Inc(strings.Repeat("x", 1<<20))
	r.Read(metrics.KindGauge, "uctrace_files", "Files.", []string{"source"}, func(emit metrics.Emit) { emit(1, "\xc3\x28") })
	if got := metricstest.Value(t, r, `uctrace_lines_total{source="ab"}`); got != 1 {
		t.Errorf("invalid UTF-8: %v", got)
	}
	if n := len(metricstest.Text(t, r)); n > 100_000 {
		t.Errorf("a scrape of %d bytes", n)
	}
}

// TestWithoutARegistry: a part that gets none works.
func TestWithoutARegistry(t *testing.T) {
	var r *metrics.Registry
	r.Counter("a", "A.").Inc()
	r.Gauge("b", "B.", "x").Set(1, "y")
	r.Histogram("c", "C.", metrics.Durations).Since(time.Now())
	r.Read(metrics.KindGauge, "d", "D.", nil, func(metrics.Emit) { t.Error("read without a registry") })
}

// TestOneNameOneMetric: two stages of one kind share their metrics.
func TestOneNameOneMetric(t *testing.T) {
	r := metrics.New()
	for range 2 {
		r.Counter("uctrace_rows_total", "Rows.", "sink").Add(3, "clickhouse")
	}
	if got := metricstest.Value(t, r, `uctrace_rows_total{sink="clickhouse"}`); got != 6 {
		t.Errorf("%v, want 6", got)
	}
	if defs := r.Definitions(); len(defs) != 1 || defs[0].Name != "uctrace_rows_total" {
		t.Errorf("%+v", defs)
	}
}

// TestACounterIsThereBeforeItCounts, else the first increase is not seen.
func TestACounterIsThereBeforeItCounts(t *testing.T) {
	r := metrics.New()
	r.Counter("uctrace_faults_total", "Faults.")
	if !strings.Contains(metricstest.Text(t, r), "\nuctrace_faults_total 0\n") {
		t.Error("not there")
	}
}
