package flow

import (
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
)

func TestFloorWaitsForTheSlowest(t *testing.T) {
	f := newFloor(6)
	f.begin(7, 1)
	f.begin(8, 2)
	f.begin(11, 1) // 9 and 10 were deleted from the stream
	steps := []struct{ finish, want uint64 }{{8, 6}, {11, 6}, {7, 7}, {8, 11}}
	for _, s := range steps {
		f.finish(s.finish)
		if got := f.value(); got != s.want {
			t.Fatalf("after a part of %d: floor %d, want %d", s.finish, got, s.want)
		}
	}
	if len(f.pending) != 0 || len(f.order) != 0 {
		t.Errorf("left over: %v %v", f.pending, f.order)
	}
}

func TestAStreamMadeAnewContinues(t *testing.T) {
	old := bus.Info{Created: time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)}
	anew := bus.Info{Created: old.Created.Add(time.Minute)}
	if version(anew, 1) <= version(old, 1<<31) {
		t.Error("a revision of the new stream is hidden by one of the old stream")
	}
	if CursorName("store", old) == CursorName("store", anew) {
		t.Error("the new stream is read from the position in the old one")
	}
}
