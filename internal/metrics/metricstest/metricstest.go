// Package metricstest reads metrics in tests, as Prometheus does.
package metricstest

import (
	"net/http"
	"net/http/httptest"
	"strconv"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/metrics"
)

// Value returns the value of a series, written as in the text format:
// name{label="value"}. It is 0 when there is no such series.
func Value(t *testing.T, r *metrics.Registry, series string) float64 {
	t.Helper()
	for line := range strings.Lines(Text(t, r)) {
		if text, ok := strings.CutPrefix(strings.TrimSpace(line), series+" "); ok {
			v, err := strconv.ParseFloat(text, 64)
			if err != nil {
				t.Fatal(err)
			}
			return v
		}
	}
	return 0
}

// Text returns what a scrape of r is answered with.
func Text(t *testing.T, r *metrics.Registry) string {
	t.Helper()
	w := httptest.NewRecorder()
	r.Handler().ServeHTTP(w, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/metrics", nil))
	if w.Code != http.StatusOK {
		t.Fatalf("scrape: %d %s", w.Code, w.Body)
	}
	return w.Body.String()
}
