package bus

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/uctrace/uctrace/schemas"
)

// ErrAhead is returned for a Reader whose position lies beyond the end of the
// stream: the server has lost messages that it had acknowledged, or the stream
// was made anew. Its new messages would be skipped, so the owner of the
// position must decide where to go on.
var ErrAhead = errors.New("position is beyond the end of the stream")

// Msg is a message of a stream.
type Msg struct {
	Seq     uint64
	Subject string
	Data    []byte    // the receiver's own
	Time    time.Time // when the stream took it, UTC
	ID      string    // the message id that it was published under
	// Lost counts the messages that are missing before this one, because they
	// were too old, purged or damaged before they could be read.
	Lost uint64
}

// Reader reads a stream from a sequence on, without acknowledging anything:
// its owner keeps the position, for example in a Cursor. It reads ahead
// (Config.Prefetch). One goroutine may use it.
//
// It reads through a consumer without acknowledgements that lives as long as
// the connection; after each loss of either a new one goes on behind the last
// message returned. The library's ordered consumer does the same, but does not
// heed a context meanwhile.
type Reader struct {
	bus       *Bus
	stream    schemas.Stream
	next      uint64 // sequence of the message to come
	delivered uint64 // sequence of the last message within the consumer
	err       error  // final

	done context.Context // ends with Close and with the Bus
	end  context.CancelFunc

	mu       sync.Mutex
	it       jetstream.MessagesContext
	consumer string
	live     context.Context // ends with the connection and with stop
	stop     context.CancelFunc
}

const (
	// heartbeat is how often the server reports to a waiting Reader; two
	// missing ones end the consumer.
	heartbeat = 5 * time.Second
	// abandoned is when the server deletes a consumer nobody reads from.
	abandoned = time.Minute
)

// Reader returns a Reader of stream whose first message has the sequence from,
// or follows it; 0 and 1 mean the first there is. The error is ErrAhead, the
// end of ctx, or says that there is no such stream. Close the Reader.
func (b *Bus) Reader(ctx context.Context, stream schemas.Stream, from uint64) (*Reader, error) {
	r := &Reader{bus: b, stream: stream, next: max(from, 1)}
	r.done, r.end = context.WithCancel(b.ctx)
	if err := r.open(ctx); err != nil {
		r.end()
		return nil, err
	}
	b.mu.Lock()
	b.readers[r] = struct{}{}
	b.mu.Unlock()
	return r, nil
}

// Next returns the next message and waits for it as long as ctx allows. After
// an error of ctx the Reader goes on as if nothing had happened; every other
// error is final.
func (r *Reader) Next(ctx context.Context) (Msg, error) {
	for r.err == nil {
		if m, err := r.fetch(ctx); err == nil {
			if msg, ok := r.take(m); ok {
				return msg, nil
			}
		} else if ctx.Err() != nil {
			return Msg{}, ctx.Err()
		} else if r.live.Err() == nil {
			r.bus.fault("read stream "+r.stream.Name, err)
		}
		if err := r.open(ctx); err != nil {
			if ctx.Err() != nil {
				return Msg{}, ctx.Err()
			}
			r.err = err
		}
	}
	return Msg{}, r.err
}

// Batch returns up to maxMsgs messages: when it has them all, or with what
// arrived within maxWait, which may be none. An error comes with no message;
// one that strikes after the first is returned by the next call.
func (r *Reader) Batch(ctx context.Context, maxMsgs int, maxWait time.Duration) ([]Msg, error) {
	wait, cancel := context.WithTimeout(ctx, maxWait)
	defer cancel()
	var batch []Msg
	for len(batch) < maxMsgs {
		m, err := r.Next(wait)
		if err == nil {
			batch = append(batch, m)
			continue
		}
		if len(batch) > 0 || ctx.Err() == nil && wait.Err() != nil && r.err == nil {
			break
		}
		return nil, err
	}
	return batch, nil
}

// Close ends the Reader; what it is waiting for ends with ErrClosed. It may be
// called more than once and from any goroutine, and waits for the server a
// second at most.
func (r *Reader) Close() {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done.Err() == nil && r.live.Err() == nil {
		r.end() // before the consumer goes, so that Next starts no other
		ctx, cancel := context.WithTimeout(r.live, time.Second)
		_ = r.bus.js.DeleteConsumer(ctx, r.stream.Name, r.consumer) // else the server does, after a while
		cancel()
	}
	r.end()
	r.stop()
	r.it.Stop()
	r.bus.forget(r)
}

// open starts a consumer at r.next.
func (r *Reader) open(ctx context.Context) error {
	if r.it != nil {
		r.mu.Lock()
		r.stop()
		r.it.Stop()
		r.mu.Unlock()
	}
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(r.done, cancel)()
	err := r.bus.retry(ctx, "read stream "+r.stream.Name, func(ctx context.Context) error {
		link := r.bus.connection()
		s, err := r.bus.js.Stream(ctx, r.stream.Name)
		if err != nil {
			return err
		}
		if last := s.CachedInfo().State.LastSeq; last+1 < r.next {
			return fmt.Errorf("position %d: %w, which is %d", r.next, ErrAhead, last)
		}
		c, err := s.CreateConsumer(ctx, jetstream.ConsumerConfig{
			DeliverPolicy:     jetstream.DeliverByStartSequencePolicy,
			OptStartSeq:       r.next,
			AckPolicy:         jetstream.AckNonePolicy,
			InactiveThreshold: abandoned,
			MemoryStorage:     true,
			Replicas:          1,
		})
		if err != nil {
			return err
		}
		it, err := c.Messages(jetstream.PullMaxBytes(r.bus.prefetch), jetstream.PullHeartbeat(heartbeat),
			jetstream.WithMessagesErrOnMissingHeartbeat(true))
		if err != nil {
			return err
		}
		return r.start(link, it, c.CachedInfo().Name)
	})
	if r.done.Err() != nil {
		return fmt.Errorf("read stream %s: %w", r.stream.Name, ErrClosed)
	}
	return err
}

func (r *Reader) start(link context.Context, it jetstream.MessagesContext, consumer string) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if r.done.Err() != nil {
		it.Stop()
		return ErrClosed
	}
	r.it, r.consumer, r.delivered = it, consumer, 0
	r.live, r.stop = context.WithCancel(link)
	return nil
}

// fetch returns the next message of the consumer. It ends with the consumer.
func (r *Reader) fetch(ctx context.Context) (jetstream.Msg, error) {
	wait, cancel := context.WithCancel(ctx)
	defer cancel()
	defer context.AfterFunc(r.live, cancel)()
	return r.it.Next(jetstream.NextContext(wait))
}

// take moves the position behind m. It reports false when messages were lost
// on the way from the server.
func (r *Reader) take(m jetstream.Msg) (Msg, bool) {
	meta, err := m.Metadata()
	if err != nil || meta.Sequence.Consumer != r.delivered+1 || meta.Sequence.Stream < r.next {
		return Msg{}, false
	}
	r.delivered++
	seq := meta.Sequence.Stream
	msg := Msg{Seq: seq, Subject: m.Subject(), Data: m.Data(), Time: meta.Timestamp.UTC(), ID: m.Headers().Get(jetstream.MsgIDHeader), Lost: seq - r.next}
	r.next = seq + 1
	return msg, true
}
