package jabber

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// Zone implements schemas.Zoner: the time of a record that holds a SIP message
// or the header fields of an HTTP answer, less the Date in it. That of a message
// which the client sent is its own clock, so those count first.
//
//	2021-09-29 13:11:30,890 DEBUG … sipio-sent---> INVITE …
//	Date: Wed, 29 Sep 2021 17:11:30 GMT                        →  -04:00
func (Parser) Zone(head []byte) *time.Location {
	if text.ASCII(head) && !has(head, "Date:") {
		return nil
	}
	var sent, received votes
	var now *votes
	var local time.Time
	for len(head) > 0 {
		var line []byte
		line, head = text.Line(head)
		if !text.ASCII(line) {
			line, _ = text.Clean(line)
		}
		if h, ok := readHead(line, time.Time{}); ok {
			now, local = nil, h.time
			switch {
			case h.shape == webex || local.IsZero():
			case has(h.message, "sipio-sent"):
				now = &sent
			case has(h.message, "sipio-recv"), has(h.message, "Accumulated headers"):
				now = &received
			}
			continue
		}
		if now == nil {
			continue
		}
		if value, ok := bytes.CutPrefix(bytes.TrimLeft(line, " \t"), []byte("Date:")); ok {
			if bytes.HasSuffix(bytes.TrimSuffix(bytes.TrimSpace(value), []byte("^M")), []byte(" GMT")) {
				now.add(local, sip.Date(bytes.TrimSpace(value)))
			}
			now = nil
		}
	}
	if offset, ok := sent.offset(); ok {
		return zone(offset)
	}
	if offset, ok := received.offset(); ok && (sent.n == 0 || sent.first == received.first) {
		return zone(offset)
	}
	return nil
}

func zone(offset time.Duration) *time.Location { return time.FixedZone("", int(offset/time.Second)) }

// votes counts the offsets that Date fields give.
type votes struct {
	count   [(west + east) / quarter]int
	n, most int
	first   time.Duration // the offset with the most votes
}

// Offsets from UTC lie between -12:00 and +14:00, at quarters of an hour.
const (
	quarter    = 15 * time.Minute
	west, east = 12 * time.Hour, 14*time.Hour + quarter
	// drift is how far a Date may be from the time of its record: the clocks
	// of client and server differ, and messages wait.
	drift = 5 * time.Minute
)

// add counts the record time local, a clock without zone, against date. A head
// without date takes the one that fits.
func (v *votes) add(local, date time.Time) {
	if date.IsZero() {
		return
	}
	ahead := local.Sub(date)
	if !schemas.Dated(local) {
		h, m, s := local.Clock()
		ahead = time.Date(date.Year(), date.Month(), date.Day(), h, m, s, 0, time.UTC).Sub(date)
		if ahead > 12*time.Hour {
			ahead -= 24 * time.Hour
		} else if ahead < -12*time.Hour+drift {
			ahead += 24 * time.Hour
		}
	}
	offset := ahead.Round(quarter)
	if offset < -west || offset >= east || (ahead-offset).Abs() > drift {
		return
	}
	at := (offset + west) / quarter
	v.n++
	if v.count[at]++; v.count[at] > v.most {
		v.most, v.first = v.count[at], offset
	}
}

// offset returns the offset that the votes agree on: three in four of them.
func (v *votes) offset() (time.Duration, bool) { return v.first, v.n > 0 && 4*v.most >= 3*v.n }
