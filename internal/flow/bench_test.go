//go:build unix

package flow_test

import (
	"bufio"
	"context"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strconv"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	"github.com/uctrace/uctrace/internal/flow"
	"github.com/uctrace/uctrace/internal/natsd"
	"github.com/uctrace/uctrace/internal/ship"
	"github.com/uctrace/uctrace/internal/simulate"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/clickhouse"
)

// BenchmarkFileToLastRow is the whole path in one process: files, collector,
// JetStream synced to disk, normalizer, JetStream, sink; without the
// correlator. MB/s are of log text, up to the moment the last row is stored.
// UCTRACE_BENCH_LOGS names a folder of logs to use instead of simulated ones,
// UCTRACE_BENCH_SYNC=1 syncs every message as a server does.
func BenchmarkFileToLastRow(b *testing.B) {
	logs, size := benchLogs(b)
	b.Run("discard", func(b *testing.B) {
		wholePath(b, logs, size, func(int) schemas.Sink { return &discard{} })
	})
	b.Run("clickhouse", func(b *testing.B) {
		engine := chdbtest.Open(b)
		var sink *clickhouse.Sink
		wholePath(b, logs, size, func(n int) schemas.Sink {
			var err error
			cfg := clickhouse.Config{Transport: engine.Transport(), Database: "bench" + strconv.Itoa(n)}
			if sink, err = clickhouse.Open(b.Context(), cfg); err != nil {
				b.Fatal(err)
			}
			b.Cleanup(func() { sink.Close() })
			return sink
		})
		table, err := sink.Query(b.Context(), "SELECT sum(bytes_on_disk) / sum(rows) FROM system.parts WHERE active AND table = 'events'")
		if err != nil || len(table.Rows) != 1 {
			b.Fatal(table.Rows, err)
		}
		perRow, err := strconv.ParseFloat(table.Rows[0][0], 64)
		if err != nil {
			b.Fatal(err)
		}
		b.ReportMetric(perRow, "disk-B/row")
	})
}

// discard is a sink that stores nothing.
type discard struct{}

func (*discard) Write(context.Context, *schemas.SinkBatch) error { return nil }

func (*discard) Close() error { return nil }

// counted counts what a sink stored.
type counted struct {
	schemas.Sink
	events atomic.Int64
}

func (c *counted) Write(ctx context.Context, b *schemas.SinkBatch) error {
	if err := c.Sink.Write(ctx, b); err != nil {
		return err
	}
	c.events.Add(int64(len(b.Events)))
	return nil
}

// wholePath measures runs; sink makes that of run n.
func wholePath(b *testing.B, logs string, size int64, sink func(n int) schemas.Sink) {
	b.SetBytes(size)
	b.ReportAllocs()
	var rows int64
	var cpu time.Duration
	n := 0
	for b.Loop() {
		b.StopTimer()
		c := &counted{Sink: sink(n)}
		n++
		on, done := startBus(b)
		b.StartTimer()
		before := cpuTime()
		run(b, on, logs, c)
		cpu += cpuTime() - before
		rows += c.events.Load()
		b.StopTimer()
		done()
		b.StartTimer()
	}
	b.ReportMetric(float64(rows)/b.Elapsed().Seconds(), "rows/s")
	b.ReportMetric(cpu.Seconds()/(float64(size)*float64(b.N)/(1<<30)), "cpu-s/GiB")
}

// run carries logs to sink and returns when the last row is stored.
func run(b *testing.B, on *bus.Bus, logs string, sink schemas.Sink) {
	ctx, cancel := context.WithCancel(b.Context())
	log := slog.New(slog.DiscardHandler)
	store := &flow.Store{Bus: on, Stream: schemas.StreamEvents, Sink: sink, SinkName: "bench", Log: log, MaxWait: 100 * time.Millisecond}
	stages := make(chan error, 2)
	go func() { stages <- (&flow.Normalizer{Bus: on, Log: log}).Run(ctx) }()
	go func() { stages <- store.Run(ctx) }()
	agent := &ship.Shipper{Bus: on, Follower: &collector.Follower{
		Options: collector.Options{Parsers: normalizer.Parsers()}, Paths: []string{logs}, Once: true,
		Poll: 10 * time.Millisecond, Quiet: 20 * time.Millisecond,
	}}
	if err := agent.Run(ctx); err != nil {
		b.Fatal(err)
	}
	reached(b, on, flow.NormalizerCursor, schemas.StreamRecords)
	reached(b, on, store.Cursor(), schemas.StreamEvents)
	cancel()
	for range 2 {
		if err := <-stages; err != nil {
			b.Fatal(err)
		}
	}
}

// reached waits until the stage has worked off the stream.
func reached(b *testing.B, on *bus.Bus, cursor string, stream schemas.Stream) {
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		info, err := on.StreamInfo(b.Context(), stream)
		if err != nil {
			b.Fatal(err)
		}
		if at, err := on.Position(b.Context(), flow.CursorName(cursor, info)); err == nil && at.Done >= info.Last {
			return
		}
		<-tick.C
	}
}

func startBus(b *testing.B) (*bus.Bus, func()) {
	log := slog.New(slog.DiscardHandler)
	cfg := natsd.Config{Dir: b.TempDir(), Log: log, SyncInterval: time.Minute}
	if os.Getenv("UCTRACE_BENCH_SYNC") == "1" {
		cfg.SyncInterval = 0
	}
	server, err := natsd.Start(cfg)
	if err != nil {
		b.Fatal(err)
	}
	on, err := bus.Connect(b.Context(), bus.Config{InProcess: server.InProcess(), Name: "bench", Log: log})
	if err == nil {
		err = on.EnsureStreams(b.Context(), schemas.Streams(), bus.Limits{MaxBytes: 1 << 30})
	}
	if err != nil {
		b.Fatal(err)
	}
	return on, func() { on.Close(); server.Shutdown() }
}

func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// benchLogs returns a folder of logs and their size.
func benchLogs(b *testing.B) (dir string, size int64) {
	if dir = os.Getenv("UCTRACE_BENCH_LOGS"); dir == "" {
		dir = b.TempDir()
		simulated(b, dir, 64<<20)
	}
	err := filepath.WalkDir(dir, func(_ string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		info, err := d.Info()
		size += info.Size()
		return err
	})
	if err != nil {
		b.Fatal(err)
	}
	return dir, size
}

// simulated writes simulated logs of at least size bytes.
func simulated(b *testing.B, dir string, size int) {
	files := map[string]*bufio.Writer{}
	start := time.Date(2026, 3, 1, 0, 0, 0, 0, time.UTC)
	for n := 0; n < size; start = start.Add(3 * time.Minute) {
		for _, line := range simulate.Traces(start) {
			w := files[line.File]
			if w == nil {
				path := filepath.Join(dir, line.File)
				if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
					b.Fatal(err)
				}
				f, err := os.Create(path)
				if err != nil {
					b.Fatal(err)
				}
				defer f.Close()
				w = bufio.NewWriter(f)
				files[line.File] = w
			}
			k, err := w.WriteString(line.Text)
			if n += k; err != nil {
				b.Fatal(err)
			}
		}
	}
	for _, w := range files {
		if err := w.Flush(); err != nil {
			b.Fatal(err)
		}
	}
}
