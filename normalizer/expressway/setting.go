package expressway

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// settingLine reports whether line begins a record of a dump of the
// configuration (xConfiguration) or of the status (xStatus).
//
//	*c xConfiguration Zones Zone 6 Name: "Hybrid Call Services DNS"
//	*s SystemUnit:
func settingLine(line []byte) bool {
	if len(line) < 4 || line[0] != '*' {
		return false
	}
	switch {
	case bytes.HasPrefix(line, []byte("*c xConfiguration ")):
		return true
	case bytes.HasPrefix(line, []byte("*s/end")):
		return true
	case bytes.HasPrefix(line, []byte("*s ")):
		c := line[3]
		return isLetter(c) && bytes.IndexByte(line, ':') > 0
	}
	return false
}

// dump reads a record of a dump. Every setting is an event; the name is its
// path, its value is without quotes. Passwords and keys are hidden.
func (s *statement) dump(dst []schemas.Event) []schemas.Event {
	if bytes.HasPrefix(s.first, []byte("*c ")) {
		line, _ := cutLine(s.first)
		name, value, ok := setting(bytes.TrimPrefix(line, []byte("*c ")))
		if !ok {
			return s.unparsed(dst, "damaged setting")
		}
		return s.valueEvent(dst, line, name, value, s.record.Line)
	}
	return s.status(dst)
}

// setting splits a line at the colon behind the name. A name has no colon.
func setting(line []byte) (name, value []byte, ok bool) {
	name, value, ok = bytes.Cut(line, []byte(":"))
	name, value = bytes.TrimSpace(name), bytes.TrimSpace(value)
	return name, bytes.TrimSpace(bytes.Trim(value, `"`)), ok && len(name) > 0
}

// status reads a part of xStatus: a title, and its values on indented lines
// whose depth makes the path.
//
//	*s SystemUnit:
//	    Product: "TANDBERG VCS"
//	    Software:
//	        Version: "X8.11.4"
//	*s/end
func (s *statement) status(dst []schemas.Event) []schemas.Event {
	type level struct {
		indent int
		name   []byte
	}
	var path []level
	rest, n := s.first, s.record.Line-1
	for len(rest) > 0 && len(dst) < maxSettings {
		var line []byte
		line, rest = cutLine(rest)
		n++
		text := bytes.TrimLeft(line, " \t")
		indent := len(line) - len(text)
		text = bytes.TrimPrefix(text, []byte("*s "))
		name, value, ok := setting(text)
		if !ok || bytes.HasPrefix(text, []byte("*s/")) {
			continue
		}
		for len(path) > 0 && path[len(path)-1].indent >= indent {
			path = path[:len(path)-1]
		}
		if len(value) == 0 || string(value) == "/" {
			path = append(path, level{indent, name})
			continue
		}
		full := s.mem.Scratch()
		for _, l := range path {
			full = append(append(full, l.name...), ' ')
		}
		full = append(full, name...)
		dst = s.valueEvent(dst, line, bytes.Clone(full), value, n)
	}
	return dst
}

// maxSettings bounds the events of one record.
const maxSettings = 4096

// maxValue bounds a value, in bytes: a certificate may stand in one.
const maxValue = 1000

// valueEvent appends a setting, unless it is empty.
func (s *statement) valueEvent(dst []schemas.Event, line, name, value []byte, n int) []schemas.Event {
	if len(value) == 0 {
		return dst
	}
	if secretSetting(name) || has(value, "{cipher}") {
		line, value = append(bytes.Clone(name), ": ***"...), []byte("***")
	}
	dst, e := s.event(dst, schemas.KindConfigValue, line)
	e.Line = n
	e.Attrs = s.mem.Attrs(2)
	e.Attrs = s.attrs(e.Attrs, "name", name)
	e.Attrs = s.attrs(e.Attrs, "value", clipTo(value, maxValue))
	return dst
}

// Alike implements schemas.Alike: the dumps of two hosts begin with the same
// settings.
func (Parser) Alike(head []byte) bool {
	for len(head) > 0 {
		var line []byte
		if line, head = cutLine(head); !blank(line) {
			return settingLine(line)
		}
	}
	return false
}
