package alarm

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/stamp"
	"github.com/uctrace/uctrace/schemas"
)

// plainHead reads a line that is no alarm.
func plainHead(line []byte, prev time.Time) (h head, ok bool) {
	if line[0]-'0' <= 9 {
		if t, at, ok := auditHead(line, prev); ok {
			return head{time: t, from: at, form: "audit log"}, true
		}
	}
	rest := trimPriority(line)
	priority := len(rest) < len(line)
	if m, n := readMoment(rest); n > 0 && n < len(rest) && rest[n] == ' ' {
		h = head{time: m.time(prev, time.Time{}), envelope: envelopeHost(rest), form: "syslog"}
		return h, priority || diskForm(rest[n:])
	}
	if sec, ok := stamp.DateTime(rest); ok && priority {
		return head{time: isoTime(rest, sec, prev), envelope: envelopeHost(rest), form: "syslog"}, true
	}
	i := 0
	for i < len(rest) && rest[i]-'0' <= 9 {
		i++
	}
	if i == 0 || i+1 >= len(rest) || rest[i] != ':' || rest[i+1] != ' ' {
		return h, false
	}
	h.form = "numbered syslog"
	rest = rest[i+2:]
	if at := bytes.Index(rest, []byte("msg=audit(")); at >= 0 {
		h.time = epoch(rest[at+len("msg=audit("):], prev)
	} else if m, n := readMoment(rest); n > 0 {
		h.time = m.time(prev, time.Time{})
	}
	return h, priority || bytes.HasPrefix(rest, []byte(": audispd"))
}

// diskForm reports whether b, behind the stamp, is what the files CiscoSyslog
// and messages have: host, facility, severity digit.
//
//	cucm-sub1 local7 2 ccm: 6838: …
func diskForm(b []byte) bool {
	_, rest := field(b)
	facility, rest := field(rest)
	severity, _ := field(rest)
	return len(severity) == 1 && severity[0] >= '0' && severity[0] <= '7' && facilityWord(facility)
}

// field cuts the first word off b.
func field(b []byte) (word, rest []byte) {
	b = b[skipBlanks(b, 0):]
	if i := bytes.IndexByte(b, ' '); i >= 0 {
		return b[:i], b[i:]
	}
	return b, nil
}

func facilityWord(b []byte) bool {
	if bytes.HasPrefix(b, []byte("local")) {
		return len(b) == len("local0")
	}
	switch string(b) {
	case "kern", "user", "mail", "daemon", "auth", "syslog", "lpr", "news", "uucp", "cron", "authpriv", "ftp", "security":
		return true
	}
	return false
}

// trimPriority removes a priority, the version of RFC 5424, and blanks.
func trimPriority(b []byte) []byte {
	if len(b) < 3 || b[0] != '<' {
		return b
	}
	_, i := number(b, 1, 3)
	if i == 1 || i >= len(b) || b[i] != '>' {
		return b
	}
	b = b[i+1:]
	if bytes.HasPrefix(b, []byte("1 ")) {
		b = b[2:]
	}
	return bytes.TrimLeft(b, " ")
}

// isoTime returns the time of an RFC 3339 stamp, of which sec is read; without
// an offset it is local.
func isoTime(b []byte, sec int64, prev time.Time) time.Time {
	nsec, i := stamp.Fraction(b, stamp.DateTimeLen)
	end := i
	for end < len(b) && b[end] != ' ' {
		end++
	}
	if off, ok := zoneOffset(b[i:end]); ok {
		return time.Unix(sec-int64(off), int64(nsec)).In(prev.Location())
	}
	return stamp.In(sec, nsec, prev.Location())
}

// epoch reads seconds since 1970 with milliseconds.
func epoch(b []byte, prev time.Time) time.Time {
	var sec int64
	i := 0
	for i < len(b) && i < 11 && b[i]-'0' <= 9 {
		sec = sec*10 + int64(b[i]-'0')
		i++
	}
	if i < 9 {
		return time.Time{}
	}
	nsec, _ := stamp.Fraction(b, i)
	return time.Unix(sec, int64(nsec)).In(prev.Location())
}

// auditHead reads the head of the application audit log, which prints local
// time, mostly without a date, and returns where the words behind it begin.
//
//	20:05:09.842 |LogMessage     UserID : admin …
//	05/04/2017 20:05:09.842, |LogMessage …
func auditHead(line []byte, prev time.Time) (t time.Time, at int, ok bool) {
	rest := line
	var day time.Time
	if d, isDay := slashDay(rest, 2); isDay && len(rest) > 11 && rest[10] == ' ' {
		day, rest = d, rest[11:]
	}
	clock, ok := stamp.Clock(rest)
	if !ok {
		return t, 0, false
	}
	nsec, i := stamp.Fraction(rest, 8)
	for i < len(rest) && (rest[i] == ' ' || rest[i] == ',' || rest[i] == '|') {
		i++
	}
	words, ok := bytes.CutPrefix(rest[i:], []byte("LogMessage"))
	if !ok {
		return t, 0, false
	}
	at = len(line) - len(words)
	if !day.IsZero() {
		y, m, d := day.Date()
		return time.Date(y, m, d, 0, 0, clock, nsec, prev.Location()), at, true
	}
	y, m, d := prev.Date()
	t = time.Date(y, m, d, 0, 0, clock, nsec, prev.Location())
	if schemas.Dated(prev) && prev.Sub(t) > 12*time.Hour {
		t = t.AddDate(0, 0, 1)
	}
	return t, at, true
}

// eventType reports whether line begins a message of the Windows event log.
func eventType(line []byte) bool {
	switch string(bytes.TrimSpace(line[len("Event Type:"):])) {
	case "Error", "Warning", "Information", "Success Audit", "Failure Audit":
		return true
	}
	return false
}
