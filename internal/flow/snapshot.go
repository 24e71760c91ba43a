package flow

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/schemas"
)

// A snapshot is the state of the correlator behind a message whose evaluation is
// published. It spares a restart the messages before it, and a correlator that
// has run for longer than the stream keeps messages forgets nothing. It is never
// needed: one that is missing, harmed or of another program is left out, and the
// stream is replayed from its beginning.

// StateCursor is the name of the position up to which the Correlator's state is
// stored: Trim keeps the messages behind it.
const StateCursor = "correlator-state"

// snapshotName names the snapshot of a stream.
func (r *correlating) snapshotName() string { return CursorName(CorrelatorCursor, r.info) }

// load goes on from the snapshot, if there is one. A stream that was so nearly
// full that messages behind the snapshot made room lost them, which is said.
func (r *correlating) load(ctx context.Context, cfg correlator.Config) error {
	if r.rules == "" {
		return nil
	}
	state, err := r.bus.Cursor(ctx, CursorName(StateCursor, r.info))
	if err != nil {
		return fmt.Errorf("open cursor of the state: %w", err)
	}
	r.state = state
	seq, err := r.loadSnapshot(ctx, cfg)
	if err != nil {
		return err
	}
	return r.state.Set(ctx, bus.Position{Done: seq})
}

// loadSnapshot returns the message that the loaded snapshot stands behind, 0 when
// there is none to go on from.
func (r *correlating) loadSnapshot(ctx context.Context, cfg correlator.Config) (uint64, error) {
	begin := time.Now()
	var c *correlator.Correlator
	var seq uint64
	var full int
	err := r.bus.LoadSnapshot(ctx, r.snapshotName(), func(from io.Reader) error {
		in := bufio.NewReader(from)
		head, err := in.ReadString('\n')
		if err != nil {
			return fmt.Errorf("read head: %w", err)
		}
		if _, err := fmt.Sscanf(head, "%d %d\n", &seq, &full); err != nil {
			return fmt.Errorf("head %.40q: %w", head, err)
		}
		c, err = correlator.Load(cfg, in, r.rules)
		return err
	})
	done := r.cursor.Get().Done
	switch {
	case ctx.Err() != nil:
		return 0, ctx.Err()
	case errors.Is(err, bus.ErrNoSnapshot):
		return 0, nil
	case errors.Is(err, correlator.ErrState):
		r.log.Info("the snapshot is of another program or of other rules; all events are read again", "why", err)
		return 0, nil
	case err != nil:
		r.log.Warn("the snapshot cannot be read; all events are read again", "error", err)
		return 0, nil
	case seq > done:
		r.log.Warn("the snapshot is newer than the position; all events are read again", "snapshot", seq, "position", done)
		return 0, nil
	}
	if gone := r.seq - min(seq, r.seq); gone > 0 {
		r.count.lost.Add(int(gone), CorrelatorCursor, schemas.StreamEvents.Name)
		r.log.Warn("messages behind the snapshot have left the stream; what sessions had in them is missing", "messages", gone, "snapshot", seq, "first", r.info.First)
	}
	r.c, r.seq, r.full = c, max(seq, r.seq), max(full, r.keep)
	r.log.Info("snapshot loaded", "sequence", seq, "events", c.Records(), "took", time.Since(begin).Round(time.Millisecond))
	return seq, nil
}

// snapshot stores a snapshot when enough was added since the last one: as much
// as is held, so that its cost is in proportion to what arrives; or when the stream
// fills up and can give up only what a snapshot has taken in. What cannot be stored
// is tried again after a while.
func (r *correlating) snapshot(ctx context.Context) {
	if r.rules != "" && r.fresh >= max(r.snapshotEvery, r.c.Records()) || r.crowded(ctx) {
		r.store(ctx)
	}
}

// store stores a snapshot.
func (r *correlating) store(ctx context.Context) {
	begin := time.Now()
	err := r.bus.SaveSnapshot(ctx, r.snapshotName(), func(to io.Writer) error {
		if _, err := fmt.Fprintf(to, "%d %d\n", r.seq, r.full); err != nil {
			return err
		}
		return r.c.Save(to, r.rules)
	})
	if ctx.Err() != nil {
		return
	}
	if err == nil {
		err = r.state.Set(ctx, bus.Position{Done: r.seq})
	}
	if err != nil {
		r.fresh -= r.fresh / 4
		r.lookAt = time.Now().Add(snapshotAgain)
		r.log.Warn("no snapshot was stored; a restart reads more events again", "error", err)
		return
	}
	r.fresh = 0
	r.count.snapshots.Inc()
	r.log.Info("snapshot stored", "sequence", r.seq, "events", r.c.Records(), "took", time.Since(begin).Round(time.Millisecond))
}

// How often the correlator looks how full its stream is, and after what time a
// snapshot is tried again that could not be stored.
const (
	lookEvery     = 2 * time.Second
	snapshotAgain = 30 * time.Second
)

// crowded reports whether the stream is filling up, and has to keep messages that
// it could give up behind a snapshot of what is there now.
func (r *correlating) crowded(ctx context.Context) bool {
	if r.rules == "" || time.Now().Before(r.lookAt) {
		return false
	}
	done := r.state.Get().Done
	r.lookAt = time.Now().Add(lookEvery)
	info, err := r.bus.StreamInfo(ctx, schemas.StreamEvents)
	if err != nil {
		return false
	}
	below, yes := filled(info, stateAbove)
	return yes && min(below, r.seq+1) > done+1 // with nothing new there is no better one
}
