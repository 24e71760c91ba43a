package flow

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
)

// evaluate publishes what changed and moves the cursor to seq once it is
// stored.
func (r *correlating) evaluate(ctx context.Context, seq uint64) error {
	begin := time.Now()
	changes, done := r.compact(version(r.info, seq))
	if !done {
		changes = r.c.Evaluate(version(r.info, seq))
	}
	r.count.evaluation.Since(begin)
	r.tell(&changes)
	failed := make(chan error, 1)
	stored := func(err error) {
		if err != nil {
			select {
			case failed <- err:
			default:
			}
		}
	}
	part := 0
	publish := func(s schemas.Stream, frame []byte) error {
		part++
		return r.pub.Publish(ctx, s.Subject(""), fmt.Sprintf("%s.%d.%d", era(r.info), seq, part), frame, stored)
	}
	for _, chunk := range wire.SplitSessions(changes.Sessions, wire.MaxMessage) {
		if r.frame = wire.AppendSessions(r.frame[:0], chunk); len(r.frame) > wire.MaxMessage {
			r.count.refused.Inc(CorrelatorCursor, schemas.StreamSessions.Name)
			r.log.Error("session is too large for a message; it goes on without its keys and events", "session", chunk[0].ID)
			r.frame = wire.AppendSessions(r.frame[:0], withoutLists(chunk))
		}
		if err := publish(schemas.StreamSessions, r.frame); err != nil {
			return err
		}
	}
	for _, chunk := range wire.SplitFindings(changes.Findings, wire.MaxMessage) {
		if r.frame = wire.AppendFindings(r.frame[:0], chunk); len(r.frame) > wire.MaxMessage {
			r.count.refused.Inc(CorrelatorCursor, schemas.StreamFindings.Name)
			r.log.Error("finding is too large for a message; it goes on without its keys and evidence", "finding", chunk[0].ID)
			r.frame = wire.AppendFindings(r.frame[:0], withoutEvidence(chunk))
		}
		if err := publish(schemas.StreamFindings, r.frame); err != nil {
			return err
		}
	}
	for _, chunk := range wire.SplitCoverage(changes.Logs, wire.MaxMessage) {
		r.frame = wire.AppendCoverage(r.frame[:0], chunk)
		if err := publish(schemas.StreamCoverage, r.frame); err != nil {
			return err
		}
	}
	if err := r.pub.Flush(ctx); err != nil {
		return err
	}
	select {
	case err := <-failed:
		return fmt.Errorf("publish results: %w", err)
	default:
	}
	if err := r.cursor.Set(ctx, bus.Position{Done: seq}); err != nil {
		return fmt.Errorf("save position %d: %w", seq, err)
	}
	r.snapshot(ctx)
	return nil
}

// heldEvery bounds how often all that is held is counted.
const heldEvery = 10 * time.Second

// tell counts what an evaluation came to.
func (r *correlating) tell(ch *correlator.Changes) {
	r.count.changed(ch)
	if time.Since(r.heldAt) >= heldEvery {
		r.count.holds(r.c.Held())
		r.heldAt = time.Now()
	}
}

// withoutLists returns sessions cut down to what always fits in a message.
func withoutLists(sessions []schemas.Session) []schemas.Session {
	cut := slices.Clone(sessions)
	for i := range cut {
		cut[i].Keys, cut[i].Events, cut[i].Joins, cut[i].Coverage = nil, nil, nil, nil
	}
	return cut
}

// withoutEvidence returns findings cut down to what always fits in a message.
func withoutEvidence(findings []schemas.Finding) []schemas.Finding {
	cut := slices.Clone(findings)
	for i := range cut {
		cut[i].Keys, cut[i].Evidence = nil, nil
	}
	return cut
}
