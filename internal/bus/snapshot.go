package bus

import (
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"hash"
	"io"
	"time"

	"github.com/klauspost/compress/s2"
	"github.com/nats-io/nats.go"
	"github.com/nats-io/nats.go/jetstream"
	"github.com/nats-io/nuid"
)

// SnapshotBucket is the object store that holds the snapshots.
const SnapshotBucket = "UC_SNAPSHOTS"

// ErrNoSnapshot is returned when there is no snapshot of that name.
var ErrNoSnapshot = errors.New("there is no snapshot")

// snapshotTimeout bounds the time that a snapshot is on its way.
const snapshotTimeout = 5 * time.Minute

// EnsureSnapshots makes the place for snapshots, of at most limit bytes; 0 is
// no limit but the server's. A new snapshot stands beside the old one until it
// is whole, so each may have half of it.
func (b *Bus) EnsureSnapshots(ctx context.Context, limit int64) error {
	return b.retry(ctx, "ensure "+SnapshotBucket, func(ctx context.Context) error {
		_, err := b.js.CreateOrUpdateObjectStore(ctx, snapshots(limit))
		return err
	})
}

func snapshots(limit int64) jetstream.ObjectStoreConfig {
	cfg := jetstream.ObjectStoreConfig{
		Bucket: SnapshotBucket, Description: "uctrace: what the stages remember", Storage: jetstream.FileStorage, MaxBytes: -1,
	}
	if limit > 0 {
		cfg.MaxBytes = limit
	}
	return cfg
}

// SaveSnapshot stores what write writes, compressed, and then removes all other
// snapshots. The one of that name that was there before stays until the new one
// is whole. It tries once: an error means that the old one is there, or none, or,
// when the server did not answer at the very end, the new one.
func (b *Bus) SaveSnapshot(ctx context.Context, name string, write func(io.Writer) error) error {
	ctx, cancel := context.WithTimeout(ctx, snapshotTimeout)
	defer cancel()
	store, err := b.js.ObjectStore(ctx, SnapshotBucket)
	if errors.Is(err, jetstream.ErrBucketNotFound) {
		store, err = b.js.CreateObjectStore(ctx, snapshots(0))
	}
	if err != nil {
		return fmt.Errorf("open %s: %w", SnapshotBucket, err)
	}
	if err := b.clear(ctx, &store, name); err != nil {
		return fmt.Errorf("make room in %s: %w", SnapshotBucket, err)
	}
	o := object{ctx: ctx, bus: b, id: nuid.Next(), sum: sha256.New(), piece: make([]byte, 0, pieceSize)}
	w := s2.NewWriter(&o, s2.WriterConcurrency(1))
	if err = write(w); err == nil {
		err = w.Close()
	}
	if err == nil {
		err = o.finish(store, name)
	}
	if err != nil {
		if !o.headed {
			o.drop()
		}
		return fmt.Errorf("store %s: %w", name, err)
	}
	return nil
}

// pieceSize is that of the messages of an object, in bytes.
const pieceSize = 512 << 10

// object writes an object into the store. The library's way to do it stores the
// head of an object, in place of the old one, before it knows whether the server
// took its pieces.
type object struct {
	ctx   context.Context
	bus   *Bus
	id    string
	piece []byte
	sent  uint32
	size  uint64
	sum   hash.Hash
	// headed is set when the head was sent: even without an answer it may be
	// stored, and then the pieces are the snapshot.
	headed bool
}

func (o *object) subject() string { return "$O." + SnapshotBucket + ".C." + o.id }

func (o *object) Write(b []byte) (int, error) {
	n := len(b)
	for len(b) > 0 {
		k := min(len(b), cap(o.piece)-len(o.piece))
		o.piece, b = append(o.piece, b[:k]...), b[k:]
		if len(o.piece) == cap(o.piece) {
			if err := o.send(); err != nil {
				return 0, err
			}
		}
	}
	return n, nil
}

func (o *object) send() error {
	if len(o.piece) == 0 {
		return nil
	}
	if _, err := o.bus.js.Publish(o.ctx, o.subject(), o.piece); err != nil {
		return err
	}
	o.sum.Write(o.piece)
	o.size += uint64(len(o.piece))
	o.sent++
	o.piece = o.piece[:0]
	return nil
}

// finish sends what is left and the head of the object, in place of the old one,
// whose pieces it removes.
func (o *object) finish(store jetstream.ObjectStore, name string) error {
	if err := o.send(); err != nil {
		return err
	}
	old, err := store.GetInfo(o.ctx, name)
	if err != nil && !errors.Is(err, jetstream.ErrObjectNotFound) {
		return err
	}
	head, err := json.Marshal(jetstream.ObjectInfo{
		ObjectMeta: jetstream.ObjectMeta{Name: name, Opts: &jetstream.ObjectMetaOptions{ChunkSize: pieceSize}},
		Bucket:     SnapshotBucket, NUID: o.id, Size: o.size, Chunks: o.sent, Digest: digest(o.sum),
	})
	if err != nil {
		return err
	}
	m := nats.NewMsg("$O." + SnapshotBucket + ".M." + base64.URLEncoding.EncodeToString([]byte(name)))
	m.Data = head
	m.Header.Set(jetstream.MsgRollup, jetstream.MsgRollupSubject)
	// A caller who is told to end waits for this answer all the same.
	ctx, cancel := context.WithTimeout(context.WithoutCancel(o.ctx), callTimeout)
	defer cancel()
	o.headed = true
	if _, err := o.bus.js.PublishMsg(ctx, m); err != nil {
		return err
	}
	if old == nil {
		return nil
	}
	o.purge(ctx, "$O."+SnapshotBucket+".C."+old.NUID)
	return nil
}

// drop removes the pieces of an object that is not finished.
func (o *object) drop() {
	ctx, cancel := context.WithTimeout(o.bus.ctx, callTimeout)
	defer cancel()
	o.purge(ctx, o.subject())
}

// purge removes pieces. Those that it cannot are found by clear.
func (o *object) purge(ctx context.Context, subject string) {
	s, err := o.bus.js.Stream(ctx, "OBJ_"+SnapshotBucket)
	if err == nil {
		err = s.Purge(ctx, jetstream.WithPurgeSubject(subject))
	}
	if err != nil {
		o.bus.log.Warn("pieces of a snapshot stay until the next one", "error", err)
	}
}

func digest(sum hash.Hash) string {
	return "SHA-256=" + base64.URLEncoding.EncodeToString(sum.Sum(nil))
}

// clear removes the other snapshots, and what a snapshot left behind that was
// never finished: then the whole store is made anew.
func (b *Bus) clear(ctx context.Context, store *jetstream.ObjectStore, name string) error {
	list, err := (*store).List(ctx)
	if err != nil && !errors.Is(err, jetstream.ErrNoObjectsFound) {
		return err
	}
	held := uint64(0)
	for _, o := range list {
		if o.Name != name {
			if err := (*store).Delete(ctx, o.Name); err != nil {
				return err
			}
			continue
		}
		held += o.Size
	}
	status, err := (*store).Status(ctx)
	if err != nil {
		return err
	}
	// Messages have heads: a few percent are theirs.
	if status.Size() <= held+held/4+slack {
		return nil
	}
	cfg := snapshots(0)
	if info, ok := status.(*jetstream.ObjectBucketStatus); ok {
		cfg.MaxBytes = info.StreamInfo().Config.MaxBytes
	}
	if err := b.js.DeleteObjectStore(ctx, SnapshotBucket); err != nil {
		return err
	}
	*store, err = b.js.CreateObjectStore(ctx, cfg)
	return err
}

// slack is what a store may hold beside its snapshots, in bytes.
const slack = 1 << 20

// LoadSnapshot has read read the snapshot name, and returns what it returns;
// ErrNoSnapshot when there is none. What read was given is only known to be
// unharmed when LoadSnapshot returns nil; harm is found before read can see more
// than a part of it.
func (b *Bus) LoadSnapshot(ctx context.Context, name string, read func(io.Reader) error) error {
	p := pieces{ctx: ctx, bus: b, next: 1}
	var info *jetstream.ObjectInfo
	err := b.retry(ctx, "snapshot "+name, func(ctx context.Context) error {
		store, err := b.js.ObjectStore(ctx, SnapshotBucket)
		if err != nil {
			return err
		}
		if info, err = store.GetInfo(ctx, name); err != nil {
			return err
		}
		p.stream, err = b.js.Stream(ctx, "OBJ_"+SnapshotBucket)
		return err
	})
	if errors.Is(err, jetstream.ErrBucketNotFound) || errors.Is(err, jetstream.ErrObjectNotFound) {
		return ErrNoSnapshot
	}
	if err != nil {
		return err
	}
	p.subject, p.left, p.sum = "$O."+SnapshotBucket+".C."+info.NUID, info.Chunks, sha256.New()
	if err := read(s2.NewReader(&p)); err != nil {
		return err
	}
	if _, err := io.Copy(io.Discard, &p); err != nil {
		return fmt.Errorf("snapshot %s: %w", name, err)
	}
	if got := digest(p.sum); got != info.Digest {
		return fmt.Errorf("snapshot %s: its sum is %s, want %s", name, got, info.Digest)
	}
	return nil
}

// pieces reads the messages of an object one by one.
type pieces struct {
	ctx     context.Context
	bus     *Bus
	stream  jetstream.Stream
	subject string
	next    uint64 // sequence
	left    uint32
	data    []byte
	sum     hash.Hash
}

func (p *pieces) Read(b []byte) (int, error) {
	if len(p.data) == 0 {
		if p.left == 0 {
			return 0, io.EOF
		}
		err := p.bus.retry(p.ctx, "snapshot", func(ctx context.Context) error {
			m, err := p.stream.GetMsg(ctx, p.next, jetstream.WithGetMsgSubject(p.subject))
			if err == nil {
				p.data, p.next = m.Data, m.Sequence+1
			}
			return err
		})
		if err != nil {
			return 0, err
		}
		p.left--
		p.sum.Write(p.data)
	}
	n := copy(b, p.data)
	p.data = p.data[n:]
	return n, nil
}
