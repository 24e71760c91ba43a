package sip

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/stamp"
)

// Date reads a Date value (RFC 3261 section 20.17); zero when it is none. The
// forms of RFC 850 and of asctime that RFC 2616 section 3.3.1 tolerates are
// read too, and what senders that know RFC 1123 by hearsay write: one digit for
// the day, no weekday, UTC, an offset or an American zone for GMT, none at all.
//
//	Tue, 18 Oct 2016 11:48:14 GMT
//	Sunday, 06-Nov-94 08:49:37 GMT
//	Sun Nov  6 08:49:37 1994
func Date(value []byte) time.Time {
	const form = "Mon, 02 Jan 2006 15:04:05 GMT"
	if len(value) < len(form) || value[3] != ',' || value[7] != ' ' || value[19] != ':' || value[22] != ':' ||
		string(value[26:29]) != "GMT" {
		return looseDate(value)
	}
	day, ok := stamp.Two(value[5:])
	century, ok2 := stamp.Two(value[12:])
	year, ok3 := stamp.Two(value[14:])
	clock, ok4 := stamp.Clock(value[17:])
	if !ok || !ok2 || !ok3 || !ok4 {
		return time.Time{}
	}
	return date(100*century+year, month(value[8:11]), day, clock, 0)
}

// date returns the moment, zero when the date is out of range; clock and offset
// are in seconds.
func date(year, month, day, clock, offset int) time.Time {
	if year < 1970 || year > 9999 || month < 1 || day < 1 || day > 31 {
		return time.Time{}
	}
	return time.Unix(stamp.Days(year, month, day)*24*60*60+int64(clock-offset), 0).UTC()
}

// looseDate reads the parts of a date in any order that tells them apart.
func looseDate(value []byte) time.Time {
	year, mon, day, clock, offset := -1, 0, -1, -1, 0
	for len(value) > 0 {
		i := 0
		for i < len(value) && bytes.IndexByte([]byte(" ,\t\r\n"), value[i]) < 0 && (clock >= 0 || value[i] != '-') {
			i++
		}
		word := value[:i]
		value = value[min(i+1, len(value)):]
		switch n := number(word); {
		case len(word) == 0:
		case n >= 0 && len(word) <= 2 && day < 0:
			day = n
		case n >= 0 && len(word) == 4 && year < 0:
			year = n
		case n >= 0 && len(word) == 2 && year < 0: // RFC 850
			if year = 1900 + n; n < 70 {
				year += 100
			}
		case len(word) == 8 && word[2] == ':' && word[5] == ':' && clock < 0:
			seconds, ok := stamp.Clock(word)
			if !ok {
				return time.Time{}
			}
			clock = seconds
		case n < 0 && len(word) == 3 && month(word) > 0 && mon == 0:
			mon = month(word)
		case clock < 0 && weekday(word):
		default:
			seconds, ok := zone(word)
			if !ok {
				return time.Time{}
			}
			offset = seconds
		}
	}
	if clock < 0 || mon == 0 {
		return time.Time{}
	}
	return date(year, mon, day, clock, offset)
}

// month returns the number of the month that name abbreviates, 0 for none.
func month(name []byte) int {
	if len(name) != 3 {
		return 0
	}
	// Bit 5 tells small letters from capital ones, and nothing else from a letter.
	small := [3]byte{name[0] | 0x20, name[1] | 0x20, name[2] | 0x20}
	switch string(small[:]) {
	case "jan":
		return 1
	case "feb":
		return 2
	case "mar":
		return 3
	case "apr":
		return 4
	case "may":
		return 5
	case "jun":
		return 6
	case "jul":
		return 7
	case "aug":
		return 8
	case "sep":
		return 9
	case "oct":
		return 10
	case "nov":
		return 11
	case "dec":
		return 12
	}
	return 0
}

func weekday(word []byte) bool {
	for _, day := range [...]string{"monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"} {
		if len(word) == 3 && equalFold(word, day[:3]) || equalFold(word, day) {
			return true
		}
	}
	return false
}

// zone returns the offset from UTC in seconds of the zones of RFC 822 section
// 5 and of a numeric one.
func zone(word []byte) (int, bool) {
	if len(word) == 5 && (word[0] == '+' || word[0] == '-') {
		n := number(word[1:])
		if n < 0 || n%100 > 59 || n > 1400 {
			return 0, false
		}
		seconds := n/100*3600 + n%100*60
		if word[0] == '-' {
			seconds = -seconds
		}
		return seconds, true
	}
	for _, z := range zones {
		if equalFold(word, z.name) {
			return z.hours * 3600, true
		}
	}
	return 0, false
}

var zones = [...]struct {
	name  string
	hours int
}{
	{"gmt", 0},
	{"utc", 0},
	{"ut", 0},
	{"z", 0},
	{"est", -5},
	{"edt", -4},
	{"cst", -6},
	{"cdt", -5},
	{"mst", -7},
	{"mdt", -6},
	{"pst", -8},
	{"pdt", -7},
}

// number returns the decimal number that b is, -1 when it is none or too long.
func number(b []byte) int {
	if !digits(b) || len(b) > 9 {
		return -1
	}
	n := 0
	for _, c := range b {
		n = n*10 + int(c-'0')
	}
	return n
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}
