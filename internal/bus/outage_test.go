package bus_test

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/nats-io/nats-server/v2/server"
	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/natsd"
	"github.com/uctrace/uctrace/schemas"
)

// TestServerIsKilled kills the server several times while messages are
// published and read. Every message whose done said nil must be in the stream,
// each once, and the reader must see all of them.
func TestServerIsKilled(t *testing.T) {
	const messages = 3000
	p := newProcess(t)
	b := connect(t, bus.Config{URL: p.url})
	ensure(t, b, bus.Limits{})
	ctx := deadline(t)

	var mu sync.Mutex
	stored := make(map[uint64]bool)
	count := func() int {
		mu.Lock()
		defer mu.Unlock()
		return len(stored)
	}
	pub := b.Publisher(bus.PublisherOptions{Window: 32, AckTimeout: 2 * time.Second})
	published := make(chan error, 1)
	go func() {
		data := make([]byte, 4<<10)
		for i := range uint64(messages) {
			binary.BigEndian.PutUint64(data, i)
			err := pub.Publish(ctx, schemas.StreamRecords.Subject("a", "b"), fmt.Sprint(i), data, func(err error) {
				mu.Lock()
				defer mu.Unlock()
				if err != nil || stored[i] {
					t.Errorf("message %d: done(%v), again %v", i, err, stored[i])
				}
				stored[i] = true
			})
			if err != nil {
				published <- err
				return
			}
		}
		published <- pub.Flush(ctx)
	}()

	r, err := b.Reader(ctx, schemas.StreamRecords, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	seen := make(map[uint64]int)
	var read atomic.Int64
	done := make(chan error, 1)
	go func() {
		for len(seen) < messages {
			m, err := r.Next(ctx)
			if err != nil {
				done <- err
				return
			}
			if m.Lost != 0 {
				done <- fmt.Errorf("%d lost before %d", m.Lost, m.Seq)
				return
			}
			seen[binary.BigEndian.Uint64(m.Data)]++
			read.Add(1)
		}
		done <- nil
	}()

	for _, at := range []int{300, 1000, 2000} {
		await(t, fmt.Sprintf("%d messages", at), func() bool { return count() >= at && read.Load() >= int64(at)/2 })
		p.kill()
		await(t, "the loss to be noticed", func() bool { return !b.Stats().Connected })
		p.start()
	}
	if err := <-published; err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if count() != messages {
		t.Errorf("done for %d of %d messages", count(), messages)
	}
	for i, n := range seen {
		if n != 1 {
			t.Errorf("message %d is stored %d times", i, n)
		}
	}
	if last, err := b.Last(ctx, schemas.StreamRecords); err != nil || last != messages {
		t.Errorf("last = %d, %v", last, err)
	}
	if s := b.Stats(); s.Reconnects != 3 || s.LastError == "" {
		t.Errorf("%+v", s)
	}
}

// TestServerComesLater connects before there is a server.
func TestServerComesLater(t *testing.T) {
	p := newProcess(t)
	p.kill()
	b := connect(t, bus.Config{URL: p.url})
	short, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	if err := b.EnsureStreams(short, schemas.Streams(), bus.Limits{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("without a server: %v", err)
	}
	pub := b.Publisher(bus.PublisherOptions{})
	done := make(chan error, 1)
	if err := pub.Publish(deadline(t), schemas.StreamRecords.Subject("a"), "x", nil, func(err error) { done <- err }); err != nil {
		t.Fatal(err)
	}
	p.start()
	if err := b.WaitConnected(deadline(t)); err != nil {
		t.Fatal(err)
	}
	ensure(t, b, bus.Limits{}) // until then no stream takes the message
	if err := <-done; err != nil {
		t.Error(err)
	}
}

// TestServerComesBackEmpty replaces the store while the server is down: the
// reader must not wait for ever behind the end.
func TestServerComesBackEmpty(t *testing.T) {
	p := newProcess(t)
	b := connect(t, bus.Config{URL: p.url})
	ensure(t, b, bus.Limits{})
	pub := b.Publisher(bus.PublisherOptions{})
	for i := range 3 {
		if err := publish(t, pub, fmt.Sprint(i), nil); err != nil {
			t.Fatal(err)
		}
	}
	r, err := b.Reader(deadline(t), schemas.StreamRecords, 1)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	for range 3 {
		if _, err := r.Next(deadline(t)); err != nil {
			t.Fatal(err)
		}
	}
	p.kill()
	next := make(chan error, 1)
	go func() {
		_, err := r.Next(deadline(t))
		next <- err
	}()
	await(t, "the loss to be noticed", func() bool { return !b.Stats().Connected })
	p.dir = t.TempDir() // a server with other streams
	other, err := natsd.Start(natsd.Config{Dir: p.dir, MaxStore: 1 << 30, Log: quiet})
	if err != nil {
		t.Fatal(err)
	}
	setup := connect(t, bus.Config{InProcess: other.InProcess()})
	ensure(t, setup, bus.Limits{})
	if err := publish(t, setup.Publisher(bus.PublisherOptions{}), "new", nil); err != nil {
		t.Fatal(err)
	}
	setup.Close()
	other.Shutdown()
	p.start()
	if err := <-next; !errors.Is(err, bus.ErrAhead) {
		t.Errorf("got %v", err)
	}
}

// TestCloseWhileServerIsAway ends what is under way.
func TestCloseWhileServerIsAway(t *testing.T) {
	p := newProcess(t)
	b := connect(t, bus.Config{URL: p.url})
	ensure(t, b, bus.Limits{})
	r, err := b.Reader(deadline(t), schemas.StreamRecords, 1)
	if err != nil {
		t.Fatal(err)
	}
	cursor, err := b.Cursor(deadline(t), "x")
	if err != nil {
		t.Fatal(err)
	}
	p.kill()
	await(t, "the loss to be noticed", func() bool { return !b.Stats().Connected })
	pub := b.Publisher(bus.PublisherOptions{})
	ended := make(chan error, 3)
	if err := pub.Publish(t.Context(), schemas.StreamRecords.Subject("a"), "x", nil, func(err error) { ended <- err }); err != nil {
		t.Fatal(err)
	}
	go func() { _, err := r.Next(context.Background()); ended <- err }()
	go func() { ended <- cursor.Set(context.Background(), bus.Position{Done: 1}) }()
	b.Close()
	for range 3 {
		if err := <-ended; !errors.Is(err, bus.ErrClosed) {
			t.Errorf("got %v", err)
		}
	}
}

// TestPermissionIsMissing publishes where the server allows nothing: the state
// names the fault, and the message waits.
func TestPermissionIsMissing(t *testing.T) {
	opts := &server.Options{
		Host: "127.0.0.1", Port: server.RANDOM_PORT, JetStream: true, StoreDir: t.TempDir(), NoSigs: true, NoLog: true,
		Users: []*server.User{
			{Username: "admin", Password: "a"},
			{Username: "agent", Password: "b", Permissions: &server.Permissions{
				Publish:   &server.SubjectPermission{Allow: []string{"uc.records.own.>"}},
				Subscribe: &server.SubjectPermission{Allow: []string{"_INBOX.>"}},
			}},
		},
	}
	s, err := server.NewServer(opts)
	if err != nil {
		t.Fatal(err)
	}
	s.Start()
	t.Cleanup(func() { s.Shutdown(); s.WaitForShutdown() })
	if !s.ReadyForConnections(patience) {
		t.Fatal("not ready")
	}
	url := func(user string) string { return strings.Replace(s.ClientURL(), "nats://", "nats://"+user+"@", 1) }
	ensure(t, connect(t, bus.Config{URL: url("admin:a")}), bus.Limits{})

	b := connect(t, bus.Config{URL: url("agent:b")})
	p := b.Publisher(bus.PublisherOptions{AckTimeout: 100 * time.Millisecond})
	own := make(chan error, 1)
	if err := p.Publish(deadline(t), "uc.records.own.x", "1", nil, func(err error) { own <- err }); err != nil {
		t.Fatal(err)
	}
	if err := <-own; err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(t.Context())
	other := make(chan error, 1)
	if err := p.Publish(ctx, "uc.records.other.x", "2", nil, func(err error) { other <- err }); err != nil {
		t.Fatal(err)
	}
	await(t, "the fault to show", func() bool { return strings.Contains(b.Stats().Denied, "uc.records.other.x") })
	await(t, "the message to be tried again", func() bool { return b.Stats().Retries > 0 })
	cancel()
	if err := <-other; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}

	wrong := connect(t, bus.Config{URL: url("agent:wrong")})
	await(t, "the refusal to show", func() bool { return wrong.Stats().Denied != "" })
	if err := wrong.WaitConnected(cancelled(t)); !errors.Is(err, context.Canceled) {
		t.Errorf("got %v", err)
	}
}

func cancelled(t *testing.T) context.Context {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	return ctx
}
