package cucm

import (
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

var (
	_ schemas.Zoner = SDL{}
	_ schemas.Zoner = SDI{}
)

// Zone implements schemas.Zoner: the offset that a FileHead record states,
// else the one between the stamp of a SIP message that CUCM sent and the Date
// in it. The clocks of those it receives messages from may be wrong.
//
//	02760584.001 |19:11:08.334 |AppInfo  |SIPTcp - wait_SdlSPISignal: Outgoing SIP TCP message to …
//	Date: Sat, 14 Apr 2018 13:41:08 GMT
func (p SDL) Zone(head []byte) *time.Location {
	var zone *time.Location
	eachRecord(head, p, func(record []byte, at time.Time) bool {
		h, ok := readSDL(record)
		if !ok {
			return true
		}
		if string(h.kind) == "FileHead" {
			if t, ok := fileHead(record[h.body:], h.clock); ok {
				zone = t.Location()
				return false
			}
		}
		zone = sentZone(record[h.body:], at)
		return zone == nil
	})
	return zone
}

// Zone implements schemas.Zoner. Beside the SIP messages that CUCM sent it
// knows what a phone is told of the time, which is in seconds of UTC:
//
//	07/21/2006 13:15:39.763 CCM|StationD:    (0000188) DefineTimeDate timeDateInfo=? systemTime=1153458939.|…
func (p SDI) Zone(head []byte) *time.Location {
	var zone *time.Location
	if text.Index(head, " systemTime=", len(" s")) < 0 && text.Index(head, "Outgoing SIP ", 0) < 0 {
		return nil // most pieces of a trace
	}
	eachRecord(head, p, func(record []byte, at time.Time) bool {
		h, ok := readSDI(record)
		if !ok {
			return true
		}
		if moment := toldTime(record[h.body:]); !moment.IsZero() {
			zone = between(at, moment)
			return zone == nil
		}
		zone = sentZone(record[h.body:], at)
		return zone == nil
	})
	return zone
}

// toldTime returns the moment that a line tells a phone, the zero Time when it
// tells none.
func toldTime(body []byte) time.Time {
	if v, ok := after(body, " systemTime="); ok {
		if s := epoch(leadingDigits(v)); s > 0 {
			return time.Unix(s, 0)
		}
	}
	return time.Time{}
}

// eachRecord calls do for the records in text, with what their clocks showed
// as if it were UTC, until it returns false.
func eachRecord(b []byte, p schemas.Parser, do func(record []byte, at time.Time) bool) {
	var at time.Time
	from := -1
	for off := 0; off < len(b); {
		line, rest := text.Line(b[off:])
		if t, ok := p.Start(line, at); ok {
			if from >= 0 && !do(b[from:off], at) {
				return
			}
			at, from = t, off
			if _, shift := t.Zone(); shift != 0 {
				at = t.UTC().Add(time.Duration(shift) * time.Second)
			}
		}
		if rest == nil {
			break
		}
		off = len(b) - len(rest)
	}
	if from >= 0 {
		do(b[from:], at)
	}
}

// sentZone returns the offset that a record of a sent SIP message tells, nil
// when it tells none.
func sentZone(body []byte, at time.Time) *time.Location {
	date := sentDate(body)
	if date.IsZero() {
		return nil
	}
	return between(at, date)
}

// sentDate returns the Date of the SIP message that a record says was sent, the
// zero Time when it says none.
func sentDate(body []byte) time.Time {
	line, rest := text.Line(body)
	if parseAnnounce(line).direction != schemas.Out {
		return time.Time{}
	}
	i := sip.Find(rest)
	if i < 0 {
		return time.Time{}
	}
	var m sip.Message
	if !m.Parse(rest[i:]) || m.Date == nil {
		return time.Time{}
	}
	return sip.Date(m.Date)
}

// between returns the zone in which the moment has the local time; nil when
// no zone has. A message takes a while from its Date to the log. Without a
// date in local the zone is one from an hour east of the date line to the
// other side of it.
func between(local, moment time.Time) *time.Location {
	const quarter = 15 * time.Minute
	var d time.Duration
	if schemas.Dated(local) {
		d = local.Sub(moment)
	} else {
		if d = timeOfDay(local) - timeOfDay(moment.UTC()); d < -11*time.Hour-quarter {
			d += 24 * time.Hour
		} else if d > 13*time.Hour {
			d -= 24 * time.Hour
		}
	}
	offset := d.Round(quarter)
	if slip := d - offset; slip > 2*time.Minute || slip < -2*time.Minute || offset > 14*time.Hour || offset < -12*time.Hour {
		return nil
	}
	if offset == 0 {
		return time.UTC
	}
	return time.FixedZone("", int(offset/time.Second))
}

// epoch returns seconds since 1970, 0 when digits are none.
func epoch(digits []byte) (s int64) {
	if len(digits) < 9 || len(digits) > 10 {
		return 0
	}
	for _, c := range digits {
		s = s*10 + int64(c-'0')
	}
	return s
}
