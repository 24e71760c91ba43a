package imp

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/stamp"
)

// readPairs reads the head that XCP prints through syslog, with the names of an
// IM and Presence component: the stamp and the host may be missing. Its message
// is the Detail. What has UTCTime, or the name of an Expressway process, is a
// line of Expressway's.
//
//	2021-03-04T16:12:44.634Z imp1 client-cm-1[2299]: ThreadID="…" Module="Jabber" Level="VBOSE" CodeLocation="stanza.component.in" Detail="xcoder=05E295A2B received:: <…>"
func (h *head) readPairs(line []byte) bool {
	near := line[:min(len(line), maxPairs)]
	at := bytes.Index(near, []byte(`]: `))
	if at < 0 {
		return false
	}
	if bytes.Contains(near, []byte("UTCTime=")) {
		return false
	}
	open := bytes.LastIndexByte(near[:at], '[')
	if open < 1 || digits(near[open+1:at]) != at-open-1 || open+1 == at {
		return false
	}
	name := near[bytes.LastIndexByte(near[:open], ' ')+1 : open]
	if componentOf(name) == nil {
		return false
	}
	location := quoted(near, `CodeLocation="`)
	_, after, ok := bytes.Cut(line, []byte(`Detail="`))
	if location == nil || !ok {
		return false
	}
	h.component, h.pid, h.location, h.sure = name, near[open+1:at], location, true
	h.level = bytes.TrimRight(quoted(near, `Level="`), " ")
	h.thread = quoted(near, `ThreadID="`)
	h.message, h.quoted, h.located = after, true, true
	before := bytes.TrimRight(near[:open-len(name)], " ")
	if n := h.readISO(before); n > 0 {
		before = before[n:]
	}
	h.host = bytes.TrimSpace(before)
	return true
}

// maxPairs is how far into a line its Detail begins at the latest.
const maxPairs = 320

// readISO reads 2021-03-04T16:12:44.634Z, or -06:00, or without a zone, and
// returns its length.
func (h *head) readISO(b []byte) int {
	sec, ok := stamp.DateTime(b)
	if !ok || sec < 0 {
		return 0
	}
	nsec, end := stamp.Fraction(b, stamp.DateTimeLen)
	switch {
	case end < len(b) && b[end] == 'Z':
		h.utc = time.Unix(sec, int64(nsec)).UTC()
		end++
	case end+6 <= len(b) && (b[end] == '+' || b[end] == '-') && b[end+3] == ':':
		hours, ok1 := stamp.Two(b[end+1:])
		minutes, ok2 := stamp.Two(b[end+4:])
		if !ok1 || !ok2 || hours > 14 {
			return 0
		}
		east := int64(hours*3600 + minutes*60)
		if b[end] == '-' {
			east = -east
		}
		h.utc = time.Unix(sec-east, int64(nsec)).UTC()
		end += 6
	}
	h.days, h.dated = sec/secondsOfDay, true
	h.clock, h.timed = time.Duration(sec%secondsOfDay)*time.Second+time.Duration(nsec), true
	return end
}

// quoted returns the value behind name, up to its quote; nil when b has none.
func quoted(b []byte, name string) []byte {
	_, value, ok := bytes.Cut(b, []byte(name))
	if !ok {
		return nil
	}
	if before, _, ok := bytes.Cut(value, []byte{'"'}); ok {
		return before
	}
	return nil
}

// componentOf returns the component that name, of a process or of a file, begins
// with: name up to what counts its files; "" when it is none.
//
//	client-cm-1_00000012.log.gz
func componentOf(name []byte) []byte {
	for _, c := range components {
		rest, ok := bytes.CutPrefix(name, []byte(c))
		if !ok {
			continue
		}
		n := 0
		if len(rest) > 1 && rest[0] == '-' {
			n = 1 + digits(rest[1:])
		}
		if len(rest) == n || rest[n] == '_' || rest[n] == '.' || digits(rest) > 0 {
			return name[:len(c)+n]
		}
	}
	return nil
}

// components are the file names of Cisco's administration guides, without
// number. jabberd and s2s-cm are names inside XCP.
var components = [...]string{
	"client-cm", "web-cm", "sip-cm", "xmpp-cm", "s2s-cm", "rtr-jsm", "auth-svc", "txt-conf", "msg-archiver", "jabberd", "esp", "epe",
}
