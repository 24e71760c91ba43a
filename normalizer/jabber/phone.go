package jabber

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// phoneHead reads the head of a record of a desk phone of the 7800 or 8800
// series: sequence number, level, date without year, time, process and thread
// where the firmware prints them. The year comes from prev.
//
//	0611 DEB Dec 21 14:33:00.127717 JAVA-sipio-sent---> INVITE sip:2211@10.10.10.1 SIP/2.0^M
//	4899 NOT Mar 09 18:32:38.767556 (339:1882) downd-GETXXTP [GT339][src=SEP0011AABBCCDD.cnf.xml]
func phoneHead(line []byte, prev time.Time) (head, bool) {
	i := 0
	for i < len(line) && line[i] >= '0' && line[i] <= '9' {
		i++
	}
	if i == 0 || i > maxSequence || len(line) < i+len(" DEB Dec 21 14:33:00.1 ") {
		return head{}, false
	}
	b := line[i:]
	if b[0] != ' ' || !upper(b[1:4]) || b[4] != ' ' || b[8] != ' ' || b[11] != ' ' {
		return head{}, false
	}
	month := bytes.Index([]byte("JanFebMarAprMayJunJulAugSepOctNovDec"), b[5:8])
	day, blank := int(b[10])-'0', b[9] == ' '
	if !blank {
		day += 10 * (int(b[9]) - '0')
	}
	clock, nsec, end := timeOfDay(b[12:])
	if month < 0 || month%3 != 0 || b[10] < '0' || b[10] > '9' || day < 1 || day > 31 || end == 0 {
		return head{}, false
	}
	h := head{shape: phone, time: inYear(prev, time.Month(month/3+1), day, clock, nsec), message: b[12+end+1:]}
	if len(h.message) > 0 && h.message[0] == '(' {
		if end := bytes.Index(h.message[:min(len(h.message), 24)], []byte(") ")); end > 0 {
			h.message = h.message[end+2:]
		}
	}
	return h, true
}

// Date implements schemas.Dater: the first Date header field that a desk phone
// printed. The logs of Jabber print the year themselves.
func (Parser) Date(head []byte) time.Time {
	found := false
	for len(head) > 0 {
		var line []byte
		if line, head = text.Line(head); !found {
			h, ok := readHead(line, time.Time{})
			if ok && h.shape != phone {
				return time.Time{}
			}
			found = ok
			continue
		}
		if value, ok := bytes.CutPrefix(bytes.TrimLeft(line, " \t"), []byte("Date:")); ok {
			if t := sip.Date(bytes.TrimSpace(value)); !t.IsZero() {
				return t
			}
		}
	}
	return time.Time{}
}

// maxSequence bounds the digits of a phone's sequence number.
const maxSequence = 10

// inYear returns the moment nearest to prev with that month, day and time; a
// bare time of day while prev has no date.
func inYear(prev time.Time, m time.Month, day, clock, nsec int) time.Time {
	if !schemas.Dated(prev) {
		y, m, d := prev.Date()
		return time.Date(y, m, d, 0, 0, clock, nsec, prev.Location())
	}
	t := time.Date(prev.Year(), m, day, 0, 0, clock, nsec, prev.Location())
	const half = 183 * 24 * time.Hour
	switch ahead := t.Sub(prev); {
	case ahead > half:
		return t.AddDate(-1, 0, 0)
	case ahead < -half:
		return t.AddDate(1, 0, 0)
	}
	return t
}

// onDay returns clock, a bare time of day in UTC, at the day that puts it
// nearest to near.
func onDay(clock, near time.Time) time.Time {
	h, m, s := clock.Clock()
	t := time.Date(near.Year(), near.Month(), near.Day(), h, m, s, clock.Nanosecond(), time.UTC)
	switch ahead := t.Sub(near); {
	case ahead > 12*time.Hour:
		return t.AddDate(0, 0, -1)
	case ahead < -12*time.Hour:
		return t.AddDate(0, 0, 1)
	}
	return t
}

func upper(b []byte) bool {
	for _, c := range b {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return true
}
