package bus_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"runtime"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/natsd"
	"github.com/uctrace/uctrace/schemas"
)

func TestRoundTrip(t *testing.T) {
	b := open(t, bus.Limits{})
	p := b.Publisher(bus.PublisherOptions{Window: 8})
	r, err := b.Reader(deadline(t), schemas.StreamRecords, 0)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	var stored atomic.Int64
	buf := make([]byte, 0, 64)
	for i := range 500 {
		buf = fmt.Appendf(buf[:0], "message %d", i) // reused: Publish copies
		err := p.Publish(deadline(t), schemas.StreamRecords.Subject("a", fmt.Sprint(i%3)), fmt.Sprint(i), buf, func(err error) {
			if err != nil {
				t.Error(err)
			}
			stored.Add(1)
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Flush(deadline(t)); err != nil {
		t.Fatal(err)
	}
	if stored.Load() != 500 {
		t.Fatalf("%d stored", stored.Load())
	}
	for i := range 500 {
		m, err := r.Next(deadline(t))
		if err != nil {
			t.Fatal(err)
		}
		want := fmt.Sprintf("message %d", i)
		if string(m.Data) != want || m.Seq != uint64(i+1) || m.Lost != 0 || m.Time.IsZero() || m.Subject != fmt.Sprintf("uc.records.a.%d", i%3) {
			t.Fatalf("%+v, want %q", m, want)
		}
	}
	info, err := b.StreamInfo(deadline(t), schemas.StreamRecords)
	if err != nil || info.First != 1 || info.Last != 500 || info.Msgs != 500 || info.Bytes == 0 {
		t.Errorf("%+v %v", info, err)
	}
	if last, err := b.Last(deadline(t), schemas.StreamEvents); err != nil || last != 0 {
		t.Errorf("last of the empty stream: %d %v", last, err)
	}
	if s := b.Stats(); !s.Connected || s.Published != 500 || s.Pending != 0 || s.Retrying || s.Denied != "" {
		t.Errorf("%+v", s)
	}
}

func TestBatch(t *testing.T) {
	b := open(t, bus.Limits{})
	p := b.Publisher(bus.PublisherOptions{})
	for i := range 10 {
		if err := publish(t, p, fmt.Sprint(i), []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	r, err := b.Reader(deadline(t), schemas.StreamRecords, 3)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	batch, err := r.Batch(deadline(t), 5, patience)
	if err != nil || len(batch) != 5 || batch[0].Seq != 3 {
		t.Fatalf("%d messages, %v", len(batch), err)
	}
	batch, err = r.Batch(deadline(t), 100, 50*time.Millisecond)
	if err != nil || len(batch) != 3 {
		t.Fatalf("%d messages, %v", len(batch), err)
	}
	batch, err = r.Batch(deadline(t), 100, time.Millisecond)
	if err != nil || len(batch) != 0 {
		t.Fatalf("%d messages, %v", len(batch), err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	if _, err := r.Batch(ctx, 1, patience); !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	r.Close()
	if _, err := r.Batch(deadline(t), 1, patience); !errors.Is(err, bus.ErrClosed) {
		t.Error(err)
	}
}

func TestPositionBeyondTheEnd(t *testing.T) {
	b := open(t, bus.Limits{})
	if err := publish(t, b.Publisher(bus.PublisherOptions{}), "1", nil); err != nil {
		t.Fatal(err)
	}
	if _, err := b.Reader(deadline(t), schemas.StreamRecords, 3); !errors.Is(err, bus.ErrAhead) {
		t.Errorf("got %v", err)
	}
	r, err := b.Reader(deadline(t), schemas.StreamRecords, 2)
	if err != nil {
		t.Fatal(err)
	}
	r.Close()
	if _, err := b.Reader(deadline(t), schemas.Stream{Name: "NONE"}, 1); err == nil || errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a stream that does not exist: %v", err)
	}
}

func TestLimitsNeverDelete(t *testing.T) {
	b := open(t, bus.Limits{MaxBytes: 10 << 20})
	p := b.Publisher(bus.PublisherOptions{})
	for i := range 4 {
		if err := publish(t, p, fmt.Sprint(i), make([]byte, 1<<10)); err != nil {
			t.Fatal(err)
		}
	}
	stored := time.Now()
	await(t, "the messages to grow older than the limit", func() bool { return time.Since(stored) > 150*time.Millisecond })
	for _, l := range []bus.Limits{{MaxBytes: 2 << 10}, {MaxAge: 100 * time.Millisecond}} {
		err := b.EnsureStreams(deadline(t), []schemas.Stream{schemas.StreamRecords}, l)
		if err == nil || !strings.Contains(err.Error(), "would be deleted") {
			t.Errorf("%+v: %v", l, err)
		}
	}
	if info, err := b.StreamInfo(deadline(t), schemas.StreamRecords); err != nil || info.Msgs != 4 {
		t.Errorf("%+v %v", info, err)
	}
	ensure(t, b, bus.Limits{MaxBytes: 1 << 20, MaxAge: time.Hour})
	ensure(t, b, bus.Limits{MaxAge: time.Minute}) // a window shorter than Duplicates
}

func TestConfigErrors(t *testing.T) {
	missing := filepath.Join(t.TempDir(), "missing")
	token := filepath.Join(t.TempDir(), "token")
	if err := os.WriteFile(token, []byte("secret\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		config bus.Config
		want   string
	}{
		{bus.Config{URL: "nonsense"}, "want nats://"},
		{bus.Config{URL: "http://a:1"}, "want nats://"},
		{bus.Config{URL: "nats://u:p@a:port"}, "malformed"},
		{bus.Config{URL: "nats://u:p@"}, "no host"},
		{bus.Config{URL: "nats:u:p@a:1"}, "no host"},
		{bus.Config{URL: "nats://u:p%@a:1"}, "malformed"},
		{bus.Config{URL: "nats://a.example:4222", TokenFile: token}, "plain text"},
		{bus.Config{URL: "nats://u:p@a.example:4222"}, "plain text"},
		{bus.Config{URL: "nats://localhost:1", Creds: missing}, "missing"},
		{bus.Config{URL: "nats://localhost:1", NKey: missing}, "missing"},
		{bus.Config{URL: "nats://localhost:1", TokenFile: missing}, "missing"},
		{bus.Config{URL: "nats://localhost:1", TokenFile: token, Token: "x"}, "one of"},
		{bus.Config{URL: "tls://localhost:1", CAFile: missing}, "missing"},
		{bus.Config{URL: "tls://localhost:1", CertFile: missing}, "key"},
	} {
		b, err := bus.Connect(t.Context(), c.config)
		if err == nil {
			b.Close()
			t.Errorf("%+v is accepted", c.config)
		} else if !strings.Contains(err.Error(), c.want) {
			t.Errorf("%+v: %v, want %q", c.config, err, c.want)
		} else if strings.Contains(err.Error(), ":p@") || strings.Contains(err.Error(), "p%") {
			t.Errorf("the error shows the password: %v", err)
		}
	}
}

func TestNoGoroutineStays(t *testing.T) {
	server := start(t, natsd.Config{SyncInterval: time.Minute})
	before := 0
	for i := range 4 {
		if i == 1 { // the first made the streams, which have goroutines in the server
			before = settled(t)
		}
		b, err := bus.Connect(t.Context(), bus.Config{InProcess: server.InProcess(), Log: quiet})
		if err != nil {
			t.Fatal(err)
		}
		ensure(t, b, bus.Limits{})
		p := b.Publisher(bus.PublisherOptions{})
		if err := publish(t, p, "x", nil); err != nil {
			t.Fatal(err)
		}
		r, err := b.Reader(deadline(t), schemas.StreamRecords, 1)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := r.Next(deadline(t)); err != nil {
			t.Fatal(err)
		}
		next := make(chan error)
		go func() {
			_, err := r.Next(context.Background())
			next <- err
		}()
		b.Close()
		if err := <-next; !errors.Is(err, bus.ErrClosed) {
			t.Errorf("Next of a closed bus: %v", err)
		}
		if err := p.Publish(t.Context(), "uc.records.x", "y", nil, nil); !errors.Is(err, bus.ErrClosed) {
			t.Errorf("Publish of a closed bus: %v", err)
		}
		r.Close()
	}
	await(t, "goroutines to end", func() bool { return runtime.NumGoroutine() <= before })
}

// settled returns the number of goroutines when it has stopped falling.
func settled(t *testing.T) int {
	least, same := runtime.NumGoroutine(), 0
	await(t, "goroutines to settle", func() bool {
		if n := runtime.NumGoroutine(); n < least {
			least, same = n, 0
		}
		same++
		return same == 50
	})
	return least
}
