package bus

import (
	"bytes"
	"context"
	"fmt"
	"slices"
	"sync"
	"time"

	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
)

// PublisherOptions tune a Publisher. The zero value is right for batches.
type PublisherOptions struct {
	// Window is how many messages may be on their way. 0: 64.
	Window int
	// AckTimeout is when an unanswered message counts as lost and is sent
	// again. 0: 30 s.
	AckTimeout time.Duration
}

// Publisher publishes messages and sees to it that they are stored. Its
// methods may be called from several goroutines.
//
// Messages are sent in the order of the Publish calls, up to Window of them at
// a time. After a fault, the Publisher waits until every message on its way is
// answered or lost, then sends the unstored ones again, in order, the first of
// them alone until it is stored. So the order in the stream differs from that
// of the calls only among messages that were on their way together when a
// fault struck. Nobody may depend on the order.
type Publisher struct {
	bus   *Bus
	js    jetstream.JetStream
	slots chan struct{}
	wake  chan struct{} // something changed for run
	ended chan struct{}

	mu      sync.Mutex
	next    uint64                 // number of the next message
	queue   []*message             // to be sent, in order
	sent    map[*nats.Msg]*message // on their way
	pending int                    // not done
	idle    chan struct{}          // closed when pending is 0
	failed  int                    // failures in a row; negative when the pause after them is over
	count   struct {
		stored, duplicate, retried uint64
		failures                   [failures]uint64
	}
}

// message is one message from Publish to done. Publisher.mu guards it.
type message struct {
	n       uint64
	msg     *nats.Msg
	ctx     context.Context
	stop    func() bool // ends the watch over ctx
	done    func(error)
	settled bool
	tries   int
}

// Publisher returns a new Publisher. It lives as long as b.
func (b *Bus) Publisher(o PublisherOptions) *Publisher {
	if o.Window <= 0 {
		o.Window = 64
	}
	if o.AckTimeout <= 0 {
		o.AckTimeout = 30 * time.Second
	}
	p := &Publisher{
		bus: b, slots: make(chan struct{}, o.Window), wake: make(chan struct{}, 1), ended: make(chan struct{}),
		sent: make(map[*nats.Msg]*message),
	}
	var err error
	p.js, err = jetstream.New(b.nc,
		jetstream.WithPublishAsyncTimeout(o.AckTimeout),
		jetstream.WithPublishAsyncMaxPending(2*o.Window),
		jetstream.WithPublishAsyncAckHandler(func(_ jetstream.JetStream, m *nats.Msg, ack *jetstream.PubAck) { p.stored(m, ack.Duplicate) }),
		jetstream.WithPublishAsyncErrHandler(func(_ jetstream.JetStream, m *nats.Msg, err error) { p.refused(m, err) }),
	)
	if err != nil {
		panic(fmt.Sprintf("bus: options of the library: %v", err)) // they are constants
	}
	b.mu.Lock()
	b.pubs = append(slices.Clip(b.pubs), p)
	b.mu.Unlock()
	go p.run()
	return p
}

// Publish hands over a message. It copies data, waits while the window is
// full, and returns an error, and does not call done, only when the message
// was not taken: ctx ended or the Bus is closed.
//
// done is called exactly once: with nil when the message is stored, else with
// the error of ctx, with ErrClosed, or with a fault that no retry cures, such
// as a message above the server's size limit. Until then the message is sent
// again and again under msgID, however long the server is away, full or
// refuses: that is the back-pressure. done runs on a goroutine of the
// Publisher and must neither block nor call Publish or Flush.
//
// A msgID that comes again within the duplicate window counts as stored and is
// not stored twice.
func (p *Publisher) Publish(ctx context.Context, subject, msgID string, data []byte, done func(error)) error {
	select {
	case p.slots <- struct{}{}:
	case <-ctx.Done():
		return ctx.Err()
	case <-p.bus.ctx.Done():
		return ErrClosed
	}
	m := &message{ctx: ctx, done: done, msg: &nats.Msg{
		Subject: subject,
		Header:  nats.Header{jetstream.MsgIDHeader: {msgID}},
		Data:    bytes.Clone(data),
	}}
	p.mu.Lock()
	if p.bus.ctx.Err() != nil {
		p.mu.Unlock()
		<-p.slots
		return ErrClosed
	}
	m.n = p.next
	p.next++
	if p.pending == 0 {
		p.idle = make(chan struct{})
	}
	p.pending++
	p.queue = append(p.queue, m)
	m.stop = context.AfterFunc(ctx, func() { p.settle(m, ctx.Err()) })
	p.mu.Unlock()
	p.signal()
	return nil
}

// Flush returns when no message is pending, every done returned, or with the
// error of ctx.
func (p *Publisher) Flush(ctx context.Context) error {
	p.mu.Lock()
	idle, pending := p.idle, p.pending
	p.mu.Unlock()
	if pending == 0 {
		return nil
	}
	select {
	case <-idle:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// run sends the messages of the queue until the Bus is closed.
func (p *Publisher) run() {
	defer close(p.ended)
	for {
		if p.bus.WaitConnected(context.Background()) != nil {
			p.abandon()
			return
		}
		m, wait := p.take()
		switch {
		case m != nil:
			if _, err := p.js.PublishMsgAsync(m.msg); err != nil {
				p.refused(m.msg, err)
			}
			continue
		case wait > 0:
			t := time.NewTimer(wait)
			select {
			case <-t.C:
				p.proceed()
			case <-p.bus.ctx.Done():
			}
			t.Stop()
		default:
			select {
			case <-p.wake:
			case <-p.bus.ctx.Done():
			}
		}
	}
}

// take moves the first message of the queue to those on their way and returns
// it. Without one it returns how long to wait, 0 for until something changes.
func (p *Publisher) take() (*message, time.Duration) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.queue) == 0 || p.failed != 0 && len(p.sent) > 0 {
		return nil, 0
	}
	if p.failed > 0 {
		return nil, backoff(p.failed, retryFirst, retryMax)
	}
	m := p.queue[0]
	p.queue = p.queue[1:]
	p.sent[m.msg] = m
	if m.tries++; m.tries > 1 {
		p.count.retried++
	}
	return m, 0
}

// proceed ends the wait after a failure: the next message is sent alone.
func (p *Publisher) proceed() {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.failed > 0 {
		p.failed = -p.failed
	}
}

// wait returns when run has ended.
func (p *Publisher) wait() { <-p.ended }

func (p *Publisher) signal() {
	select {
	case p.wake <- struct{}{}:
	default:
	}
}

func (p *Publisher) addTo(s *Stats) {
	p.mu.Lock()
	defer p.mu.Unlock()
	s.Pending += p.pending
	s.Retrying = s.Retrying || p.failed != 0 && p.pending > 0
	s.Published += p.count.stored
	s.Duplicates += p.count.duplicate
	s.Retries += p.count.retried
	for i, n := range p.count.failures {
		s.Failures[i] += n
	}
}
