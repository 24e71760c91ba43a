package cucm

import (
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

var (
	_ schemas.Dater = SDL{}
	_ schemas.Dater = SDI{}
)

// Date implements schemas.Dater. An excerpt without the FileHead record has its
// date in the SIP messages that CUCM sent.
func (p SDL) Date(head []byte) time.Time {
	if text.Index(head, "Outgoing SIP ", 0) < 0 {
		return time.Time{}
	}
	return firstDay(head, p, func(record []byte) (moment time.Time, dated bool) {
		h, ok := readSDL(record)
		if !ok {
			return moment, false
		}
		return sentDate(record[h.body:]), h.dated || string(h.kind) == "FileHead"
	})
}

// Date implements schemas.Dater. It is asked for excerpts: SDI prints the date,
// which people cut off.
func (p SDI) Date(head []byte) time.Time {
	return firstDay(head, p, func(record []byte) (moment time.Time, dated bool) {
		h, ok := readSDI(record)
		if !ok || h.dated {
			return moment, ok
		}
		if moment = toldTime(record[h.body:]); moment.IsZero() {
			moment = sentDate(record[h.body:])
		}
		return moment, false
	})
}

// enoughMoments is how many of the moments that a log states are asked whether
// they agree.
const enoughMoments = 16

// firstDay returns the day of the first record in b, whose records print the
// time of day, by the moments that some of them state. They have to agree: an
// excerpt may be put together of days that nothing tells apart. A record that
// prints the date itself ends the search.
func firstDay(b []byte, p schemas.Parser, stated func(record []byte) (moment time.Time, dated bool)) (first time.Time) {
	var last time.Time
	midnights, asked := 0, 0
	eachRecord(b, p, func(record []byte, at time.Time) bool {
		moment, dated := stated(record)
		if dated {
			return false
		}
		if timeOfDay(last)-timeOfDay(at) > 12*time.Hour {
			midnights++
		}
		if last = at; moment.IsZero() {
			return true
		}
		zone := between(at, moment)
		if zone == nil {
			return true
		}
		day := dayOf(timeOfDay(at), moment.In(zone)).AddDate(0, 0, -midnights)
		if !first.IsZero() && !first.Equal(day) {
			first = time.Time{}
			return false
		}
		first = day
		asked++
		return asked < enoughMoments
	})
	return first
}

// dayOf returns the day on which a clock shows the time of day nearest to
// moment, in the location of moment.
func dayOf(clock time.Duration, moment time.Time) time.Time {
	y, mo, d := moment.Date()
	switch slip := clock - timeOfDay(moment); {
	case slip > 12*time.Hour:
		d--
	case slip < -12*time.Hour:
		d++
	}
	return time.Date(y, mo, d, 0, 0, 0, 0, time.UTC)
}
