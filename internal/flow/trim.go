package flow

import (
	"cmp"
	"context"
	"fmt"
	"log/slog"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/schemas"
)

// Reader is a stage that reads a stream.
type Reader struct {
	Stage  string // what people call it
	Cursor string // the stage of CursorName
}

// Trim makes room in the streams. A stream that is nearly full gives up its
// oldest messages that every reader has worked off; a message that a reader
// still needs is never deleted, so a stream full of those makes its writers
// wait.
//
// What leaves UC_EVENTS is also what the Correlator can no longer replay: after
// a restart a session that began before it is a new one. So nothing leaves
// before the space is needed, and nothing behind its snapshot, of which it
// stores one when a stream fills up. Where none comes, because none can be
// stored, the writers are not made to wait for ever: after Patience the
// messages leave, with a warning.
type Trim struct {
	Bus *bus.Bus
	Log *slog.Logger
	// Readers are the stages that a message must be behind, by stream.
	Readers map[schemas.Stream][]Reader
	// State are the cursors that say up to where the state of a reader is stored,
	// by stream.
	State map[schemas.Stream]string
	// Every is the time between two looks; 0 means 2 s.
	Every time.Duration
	// Patience is for how long a stream waits for a reader's state; 0 means 2
	// minutes.
	Patience time.Duration

	waits map[schemas.Stream]stateWait
}

// stateWait is since when a stream waits for a state beyond the one at done.
type stateWait struct {
	done  uint64
	since time.Time
	over  bool // it was said that the waiting is over
}

// A stream is trimmed when more than trimAbove percent of it are in use, down
// to about trimTo percent. Before that, when more than stateAbove percent are,
// a reader stores its state.
const (
	stateAbove = 65
	trimAbove  = 75
	trimTo     = 50
)

// Run looks until ctx ends.
func (t *Trim) Run(ctx context.Context) error {
	t.waits = map[schemas.Stream]stateWait{}
	tick := time.NewTicker(cmp.Or(t.Every, 2*time.Second))
	defer tick.Stop()
	for {
		for stream, readers := range t.Readers {
			if err := t.look(ctx, stream, readers); err != nil {
				return stopped(ctx, fmt.Errorf("make room in %s: %w", stream.Name, err))
			}
		}
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

// filled reports whether more than percent of a stream are in use, and below
// which message all have to go for about trimTo percent to be left. Bytes are not
// known by sequence, so a message counts as the average.
func filled(info bus.Info, percent uint64) (below uint64, yes bool) {
	if info.Msgs == 0 || info.MaxBytes == 0 || info.Bytes <= info.MaxBytes/100*percent {
		return 0, false
	}
	excess := info.Bytes - info.MaxBytes/100*trimTo
	return info.First + excess/(info.Bytes/info.Msgs+1) + 1, true
}

// look trims one stream if it must be.
func (t *Trim) look(ctx context.Context, stream schemas.Stream, readers []Reader) error {
	info, err := t.Bus.StreamInfo(ctx, stream)
	if err != nil {
		return err
	}
	below, yes := filled(info, trimAbove)
	if !yes {
		return nil
	}
	for _, r := range readers {
		at, err := t.Bus.Position(ctx, CursorName(r.Cursor, info))
		if err != nil {
			return err
		}
		below = min(below, at.Done+1)
	}
	if below, err = t.heed(ctx, stream, info, below); err != nil || below <= info.First {
		return err
	}
	t.Log.Info("stream is nearly full; messages that are worked off make room",
		"stream", stream.Name, "bytes", info.Bytes, "limit", info.MaxBytes, "messages", below-info.First)
	return t.Bus.Purge(ctx, stream, below)
}

// heed returns below which message those may go that a stored state has taken in,
// and all below the given one when none came for too long.
func (t *Trim) heed(ctx context.Context, stream schemas.Stream, info bus.Info, below uint64) (uint64, error) {
	cursor, ok := t.State[stream]
	if !ok {
		return below, nil
	}
	at, err := t.Bus.Position(ctx, CursorName(cursor, info))
	if err != nil {
		return 0, err
	}
	w, waits := t.waits[stream]
	switch {
	case below <= at.Done+1:
		delete(t.waits, stream)
		return below, nil
	case !waits || w.done != at.Done:
		w = stateWait{done: at.Done, since: time.Now()}
	case time.Since(w.since) >= cmp.Or(t.Patience, 2*time.Minute):
		if !w.over {
			t.Log.Warn("stream is nearly full and no newer snapshot is stored; messages behind the last one make room, and a restart will miss them",
				"stream", stream.Name, "snapshot", at.Done, "messages", below-max(info.First, at.Done+1))
		}
		w.over = true
		t.waits[stream] = w
		return below, nil
	}
	t.waits[stream] = w
	return at.Done + 1, nil
}
