package cucm

import (
	"encoding/binary"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/stamp"
	"github.com/uctrace/uctrace/schemas"
)

// clockLen is the length of HH:MM:SS.mmm.
const clockLen = 12

// clock reads the time of day HH:MM:SS.mmm that b begins with.
func clock(b []byte) (time.Duration, bool) {
	if len(b) < clockLen || b[8] != '.' {
		return 0, false
	}
	s, ok := stamp.Clock(b)
	m, c, x := b[9]-'0', b[10]-'0', b[11]-'0'
	if !ok || m > 9 || c > 9 || x > 9 {
		return 0, false
	}
	return time.Duration(s)*time.Second + (time.Duration(m)*100+time.Duration(c)*10+time.Duration(x))*time.Millisecond, true
}

// two returns the number that the two digits at b[i] are, 1000 when they are
// no digits.
func two(b []byte, i int) int {
	hi, lo := b[i]-'0', b[i+1]-'0'
	if hi > 9 || lo > 9 {
		return 1000
	}
	return int(hi)*10 + int(lo)
}

// digits reports whether b is made of digits, one at least.
func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

// eightDigits reports whether b begins with eight digits: the number of an SDL
// record, which is asked for twice a record.
func eightDigits(b []byte) bool {
	const zeros, tens, high = 0x3030303030303030, 0x0606060606060606, 0xF0F0F0F0F0F0F0F0
	v := binary.LittleEndian.Uint64(b)
	return v&high == zeros && (v+tens)&high == zeros
}

// at returns the moment of the time of day that follows prev: on the date of
// prev, or on the next when it lies more than twelve hours before prev. While
// prev has no date, neither has the result.
func at(prev time.Time, clock time.Duration) time.Time {
	before := timeOfDay(prev)
	if d := clock - before; d > -inHalfAnHour && d < inHalfAnHour {
		return prev.Add(d)
	}
	y, mo, day := prev.Date()
	if before-clock > 12*time.Hour && schemas.Dated(prev) {
		day++
	}
	return onDay(y, mo, day, clock, prev.Location())
}

// inHalfAnHour is what may be added to a moment without asking its zone: an
// added Duration does not notice that a zone changes its offset; that takes half
// an hour at least.
const inHalfAnHour = 30 * time.Minute

const secondsOfDay = 24 * 60 * 60

// timeOfDay returns what a clock at the location of t shows.
func timeOfDay(t time.Time) time.Duration {
	s := t.Unix()
	if t.Location() != time.UTC {
		_, east := t.Zone()
		s += int64(east)
	}
	if s %= secondsOfDay; s < 0 {
		s += secondsOfDay
	}
	return time.Duration(s)*time.Second + time.Duration(t.Nanosecond())
}

// onDay returns the moment when clocks at loc show the time of day.
func onDay(y int, mo time.Month, day int, clock time.Duration, loc *time.Location) time.Time {
	if loc == time.UTC && y > 0 {
		return time.Unix(stamp.Days(y, int(mo), day)*secondsOfDay, int64(clock)).UTC()
	}
	s := int(clock / time.Second)
	return time.Date(y, mo, day, s/3600, s/60%60, s%60, int(clock%time.Second), loc)
}
