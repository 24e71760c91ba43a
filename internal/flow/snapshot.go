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

// snapshotName names the snapshot of a stream.
func (r *correlating) snapshotName() string { return CursorName(CorrelatorCursor, r.info) }

// load goes on from the snapshot, if there is one. A stream that was so nearly
// full that messages behind the snapshot made room lost them, which is said.
func (r *correlating) load(ctx context.Context, cfg correlator.Config) error {
	if r.rules == "" {
		return nil
	}
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
		return ctx.Err()
	case errors.Is(err, bus.ErrNoSnapshot):
		return nil
	case errors.Is(err, correlator.ErrState):
		r.log.Info("the snapshot is of another program or of other rules; all events are read again", "why", err)
		return nil
	case err != nil:
		r.log.Warn("the snapshot cannot be read; all events are read again", "error", err)
		return nil
	case seq > done:
		r.log.Warn("the snapshot is newer than the position; all events are read again", "snapshot", seq, "position", done)
		return nil
	}
	if gone := r.seq - min(seq, r.seq); gone > 0 {
		r.count.lost.Add(int(gone), CorrelatorCursor, schemas.StreamEvents.Name)
		r.log.Warn("messages behind the snapshot have left the stream; what sessions had in them is missing", "messages", gone, "snapshot", seq, "first", r.info.First)
	}
	r.c, r.seq, r.full = c, max(seq, r.seq), max(full, r.keep)
	r.log.Info("snapshot loaded", "sequence", seq, "events", c.Records(), "took", time.Since(begin).Round(time.Millisecond))
	return nil
}

// snapshot stores a snapshot when enough was added since the last one: as much
// as is held, so that its cost is in proportion to what arrives. What cannot be
// stored is tried again after a while.
func (r *correlating) snapshot(ctx context.Context) {
	if r.rules == "" || r.fresh < max(r.snapshotEvery, r.c.Records()) {
		return
	}
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
	if err != nil {
		r.fresh -= r.fresh / 4
		r.log.Warn("no snapshot was stored; a restart reads more events again", "error", err)
		return
	}
	r.fresh = 0
	r.count.snapshots.Inc()
	r.log.Info("snapshot stored", "sequence", r.seq, "events", r.c.Records(), "took", time.Since(begin).Round(time.Millisecond))
}
