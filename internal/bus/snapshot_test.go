package bus_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"testing"
	"time"

	"github.com/nats-io/nats.go"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/natsd"
)

func text(s string) func(io.Writer) error {
	return func(w io.Writer) error {
		_, err := io.WriteString(w, s)
		return err
	}
}

// saved returns the snapshot name.
func saved(t *testing.T, b *bus.Bus, name string) string {
	t.Helper()
	var data []byte
	err := b.LoadSnapshot(deadline(t), name, func(r io.Reader) (err error) {
		data, err = io.ReadAll(r)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

func TestSnapshots(t *testing.T) {
	b := open(t, bus.Limits{})
	none := func(io.Reader) error { t.Error("there is something to read"); return nil }
	if err := b.LoadSnapshot(deadline(t), "a", none); !errors.Is(err, bus.ErrNoSnapshot) {
		t.Errorf("without a store: %v", err)
	}
	if err := b.EnsureSnapshots(deadline(t), 8<<20); err != nil {
		t.Fatal(err)
	}
	if err := b.LoadSnapshot(deadline(t), "a", none); !errors.Is(err, bus.ErrNoSnapshot) {
		t.Errorf("in an empty store: %v", err)
	}
	for _, s := range []string{"first", "", "third"} {
		if err := b.SaveSnapshot(deadline(t), "a", text(s)); err != nil {
			t.Fatal(err)
		}
		if got := saved(t, b, "a"); got != s {
			t.Errorf("%q, want %q", got, s)
		}
	}
	if err := b.SaveSnapshot(deadline(t), "b", text("of another stream")); err != nil {
		t.Fatal(err)
	}
	if err := b.LoadSnapshot(deadline(t), "a", none); !errors.Is(err, bus.ErrNoSnapshot) {
		t.Errorf("the snapshot of the stream before: %v", err)
	}
	if err := b.EnsureSnapshots(deadline(t), 8<<20); err != nil {
		t.Errorf("the store that is there: %v", err)
	}
}

// TestSnapshotThatWasNeverFinished has the pieces of one in the store, as a kill
// leaves them: they make room.
func TestSnapshotThatWasNeverFinished(t *testing.T) {
	b := open(t, bus.Limits{})
	if err := b.EnsureSnapshots(deadline(t), 4<<20); err != nil {
		t.Fatal(err)
	}
	p := b.Publisher(bus.PublisherOptions{Window: 8})
	piece := make([]byte, 128<<10)
	for range 30 {
		err := p.Publish(deadline(t), "$O."+bus.SnapshotBucket+".C.lost", "", piece, func(err error) {
			if err != nil {
				t.Error(err)
			}
		})
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := p.Flush(deadline(t)); err != nil {
		t.Fatal(err)
	}
	rand.NewChaCha8([32]byte{2}).Read(piece)
	for range 12 {
		if err := b.SaveSnapshot(deadline(t), "a", func(w io.Writer) error {
			for range 8 {
				if _, err := w.Write(piece); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			t.Fatal(err)
		}
	}
	if got := saved(t, b, "a"); got != string(bytes.Repeat(piece, 8)) {
		t.Error("the snapshot is another one")
	}
}

// TestSnapshotThatFails keeps the old snapshot when the new one is not finished,
// because it cannot be written or is too large, and can store again.
func TestSnapshotThatFails(t *testing.T) {
	b := open(t, bus.Limits{})
	if err := b.EnsureSnapshots(deadline(t), 4<<20); err != nil {
		t.Fatal(err)
	}
	if err := b.SaveSnapshot(deadline(t), "a", text("old")); err != nil {
		t.Fatal(err)
	}
	broken := errors.New("broken")
	noise := make([]byte, 1<<20)
	rng := rand.NewChaCha8([32]byte{1})
	for name, write := range map[string]func(io.Writer) error{
		"cannot be written": func(w io.Writer) error {
			rng.Read(noise)
			w.Write(noise)
			return broken
		},
		"too large": func(w io.Writer) error {
			for range 8 {
				rng.Read(noise)
				if _, err := w.Write(noise); err != nil {
					return err
				}
			}
			return nil
		},
	} {
		if err := b.SaveSnapshot(deadline(t), "a", write); err == nil {
			t.Errorf("%s: no error", name)
		} else if name == "cannot be written" && !errors.Is(err, broken) {
			t.Errorf("%s: %v", name, err)
		}
		if got := saved(t, b, "a"); got != "old" {
			t.Errorf("%s: the snapshot is %q", name, got)
		}
	}
	for range 6 { // each has more than a third of the store
		rng.Read(noise)
		if err := b.SaveSnapshot(deadline(t), "a", text(string(noise))); err != nil {
			t.Fatal(err)
		}
	}
	if got := saved(t, b, "a"); !bytes.Equal([]byte(got), noise) {
		t.Error("the last snapshot is another one")
	}
}

// TestSnapshotOfAProgramThatEnds ends the caller while the head of a snapshot is
// on its way: whatever the caller is told, what the store holds is whole.
func TestSnapshotOfAProgramThatEnds(t *testing.T) {
	server := start(t, natsd.Config{SyncInterval: time.Minute})
	b := connect(t, bus.Config{InProcess: server.InProcess()})
	if err := b.EnsureSnapshots(deadline(t), 8<<20); err != nil {
		t.Fatal(err)
	}
	nc, err := nats.Connect("", nats.InProcessServer(server.InProcess()))
	if err != nil {
		t.Fatal(err)
	}
	defer nc.Close()
	want := map[string]bool{}
	for i := range 50 {
		ctx, end := context.WithCancel(deadline(t))
		sub, err := nc.Subscribe("$O.UC_SNAPSHOTS.M.>", func(*nats.Msg) { end() })
		if err == nil {
			err = nc.Flush()
		}
		if err != nil {
			t.Fatal(err)
		}
		now := fmt.Sprint("state ", i)
		err = b.SaveSnapshot(ctx, "a", text(now))
		end()
		_ = sub.Unsubscribe() // the connection closes with the test
		if err == nil {
			clear(want)
		}
		want[now] = true
		if got := saved(t, b, "a"); !want[got] {
			t.Fatalf("after %v the snapshot is %q, want one of %v", err, got, want)
		}
	}
}
