package schemas

import (
	"context"
	"time"
)

// Sink stores results. Implementations live in sinks/, one folder each, and
// pass sinks/sinktest.
type Sink interface {
	// Write stores b and returns nil only when it is stored: what Write
	// accepted survives a crash of the process. The same batch, with the same
	// Token, may come twice and leaves one copy. Write does not keep b.
	// Several goroutines may call Write.
	Write(ctx context.Context, b *SinkBatch) error
	// Close releases the sink's resources. It does not flush: nothing is
	// ever waiting.
	Close() error
}

// SinkBatch is what one Write stores. Any part may be empty.
type SinkBatch struct {
	// Token names the batch: equal Tokens mean equal content.
	Token    string
	Spans    []Span
	Events   []Event
	Sessions []Session
	Findings []Finding
	Coverage []LogCoverage
	Agents   []AgentStatus // without ticks
}

// Len counts the rows of b.
func (b *SinkBatch) Len() int {
	return len(b.Spans) + len(b.Events) + len(b.Sessions) + len(b.Findings) + len(b.Coverage) + len(b.Agents)
}

// RawSink stores the text of records.
type RawSink interface {
	// WriteRaw stores batches and returns nil only when every record is
	// stored, or kept where refused ones are kept. It waits while that cannot
	// be done and returns an error when ctx ends, or when it can never go on.
	// The same batches may come twice. WriteRaw keeps nothing of them.
	WriteRaw(ctx context.Context, batches []RawBatch) error
	Close() error
}

// RawBatch is a RecordBatch and what is known about it beside its text.
type RawBatch struct {
	Records *RecordBatch
	// Events are what the records state, in the order of the records; their
	// keys are what a line can be found by.
	Events []Event
	// Arrived is when the records stream took the batch, UTC. It is the same
	// whenever the batch is read.
	Arrived time.Time
}

// Refused is a record, or a part of one, that a sink will never take.
type Refused struct {
	Sink   string // loki
	Reason string
	File   *File
	Record *Record
}
