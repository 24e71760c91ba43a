package bus

import (
	"errors"
	"fmt"
	"slices"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// stored is called by the library for each acknowledgement.
func (p *Publisher) stored(msg *nats.Msg, duplicate bool) {
	p.mu.Lock()
	m := p.sent[msg]
	delete(p.sent, msg)
	p.failed = 0
	if m != nil && !m.settled {
		p.count.stored++
		if duplicate {
			p.count.duplicate++
		}
	}
	p.mu.Unlock()
	p.signal()
	if m != nil {
		p.settle(m, nil)
	}
}

// refused is called by the library for each message that was not acknowledged:
// refused, timed out, or cut off. Whether it is stored is not known. The
// library may hold a lock meanwhile, so only a final fault calls done.
func (p *Publisher) refused(msg *nats.Msg, err error) {
	p.mu.Lock()
	m := p.sent[msg]
	delete(p.sent, msg)
	if m == nil || m.settled {
		p.mu.Unlock()
		p.signal()
		return
	}
	final := hopeless(err)
	p.count.failures[failureOf(err)]++
	if !final {
		i, _ := slices.BinarySearchFunc(p.queue, m, func(a, b *message) int { return int(int64(a.n - b.n)) })
		p.queue = slices.Insert(p.queue, i, m)
		if p.failed <= 0 {
			p.failed = 1 - p.failed
		}
	}
	p.mu.Unlock()
	p.signal()
	p.bus.fault("publish to "+msg.Subject, explain(err))
	if final {
		p.settle(m, fmt.Errorf("publish to %s: %w", msg.Subject, err))
	}
}

// settle calls done, the first time.
func (p *Publisher) settle(m *message, err error) {
	p.mu.Lock()
	if m.settled {
		p.mu.Unlock()
		return
	}
	m.settled = true
	p.queue = slices.DeleteFunc(p.queue, func(q *message) bool { return q == m })
	p.mu.Unlock()
	m.stop()
	m.done(err)
	<-p.slots
	p.mu.Lock()
	p.pending--
	if p.pending == 0 {
		close(p.idle)
	}
	p.mu.Unlock()
}

// abandon ends every message with ErrClosed.
func (p *Publisher) abandon() {
	p.mu.Lock()
	all := slices.Clone(p.queue)
	for _, m := range p.sent {
		all = append(all, m)
	}
	p.mu.Unlock()
	for _, m := range all {
		p.settle(m, ErrClosed)
	}
}

// hopeless reports whether no retry can store the message.
func hopeless(err error) bool {
	for _, e := range []error{
		nats.ErrMaxPayload, nats.ErrBadSubject, jetstream.ErrStreamMessageExceedsMaximum, nats.ErrConnectionClosed,
	} {
		if errors.Is(err, e) {
			return true
		}
	}
	return false
}

// explain says what an answer of the server means for us.
func explain(err error) error {
	var api *jetstream.APIError
	switch {
	case errors.As(err, &api) && api.ErrorCode == codeStoreFailed:
		return fmt.Errorf("the stream is full or its disk fails, publishing waits: %w", err)
	case errors.Is(err, jetstream.ErrAsyncPublishTimeout):
		return fmt.Errorf("no acknowledgement, sent again: %w", err)
	case errors.Is(err, jetstream.ErrNoStreamResponse):
		return fmt.Errorf("no stream takes this subject, or it has no leader yet: %w", err)
	}
	return err
}
