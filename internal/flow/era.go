package flow

import (
	"context"
	"fmt"
	"log/slog"
	"strconv"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/schemas"
)

// era tells a stream from one of the same name before it. A stream that was
// made anew counts from 1 again: positions, message ids, tokens and versions
// of the old one must not be taken for its own.
func era(info bus.Info) string { return strconv.FormatInt(info.Created.UnixNano(), 36) }

// CursorName returns the name of the cursor of a stage that reads the stream
// with info. stage is NormalizerCursor, CorrelatorCursor or Store.Cursor().
func CursorName(stage string, info bus.Info) string { return stage + "." + era(info) }

// version returns the version of what an evaluation at seq makes: it grows
// with the sequence, and a stream made anew continues above the old one.
func version(info bus.Info, seq uint64) uint64 { return uint64(info.Created.Unix())<<32 + seq }

// open returns the cursor of a stage and what its stream holds. A position
// that the stream does not reach, because the server lost messages or an old
// copy of its data was put back, begins again: all ids are functions of
// content, so reading a message twice changes nothing.
func open(ctx context.Context, b *bus.Bus, stage string, stream schemas.Stream, log *slog.Logger) (*bus.Cursor, bus.Info, error) {
	info, err := b.StreamInfo(ctx, stream)
	if err != nil {
		return nil, info, err
	}
	cursor, err := b.Cursor(ctx, CursorName(stage, info))
	if err != nil {
		return nil, info, fmt.Errorf("open cursor: %w", err)
	}
	pos := cursor.Get()
	switch {
	case max(pos.Done, pos.Last) > info.Last:
		log.Error("the stream ends before the position: the NATS server has lost messages; reading it again from its beginning",
			"stage", stage, "stream", stream.Name, "position", pos.Done, "end", info.Last)
		if err := cursor.Set(ctx, bus.Position{}); err != nil {
			return nil, info, err
		}
	case info.First > pos.Done+1:
		log.Error("messages were deleted from the stream before they were read",
			"stage", stage, "stream", stream.Name, "messages", info.First-pos.Done-1)
	}
	return cursor, info, nil
}
