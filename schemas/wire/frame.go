package wire

import (
	"encoding/binary"
	"errors"
	"fmt"
	"hash/crc32"
	"slices"

	"github.com/klauspost/compress/s2"
)

// Version is the version of the frames that this build writes, and the newest
// that it reads.
const Version = 1

// MaxMessage is the size, in bytes, up to which a frame can be published: the
// 1 MiB that NATS allows less room for the message headers.
const MaxMessage = 1<<20 - 4<<10

// MaxPayload bounds the uncompressed payload of a frame that is decoded, in
// bytes. The largest honest one is a batch of schemas.MaxBatch that ends in a
// record of schemas.MaxRecord, or the events of such a batch after SplitEvents.
const MaxPayload = 4 << 20

// maxDepth bounds the nesting of a payload. Version 1 needs 5.
const maxDepth = 16

// ErrVersion is returned for an undamaged frame that a newer build wrote. It
// is not corrupt: keep it, a newer build reads it.
var ErrVersion = errors.New("wire: newer version or kind")

// ErrCorrupt is returned for a frame that no build can read.
var ErrCorrupt = errors.New("wire: corrupt frame")

// kind is byte 1 of a frame.
type kind byte

const (
	kindRecords  kind = 1
	kindEvents   kind = 2
	kindSessions kind = 3
	kindFindings kind = 4
	kindCoverage kind = 5
	kindAgent    kind = 6
)

const headerLen = 6

var castagnoli = crc32.MakeTable(crc32.Castagnoli)

// seal appends the frame of the payload that write makes to dst. The spare
// capacity of dst holds the payload before it is compressed, so a caller that
// reuses dst lets nothing be allocated.
func seal(dst []byte, k kind, sizeHint int, write func(*writer)) []byte {
	base := len(dst)
	dst = slices.Grow(dst, sizeHint+headerLen+s2.MaxEncodedLen(sizeHint))
	dst = encode(dst, write)

	// The compressed block is written behind the payload, then moved over it.
	dst = slices.Grow(dst, headerLen+s2.MaxEncodedLen(len(dst)-base))
	block := s2.Encode(dst[len(dst)+headerLen:cap(dst)], dst[base:])
	dst = append(dst[:base], Version, byte(k), 0, 0, 0, 0)
	dst = append(dst, block...)
	binary.LittleEndian.PutUint32(dst[base+2:], checksum(dst[base:]))
	return dst
}

// open checks the frame data and returns its payload, uncompressed into the
// capacity of buf when that suffices.
func open(data []byte, want kind, buf []byte) ([]byte, error) {
	if len(data) < headerLen {
		return nil, corrupt("%d bytes are no frame", len(data))
	}
	if binary.LittleEndian.Uint32(data[2:]) != checksum(data) {
		return nil, corrupt("checksum differs")
	}
	if v := data[0]; v > Version {
		return nil, fmt.Errorf("%w: version %d, this build reads up to %d", ErrVersion, v, Version)
	} else if v == 0 {
		return nil, corrupt("version 0")
	}
	if k := kind(data[1]); k > kindAgent {
		return nil, fmt.Errorf("%w: kind %d", ErrVersion, k)
	} else if k != want {
		return nil, corrupt("kind %d, want %d", k, want)
	}
	n, err := s2.DecodedLen(data[headerLen:])
	if err != nil {
		return nil, corrupt("payload: %v", err)
	}
	if n > MaxPayload {
		return nil, corrupt("payload of %d bytes, more than %d", n, MaxPayload)
	}
	if cap(buf) < n {
		// A little more than needed: the buffer of a record batch loses the
		// few bytes before its blob each time it is reused.
		buf = make([]byte, 0, n+n/8+64)
	}
	payload, err := s2.Decode(buf[:cap(buf)], data[headerLen:])
	if err != nil {
		return nil, corrupt("payload: %v", err)
	}
	if err := Guard(payload, maxDepth); err != nil {
		return nil, err
	}
	return payload, nil
}

// checksum covers the whole frame except the checksum itself.
func checksum(frame []byte) uint32 {
	return crc32.Update(crc32.Update(0, castagnoli, frame[:2]), castagnoli, frame[headerLen:])
}

func corrupt(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrCorrupt, fmt.Sprintf(format, args...))
}
