// Package collector turns inputs into records: files, folders, archives and
// growing logs on one side, schemas.RecordBatch on the other. It knows framing
// and rotation, and nothing of what a log means; where a record begins is
// decided by the schemas.Parser of the file.
//
// Scan reads everything once, for the offline program. A Follower reads what
// grows, for the agent, and its Journal makes sure that every byte is sent at
// least once, always in the same byte ranges.
//
// A file is what comes out after decompression and, for UTF-16, after decoding
// to UTF-8: fingerprints, offsets and record texts all belong to that stream.
// The same log as .txt, as .gz and inside a .zip therefore gives the same ids.
// Scan also removes what a copy has before every line: a mail's mark of a
// quotation, an indentation, the name and number that grep prints. A log that
// grows is followed as it is.
// The Fingerprint of a file that no parser recognises covers its first 64 KiB
// instead of schemas.FingerprintBytes: such files often begin alike.
package collector
