package flow_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/metrics"
	"github.com/uctrace/uctrace/internal/metrics/metricstest"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
)

// TestLogsThatStateNothingLetGo has one call, and then many parts of a log in which
// nothing is stated: they take memory too, so what has come to rest is let go.
func TestLogsThatStateNothingLetGo(t *testing.T) {
	r := newRig(t, bus.Limits{})
	r.keep, r.metrics = 100, metrics.New()
	r.call(1)
	var list [][]byte
	for n := range 200 {
		path := fmt.Sprintf("silent%d.txt", n)
		at := time.Date(2026, 3, 4, 9, n, 0, 0, time.UTC)
		list = append(list, wire.AppendEvents(nil, &schemas.EventBatch{Span: schemas.Span{
			File: schemas.File{Path: path, Fingerprint: schemas.FingerprintOf([]byte(path)), Source: schemas.CUCMSDL, Node: "cucm1"},
			End:  100, From: at, To: at, Records: 1, Lines: 1, Silent: 1, EOF: true,
		}}))
	}
	r.put(list)
	r.correlate()
	if got := metricstest.Value(t, r.metrics, "uctrace_correlator_compacted_events_total"); got != 1 {
		t.Errorf("%v events were let go, want that of the call", got)
	}
}
