package ship

import (
	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/internal/metrics"
	"github.com/uctrace/uctrace/internal/redact"
)

// Register makes known to r what an agent reads and sends. mask may be nil.
func Register(r *metrics.Registry, status *collector.Status, journal *collector.Journal, mask *redact.Masker) {
	read := func(kind metrics.Kind, name, help string, value func(*collector.StatusNow) float64) {
		r.Read(kind, name, help, nil, func(emit metrics.Emit) {
			now := status.Now()
			emit(value(&now))
		})
	}
	read(metrics.KindGauge, "uctrace_agent_files", "Files that are followed.", func(s *collector.StatusNow) float64 { return float64(s.Files) })
	read(metrics.KindGauge, "uctrace_agent_files_unreadable", "Files among them of which nothing can be read.", func(s *collector.StatusNow) float64 { return float64(s.Unreadable) })
	read(metrics.KindCounter, "uctrace_agent_read_bytes_total", "Log text that was read and sent.", func(s *collector.StatusNow) float64 { return float64(s.Bytes) })
	read(metrics.KindCounter, "uctrace_agent_records_headless_total", "Records without a head: text that no parser knows.", func(s *collector.StatusNow) float64 { return float64(s.Headless) })
	read(metrics.KindCounter, "uctrace_agent_problems_total", "Faults that were met while reading.", func(s *collector.StatusNow) float64 { return float64(s.ProblemCount) })
	read(metrics.KindGauge, "uctrace_agent_unacked_batches", "Batches that were sent and are not stored yet.", func(s *collector.StatusNow) float64 { return float64(s.Unacked) })
	read(metrics.KindGauge, "uctrace_agent_lag_bytes", "What the files hold and nobody has stored.", func(s *collector.StatusNow) float64 { return float64(s.Behind) })
	read(metrics.KindGauge, "uctrace_agent_lag_seconds", "For how long the oldest of it has waited.", func(s *collector.StatusNow) float64 { return s.Lag.Seconds() })
	perSource := func(kind metrics.Kind, name, help string, value func(*collector.SourceStatus) float64) {
		r.Read(kind, name, help, []string{"source"}, func(emit metrics.Emit) {
			for _, s := range status.Now().Sources {
				if v := value(&s); v != 0 {
					emit(v, string(s.Source))
				}
			}
		})
	}
	perSource(metrics.KindCounter, "uctrace_agent_records_total", "Records that were read and sent.", func(s *collector.SourceStatus) float64 { return float64(s.Records) })
	perSource(metrics.KindGauge, "uctrace_agent_last_record_timestamp_seconds", "Latest time of a record of the source.", func(s *collector.SourceStatus) float64 {
		if s.Last.IsZero() {
			return 0
		}
		return float64(s.Last.UnixMilli()) / 1e3
	})
	r.Read(metrics.KindGauge, "uctrace_agent_journal_bytes", "Size of the journal in state_dir.", nil, func(emit metrics.Emit) { emit(float64(journal.Size())) })
	r.Read(metrics.KindCounter, "uctrace_agent_masked_total", "Secrets that were masked.", []string{"rule"}, func(emit metrics.Emit) {
		for rule, n := range mask.Counts() {
			emit(float64(n), rule)
		}
	})
}
