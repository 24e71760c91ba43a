package expressway

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/stamp"
)

// isoStamp reads the RFC 3339 stamp, with or without milliseconds, that b
// begins with, and the length of it with the blank behind it; 0 when b begins
// with none. The offset may lack its colon.
//
//	2018-01-01T12:56:48.965-05:00
func isoStamp(b []byte) (time.Time, int) {
	if len(b) < len("2006-01-02T15:04:05Z ") || b[10] != 'T' {
		return time.Time{}, 0
	}
	sec, ok := stamp.DateTime(b)
	if !ok {
		return time.Time{}, 0
	}
	nsec, i := stamp.Fraction(b, stamp.DateTimeLen)
	off, n := offset(b[i:])
	if n == 0 || i+n >= len(b) || b[i+n] != ' ' {
		return time.Time{}, 0
	}
	return time.Unix(sec-int64(off), int64(nsec)).UTC(), i + n + 1
}

// isoLen returns the length that isoStamp does, without reading the time. before
// is the date and time of another stamp, or nil.
func isoLen(b, before []byte) int {
	if len(b) < len("2006-01-02T15:04:05Z ") || b[10] != 'T' {
		return 0
	}
	if string(b[:stamp.DateTimeLen]) != string(before) && !stamp.IsDateTime(b) {
		return 0
	}
	i := stamp.DateTimeLen
	if b[i] == '.' || b[i] == ',' {
		for i++; i < len(b) && isDigit(b[i]); i++ {
		}
	}
	_, n := offset(b[i:])
	if n == 0 || i+n >= len(b) || b[i+n] != ' ' {
		return 0
	}
	return i + n + 1
}

// offset reads Z or a numeric offset, in seconds east of Greenwich.
func offset(b []byte) (seconds, n int) {
	if len(b) == 0 {
		return 0, 0
	}
	if b[0] == 'Z' {
		return 0, 1
	}
	if b[0] != '+' && b[0] != '-' || len(b) < 5 {
		return 0, 0
	}
	h, ok := stamp.Two(b[1:])
	n = 3
	if b[n] == ':' {
		n++
	}
	if len(b) < n+2 {
		return 0, 0
	}
	m, ok2 := stamp.Two(b[n:])
	if !ok || !ok2 || h > 14 || m > 59 {
		return 0, 0
	}
	if seconds = h*3600 + m*60; b[0] == '-' {
		seconds = -seconds
	}
	return seconds, n + 2
}

// bsdStamp reads an RFC 3164 stamp, as X7 writes it. It has no year and no
// zone: they are those of prev. The year after is taken when the month goes
// from December to January.
//
//	Jul 19 15:30:30 vcs tvcs: UTCTime="2011-07-19 15:30:30,616" …
//	Jul 19 2011 15:30:30 vcs tvcs: …
func bsdStamp(b []byte, prev time.Time) (time.Time, int) {
	n, year := len("Jul 19 15:30:30 "), 0
	if len(b) <= n || b[3] != ' ' || b[6] != ' ' {
		return time.Time{}, 0
	}
	at := len("Jul 19 ")
	if b[at+4] == ' ' { // a year
		century, ok := stamp.Two(b[at:])
		rest, ok2 := stamp.Two(b[at+2:])
		if year = 100*century + rest; !ok || !ok2 || len(b) <= n+len("2011 ") {
			return time.Time{}, 0
		}
		at, n = at+len("2011 "), n+len("2011 ")
	}
	if b[n-1] != ' ' {
		return time.Time{}, 0
	}
	month := bytes.Index([]byte("JanFebMarAprMayJunJulAugSepOctNovDec"), b[:3])
	if month < 0 || month%3 != 0 {
		return time.Time{}, 0
	}
	d, okDay := stamp.Two(b[4:])
	if b[4] == ' ' {
		d, okDay = int(b[5])-'0', b[5] >= '1' && b[5] <= '9'
	}
	clock, ok := stamp.Clock(b[at:])
	if !okDay || !ok || d < 1 || d > 31 {
		return time.Time{}, 0
	}
	if year == 0 {
		if year = prev.Year(); year > 1 && prev.Month() == time.December && month == 0 {
			year++
		}
	}
	return time.Date(year, time.Month(month/3+1), d, 0, 0, clock, 0, prev.Location()), n
}

// relay returns the length of what a syslog server put before the head that b
// has, 0 when there is nothing: a stamp and the sender, with or without the
// version of RFC 5424 that the message began with (ietf), or the columns of Kiwi
// Syslog Server.
//
//	Nov 18 19:55:58 10.1.0.1 2020-11-18T19:55:58Z expe tvcs: UTCTime="…" …
//	Nov 18 19:55:58 10.1.0.1 1 2020-11-18T19:55:58Z expe tvcs 2381 - - UTCTime="…" …
//	2020-11-18 19:55:58	Local0.Info	10.1.0.1	Nov 18 19:55:58 expe tvcs: UTCTime="…" …
func relay(b []byte) (n int, ietf bool) {
	if n = kiwiLen(b); n > 0 {
		return n, false
	}
	if _, n = bsdStamp(b, time.Time{}); n == 0 {
		return 0, false
	}
	if _, n = word(b, n); n >= len(b) || b[n] != ' ' {
		return 0, false
	}
	n++
	if ietf = bytes.HasPrefix(b[n:], []byte("1 2")); ietf {
		n += len("1 ")
	}
	if _, iso := isoStamp(b[n:]); iso == 0 {
		return 0, false
	}
	return n, ietf
}

// kiwiLen returns the length of the columns date and time, facility and level,
// and sender, 0 when b begins with no such.
func kiwiLen(b []byte) int {
	const date = len("2006-01-02 15:04:05")
	if len(b) <= date || b[date] != '\t' || b[4] != '-' || !stamp.IsDateTime(b) {
		return 0
	}
	n := date + 1
	for _, dotted := range [...]bool{true, false} {
		end := bytes.IndexByte(b[n:min(len(b), n+maxColumn)], '\t')
		if end < 1 || dotted && bytes.IndexByte(b[n:n+end], '.') < 1 {
			return 0
		}
		n += end + 1
	}
	return n
}

// maxColumn bounds a column before the head.
const maxColumn = 256

// readUTC reads the value of UTCTime, quotes and blanks before it included.
// One to three digits of the fraction are a number of milliseconds: Python
// processes of X8.2 do not pad it (`17:46:20,92`).
func readUTC(b []byte) (time.Time, bool) {
	i := 0
	for i < len(b) && i < 8 && (b[i] == ' ' || b[i] == '"' || b[i] == '\\' || b[i] >= 0x80) {
		i++
	}
	b = b[i:]
	sec, ok := stamp.DateTime(b)
	if !ok {
		return time.Time{}, false
	}
	nsec, end := stamp.Fraction(b, stamp.DateTimeLen)
	if digits := end - stamp.DateTimeLen - 1; digits == 1 || digits == 2 {
		nsec /= []int{1, 100, 10}[digits]
	}
	return time.Unix(sec, int64(nsec)).UTC(), true
}

// trimPriority removes a syslog priority, the version of RFC 5424 and blanks;
// ietf is true when the version was there.
//
//	<166> 2020-11-18T19:55:58Z expe tvcs: tvcs: …
//	<166>1 2020-11-18T19:55:58Z expe tvcs 2381 - - UTCTime=…
func trimPriority(b []byte) (rest []byte, ietf bool) {
	if len(b) < 4 || b[0] != '<' {
		return b, false
	}
	i := 1
	for i < len(b) && i < 5 && isDigit(b[i]) {
		i++
	}
	if i == 1 || i >= len(b) || b[i] != '>' {
		return b, false
	}
	b = b[i+1:]
	if len(b) > 2 && b[0] == '1' && b[1] == ' ' {
		b, ietf = b[2:], true
	}
	return bytes.TrimLeft(b, " "), ietf
}
