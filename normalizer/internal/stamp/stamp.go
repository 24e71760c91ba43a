// Package stamp reads the date and time fields that log heads are made of,
// out of bytes, without layouts and without allocating.
package stamp

import "time"

// DateTimeLen is the length of what DateTime reads.
const DateTimeLen = len("2006-01-02 15:04:05")

// DateTime reads 2006-01-02, one byte of any value, 15:04:05 at the beginning
// of b, as seconds since 1970 of a clock without zone.
func DateTime(b []byte) (seconds int64, ok bool) {
	if len(b) < DateTimeLen || b[4] != '-' || b[7] != '-' {
		return 0, false
	}
	c, ok1 := Two(b)
	y, ok2 := Two(b[2:])
	mo, ok3 := Two(b[5:])
	d, ok4 := Two(b[8:])
	clock, ok5 := Clock(b[11:])
	if !ok1 || !ok2 || !ok3 || !ok4 || !ok5 || mo < 1 || mo > 12 || d < 1 || d > 31 {
		return 0, false
	}
	return Days(c*100+y, mo, d)*86400 + int64(clock), true
}

// Clock reads 15:04:05 at the beginning of b, as seconds since midnight.
func Clock(b []byte) (seconds int, ok bool) {
	if len(b) < 8 || b[2] != ':' || b[5] != ':' {
		return 0, false
	}
	h, ok1 := Two(b)
	m, ok2 := Two(b[3:])
	s, ok3 := Two(b[6:])
	if !ok1 || !ok2 || !ok3 || h > 23 || m > 59 || s > 60 {
		return 0, false
	}
	return h*3600 + m*60 + s, true
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
