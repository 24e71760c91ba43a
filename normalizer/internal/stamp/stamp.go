// Package stamp reads the date and time fields that log heads are made of,
// out of bytes, without layouts and without allocating.
package stamp

import (
	"encoding/binary"
	"time"
)

// DateTimeLen is the length of what DateTime reads.
const DateTimeLen = len("2006-01-02 15:04:05")

// DateTime reads 2006-01-02, one byte of any value, 15:04:05 at the beginning
// of b, as seconds since 1970 of a clock without zone.
func DateTime(b []byte) (seconds int64, ok bool) {
	y, mo, d, sec, ok := dateTime(b)
	if !ok {
		return 0, false
	}
	return Days(y, mo, d)*86400 + int64(sec), true
}

// IsDateTime reports whether DateTime reads b.
func IsDateTime(b []byte) bool {
	_, _, _, _, ok := dateTime(b)
	return ok
}

// dateTime returns the date that DateTime reads, and the seconds since midnight.
func dateTime(b []byte) (y, mo, d, sec int, ok bool) {
	if len(b) < DateTimeLen {
		return 0, 0, 0, 0, false
	}
	// Eight bytes at a time: digits become their values, separators zero.
	date := binary.LittleEndian.Uint64(b) ^ formDate
	const blank = 0xFF << 16
	rest := binary.LittleEndian.Uint64(b[8:])&^blank ^ formDayTime
	s, ok := Two(b[17:])
	if !ok || b[16] != ':' || !Digits(date) || date&0xFF0000FF00000000 != 0 || !Digits(rest) || rest&0x0000FF0000000000 != 0 {
		return 0, 0, 0, 0, false
	}
	y = 100*pair(date) + pair(date>>16)
	mo, d = pair(date>>40), pair(rest)
	h, m := pair(rest>>24), pair(rest>>48)
	if mo < 1 || mo > 12 || d < 1 || d > 31 || h > 23 || m > 59 || s > 60 {
		return 0, 0, 0, 0, false
	}
	return y, mo, d, (h*60+m)*60 + s, true
}

// The forms of date and time, to be taken from what is read.
var (
	formDate    = binary.LittleEndian.Uint64([]byte("0000-00-"))
	formDayTime = binary.LittleEndian.Uint64([]byte("00\x0000:00"))
	formClock   = binary.LittleEndian.Uint64([]byte("00:00:00"))
)

// Digits reports whether every byte of v is a digit's value, 0 to 9.
func Digits(v uint64) bool {
	const sixes, high = 0x0606060606060606, 0xF0F0F0F0F0F0F0F0
	return (v|(v+sixes))&high == 0
}

// pair returns the number that the two lowest bytes of v are the digits of.
func pair(v uint64) int { return int(v&0xFF)*10 + int(v>>8&0xFF) }

// Clock reads 15:04:05 at the beginning of b, as seconds since midnight.
func Clock(b []byte) (seconds int, ok bool) {
	if len(b) < 8 {
		return 0, false
	}
	v := binary.LittleEndian.Uint64(b) ^ formClock
	h, m, s := pair(v), pair(v>>24), pair(v>>48)
	if !Digits(v) || v&0x0000FF0000FF0000 != 0 || h > 23 || m > 59 || s > 60 {
		return 0, false
	}
	return (h*60+m)*60 + s, true
}

// Fraction reads a fraction of a second behind a dot or comma at i, in
// nanoseconds, and returns where it ends; i when there is none.
func Fraction(b []byte, i int) (nsec, end int) {
	if i >= len(b) || b[i] != '.' && b[i] != ',' {
		return 0, i
	}
	unit := 100_000_000
	for end = i + 1; end < len(b) && b[end] >= '0' && b[end] <= '9'; end++ {
		nsec += int(b[end]-'0') * unit
		unit /= 10
	}
	return nsec, end
}

// Two reads two digits at the beginning of b.
func Two(b []byte) (int, bool) {
	if len(b) < 2 || b[0] < '0' || b[0] > '9' || b[1] < '0' || b[1] > '9' {
		return 0, false
	}
	return int(b[0]-'0')*10 + int(b[1]-'0'), true
}

// In returns the moment at which a clock of zone loc shows seconds (as of
// DateTime) and nsec.
func In(seconds int64, nsec int, loc *time.Location) time.Time {
	t := time.Unix(seconds, int64(nsec)).UTC()
	if loc == time.UTC {
		return t
	}
	return time.Date(t.Year(), t.Month(), t.Day(), t.Hour(), t.Minute(), t.Second(), nsec, loc)
}

// Days counts the days from 1970-01-01 to a date of the Gregorian calendar from
// the year 1 on; d may go beyond the month. Its year begins in March, so that
// the leap day is the last.
func Days(y, m, d int) int64 {
	if m <= 2 {
		y--
		m += 12
	}
	return int64(365*y + y/4 - y/100 + y/400 + (153*(m-3)+2)/5 + d - 1 - 719468)
}
