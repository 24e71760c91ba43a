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
	// Refusal is set in a batch of dead letters: the sink that refuses the rows
	// for good, and why.
	Refusal Refusal
}

// Refusal says who refuses rows, and why.
type Refusal struct{ Sink, Reason string }

// Len counts the rows of b.
func (b *SinkBatch) Len() int {
	return len(b.Spans) + len(b.Events) + len(b.Sessions) + len(b.Findings) + len(b.Coverage) + len(b.Agents)
}

// Halves divides the rows of b in two, in the order in which a sink writes them:
// spans come last. The parts share the memory of b and have no Token.
func (b *SinkBatch) Halves() (first, second SinkBatch) {
	n := b.Len() / 2
	first.Events, second.Events = cut(b.Events, &n)
	first.Sessions, second.Sessions = cut(b.Sessions, &n)
	first.Findings, second.Findings = cut(b.Findings, &n)
	first.Coverage, second.Coverage = cut(b.Coverage, &n)
	first.Agents, second.Agents = cut(b.Agents, &n)
	first.Spans, second.Spans = cut(b.Spans, &n)
	return first, second
}

// cut cuts rows behind the nth and takes what comes before from n.
func cut[T any](rows []T, n *int) (before, behind []T) {
	at := min(*n, len(rows))
	*n -= at
	return rows[:at], rows[at:]
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
