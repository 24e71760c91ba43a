package xmppclient

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/stamp"
	"github.com/uctrace/uctrace/schemas"
)

// moment is what a head prints of its time.
type moment struct {
	// days counts from 1970-01-01; it counts when dated is set.
	days  int64
	dated bool
	// clock is the time of day, when timed is set.
	clock time.Duration
	timed bool
	// east is what the clock is ahead of UTC, when zoned is set.
	east  time.Duration
	zoned bool
}

// at returns the moment in the zone of prev, and on its day where the head prints
// none: the next day when it lies more than twelve hours before prev. While prev
// has no date, neither has the result.
func (m *moment) at(prev time.Time) time.Time {
	seconds, nsec := int64(m.clock/time.Second), int(m.clock%time.Second)
	switch {
	case !m.timed:
		return time.Time{}
	case m.dated && m.zoned:
		return time.Unix(m.days*24*60*60+seconds, int64(nsec)).Add(-m.east).In(prev.Location())
	case m.dated:
		return stamp.In(m.days*24*60*60+seconds, nsec, prev.Location())
	}
	y, mo, d := prev.Date()
	h, minute, s := prev.Clock()
	before := time.Duration(h)*time.Hour + time.Duration(minute)*time.Minute + time.Duration(s)*time.Second
	if schemas.Dated(prev) && before-m.clock > 12*time.Hour {
		d++
	}
	return time.Date(y, mo, d, 0, 0, int(seconds), nsec, prev.Location())
}

// read reads the time that b begins with, a date before it or not, and returns
// where it ends; 0 when b begins with none.
//
//	10:11:12        10:11:12 AM        2019-05-06 10:11:12,345        2019-05-06T10:11:12
//	06/05/2019 10:11:12
func (m *moment) read(b []byte, dayFirst bool) int {
	i := 0
	if len(b) >= stamp.DateTimeLen && (b[4] == '-' || b[2] == '/') {
		days, ok := date(b, dayFirst)
		if !ok || b[10] != ' ' && b[10] != 'T' {
			return 0
		}
		m.days, m.dated, i = days, true, 11
	}
	seconds, ok := stamp.Clock(b[i:])
	if !ok {
		return 0
	}
	nsec, end := stamp.Fraction(b, i+len("15:04:05"))
	clock, end := half(b, end, seconds)
	m.clock, m.timed = time.Duration(clock)*time.Second+time.Duration(nsec), true
	return end
}

// half reads AM or PM at i and returns the time of day that seconds then are, and
// where it ends.
func half(b []byte, i, seconds int) (clock, end int) {
	if i+3 > len(b) || b[i] != ' ' || b[i+2] != 'M' {
		return seconds, i
	}
	switch hour := seconds / 3600; {
	case b[i+1] == 'P' && hour < 12:
		return seconds + 12*3600, i + 3
	case b[i+1] == 'A' && hour == 12:
		return seconds - 12*3600, i + 3
	case b[i+1] == 'A' || b[i+1] == 'P':
		return seconds, i + 3
	}
	return seconds, i
}

// date reads 2019-05-06, or 05/06/2019 with month or day first, at the beginning
// of b, which is long enough. A month that cannot be one is the day.
func date(b []byte, dayFirst bool) (days int64, ok bool) {
	at := [...]int{0, 2, 5, 8} // century, year, month, day
	if b[2] == '/' {
		at = [...]int{6, 8, 0, 3}
	}
	c, ok1 := stamp.Two(b[at[0]:])
	y, ok2 := stamp.Two(b[at[1]:])
	mo, ok3 := stamp.Two(b[at[2]:])
	d, ok4 := stamp.Two(b[at[3]:])
	if b[2] == '/' && (dayFirst || mo > 12) {
		mo, d = d, mo
	}
	if !ok1 || !ok2 || !ok3 || !ok4 || mo < 1 || mo > 12 || d < 1 || d > 31 || c < 19 || c > 20 {
		return 0, false
	}
	return stamp.Days(c*100+y, mo, d), true
}

// readWords reads a date and a time in the words of a locale; numbers that may be
// either day or month are no date.
//
//	Wed Mar  5 10:11:12 2014
//	Sun 10 Aug 2008 11:29:32 BST
//	8/6/2013 6:23:55 PM
func (m *moment) readWords(b []byte) {
	var month, day, year int
	fields := bytes.Fields(b[:min(len(b), 80)])
	for i, f := range fields {
		switch seconds, ok := clockOf(f); {
		case ok:
			if i+1 < len(fields) && len(fields[i+1]) == 2 {
				seconds, _ = half(append([]byte{' '}, fields[i+1]...), 0, seconds)
			}
			m.clock, m.timed = time.Duration(seconds)*time.Second, true
		case monthOf(f) > 0:
			month = monthOf(f)
		case number(f) > 1900 && number(f) < 2100:
			year = number(f)
		case number(f) > 0 && number(f) < 32:
			day = number(f)
		case bytes.Count(f, []byte("/")) == 2:
			p := bytes.Split(f, []byte("/"))
			month, day, year = number(p[0]), number(p[1]), number(p[2])
			if month > 12 {
				month, day = day, month
			} else if day < 13 && !bytes.Contains(b, []byte("M")) {
				year = 0
			}
		case len(f) == 10 && f[4] == '-':
			if days, ok := date(f, false); ok {
				m.days, m.dated = days, true
			}
		}
	}
	if year > 1900 && year < 2100 && month > 0 && month < 13 && day > 0 && day < 32 {
		m.days, m.dated = stamp.Days(year, month, day), true
	}
	m.dated = m.dated && m.timed
}

// clockOf reads a field that is 15:04:05 or 6:23:55.
func clockOf(f []byte) (seconds int, ok bool) {
	if len(f) == len("6:23:55") {
		f = append([]byte{'0'}, f...)
	}
	if len(f) != len("15:04:05") {
		return 0, false
	}
	return stamp.Clock(f)
}

func monthOf(f []byte) int {
	if len(f) != 3 {
		return 0
	}
	if at := bytes.Index([]byte("JanFebMarAprMayJunJulAugSepOctNovDec"), f); at >= 0 && at%3 == 0 {
		return at/3 + 1
	}
	return 0
}

// number returns the number that f is, 0 when it is none.
func number(f []byte) int {
	n := 0
	for _, c := range f {
		if c < '0' || c > '9' || n > 9999 {
			return 0
		}
		n = n*10 + int(c-'0')
	}
	return n
}
