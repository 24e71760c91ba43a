package bus

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

const (
	retryFirst = 20 * time.Millisecond
	retryMax   = 5 * time.Second
	// callTimeout bounds one request; an answer that takes longer is lost.
	callTimeout = 10 * time.Second
)

// backoff returns how long to wait before attempt n, counted from 1: twice as
// long each time, up to most, less up to a quarter by chance so that many
// clients do not return at once.
func backoff(n int, first, most time.Duration) time.Duration {
	d := most
	if n < 20 {
		d = min(first<<max(n-1, 0), most)
	}
	return d - time.Duration(rand.Int64N(int64(d)/4+1))
}

// retry calls f, with a deadline of its own, until it succeeds, fails for good
// or ctx ends. While there is no connection it waits for one.
func (b *Bus) retry(ctx context.Context, what string, f func(context.Context) error) error {
	for attempt := 1; ; attempt++ {
		err := b.WaitConnected(ctx)
		if err == nil {
			call, cancel := context.WithTimeout(ctx, callTimeout)
			err = f(call)
			cancel()
		}
		switch {
		case err == nil:
			return nil
		case ctx.Err() != nil:
			return fmt.Errorf("%s: %w", what, ctx.Err())
		case b.ctx.Err() != nil:
			return fmt.Errorf("%s: %w", what, ErrClosed)
		case !transient(err):
			return fmt.Errorf("%s: %w", what, err)
		}
		b.fault(what, err)
		if err := b.pause(ctx, attempt); err != nil {
			return fmt.Errorf("%s: %w", what, err)
		}
	}
}

// pause waits before the attempt after attempt.
func (b *Bus) pause(ctx context.Context, attempt int) error {
	t := time.NewTimer(backoff(attempt, retryFirst, retryMax))
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-b.ctx.Done():
		return ErrClosed
	case <-ctx.Done():
		return ctx.Err()
	}
}

// transient reports whether a request may succeed later: no answer, or one of
// the server's 5xx, which it gives while it elects a leader or lacks a
// resource. The stated exceptions are configuration faults that it also calls
// 5xx.
func transient(err error) bool {
	if api, ok := errors.AsType[*jetstream.APIError](err); ok {
		switch api.ErrorCode {
		case jetstream.JSErrCodeJetStreamNotEnabledForAccount, codeStorageExceeded:
			return false
		}
		return api.Code >= 500
	}
	for _, e := range []error{
		context.DeadlineExceeded, nats.ErrTimeout, nats.ErrNoResponders, nats.ErrDisconnected,
		nats.ErrReconnectBufExceeded, nats.ErrConnectionReconnecting, jetstream.ErrNoStreamResponse,
		nats.ErrHeadersNotSupported, // what the library says before the first connection
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// Error codes of the server that the library does not name.
const (
	codeStorageExceeded jetstream.ErrorCode = 10047 // insufficient storage resources available
	codeStoreFailed     jetstream.ErrorCode = 10077 // maximum bytes exceeded, and other faults of the store
)
