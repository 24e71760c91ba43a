package alarm

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/stamp"
	"github.com/uctrace/uctrace/schemas"
)

// moment is a printed time. The year may be missing, and the zone.
type moment struct {
	year, month, day int // year 0 when it is not printed
	clock            int // seconds since midnight
	nsec             int
	offset           int // seconds east of Greenwich
	zoned            bool
}

// readMoment reads the stamp of a CiscoLog message, or of RFC 3164, that b
// begins with, and returns its length; 0 when b begins with none. The
// milliseconds stand behind AM or PM; a star or a dot before the month says
// that the clock is not synchronised.
//
//	Jul 05 2016 04:03:01 PM.688 UTC
//	Jun 14 11:57:27 PM.685 UTC
//	*Jun 13 2003 23:11:52.454 +0000
//	Nov  8 10:15:02
func readMoment(b []byte) (m moment, n int) {
	i := 0
	if len(b) > 0 && (b[0] == '*' || b[0] == '.') {
		i++
	}
	if len(b) < i+len("Jul 5 06:22:31") {
		return m, 0
	}
	if m.month = month(b[i:]); m.month == 0 || b[i+3] != ' ' {
		return m, 0
	}
	i += 4
	if m.day, i = number(b, skipBlanks(b, i), 2); m.day < 1 || m.day > 31 || i >= len(b) || b[i] != ' ' {
		return m, 0
	}
	i = skipBlanks(b, i)
	if year, end := number(b, i, 4); end == i+4 && end < len(b) && b[end] == ' ' {
		m.year = year
		i = skipBlanks(b, end)
	}
	h, end := number(b, i, 2)
	if end == i || end+6 > len(b) || b[end] != ':' || b[end+3] != ':' || h > 23 {
		return m, 0
	}
	minute, ok := stamp.Two(b[end+1:])
	second, ok2 := stamp.Two(b[end+4:])
	if !ok || !ok2 || minute > 59 || second > 60 {
		return m, 0
	}
	i = end + 6
	m.nsec, i = stamp.Fraction(b, i)
	if pm, end := dayHalf(b, i); end > i {
		if h <= 12 {
			if h %= 12; pm {
				h += 12
			}
		}
		i = end
		if m.nsec == 0 {
			m.nsec, i = stamp.Fraction(b, i)
		}
	}
	m.clock = h*3600 + minute*60 + second
	i += m.readZone(b[i:])
	return m, i
}

// dayHalf reads AM or PM with the blanks before it; end is i when b has
// neither there.
func dayHalf(b []byte, i int) (pm bool, end int) {
	j := skipBlanks(b, i)
	if j == i || j+2 > len(b) || b[j+1]|0x20 != 'm' || j+2 < len(b) && word(b[j+2]) {
		return false, i
	}
	switch b[j] | 0x20 {
	case 'a':
		return false, j + 2
	case 'p':
		return true, j + 2
	}
	return false, i
}

// readZone reads the zone behind a stamp, with the blank before it, and
// returns its length; 0 when the word that follows is no zone.
func (m *moment) readZone(b []byte) int {
	i := skipBlanks(b, 0)
	if i == 0 {
		return 0
	}
	end := i
	for end < len(b) && (word(b[end]) || b[end] == '+' || b[end] == '-' || b[end] == ':' && end+1 < len(b) && word(b[end+1])) {
		end++
	}
	if m.offset, m.zoned = zoneOffset(b[i:end]); !m.zoned {
		return 0
	}
	return end
}

// time returns the moment in the zone of prev, which is that of local times.
// near is a day close to the moment, for the year; without it and without
// prev the year is not known.
func (m *moment) time(prev, near time.Time) time.Time {
	zone := prev.Location()
	if m.zoned {
		zone = time.UTC
	}
	at := func(year int) time.Time {
		t := time.Date(year, time.Month(m.month), m.day, 0, 0, m.clock, m.nsec, zone)
		if m.zoned {
			t = t.Add(-time.Duration(m.offset) * time.Second).In(prev.Location())
		}
		return t
	}
	if m.year > 0 {
		return at(m.year)
	}
	if near.IsZero() {
		near = prev
	}
	if !schemas.Dated(near) {
		return timeOfDay(at(2000))
	}
	best := at(near.Year())
	for _, year := range [...]int{near.Year() - 1, near.Year() + 1} {
		if t := at(year); t.Sub(near).Abs() < best.Sub(near).Abs() {
			best = t
		}
	}
	return best
}

// timeOfDay returns t without its date.
func timeOfDay(t time.Time) time.Time {
	return time.Date(1, 1, 1, t.Hour(), t.Minute(), t.Second(), t.Nanosecond(), t.Location())
}

// dayIn returns a day that text prints with its year: 06/15/2018, 11/28/15 or
// Tue Apr 21 14:01:35 CDT 2009; zero when there is none.
func dayIn(text []byte) time.Time {
	for i := 0; i < len(text); i++ {
		at := bytes.IndexByte(text[i:], '/')
		if at < 0 {
			break
		}
		i += at
		if t, ok := slashDay(text, i); ok {
			return t
		}
	}
	for i := 0; i+len("Apr 21 14:01:35 CDT 2009") <= len(text); i++ {
		at := bytes.IndexByte(text[i:], ':')
		if at < 0 {
			break
		}
		i += at
		if t, ok := longDay(text, i); ok {
			return t
		}
	}
	return time.Time{}
}

// slashDay reads month/day/year around the first slash.
func slashDay(b []byte, slash int) (time.Time, bool) {
	from := slash
	for from > 0 && slash-from < 2 && b[from-1]-'0' <= 9 {
		from--
	}
	mo, end := number(b, from, 2)
	if end != slash || from == slash {
		return time.Time{}, false
	}
	d, end := number(b, slash+1, 2)
	if end == slash+1 || end >= len(b) || b[end] != '/' {
		return time.Time{}, false
	}
	from = end + 1
	y, end := number(b, from, 4)
	if end == from+2 {
		y += 2000
	} else if end != from+4 {
		return time.Time{}, false
	}
	if mo < 1 || mo > 12 || d < 1 || d > 31 {
		return time.Time{}, false
	}
	return time.Date(y, time.Month(mo), d, 0, 0, 0, 0, time.UTC), true
}

// longDay reads Apr 21 14:01:35 CDT 2009 around its first colon.
func longDay(b []byte, colon int) (time.Time, bool) {
	from := colon - len("Apr 21 14")
	if from < 0 {
		return time.Time{}, false
	}
	m, n := readMoment(b[from:])
	if n == 0 {
		return time.Time{}, false
	}
	i := skipBlanks(b, from+n)
	if !m.zoned {
		for i < len(b) && word(b[i]) && b[i]-'0' > 9 {
			i++
		}
		i = skipBlanks(b, i)
	}
	y, end := number(b, i, 4)
	if end != i+4 {
		return time.Time{}, false
	}
	return time.Date(y, time.Month(m.month), m.day, 0, 0, 0, 0, time.UTC), true
}

// month returns the number of the month that b begins with, 0 for none.
func month(b []byte) int {
	if len(b) < 3 || b[0]-'A' > 'S'-'A' {
		return 0
	}
	i := bytes.Index([]byte("JanFebMarAprMayJunJulAugSepOctNovDec"), b[:3])
	if i < 0 || i%3 != 0 {
		return 0
	}
	return i/3 + 1
}

// number reads at most most digits at b[i:].
func number(b []byte, i, most int) (n, end int) {
	for end = i; end < len(b) && end-i < most && b[end]-'0' <= 9; end++ {
		n = n*10 + int(b[end]-'0')
	}
	return n, end
}

func skipBlanks(b []byte, i int) int {
	for i < len(b) && b[i] == ' ' {
		i++
	}
	return i
}
