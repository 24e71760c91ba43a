package bus_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/schemas"
)

// TestHoles removes messages before they are read, at the beginning and in
// the middle.
func TestHoles(t *testing.T) {
	b := open(t, bus.Limits{})
	p := b.Publisher(bus.PublisherOptions{})
	for i := range 20 {
		if err := publish(t, p, fmt.Sprint(i), []byte("x")); err != nil {
			t.Fatal(err)
		}
	}
	for _, seq := range []uint64{1, 2, 3, 7, 8, 12} {
		if err := bus.DeleteMsg(deadline(t), b, schemas.StreamRecords, seq); err != nil {
			t.Fatal(err)
		}
	}
	r, err := b.Reader(deadline(t), schemas.StreamRecords, 2)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Close()
	lost := map[uint64]uint64{}
	for seq := uint64(0); seq < 20; {
		m, err := r.Next(deadline(t))
		if err != nil {
			t.Fatal(err)
		}
		if seq = m.Seq; m.Lost > 0 {
			lost[seq] = m.Lost
		}
	}
	if fmt.Sprint(lost) != fmt.Sprint(map[uint64]uint64{4: 2, 9: 2, 13: 1}) {
		t.Errorf("lost: %v", lost)
	}
}

func TestCursor(t *testing.T) {
	b := open(t, bus.Limits{})
	first, err := b.Cursor(deadline(t), "sink.clickhouse")
	if err != nil {
		t.Fatal(err)
	}
	if first.Get() != (bus.Position{}) {
		t.Errorf("new: %+v", first.Get())
	}
	want := bus.Position{Done: 7, First: 8, Last: 12}
	if err := first.Set(deadline(t), want); err != nil {
		t.Fatal(err)
	}
	if got, err := b.Position(deadline(t), "sink.clickhouse"); err != nil || got != want {
		t.Errorf("%+v %v", got, err)
	}
	second, err := b.Cursor(deadline(t), "sink.clickhouse")
	if err != nil || second.Get() != want {
		t.Fatalf("%+v %v", second.Get(), err)
	}
	if err := first.Set(deadline(t), bus.Position{Done: 12}); !errors.Is(err, bus.ErrFenced) {
		t.Errorf("the owner before: %v", err)
	}
	if err := second.Set(deadline(t), bus.Position{Done: 12}); err != nil {
		t.Error(err)
	}
	if got, err := b.Position(deadline(t), "nobody"); err != nil || got != (bus.Position{}) {
		t.Errorf("%+v %v", got, err)
	}
	if err := bus.DeleteCursor(deadline(t), b, "sink.clickhouse"); err != nil {
		t.Fatal(err)
	}
	if err := second.Set(deadline(t), want); !errors.Is(err, bus.ErrFenced) {
		t.Errorf("a deleted cursor: %v", err)
	}
	if third, err := b.Cursor(deadline(t), "sink.clickhouse"); err != nil || third.Get() != (bus.Position{}) {
		t.Errorf("after deletion: %v", err)
	}
}
