package expressway

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/stamp"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// Glance implements schemas.Glancer: lines with a usual head. Most were written
// in the second of the one before.
func (Parser) Glance(dst []schemas.Record, b []byte, prev time.Time) ([]schemas.Record, time.Time) {
	var utc second
	var stamped []byte // the stamp of the line before, to the second
	for len(b) > 0 {
		end := bytes.IndexByte(b, '\n')
		if end < 0 {
			break
		}
		line := b[:end]
		if n := len(line); n > 0 && line[n-1] == '\r' {
			line = line[:n-1]
		}
		var h head
		if len(line) < stamp.DateTimeLen || !h.usual(line, stamped) {
			break
		}
		stamped = line[:stamp.DateTimeLen]
		rest := len(line) - len(h.rest)
		if n := utc.read(&h, prev.Location()); n > 0 {
			rest += n
		} else if !h.applyUTC(prev) {
			h.time, _ = isoStamp(line)
		}
		if h.time.IsZero() || mayBeGlued(line, rest) {
			break
		}
		dst = append(dst, schemas.Record{Source: source(h.tag), Time: h.time.UTC(), Head: true, Text: b[: end+1 : end+1]})
		prev, b = h.time, b[end+1:]
	}
	return dst, prev
}

// second is the UTCTime of a record to the second, and how it is printed.
type second struct {
	printed []byte
	time    time.Time
}

// read gives h its time when that is in the second of x, which it reads where it
// is another one, and returns how long the pair is; 0 where UTCTime does not lead
// the pairs, with three digits of a fraction.
func (x *second) read(h *head, loc *time.Location) int {
	const from = len(`UTCTime="`)
	const to = from + stamp.DateTimeLen
	b := h.rest
	if len(b) <= to || !bytes.HasPrefix(b, utcTime) || b[from-1] != '"' || b[from+len("2006-01-02")] != ' ' {
		return 0
	}
	nsec, end := stamp.Fraction(b, to)
	if end != to+len(",965") {
		return 0
	}
	if x.printed == nil || string(x.printed) != string(b[from:to]) {
		sec, ok := stamp.DateTime(b[from:])
		if !ok {
			return 0
		}
		x.printed, x.time = b[from:to], time.Unix(sec, 0).UTC()
	}
	h.time = x.time.Add(time.Duration(nsec)).In(loc)
	return end
}

// mayBeGlued reports whether line may hold a second head, whose T or tag is at or
// behind rest: the date before the T of a stamp, or an XCP tag.
func mayBeGlued(line []byte, rest int) bool {
	const date = len("2006-01-02")
	for t := max(rest, date+1); t < len(line); t++ {
		next := bytes.IndexByte(line[t:], 'T')
		if next < 0 {
			break
		}
		if t += next; line[t-3] == '-' && line[t-6] == '-' {
			return true
		}
	}
	return text.Index(line[rest:], "XCP_", 0) >= 0
}
