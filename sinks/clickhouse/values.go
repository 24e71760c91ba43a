package clickhouse

import (
	"encoding/binary"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// What a time is worth, column dated.
const (
	noTime    uint8 = iota // nothing, stored as 1970-01-01
	timeOfDay              // a time of day, stored on 1970-01-01
	fullTime
)

// latest is the end of what DateTime64 can hold.
var latest = time.Date(2299, 12, 31, 23, 59, 59, 0, time.UTC).Unix()

// storedTime returns t as a column holds it, in microseconds since 1970. Dates
// that no column can hold, before 1970 and after 2299, come out as no time; they
// are misread anyway.
func storedTime(t time.Time) (micros int64, worth uint8) {
	seconds := t.Unix()
	switch {
	case 0 <= seconds && seconds < latest:
		return seconds*1e6 + int64(t.Nanosecond()/1e3), fullTime
	case t.IsZero() || schemas.Dated(t):
		return 0, noTime
	}
	h, m, s := t.Clock()
	return int64(h*3600+m*60+s)*1e6 + int64(t.Nanosecond()/1e3), timeOfDay
}

// count returns n as an unsigned column holds it.
func count(n int) uint32 { return uint32(min(max(n, 0), 1<<32-1)) }

func flag(b bool) uint8 {
	if b {
		return 1
	}
	return 0
}

// appendKeys appends keys as column keys has them, "type:value"; the scope
// stands beside it.
func appendKeys(dst []byte, keys []schemas.Key) ([]byte, int) {
	return each(dst, keys, appendKey)
}

func appendKey(dst []byte, k *schemas.Key) []byte {
	dst = binary.AppendUvarint(dst, uint64(len(k.Type)+1+len(k.Value)))
	return append(append(append(dst, k.Type...), ':'), k.Value...)
}

func keyScope(k *schemas.Key) string { return k.Scope }

func appendID(dst []byte, id *schemas.ID) []byte { return append(dst, id[:]...) }
