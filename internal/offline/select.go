package offline

import (
	"context"
	"sync"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
)

// Select reads everything under Paths again and returns the events with the
// ids, in their order; an event that no file gives any more is left out. The
// only error is that of ctx.
func Select(ctx context.Context, o Options, ids []schemas.ID) ([]schemas.Event, error) {
	if o.Parsers == nil {
		o.Parsers = normalizer.Parsers()
	}
	want := make(map[schemas.ID]bool, len(ids))
	for _, id := range ids {
		want[id] = true
	}
	found := make(map[schemas.ID]schemas.Event, len(ids))
	var mu sync.Mutex
	n := normalizer.New(o.Parsers)
	var events schemas.EventBatch
	var left LeftOut
	err := collector.Scan(ctx, o.Options, o.Paths, o.Stdin, func(b *schemas.RecordBatch) error {
		mu.Lock()
		defer mu.Unlock()
		o.Window.Keep(b, &left)
		o.Mask.Mask(b)
		n.Normalize(&events, b)
		for i := range events.Events {
			e := &events.Events[i]
			if _, have := found[e.ID]; want[e.ID] && !have {
				found[e.ID] = e.Clone()
			}
		}
		return nil
	})
	if err != nil {
		return nil, err
	}
	list := make([]schemas.Event, 0, len(found))
	for _, id := range ids {
		if e, ok := found[id]; ok {
			list = append(list, e)
		}
	}
	return list, nil
}
