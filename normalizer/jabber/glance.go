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
	var second time.Time
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
			sec, ok := stamp.DateTime(text)
			if !ok || text[10] != ' ' {
				break
			}
			printed, second = text[:stamp.DateTimeLen], stamp.In(sec, 0, prev.Location())
		}
		t := second.Add(time.Duration(nsec))
		if t.IsZero() {
			break
		}
		dst = append(dst, schemas.Record{Source: schemas.JabberCSF, Time: t.UTC(), Head: true, Text: text[: end+1 : end+1]})
		prev, text = t, text[end+1:]
	}
	return dst, prev
}

// thousandths reads ",565 " as nanoseconds.
func thousandths(b []byte) (nsec int, ok bool) {
	nsec, end := stamp.Fraction(b, 0)
	return nsec, end == len(",565") && b[end] == ' '
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
