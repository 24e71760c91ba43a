package schemas

import "context"

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
}

// Len counts the rows of b.
func (b *SinkBatch) Len() int {
	return len(b.Spans) + len(b.Events) + len(b.Sessions) + len(b.Findings) + len(b.Coverage)
}
