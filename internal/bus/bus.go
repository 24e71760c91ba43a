// Package bus carries messages through NATS JetStream and is the only package
// that imports nats.go.
//
// What it promises, whatever the network and the server do:
//
//   - Publisher calls done(nil) only for a message that the stream holds, and
//     goes on trying until then. A message is stored once as long as its
//     message id is repeated within the duplicate window (Limits.Duplicates).
//   - Reader returns the messages of a stream in the order of their sequence,
//     each once, across reconnects, and reports every one that is missing.
//   - Cursor lets one owner at a time record how far it got; the one before
//     is fenced.
//
// Connecting never gives up. Bad credentials, a missing server or a full
// stream are states (Stats), not errors: work waits and goes on when the
// cause is gone. Only faults that no waiting cures are returned.
package bus

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// ErrClosed is returned for what was under way when the Bus was closed.
var ErrClosed = errors.New("bus is closed")

// Bus is a connection to a JetStream. Its methods may be called from several
// goroutines.
type Bus struct {
	nc       *nats.Conn
	js       jetstream.JetStream
	log      *slog.Logger
	prefetch int
	ctx      context.Context // ends with Close
	cancel   context.CancelFunc

	mu      sync.Mutex
	state   Stats
	up      chan struct{}   // closed while connected
	link    context.Context // ends with the connection
	unlink  context.CancelFunc
	pubs    []*Publisher
	readers map[*Reader]struct{}
}

// Stats is the health of a Bus at one moment.
type Stats struct {
	Connected  bool
	Reconnects uint64 // connections after the first
	// Denied is the last permission or authentication fault since the
	// connection was made, "" when there is none. The server reports such a
	// fault apart from the message that it refuses, which only times out.
	Denied string
	// LastError is the last fault of the connection or of a publish, and
	// LastErrorTime when it happened; they stay after recovery.
	LastError     string
	LastErrorTime time.Time
	// Pending counts messages handed to a Publisher that are not yet stored;
	// Retrying is true while some of them were refused or lost.
	Pending  int
	Retrying bool
	// Published, Duplicates and Retries count, since the start, messages
	// stored, those among them that were stored before, and attempts beyond
	// the first.
	Published, Duplicates, Retries uint64
	// Failures counts the attempts that failed, by why.
	Failures [failures]uint64
}

// Fault returns why messages are not stored, nil when they are.
func (s Stats) Fault() error {
	switch {
	case s.Denied != "":
		return errors.New(s.Denied)
	case !s.Connected && s.LastError != "":
		return fmt.Errorf("not connected: %s", s.LastError)
	case !s.Connected:
		return errors.New("not connected")
	case s.Retrying:
		return fmt.Errorf("%d messages cannot be stored yet: %s", s.Pending, s.LastError)
	}
	return nil
}

// Connect begins to connect and returns. It does not wait for the server:
// everything else does, as long as its context allows; WaitConnected says
// when it is there. The error is about the configuration: a malformed URL, a
// file that cannot be read.
//
// The Bus lives until Close; the end of ctx only ends Connect.
func Connect(ctx context.Context, c Config) (*Bus, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	opts, err := c.options()
	if err != nil {
		return nil, err
	}
	b := &Bus{log: c.Log, prefetch: c.Prefetch, up: make(chan struct{}), readers: make(map[*Reader]struct{})}
	if b.log == nil {
		b.log = slog.Default()
	}
	if b.prefetch <= 0 {
		b.prefetch = DefaultPrefetch
	}
	b.ctx, b.cancel = context.WithCancel(context.Background())
	b.link, b.unlink = context.WithCancel(b.ctx)
	b.unlink()
	opts = append(opts,
		nats.ConnectHandler(func(nc *nats.Conn) { b.connected(nc, false) }),
		nats.ReconnectHandler(func(nc *nats.Conn) { b.connected(nc, true) }),
		nats.DisconnectErrHandler(func(_ *nats.Conn, err error) { b.disconnected(err) }),
		nats.ReconnectErrHandler(func(_ *nats.Conn, err error) { b.fault("nats connection", err) }),
		nats.ErrorHandler(func(_ *nats.Conn, _ *nats.Subscription, err error) { b.fault("nats", err) }),
	)
	if b.nc, err = nats.Connect(c.URL, opts...); err != nil {
		return nil, fmt.Errorf("connect to nats: %w", err)
	}
	if b.js, err = jetstream.New(b.nc); err != nil {
		b.nc.Close()
		return nil, fmt.Errorf("connect to jetstream: %w", err)
	}
	return b, nil
}

// WaitConnected returns when the server is there, or with the error of ctx or
// ErrClosed.
func (b *Bus) WaitConnected(ctx context.Context) error {
	select {
	case <-b.upSignal():
		return nil
	case <-b.ctx.Done():
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Stats returns the health of b.
func (b *Bus) Stats() Stats {
	b.mu.Lock()
	s, pubs := b.state, b.pubs
	b.mu.Unlock()
	for _, p := range pubs {
		p.addTo(&s)
	}
	return s
}

// Close ends the connection. Messages that are not stored by then end with
// ErrClosed: Flush their Publishers first. Readers end with ErrClosed. Close
// returns when the goroutines of b have ended.
func (b *Bus) Close() {
	b.mu.Lock()
	pubs, readers := b.pubs, slices.Collect(maps.Keys(b.readers))
	b.mu.Unlock()
	for _, r := range readers {
		r.Close()
	}
	b.cancel()
	for _, p := range pubs {
		p.wait()
	}
	b.nc.Close()
}

// upSignal returns a channel that is closed while b is connected.
func (b *Bus) upSignal() <-chan struct{} {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.up
}

// forget is called by a Reader that was closed.
func (b *Bus) forget(r *Reader) {
	b.mu.Lock()
	defer b.mu.Unlock()
	delete(b.readers, r)
}

// connection returns a context that ends with the connection there is now.
func (b *Bus) connection() context.Context {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.link
}

func (b *Bus) connected(nc *nats.Conn, again bool) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.state.Denied = ""
	if again {
		b.state.Reconnects++
	}
	if !b.state.Connected {
		b.state.Connected = true
		close(b.up)
		b.link, b.unlink = context.WithCancel(b.ctx)
	}
	b.log.Info("nats connected", "url", b.server(nc), "again", again)
}

// server names the server for the log; a connection within the process has no
// address, and the library would print its default one.
func (b *Bus) server(nc *nats.Conn) string {
	if nc.Opts.InProcessServer != nil {
		return "in process"
	}
	return nc.ConnectedUrlRedacted()
}

func (b *Bus) disconnected(err error) {
	b.mu.Lock()
	if b.state.Connected {
		b.state.Connected = false
		b.up = make(chan struct{})
		b.unlink()
	}
	b.mu.Unlock()
	if err != nil {
		b.fault("nats disconnected", err)
	}
}

// fault records err and logs it, unless it only repeats the one before.
func (b *Bus) fault(what string, err error) {
	if err == nil {
		return
	}
	b.mu.Lock()
	repeated := b.state.LastError == err.Error()
	b.state.LastError, b.state.LastErrorTime = err.Error(), time.Now()
	denied := denial(err)
	if denied {
		b.state.Denied = err.Error()
	}
	b.mu.Unlock()
	if repeated {
		return
	}
	if denied {
		b.log.Error(what+": access denied, work waits until the permissions are granted", "err", err)
	} else {
		b.log.Warn(what, "err", err)
	}
}

func denial(err error) bool {
	for _, e := range []error{
		nats.ErrPermissionViolation, nats.ErrAuthorization, nats.ErrAuthExpired, nats.ErrAuthRevoked, nats.ErrAccountAuthExpired,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}
