package schemas

import (
	"bytes"
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"fmt"
)

// FingerprintBytes is how much of a file, decompressed, its Fingerprint
// covers. A shorter file is covered whole.
const FingerprintBytes = 1024

// Fingerprint identifies a file by its content: the first ten bytes of the
// SHA-256 of its first FingerprintBytes decompressed bytes. The same log as
// .txt, as .gz and inside a .zip has one Fingerprint; its name, its host and
// its compression do not matter, because CUCM reuses file names and a
// collection sends the same file again under another path.
//
// A log carries times in its first kilobyte; a file that no parser recognises,
// a saved web page say, or that begins with a row of column names (see Alike),
// may share its first kilobyte with others. Its Fingerprint therefore covers
// 64 KiB; package collector sees to that.
type Fingerprint [10]byte

// FingerprintOf returns the Fingerprint of a file that begins with head. Only
// the first FingerprintBytes of head count.
func FingerprintOf(head []byte) Fingerprint {
	if len(head) > FingerprintBytes {
		head = head[:FingerprintBytes]
	}
	sum := sha256.Sum256(head)
	return Fingerprint(sum[:10])
}

// String returns f as 20 hex digits.
func (f Fingerprint) String() string { return hex.EncodeToString(f[:]) }

// MarshalText implements encoding.TextMarshaler.
func (f Fingerprint) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, f[:]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (f *Fingerprint) UnmarshalText(b []byte) error { return decodeHex(f[:], b, "fingerprint") }

// ID returns the id of what stands at offset, an uncompressed byte offset
// below 2^48, in the file.
//
// The id of a record is the ID of its first byte. A record of n bytes owns
// the n ids of its bytes, so its events take the ids of its first bytes: an
// event needs no hash, and its record can be read off its id.
func (f Fingerprint) ID(offset int64) (id ID) {
	copy(id[:10], f[:])
	id.At(offset)
	return id
}

// ID identifies a record, an event, a session or a finding. It is a function
// of content alone: the same bytes give the same ids on every machine, by
// every route, in every run.
//
// The ids of records and events are a Fingerprint and an offset (see
// Fingerprint.ID), so they sort in file order; the others are hashes.
type ID [16]byte

// HashID returns the id of the thing that parts name. The parts are
// delimited, so ("ab","c") and ("a","bc") differ.
func HashID(parts ...string) ID {
	var buf [256]byte
	text := buf[:0]
	for _, p := range parts {
		text = binary.BigEndian.AppendUint32(text, uint32(len(p)))
		text = append(text, p...)
	}
	sum := sha256.Sum256(text)
	return ID(sum[:16])
}

// At makes id, that of a record or an event, the id of what stands at offset in
// the same file.
func (id *ID) At(offset int64) {
	binary.BigEndian.PutUint16(id[10:12], uint16(offset>>32))
	binary.BigEndian.PutUint32(id[12:16], uint32(offset))
}

// Fingerprint returns the file of a record's or an event's id.
func (id ID) Fingerprint() Fingerprint { return Fingerprint(id[:10]) }

// Offset returns the offset in the file of a record's or an event's id.
func (id ID) Offset() int64 {
	return int64(binary.BigEndian.Uint16(id[10:12]))<<32 | int64(binary.BigEndian.Uint32(id[12:16]))
}

// IsZero reports whether id is unset.
func (id ID) IsZero() bool { return id == ID{} }

// Compare orders ids bytewise: records and events of one file in file order.
func (id ID) Compare(other ID) int { return bytes.Compare(id[:], other[:]) }

// String returns id as 32 hex digits.
func (id ID) String() string { return hex.EncodeToString(id[:]) }

// MarshalText implements encoding.TextMarshaler.
func (id ID) MarshalText() ([]byte, error) { return hex.AppendEncode(nil, id[:]), nil }

// UnmarshalText implements encoding.TextUnmarshaler.
func (id *ID) UnmarshalText(b []byte) error { return decodeHex(id[:], b, "id") }

// ParseID reads the 32 hex digits of ID.String.
func ParseID(s string) (ID, error) {
	var id ID
	err := id.UnmarshalText([]byte(s))
	return id, err
}

func decodeHex(dst, src []byte, what string) error {
	if hex.DecodedLen(len(src)) != len(dst) || len(src)%2 != 0 {
		return fmt.Errorf("%s %q: want %d hex digits", what, src, 2*len(dst))
	}
	if _, err := hex.Decode(dst, src); err != nil {
		return fmt.Errorf("%s %q: %w", what, src, err)
	}
	return nil
}
