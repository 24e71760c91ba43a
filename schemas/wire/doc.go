// Package wire is the encoding of the messages that travel between the parts
// of uctrace: record batches, event batches, sessions and findings.
//
// A message is one frame:
//
//	byte 0     version, 1
//	byte 1     kind: 1 records, 2 events, 3 sessions, 4 findings,
//	           5 coverage, 6 the status of an agent
//	bytes 2–5  CRC-32C (Castagnoli), little endian, of all other bytes
//	bytes 6–   s2 block: the uncompressed length as a uvarint, then the
//	           compressed payload
//
// The payload is MessagePack in array form: a struct is an array of its
// fields in a fixed order. The order is the contract; testdata/*.txt shows it
// for version 1. A later build may append fields to any array, and an older
// one skips them; nothing else may change within a version. The first six
// bytes mean the same in every version, so that a newer version (ErrVersion:
// wait for an upgrade) and a damaged frame (ErrCorrupt: it will never decode)
// are told apart.
//
// Records carry no ids, offsets or text of their own: they tile the blob, so
// all of that follows from the fingerprint of the file and their lengths.
//
// Times are exact to the nanosecond and come back in UTC; the zero Time and
// bare times of day in year 1 come back as they were. They must lie between
// the years -290000 and 290000.
//
// Frames may come from anybody who can publish. Decoding checks the CRC, bounds
// the uncompressed length (MaxPayload), walks the payload with Guard before
// MessagePack sees it, and allocates at most in proportion to the payload. It
// returns an error and never panics.
//
// The functions keep no state and may be called from several goroutines.
package wire
