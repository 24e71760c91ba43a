package flow

import (
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
// before the space is needed.
type Trim struct {
	Bus *bus.Bus
	Log *slog.Logger
	// Readers are the stages that a message must be behind, by stream.
	Readers map[schemas.Stream][]Reader
	// Every is the time between two looks; 0 means 2 s.
	Every time.Duration
}

// A stream is trimmed when more than trimAbove percent of it are in use, down
// to about trimTo percent.
const (
	trimAbove = 75
	trimTo    = 50
)

// Run looks until ctx ends.
func (t *Trim) Run(ctx context.Context) error {
	every := t.Every
	if every == 0 {
		every = 2 * time.Second
	}
	tick := time.NewTicker(every)
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

// look trims one stream if it must be.
func (t *Trim) look(ctx context.Context, stream schemas.Stream, readers []Reader) error {
	info, err := t.Bus.StreamInfo(ctx, stream)
	if err != nil {
		return err
	}
	if info.Msgs == 0 || info.MaxBytes == 0 || info.Bytes <= info.MaxBytes/100*trimAbove {
		return nil
	}
	// Bytes are not known by sequence, so a message counts as the average.
	excess := info.Bytes - info.MaxBytes/100*trimTo
	below := info.First + excess/(info.Bytes/info.Msgs+1) + 1
	for _, r := range readers {
		at, err := t.Bus.Position(ctx, CursorName(r.Cursor, info))
		if err != nil {
			return err
		}
		below = min(below, at.Done+1)
	}
	if below <= info.First {
		return nil
	}
	t.Log.Info("stream is nearly full; messages that are worked off make room",
		"stream", stream.Name, "bytes", info.Bytes, "limit", info.MaxBytes, "messages", below-info.First)
	return t.Bus.Purge(ctx, stream, below)
}
