package alarm

import (
	"bytes"
	"strings"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// statement is a record about to be read.
type statement struct {
	mem        *arena.Arena
	file       *schemas.File
	record     *schemas.Record
	line, rest []byte // the first line, mended, and what follows it
	mended     text.Repairs
	// first is the index of the record's first event.
	first int
}

// message is one alarm: that of the record, or one that an alert quotes.
type message struct {
	header header
	node   []byte // host that raised it, nil when it is not named
	params params
	text   []byte
	line   int // number of the line in the file
	whole  []byte
	alert  []byte // name of the alert that quotes it
}

// event returns a new event whose evidence is line.
func (s *statement) event(kind schemas.Kind, line []byte) schemas.Event {
	line = mask(line[:min(len(line), 2*schemas.MaxEvidence)])
	return schemas.Event{
		Kind: kind, Repairs: s.mended.Names(),
		Text: s.mem.Evidence(line, schemas.MaxEvidence),
	}
}

// alarm appends the events of the alarm with head h.
func (s *statement) alarm(dst []schemas.Event, h *head) []schemas.Event {
	var room [maxParams]param
	m := message{header: h.header, node: shortHost(h.host), line: s.record.Line, whole: s.line}
	if m.node == nil {
		m.node = shortHost(h.envelope)
	}
	m.params, m.text = params(room[:0]).read(s.line[h.header.body:], h.header.name)
	if part := m.params.get("part"); part != nil && !firstPart(part) {
		return dst
	}
	return s.message(dst, &m, time.Time{})
}

// firstPart reports whether part, "16.2/3", is the first of a message that was
// too long for one line. The parts behind it repeat the header.
func firstPart(part []byte) bool {
	_, part, _ = bytes.Cut(part, []byte("."))
	return bytes.HasPrefix(part, []byte("1/"))
}

// message appends the events of m, unless the record states the same alarm
// already. at is when it was raised, zero for the time of the record; it stands
// apart from m so that m and its parameters need no memory of their own.
func (s *statement) message(dst []schemas.Event, m *message, at time.Time) []schemas.Event {
	node := m.params.get("nodeid")
	if node == nil {
		node = m.node
	}
	e := s.event(schemas.KindAlarmRaised, m.whole)
	e.Time, e.Line = at, m.line
	e.Node = s.mem.String(node)
	if s.repeats(dst, &e, m.header.name) {
		return dst
	}
	if m.isAudit() {
		return s.audit(dst, m, e)
	}
	if clears(m.header.name) {
		e.Kind = schemas.KindAlarmCleared
	}
	e.Attrs = s.attrs(m)
	e.Keys = s.keys(m.params)
	dst = append(dst, e)
	return s.consequences(dst, m, &e)
}

// repeats reports whether one of the record's events is the alarm name at the
// time and node of e.
func (s *statement) repeats(dst []schemas.Event, e *schemas.Event, name []byte) bool {
	at := e.Time
	if at.IsZero() {
		at = s.record.Time
	}
	for i := s.first; i < len(dst); i++ {
		d := &dst[i]
		dt := d.Time
		if dt.IsZero() {
			dt = s.record.Time
		}
		if dt.Equal(at) && d.Attr("name") == string(name) && strings.EqualFold(d.Node, e.Node) {
			return true
		}
	}
	return false
}

// attrs returns the attributes of an alarm: its header, then its parameters
// under their own names.
func (s *statement) attrs(m *message) []schemas.Attr {
	attrs := s.mem.Attrs(len(m.params) + 9)
	attrs = s.add(attrs, "name", m.header.name)
	attrs = s.add(attrs, "severity", m.severity())
	if m.header.level != 0 {
		attrs = append(attrs, schemas.Attr{Name: "level", Value: string(m.header.level)})
	}
	attrs = s.add(attrs, "facility", m.header.facility)
	attrs = s.add(attrs, "app", m.params.get("appid"))
	attrs = s.add(attrs, "alertname", m.alert)
	attrs = s.named(attrs, m.params)
	if m.header.isAlert() {
		var room [maxParams]param
		attrs = s.named(attrs, m.params.details(room[:0]))
		attrs = s.add(attrs, "affected", m.params.affected())
	}
	return s.add(attrs, "text", m.text)
}

// named appends parameters under their own names, unless a name stands already.
func (s *statement) named(attrs []schemas.Attr, p params) []schemas.Attr {
	for _, p := range p {
		if len(p.value) == 0 || same(p.name, "appid") || same(p.name, "severitymatch") {
			continue
		}
		name := s.attrName(p.name)
		if name == "" || has(attrs, name) {
			continue
		}
		value := withoutLines(p)
		if secret(p.name) {
			value = []byte("***")
		}
		attrs = s.add(attrs, name, value)
	}
	return attrs
}

// withoutLines returns the value of p; of an alert's details, the sentence
// that they begin with.
func withoutLines(p param) []byte {
	if !same(p.name, "alertdetail") && !same(p.name, "detail") {
		return p.value
	}
	if before, _, _ := bytes.Cut(p.value, []byte("#012")); len(bytes.TrimSpace(before)) > 0 {
		return bytes.TrimSpace(before)
	}
	return p.value
}

// severity returns the word that an alert or an event log message prints.
func (m *message) severity() []byte {
	if v := m.params.get("severitymatch"); v != nil {
		return bytes.ToLower(v)
	}
	if v := m.params.get("alertdetail", "detail"); v != nil {
		for _, mark := range [...]string{"SeverityMatch : ", "SeverityMatch - "} {
			if i := bytes.Index(v, []byte(mark)); i >= 0 {
				w := v[i+len(mark):]
				end := 0
				for end < len(w) && word(w[end]) {
					end++
				}
				return bytes.ToLower(w[:end])
			}
		}
	}
	return nil
}

// maxValue bounds the value of an attribute, in bytes: an alert quotes whole
// messages.
const maxValue = 400

// add appends name=value, unless value is empty or name stands already.
func (s *statement) add(attrs []schemas.Attr, name string, value []byte) []schemas.Attr {
	value = bytes.TrimRight(value, " \t\r\n")
	if len(value) == 0 || has(attrs, name) {
		return attrs
	}
	v := s.keep(value)
	if v == "" {
		return attrs
	}
	return append(attrs, schemas.Attr{Name: name, Value: v})
}

// keep returns value as a string, at most maxValue bytes of it.
func (s *statement) keep(value []byte) string {
	if len(value) <= maxValue && printable(value) {
		return s.mem.String(value)
	}
	return s.mem.Evidence(value, maxValue)
}

// printable reports whether b is ASCII without control characters.
func printable(b []byte) bool {
	for _, c := range b {
		if c < ' ' || c > '~' {
			return false
		}
	}
	return true
}

func has(attrs []schemas.Attr, name string) bool {
	for i := range attrs {
		if attrs[i].Name == name {
			return true
		}
	}
	return false
}

// attrName returns the name of a parameter in lower case, with _ for blanks.
// Names that attributes of alarms have of themselves are set apart.
//
//	Login IP Address/Hostname  →  login_ip_address/hostname
func (s *statement) attrName(name []byte) string {
	b := s.mem.Scratch()
	for i, c := range name {
		switch {
		case c >= 'A' && c <= 'Z':
			c += 'a' - 'A'
		case c == '[' && i > 0:
			return s.kept(b)
		case c == ' ' || c == '\t':
			c = '_'
		case c < ' ' || c >= 0x7F || c == '"' || c == '=':
			continue
		}
		b = append(b, c)
	}
	return s.kept(b)
}

func (s *statement) kept(b []byte) string {
	b = bytes.Trim(b, "_.:")
	switch string(b) {
	case "name", "level", "id", "text", "facility", "app", "severity":
		b = append([]byte("param_"), b...)
	}
	if len(b) > maxName {
		b = b[:maxName]
	}
	return s.mem.Keep(b)
}
