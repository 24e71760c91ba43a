package bus_test

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/schemas"
)

func TestSameIDIsStoredOnce(t *testing.T) {
	b := open(t, bus.Limits{})
	p := b.Publisher(bus.PublisherOptions{})
	for range 3 {
		if err := publish(t, p, "same", []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	if last, err := b.Last(deadline(t), schemas.StreamRecords); err != nil || last != 1 {
		t.Errorf("last = %d, %v", last, err)
	}
	if s := b.Stats(); s.Duplicates != 2 {
		t.Errorf("%+v", s)
	}
}

// TestFullStreamWaits fills a stream; what does not fit waits and is stored
// when the limit is raised.
func TestFullStreamWaits(t *testing.T) {
	b := open(t, bus.Limits{MaxBytes: 100 << 10})
	p := b.Publisher(bus.PublisherOptions{Window: 4})
	var stored atomic.Int64
	published := make(chan error, 1)
	go func() {
		for i := range 50 {
			err := p.Publish(deadline(t), schemas.StreamRecords.Subject("a", "b"), fmt.Sprint(i), make([]byte, 10<<10), func(err error) {
				if err == nil {
					stored.Add(1)
				}
			})
			if err != nil {
				published <- err
				return
			}
		}
		published <- p.Flush(deadline(t))
	}()
	await(t, "the stream to refuse messages", func() bool { return b.Stats().Retries > 0 })
	if s := b.Stats(); !s.Retrying || s.Pending != 4 || !strings.Contains(s.LastError, "full") {
		t.Errorf("%+v", s)
	}
	if n := stored.Load(); n == 0 || n > 10 {
		t.Errorf("%d stored in 100 KiB", n)
	}
	ensure(t, b, bus.Limits{MaxBytes: 10 << 20})
	if err := <-published; err != nil {
		t.Fatal(err)
	}
	if last, err := b.Last(deadline(t), schemas.StreamRecords); stored.Load() != 50 || last != 50 || err != nil {
		t.Errorf("%d stored, last %d, %v", stored.Load(), last, err)
	}
	if s := b.Stats(); s.Retrying || s.Pending != 0 {
		t.Errorf("%+v", s)
	}
}

func TestTooLargeIsFinal(t *testing.T) {
	b := open(t, bus.Limits{})
	p := b.Publisher(bus.PublisherOptions{})
	if err := publish(t, p, "big", make([]byte, 2<<20)); err == nil || !strings.Contains(err.Error(), "maximum payload") {
		t.Errorf("got %v", err)
	}
	if err := publish(t, p, "small", []byte("x")); err != nil {
		t.Errorf("after a fault: %v", err)
	}
}

func TestCancelledMessageIsDropped(t *testing.T) {
	b := open(t, bus.Limits{MaxBytes: 1 << 10})
	p := b.Publisher(bus.PublisherOptions{Window: 1})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 2)
	if err := p.Publish(ctx, schemas.StreamRecords.Subject("a"), "a", make([]byte, 2<<10), func(err error) { done <- err }); err != nil {
		t.Fatal(err)
	}
	short, stop := context.WithTimeout(t.Context(), 10*time.Millisecond)
	defer stop()
	if err := p.Publish(short, schemas.StreamRecords.Subject("a"), "b", nil, func(err error) { done <- err }); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a full window: %v", err)
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if err := p.Flush(deadline(t)); err != nil {
		t.Error(err)
	}
	if len(done) != 0 {
		t.Error("done was called for a message that was not taken")
	}
	if err := publish(t, p, "c", []byte("fits")); err != nil {
		t.Error(err)
	}
}
