package imp

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
	// utc is the moment itself, of a stamp with a zone; else zero.
	utc time.Time
}

// at returns the moment in the zone of prev, and on its day where the head
// prints none: the next day when it lies more than twelve hours before prev.
// While prev has no date, neither has the result.
func (m *moment) at(prev time.Time) time.Time {
	switch {
	case !m.timed:
		return time.Time{}
	case !m.utc.IsZero():
		return m.utc.In(prev.Location())
	case m.dated:
		return stamp.In(m.days*secondsOfDay+int64(m.clock/time.Second), int(m.clock%time.Second), prev.Location())
	}
	before := timeOfDay(prev)
	if d := m.clock - before; d > -30*time.Minute && d < 30*time.Minute {
		return prev.Add(d)
	}
	y, mo, day := prev.Date()
	if before-m.clock > 12*time.Hour && schemas.Dated(prev) {
		day++
	}
	if prev.Location() == time.UTC && y > 0 {
		return time.Unix(stamp.Days(y, int(mo), day)*secondsOfDay, int64(m.clock)).UTC()
	}
	return time.Date(y, mo, day, 0, 0, int(m.clock/time.Second), int(m.clock%time.Second), prev.Location())
}

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

// readMoment reads the time that b begins with, up to the bar behind it, and
// returns where the text behind the bar begins; 0 when b begins with none. The
// dates before the clock were seen in no log: they are accepted, should a
// version print them.
//
//	16:12:44.634 |
//	2021-03-04 16:12:44.634 |
//	03/04/2021 16:12:44.634 |
func (m *moment) readMoment(b []byte) int {
	i := 0
	if len(b) > 20 && (b[4] == '-' || b[2] == '/') {
		days, ok := date(b)
		if !ok || b[10] != ' ' && b[10] != 'T' {
			return 0
		}
		m.days, m.dated = days, true
		i = 11
	}
	seconds, ok := stamp.Clock(b[i:])
	if !ok {
		return 0
	}
	nsec, end := stamp.Fraction(b, i+len("15:04:05"))
	if end < i+len("15:04:05.0") {
		return 0
	}
	m.clock, m.timed = time.Duration(seconds)*time.Second+time.Duration(nsec), true
	return bar(b, end)
}

// bar returns where the text behind the bar at i begins, blanks before the bar
// allowed; 0 when there is none.
func bar(b []byte, i int) int {
	for i < len(b) && b[i] == ' ' {
		i++
	}
	if i >= len(b) || b[i] != '|' {
		return 0
	}
	return i + 1
}

// date reads 2021-03-04 or 03/04/2021, month first, at the beginning of b, which
// is long enough, as days since 1970-01-01.
func date(b []byte) (days int64, ok bool) {
	at := [...]int{0, 2, 5, 8} // century, year, month, day
	if b[2] == '/' {
		at = [...]int{6, 8, 0, 3}
	}
	c, ok1 := stamp.Two(b[at[0]:])
	y, ok2 := stamp.Two(b[at[1]:])
	mo, ok3 := stamp.Two(b[at[2]:])
	d, ok4 := stamp.Two(b[at[3]:])
	if !ok1 || !ok2 || !ok3 || !ok4 || mo < 1 || mo > 12 || d < 1 || d > 31 || c < 19 || c > 20 {
		return 0, false
	}
	return stamp.Days(c*100+y, mo, d), true
}

// ctimeLen is the length of what readCtime reads.
const ctimeLen = len("Mon Mar 07 22:26:18 2011")

// readCtime reads a time as ctime(3) prints it.
func readCtime(b []byte) (days int64, clock time.Duration, ok bool) {
	if len(b) < ctimeLen || b[3] != ' ' || b[7] != ' ' || b[10] != ' ' || b[19] != ' ' {
		return 0, 0, false
	}
	weekday := bytes.Index([]byte("MonTueWedThuFriSatSun"), b[:3])
	month := bytes.Index([]byte("JanFebMarAprMayJunJulAugSepOctNovDec"), b[4:7])
	day := [2]byte{b[8], b[9]}
	if day[0] == ' ' {
		day[0] = '0'
	}
	d, ok1 := stamp.Two(day[:])
	seconds, ok2 := stamp.Clock(b[11:])
	c, ok3 := stamp.Two(b[20:])
	y, ok4 := stamp.Two(b[22:])
	if weekday < 0 || weekday%3 > 0 || month < 0 || month%3 > 0 || !ok1 || !ok2 || !ok3 || !ok4 || d < 1 || d > 31 || c < 19 || c > 20 {
		return 0, 0, false
	}
	return stamp.Days(c*100+y, month/3+1, d), time.Duration(seconds) * time.Second, true
}
