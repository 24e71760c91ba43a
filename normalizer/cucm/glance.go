package cucm

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// Glance implements schemas.Glancer: signals and application lines whose columns
// stand where they belong.
func (SDL) Glance(dst []schemas.Record, text []byte, prev time.Time) ([]schemas.Record, time.Time) {
	steady, before := prev.Location() == time.UTC, timeOfDay(prev)
	for usualSDL(text) {
		c, ok := clock(text[sdlClock:])
		line := lineAt(text, sdlBar2)
		if !ok || line == nil || gluedUsual(line) {
			break
		}
		t := prev.Add(c - before)
		if d := c - before; d <= -inHalfAnHour || d >= inHalfAnHour {
			t = at(prev, c)
		}
		if t.IsZero() {
			break // midnight of no day
		}
		if before = c; !steady || c >= 24*time.Hour { // 23:59:60
			before = timeOfDay(t)
		}
		dst = append(dst, schemas.Record{Source: schemas.CUCMSDL, Time: t.UTC(), Head: true, Text: line})
		prev, text = t, text[len(line):]
	}
	return dst, prev
}

// usualSDL reports whether line begins with the head that nearly all records
// have, its clock aside: a signal or an application line, padded.
func usualSDL(line []byte) bool {
	return shaped(line) && line[sdlBar1-1] == ' ' && (hasPrefix(line[sdlBar2+1:], "SdlSig   |") || hasPrefix(line[sdlBar2+1:], "AppInfo  |")) &&
		eightDigits(line) && digits(line[seqLen+1:seqLen+4])
}

// gluedUsual reports whether a head may be glued into a line with a usual one.
func gluedUsual(line []byte) bool {
	if line[sdlBar2+1] == 'A' {
		return dotBar(line, gluedFrom)
	}
	// A signal has eight bars, and nearly all its dots stand in one column: of
	// the bars behind the first of them the next decides.
	const back = len(".001 ")
	for i := gluedFrom - back; i < len(line)-back; {
		dot := bytes.IndexByte(line[i:len(line)-back], '.')
		if dot < 0 {
			return false
		}
		from := i + dot + back
		bar := bytes.IndexByte(line[from:], '|')
		if bar < 0 {
			return false
		}
		if bar += from; line[bar-back] == '.' && line[bar-1] == ' ' {
			return true
		}
		i = bar - back + 1
	}
	return false
}

// Glance implements schemas.Glancer: lines with date, time and the short name of
// the service. Most were written in the second of the one before.
func (SDI) Glance(dst []schemas.Record, text []byte, prev time.Time) ([]schemas.Record, time.Time) {
	const fraction, body = dateLen + len("15:53:55"), dateLen + clockLen + len(usualService)
	var stamp []byte // of second
	var second time.Time
	for len(text) > body && hasPrefix(text[dateLen+clockLen:], usualService) {
		c, ok := clock(text[dateLen:])
		line := lineAt(text, body)
		if !ok || line == nil || serviceBar(line, body-1) {
			break
		}
		part := c % time.Second
		if stamp == nil || string(stamp) != string(text[:fraction]) {
			year, month, day, ok := americanDate(text)
			if !ok {
				break
			}
			stamp, second = text[:fraction], onDay(year, month, day, c-part, prev.Location())
		}
		t := second.Add(part)
		if t.IsZero() {
			break
		}
		dst = append(dst, schemas.Record{Source: schemas.CUCMSDI, Time: t.UTC(), Head: true, Text: line})
		prev, text = t, text[len(line):]
	}
	return dst, prev
}

// lineAt returns the line that text begins with, its end included, which is not
// before from; nil when it has none.
func lineAt(text []byte, from int) []byte {
	end := bytes.IndexByte(text[from:], '\n')
	if end < 0 {
		return nil
	}
	end += from + 1
	return text[:end:end]
}
