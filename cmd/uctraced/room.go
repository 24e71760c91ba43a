package main

import (
	"context"
	"time"

	"github.com/uctrace/uctrace/internal/metrics"
	"github.com/uctrace/uctrace/sinks/clickhouse"
)

// roomEvery is how often the disk of ClickHouse is looked at.
const roomEvery = time.Minute

// roomMetrics tell what had to go for want of room.
type roomMetrics struct{ partitions, bytes *metrics.Counter }

func newRoomMetrics(r *metrics.Registry) roomMetrics {
	return roomMetrics{
		partitions: r.Counter("uctrace_clickhouse_dropped_partitions_total", "Partitions that were dropped because the disk of ClickHouse was full (clickhouse.max_disk_used, clickhouse.min_disk_free).", "table"),
		bytes:      r.Counter("uctrace_clickhouse_dropped_bytes_total", "Size of the partitions that were dropped because the disk of ClickHouse was full.", "table"),
	}
}

// keepRoom drops the oldest partitions while the disk of ClickHouse is fuller
// than it may be: a full disk would stop everything. It works until ctx ends.
func (s *server) keepRoom(ctx context.Context) error {
	room := clickhouse.Room{MaxUsed: s.cfg.ClickHouse.MaxDiskUsed, MinFree: int64(s.cfg.ClickHouse.MinDiskFree)}
	count := newRoomMetrics(s.metrics)
	tick := time.NewTicker(roomEvery)
	defer tick.Stop()
	for {
		dropped, err := s.sink.MakeRoom(ctx, room)
		for _, p := range dropped {
			s.log.Warn("the disk of ClickHouse is full; the oldest partition was dropped", "table", p.Table, "partition", p.Name,
				"rows", p.Rows, "bytes", p.Bytes, "arrived", p.Arrived.Format(time.DateOnly))
			count.partitions.Inc(p.Table)
			count.bytes.Add(int(p.Bytes), p.Table)
		}
		if err != nil && ctx.Err() == nil {
			s.log.Warn("cannot look after the disk of ClickHouse", "error", err)
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}
