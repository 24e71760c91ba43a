// Package schemas is the contract between the parts of uctrace: what a log
// says (Record), what it means (Event), what belongs together (Session), what
// went wrong (Finding), and the interfaces of the parts that turn one into
// the next (Parser, Detector, Sink).
//
//	files ─collector─▶ RecordBatch ─normalizer─▶ EventBatch ─correlator─▶ Session, Finding ─sinks─▶ rows
//
// Every arrow is a function call in the offline program and a JetStream
// stream in the running system (see Streams); the types are the same, and so
// are the results, ids included.
//
// The package holds no goroutine, clock, logger or I/O. Its types are plain
// values: none is safe for concurrent change, all are safe for concurrent
// reading.
package schemas
