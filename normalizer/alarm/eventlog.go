package alarm

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// eventLog reads a message of the Windows event log, where CallManager up to
// 4.x writes its alarms. Its date and time, when printed, are local and stay
// as they are.
//
//	Event Type: Error
//	Event Source: Cisco CallManager
//	Event ID: 3
//	Error: CodeYellowExit - CodeYellowExit
//	  Time Spent in Code Yellow: 3000
func (s *statement) eventLog(dst []schemas.Event) []schemas.Event {
	var room [maxParams]param
	m := message{params: room[:0], line: s.record.Line}
	var severity, id, source []byte
	rest := s.record.Text
	for n := 0; len(rest) > 0 && len(m.params) < maxParams; n++ {
		var line []byte
		line, rest = text.Line(rest)
		line, mended := text.Clean(line[:min(len(line), maxLine)])
		s.mended |= mended
		name, value, ok := bytes.Cut(line, []byte(":"))
		if !ok {
			continue
		}
		name, value = bytes.TrimSpace(name), bytes.TrimSpace(value)
		switch {
		case same(name, "eventtype"):
			severity = bytes.ToLower(value)
		case same(name, "eventsource"):
			source = value
		case same(name, "eventid"):
			id = value
		case same(name, "eventcategory"), same(name, "user") && string(value) == "N/A":
		case m.header.name == nil && dashed(value) != nil:
			m.header.name, m.line, m.whole = dashed(value), s.record.Line+n, line
			m.text = bytes.TrimSpace(bytes.TrimPrefix(bytes.TrimSpace(value[len(m.header.name):]), []byte("-")))
		default:
			m.params = append(m.params, param{name, value})
		}
	}
	if m.header.name == nil || !bytes.HasPrefix(source, []byte("Cisco")) {
		return dst
	}
	e := s.event(schemas.KindAlarmRaised, m.whole)
	if clears(m.header.name) {
		e.Kind = schemas.KindAlarmCleared
	}
	e.Line = m.line
	e.Node = s.mem.String(m.params.get("nodeid"))
	attrs := s.attrs(&m)
	with := append(s.mem.Attrs(len(attrs)+3), attrs...)
	with = s.add(with, "severity", severity)
	with = s.add(with, "id", id)
	e.Attrs = s.add(with, "app", source)
	e.Keys = s.keys(m.params)
	dst = append(dst, e)
	return s.consequences(dst, &m, &e)
}

// dashed returns the name before " - " in the line that names the alarm, nil
// when value is another.
//
//	CodeYellowExit - CodeYellowExit
func dashed(value []byte) []byte {
	name, _, ok := bytes.Cut(value, []byte(" - "))
	if !ok || len(name) < 4 || len(name) > maxName || name[0] < 'A' || name[0] > 'Z' {
		return nil
	}
	for _, c := range name {
		if !word(c) {
			return nil
		}
	}
	return name
}

// auditLog reads the words of a line of the application audit log.
func (s *statement) auditLog(dst []schemas.Event, words []byte) []schemas.Event {
	var room [maxParams]param
	m := message{line: s.record.Line, whole: s.line}
	m.params, _ = params(room[:0]).readLabels(bytes.TrimSpace(words))
	if m.params.get("userid", "eventtype") == nil {
		return dst
	}
	e := s.event(schemas.KindAlarmAudit, s.line)
	e.Line, e.Node = m.line, s.mem.String(m.params.get("nodeid"))
	return s.audit(dst, &m, e)
}
