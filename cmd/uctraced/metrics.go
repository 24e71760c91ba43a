package main

import (
	"context"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/disk"
	"github.com/uctrace/uctrace/internal/flow"
	"github.com/uctrace/uctrace/internal/metrics"
	"github.com/uctrace/uctrace/internal/program"
	"github.com/uctrace/uctrace/sinks/clickhouse"
)

// register makes every metric of the server known, so that all of them are
// there before anything happens, and in docs/metrics.md.
func (s *server) register() {
	r := s.metrics
	program.Register(r)
	flow.Register(r)
	s.watch.Register(r)
	newRoomMetrics(r)
	bus.Register(r, func() *bus.Bus {
		if !s.connected.Load() {
			return nil
		}
		return s.bus
	})
	r.Read(metrics.KindGauge, "uctrace_check_ok", "1 while the check of /readyz holds.", []string{"check"}, func(emit metrics.Emit) {
		for _, c := range s.ready.Results(context.Background()) {
			v := 0.0
			if c.OK {
				v = 1
			}
			emit(v, c.Check)
		}
	})
	r.Read(metrics.KindGauge, "uctrace_disk_free_bytes", "Room on the disk of data_dir.", nil, func(emit metrics.Emit) {
		if n, err := disk.Free(s.cfg.DataDir); err == nil {
			emit(float64(n))
		}
	})
	r.Read(metrics.KindGauge, "uctrace_clickhouse_migrations", "Migrations of the ClickHouse schema that are applied; 0 until the database is open.", nil, func(emit metrics.Emit) {
		n := 0
		if s.started.Load() {
			n = clickhouse.Migrations()
		}
		emit(float64(n))
	})
}

// reasonOf names the kind of an error of ClickHouse.
func reasonOf(err error) string {
	switch clickhouse.Classify(err) {
	case clickhouse.Data:
		return "data"
	case clickhouse.Broken:
		return "schema-or-rights"
	}
	return "unavailable"
}
