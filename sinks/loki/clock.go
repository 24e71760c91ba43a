package loki

import (
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// clock gives the records of a batch their timestamps.
//
// A record keeps its own time. One that prints none, or no date, gets that of
// the dated record before it in the batch, else of the one after it, else the
// time at which the stream took the batch. Records of one moment are set a
// nanosecond apart, in file order: logs print milliseconds, and Loki sorts.
type clock struct {
	b     *schemas.RawBatch
	first time.Time // of the first dated record
	last  time.Time // that was given
	shown time.Time // of the dated record before, as it prints it
}

func newClock(b *schemas.RawBatch) clock {
	c := clock{b: b}
	for i := range b.Records.Records {
		if t := b.Records.Records[i].Time; storable(t) {
			c.first = t
			break
		}
	}
	return c
}

// time returns the timestamp of record i, and whence it is when it is not the
// record's own. Records come in order.
func (c *clock) time(i int) (t time.Time, from string) {
	t = c.b.Records.Records[i].Time
	if storable(t) {
		if t.Equal(c.shown) {
			c.last = c.last.Add(1)
		} else {
			c.last = t
		}
		c.shown = t
		return c.last, ""
	}
	switch {
	case !c.last.IsZero():
		c.last = c.last.Add(1)
	case !c.first.IsZero():
		c.last, c.shown = c.first, c.first
	default:
		c.last = c.b.Arrived
	}
	if c.first.IsZero() {
		return c.last, timeArrival
	}
	return c.last, timeNeighbour
}

// storable reports whether Loki can hold t: nanoseconds since 1970 in 64 bits.
func storable(t time.Time) bool { return t.Year() >= 1970 && t.Year() < 2262 }
