package jabber

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/stamp"
	"github.com/uctrace/uctrace/schemas"
)

// localTime reads date and time, or a time alone, with the blank behind it,
// and returns its length; 0 when b begins with none.
func localTime(b []byte, prev time.Time) (time.Time, int) {
	if sec, ok := stamp.DateTime(b); ok && b[10] == ' ' {
		nsec, end := stamp.Fraction(b, stamp.DateTimeLen)
		if end == stamp.DateTimeLen || end >= len(b) || b[end] != ' ' {
			return time.Time{}, 0
		}
		return stamp.In(sec, nsec, prev.Location()), end + 1
	}
	clock, nsec, end := timeOfDay(b)
	if end == 0 {
		return time.Time{}, 0
	}
	y, m, d := prev.Date()
	t := time.Date(y, m, d, 0, 0, clock, nsec, prev.Location())
	if schemas.Dated(prev) && prev.Sub(t) > 12*time.Hour {
		t = t.AddDate(0, 0, 1)
	}
	return t, end + 1
}

// timeOfDay reads 15:04:05,000 and a blank, and returns the index of the blank,
// 0 when b begins with no such time.
func timeOfDay(b []byte) (clock, nsec, end int) {
	clock, ok := stamp.Clock(b)
	if !ok {
		return 0, 0, 0
	}
	nsec, end = stamp.Fraction(b, len("15:04:05"))
	if end == len("15:04:05") || end >= len(b) || b[end] != ' ' {
		return 0, 0, 0
	}
	return clock, nsec, end
}

// webexHead reads the head of a record of the Webex app, which writes into the
// same file as the Jabber stack inside it. Its time is UTC.
//
//	2024-02-01T05:48:33.551Z <Error> [0x84953][]WebViewController.swift:358 webView(...):message
func webexHead(line []byte, prev time.Time) (head, bool) {
	sec, ok := stamp.DateTime(line)
	nsec, end := stamp.Fraction(line, stamp.DateTimeLen)
	rest, marked := bytes.CutPrefix(line[end:], []byte("Z <"))
	if !ok || !marked {
		return head{}, false
	}
	end = bytes.IndexByte(rest, '>')
	if end < 1 || !bytes.HasPrefix(rest[end:], []byte("> [0x")) {
		return head{}, false
	}
	return head{time: time.Unix(sec, int64(nsec)).In(prev.Location()), shape: webex, message: rest[end+2:]}, true
}

// reportHead reads the head of a record of PRT.txt.
//
//	[2025-12-10 17:30:33,696] message
func reportHead(line []byte, prev time.Time) (head, bool) {
	sec, ok := stamp.DateTime(line[1:])
	if !ok || line[11] != ' ' {
		return head{}, false
	}
	nsec, end := stamp.Fraction(line, 1+stamp.DateTimeLen)
	if end == 1+stamp.DateTimeLen || !bytes.HasPrefix(line[end:], []byte("] ")) {
		return head{}, false
	}
	return head{time: stamp.In(sec, nsec, prev.Location()), shape: report, message: trimBlanks(line[end+2:])}, true
}
