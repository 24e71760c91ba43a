package flow

import (
	"bytes"
	"context"
	"errors"
	"sync"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
)

// Texts returns the text of records from the records stream, as long as that
// holds it. Several goroutines may use it.
type Texts struct {
	Bus *bus.Bus
	// Batches returns the sequences of the record batches that may hold a record,
	// as the ledger has them.
	Batches func(ctx context.Context, record schemas.ID) ([]uint64, error)

	mu    sync.Mutex
	ready []decoded // the last used at the end
}

// decoded is a message that was read lately: the records of one session lie in
// few.
type decoded struct {
	seq   uint64
	batch *schemas.RecordBatch
}

// maxReady bounds the decoded messages that are kept, each about 256 KiB.
const maxReady = 16

// Text returns the bytes of a record; ok is false when the stream does not hold
// them any more. Secrets were masked by the agent.
func (t *Texts) Text(ctx context.Context, record schemas.ID) (text []byte, ok bool, err error) {
	seqs, err := t.Batches(ctx, record)
	if err != nil {
		return nil, false, err
	}
	for _, seq := range seqs {
		b, err := t.batch(ctx, seq)
		if errors.Is(err, bus.ErrGone) {
			continue
		}
		if err != nil {
			return nil, false, err
		}
		// A stream that was made anew has other messages under old sequences.
		for i := range b.Records {
			if b.Records[i].ID == record {
				return bytes.Clone(b.Records[i].Text), true, nil
			}
		}
	}
	return nil, false, nil
}

func (t *Texts) batch(ctx context.Context, seq uint64) (*schemas.RecordBatch, error) {
	if b := t.kept(seq); b != nil {
		return b, nil
	}
	m, err := t.Bus.Message(ctx, schemas.StreamRecords, seq)
	if err != nil {
		return nil, err
	}
	b := new(schemas.RecordBatch)
	if err := wire.DecodeRecords(m.Data, b); err != nil {
		return nil, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if len(t.ready) == maxReady {
		t.ready = append(t.ready[:0], t.ready[1:]...)
	}
	t.ready = append(t.ready, decoded{seq, b})
	return b, nil
}

func (t *Texts) kept(seq uint64) *schemas.RecordBatch {
	t.mu.Lock()
	defer t.mu.Unlock()
	for i, d := range t.ready {
		if d.seq == seq {
			t.ready = append(append(t.ready[:i], t.ready[i+1:]...), d)
			return d.batch
		}
	}
	return nil
}
