package bus

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/uctrace/uctrace/schemas"
)

// DefaultDuplicates is Limits.Duplicates when that is 0.
const DefaultDuplicates = 10 * time.Minute

// Limits bound a stream.
type Limits struct {
	// MaxBytes is when the stream refuses messages; publishers wait then. The
	// server sets it aside at once. 0: no limit but the server's.
	MaxBytes int64
	// MaxAge is when messages are deleted, 0: never. Give it three times the
	// longest outage to survive: a Reader that is further behind loses them.
	MaxAge time.Duration
	// Duplicates is for how long the server remembers message ids. 0:
	// DefaultDuplicates.
	Duplicates time.Duration
	// Replicas is how many servers keep the stream. 0: 1 for a new stream,
	// as it is for an existing one.
	Replicas int
}

// Info is what a stream holds. An empty stream has First = Last + 1.
type Info struct {
	First, Last, Msgs, Bytes uint64
	// MaxBytes is when the stream refuses messages, 0 when it has no limit.
	MaxBytes uint64
	// Created tells a stream from one of the same name before it, whose
	// sequences also began at 1.
	Created time.Time
}

// EnsureStreams creates the streams that do not exist and applies l to the
// others. A full stream refuses new messages and never drops old ones. Where
// l would delete messages that a stream holds, nothing is changed and the
// error says so.
func (b *Bus) EnsureStreams(ctx context.Context, streams []schemas.Stream, l Limits) error {
	for _, s := range streams {
		err := b.retry(ctx, "ensure stream "+s.Name, func(ctx context.Context) error { return b.ensure(ctx, s, l) })
		if err != nil {
			return err
		}
	}
	return nil
}

func (b *Bus) ensure(ctx context.Context, s schemas.Stream, l Limits) error {
	have, err := b.js.Stream(ctx, s.Name)
	if errors.Is(err, jetstream.ErrStreamNotFound) {
		cfg := jetstream.StreamConfig{
			Name: s.Name, Description: "uctrace: each message is " + s.Holds,
			Retention: jetstream.LimitsPolicy, Storage: jetstream.FileStorage, MaxMsgs: -1, Replicas: 1,
		}
		l.apply(&cfg, s)
		_, err = b.js.CreateStream(ctx, cfg)
		return err
	}
	if err != nil {
		return err
	}
	cfg, state := have.CachedInfo().Config, have.CachedInfo().State
	if cfg.Retention != jetstream.LimitsPolicy || cfg.Storage != jetstream.FileStorage {
		return fmt.Errorf("the existing stream keeps messages by %v in %v, want limits in files: delete or rename it", cfg.Retention, cfg.Storage)
	}
	if l.MaxBytes > 0 && state.Bytes > uint64(l.MaxBytes) {
		return fmt.Errorf("it holds %d bytes, more than the limit of %d, and messages would be deleted: raise the limit or purge the stream", state.Bytes, l.MaxBytes)
	}
	if l.MaxAge > 0 && state.Msgs > 0 && (cfg.MaxAge == 0 || l.MaxAge < cfg.MaxAge) && have.CachedInfo().TimeStamp.Sub(state.FirstTime) > l.MaxAge {
		return fmt.Errorf("it holds messages since %s, older than the limit of %s, and they would be deleted: raise the limit or purge the stream", state.FirstTime.UTC().Format(time.RFC3339), l.MaxAge)
	}
	l.apply(&cfg, s)
	_, err = b.js.UpdateStream(ctx, cfg)
	return err
}

// apply sets what we decide in cfg and leaves the rest to the operator.
func (l Limits) apply(cfg *jetstream.StreamConfig, s schemas.Stream) {
	cfg.Subjects = []string{s.Filter()}
	cfg.Discard = jetstream.DiscardNew
	cfg.AllowDirect = true
	cfg.MaxAge = l.MaxAge
	cfg.MaxBytes = -1
	if l.MaxBytes > 0 {
		cfg.MaxBytes = l.MaxBytes
	}
	cfg.Duplicates = DefaultDuplicates
	if l.Duplicates > 0 {
		cfg.Duplicates = l.Duplicates
	}
	if l.MaxAge > 0 {
		cfg.Duplicates = min(cfg.Duplicates, l.MaxAge) // the server refuses a longer window
	}
	if l.Replicas > 0 {
		cfg.Replicas = l.Replicas
	}
}

// StreamInfo returns what stream holds.
func (b *Bus) StreamInfo(ctx context.Context, stream schemas.Stream) (Info, error) {
	var info Info
	err := b.retry(ctx, "stream "+stream.Name, func(ctx context.Context) error {
		s, err := b.js.Stream(ctx, stream.Name)
		if err != nil {
			return err
		}
		st := s.CachedInfo().State
		info = Info{MaxBytes: uint64(max(0, s.CachedInfo().Config.MaxBytes)), First: st.FirstSeq, Last: st.LastSeq, Msgs: st.Msgs, Bytes: st.Bytes, Created: s.CachedInfo().Created}
		return nil
	})
	return info, err
}

// StoredAt returns when stream took the message with sequence seq, the zero
// time when it holds none.
func (b *Bus) StoredAt(ctx context.Context, stream schemas.Stream, seq uint64) (at time.Time, err error) {
	err = b.retry(ctx, "stream "+stream.Name, func(ctx context.Context) error {
		s, err := b.js.Stream(ctx, stream.Name)
		if err != nil {
			return err
		}
		m, err := s.GetMsg(ctx, seq)
		if errors.Is(err, jetstream.ErrMsgNotFound) {
			return nil
		}
		if err == nil {
			at = m.Time.UTC()
		}
		return err
	})
	return at, err
}

// ErrGone is returned for a message that its stream does not hold, any more or
// yet.
var ErrGone = errors.New("the stream does not hold the message")

// Message returns one message of stream, and ErrGone when there is none of that
// sequence. It does not wait for a server that is not there.
func (b *Bus) Message(ctx context.Context, stream schemas.Stream, seq uint64) (Msg, error) {
	s, err := b.js.Stream(ctx, stream.Name)
	if err != nil {
		return Msg{}, fmt.Errorf("stream %s: %w", stream.Name, err)
	}
	m, err := s.GetMsg(ctx, seq)
	if errors.Is(err, jetstream.ErrMsgNotFound) {
		return Msg{}, fmt.Errorf("message %d of %s: %w", seq, stream.Name, ErrGone)
	}
	if err != nil {
		return Msg{}, fmt.Errorf("message %d of %s: %w", seq, stream.Name, err)
	}
	return Msg{Seq: m.Sequence, Subject: m.Subject, Data: m.Data, Time: m.Time.UTC(), ID: m.Header.Get(jetstream.MsgIDHeader)}, nil
}

// Purge deletes the messages of stream below sequence seq.
func (b *Bus) Purge(ctx context.Context, stream schemas.Stream, seq uint64) error {
	return b.retry(ctx, "purge stream "+stream.Name, func(ctx context.Context) error {
		s, err := b.js.Stream(ctx, stream.Name)
		if err != nil {
			return err
		}
		return s.Purge(ctx, jetstream.WithPurgeSequence(seq))
	})
}

// Last returns the sequence of the last message ever stored in stream, 0 when
// there was none.
func (b *Bus) Last(ctx context.Context, stream schemas.Stream) (uint64, error) {
	info, err := b.StreamInfo(ctx, stream)
	return info.Last, err
}
