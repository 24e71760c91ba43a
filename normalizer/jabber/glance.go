package jabber

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/stamp"
	"github.com/uctrace/uctrace/schemas"
)

// Glance implements schemas.Glancer: lines with date, time, level, thread, path,
// component and function as Jabber for Windows spaces them. Most were written in
// the second of the one before.
func (p Parser) Glance(dst []schemas.Record, text []byte, prev time.Time) ([]schemas.Record, time.Time) {
	var printed []byte // second, as it stands in the log
	var second int64   // since 1970
	first, zone := len(dst), prev.Location()
	for len(text) > stampAndLevel && text[stampAndLevel] == '[' && text[4] == '-' && usualLevel(text) {
		end := bytes.IndexByte(text, '\n')
		nsec, ok := thousandths(text[stamp.DateTimeLen:])
		if end <= stampAndLevel || !ok {
			break
		}
		line := text[:end]
		if line[end-1] == '\r' {
			line = line[:end-1]
		}
		var h head
		if !h.usual(line[stampAndLevel:]) || mayBeGlued(line) && p.Glued(line, 1) >= 0 {
			break
		}
		if printed == nil || string(printed) != string(text[:stamp.DateTimeLen]) {
			clock, ok := stamp.DateTime(text)
			if !ok || text[10] != ' ' {
				break
			}
			printed, second = text[:stamp.DateTimeLen], stamp.In(clock, 0, zone).Unix()
		}
		t := time.Unix(second, nsec).UTC()
		if t.IsZero() {
			break
		}
		dst = append(dst, schemas.Record{Source: schemas.JabberCSF, Time: t, Head: true, Text: text[: end+1 : end+1]})
		text = text[end+1:]
	}
	if len(dst) > first {
		prev = dst[len(dst)-1].Time.In(zone)
	}
	return dst, prev
}

// thousandths reads ",565 " as nanoseconds.
func thousandths(b []byte) (nsec int64, ok bool) {
	if len(b) < len(",565 ") || b[0] != ',' && b[0] != '.' || b[4] != ' ' {
		return 0, false
	}
	tenth, hundredth, last := b[1]-'0', b[2]-'0', b[3]-'0'
	return (int64(tenth)*100 + int64(hundredth)*10 + int64(last)) * 1e6, tenth <= 9 && hundredth <= 9 && last <= 9
}

// mayBeGlued reports whether line, which has a usual head, holds the comma of
// another.
func mayBeGlued(line []byte) bool { return bytes.IndexByte(line[stampAndLevel:], ',') >= 0 }

// Skip implements schemas.Skipper: lines of XML, and others that begin as no
// head does, without the comma of a glued one.
func (Parser) Skip(text []byte) (n int) {
	for n < len(text) {
		end := bytes.IndexByte(text[n:], '\n')
		if end < 0 {
			break
		}
		line := trimBlanks(text[n : n+end])
		if len(line) > 0 && !apart[line[0]] || bytes.IndexByte(line, ',') >= 0 {
			break
		}
		n += end + 1
	}
	return n
}

// apart are bytes that no head begins with, nor what may stand before one.
var apart = func() (table [256]bool) {
	for _, c := range `</>"'#*&(){}=+.:;@\^_~?!$%` + "ABXYZabcdefghijklmnopqrstuvwxyz\r" {
		table[c] = true
	}
	return table
}()
