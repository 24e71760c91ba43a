package bus_test

import (
	"context"
	"strconv"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/natsd"
	"github.com/uctrace/uctrace/schemas"
)

// BenchmarkFlow publishes messages, waits until all are stored, and reads them
// at the same time, through a server in the process.
func BenchmarkFlow(b *testing.B) {
	for _, size := range []int{64 << 10, 256 << 10} {
		for name, sync := range map[string]time.Duration{"sync=always": 0, "sync=2m": 2 * time.Minute} {
			b.Run(strconv.Itoa(size>>10)+"KiB/"+name, func(b *testing.B) { flow(b, size, sync) })
		}
	}
}

func flow(b *testing.B, size int, sync time.Duration) {
	conn := connect(b, bus.Config{InProcess: start(b, natsd.Config{SyncInterval: sync, MaxStore: 32 << 30}).InProcess()})
	ensure(b, conn, bus.Limits{})
	ctx, cancel := context.WithCancel(b.Context())
	defer cancel()
	r, err := conn.Reader(ctx, schemas.StreamRecords, 1)
	if err != nil {
		b.Fatal(err)
	}
	defer r.Close()
	p := conn.Publisher(bus.PublisherOptions{})
	data := make([]byte, size)
	subject := schemas.StreamRecords.Subject("a", "b")
	b.SetBytes(int64(size))
	b.ReportAllocs()
	b.ResetTimer()
	read := make(chan error, 1)
	go func() {
		for range b.N {
			if _, err := r.Next(ctx); err != nil {
				read <- err
				return
			}
		}
		read <- nil
	}()
	for i := range b.N {
		if err := p.Publish(ctx, subject, strconv.Itoa(i), data, func(err error) {
			if err != nil {
				b.Error(err)
			}
		}); err != nil {
			b.Fatal(err)
		}
	}
	if err := p.Flush(ctx); err != nil {
		b.Fatal(err)
	}
	if err := <-read; err != nil {
		b.Fatal(err)
	}
}

func BenchmarkCursorSet(b *testing.B) {
	conn := connect(b, bus.Config{InProcess: start(b, natsd.Config{}).InProcess()})
	c, err := conn.Cursor(b.Context(), "bench")
	if err != nil {
		b.Fatal(err)
	}
	for i := range b.N {
		if err := c.Set(b.Context(), bus.Position{Done: uint64(i)}); err != nil {
			b.Fatal(err)
		}
	}
}
