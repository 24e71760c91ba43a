package bus

import (
	"context"

	"github.com/uctrace/uctrace/schemas"
)

// DeleteMsg removes one message, as damage to the server's disk may.
func DeleteMsg(ctx context.Context, b *Bus, s schemas.Stream, seq uint64) error {
	stream, err := b.js.Stream(ctx, s.Name)
	if err != nil {
		return err
	}
	return stream.DeleteMsg(ctx, seq)
}

// DeleteCursor removes a cursor, as an operator may.
func DeleteCursor(ctx context.Context, b *Bus, name string) error {
	kv, err := b.bucket(ctx)
	if err != nil {
		return err
	}
	return kv.Delete(ctx, name)
}
