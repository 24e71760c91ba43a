package bus

import (
	"context"
	"errors"
	"fmt"
	"sync"

	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
)

// Bucket is the key-value bucket that holds the cursors.
const Bucket = "UC_CURSORS"

// ErrFenced is returned by a Cursor that somebody else opened later: its owner
// must stop, the other one has taken over.
var ErrFenced = errors.New("another owner has taken over")

// Position is how far a reader of a stream has got.
type Position struct {
	// Done is the sequence up to which everything is stored for good.
	Done uint64
	// First and Last delimit the messages whose results are being stored, so
	// that after a crash the very same batch is written again. 0: none.
	First, Last uint64
}

// Cursor is a Position kept on the server, with one owner at a time. Its
// methods may be called from several goroutines, though one owner rarely
// should.
type Cursor struct {
	bus   *Bus
	kv    jetstream.KeyValue
	name  string
	owner string

	mu       sync.Mutex
	revision uint64
	pos      Position
}

// Cursor opens the cursor name, made of letters, digits, -, _, = and dots, and
// takes it over: every Cursor of that name that was opened before is fenced.
// One that does not exist starts at the zero Position.
func (b *Bus) Cursor(ctx context.Context, name string) (*Cursor, error) {
	kv, err := b.bucket(ctx)
	if err != nil {
		return nil, fmt.Errorf("cursor %s: %w", name, err)
	}
	c := &Cursor{bus: b, kv: kv, name: name, owner: nuid.Next()}
	for {
		e, err := c.read(ctx)
		if err != nil {
			return nil, err
		}
		c.revision, c.pos = e.revision, e.pos
		switch err = c.Set(ctx, c.pos); {
		case err == nil:
			return c, nil
		case !errors.Is(err, ErrFenced):
			return nil, err
		}
		// Somebody wrote between the two calls: look again.
	}
}

// Position returns where the cursor name stands, without taking it over; the
// zero Position when it does not exist.
func (b *Bus) Position(ctx context.Context, name string) (Position, error) {
	kv, err := b.bucket(ctx)
	if err != nil {
		return Position{}, fmt.Errorf("cursor %s: %w", name, err)
	}
	e, err := (&Cursor{bus: b, kv: kv, name: name}).read(ctx)
	return e.pos, err
}

// Get returns the Position last read or set.
func (c *Cursor) Get() Position {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.pos
}

// Set stores pos and returns nil when it is stored, ErrFenced when the cursor
// belongs to somebody else by now, or the error of ctx: then pos may be stored
// or not, and calling Set again is right.
func (c *Cursor) Set(ctx context.Context, pos Position) error {
	c.mu.Lock()
	defer c.mu.Unlock()
	value := fmt.Appendf(nil, "1 %s %d %d %d", c.owner, pos.Done, pos.First, pos.Last)
	return c.bus.retry(ctx, "cursor "+c.name, func(ctx context.Context) error {
		revision, err := c.put(ctx, value)
		if conflict(err) {
			// Ours, if an earlier attempt was stored and its answer lost.
			e, rerr := c.get(ctx)
			if rerr != nil {
				return rerr
			}
			if e.owner != c.owner || e.revision <= c.revision {
				return ErrFenced
			}
			if e.pos != pos {
				c.revision = e.revision
				return context.DeadlineExceeded // an older attempt; write again
			}
			revision, err = e.revision, nil
		}
		if err == nil {
			c.revision, c.pos = revision, pos
		}
		return err
	})
}

// put writes value if nobody wrote since c.revision. Create, unlike Update,
// also replaces a cursor that was deleted.
func (c *Cursor) put(ctx context.Context, value []byte) (uint64, error) {
	if c.revision == 0 {
		return c.kv.Create(ctx, c.name, value)
	}
	return c.kv.Update(ctx, c.name, value, c.revision)
}

// entry is what the server holds.
type entry struct {
	owner    string
	pos      Position
	revision uint64
}

func (c *Cursor) read(ctx context.Context) (e entry, err error) {
	err = c.bus.retry(ctx, "cursor "+c.name, func(ctx context.Context) error {
		e, err = c.get(ctx)
		return err
	})
	return e, err
}

func (c *Cursor) get(ctx context.Context) (entry, error) {
	kve, err := c.kv.Get(ctx, c.name)
	if errors.Is(err, jetstream.ErrKeyNotFound) {
		return entry{}, nil
	}
	if err != nil {
		return entry{}, err
	}
	e := entry{revision: kve.Revision()}
	var version int
	_, err = fmt.Sscanf(string(kve.Value()), "%d %s %d %d %d", &version, &e.owner, &e.pos.Done, &e.pos.First, &e.pos.Last)
	if err != nil || version != 1 {
		return entry{}, fmt.Errorf("value %q of revision %d was not written by this version", kve.Value(), e.revision)
	}
	return e, nil
}

func (b *Bus) bucket(ctx context.Context) (kv jetstream.KeyValue, err error) {
	err = b.retry(ctx, "bucket "+Bucket, func(ctx context.Context) error {
		kv, err = b.js.KeyValue(ctx, Bucket)
		if errors.Is(err, jetstream.ErrBucketNotFound) {
			kv, err = b.js.CreateKeyValue(ctx, jetstream.KeyValueConfig{
				Bucket: Bucket, Description: "uctrace: how far each reader got", Storage: jetstream.FileStorage, History: 1,
			})
		}
		return err
	})
	return kv, err
}

func conflict(err error) bool {
	var api *jetstream.APIError
	return errors.As(err, &api) && (api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequence ||
		api.ErrorCode == jetstream.JSErrCodeStreamWrongLastSequenceConstant)
}
