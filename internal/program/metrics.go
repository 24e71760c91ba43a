package program

import (
	"runtime"
	"time"

	"github.com/uctrace/uctrace/internal/metrics"
)

// Register makes known what every program tells of itself.
func Register(r *metrics.Registry) {
	version, commit := build()
	r.Gauge("uctrace_build_info", "1, with what was built.", "version", "commit", "go").Set(1, version, commit, runtime.Version())
	r.Gauge("uctrace_start_timestamp_seconds", "When the program was started.").Set(float64(time.Now().UnixNano()) / 1e9)
}
