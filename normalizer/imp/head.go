package imp

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
)

// head is the beginning of a record. The slices are parts of the line, nil when
// the head prints none.
type head struct {
	moment
	host, component, pid    []byte
	thread, level, location []byte
	// message is what follows the head, to the end of the line. quoted is true
	// when a quote ends it, located when the place in the source, if there is one,
	// stands before it no more.
	message         []byte
	quoted, located bool
	// sure is true for the shapes that no other product prints.
	sure bool
	// banner is true for a line that only says when the file was begun.
	banner bool
}

// readHead reads the record head that line begins with. The shapes:
//
//	16:12:44.634 |046f1b70| debug| DiscoGear.cpp:240 Handling disco#info query: <iq …>
//	12:29:24.762 |debug ConnectionPool.cpp:166 connection pool checkout: ccm2/dbuser (success)
//	12:29:24.762 |debug sdns_plugin-1.gwydlvm453 sdns_plugin handling:<presence …/>
//	21:48:44.277 |SIPGWDir.cpp:463: [FROM XMPP] <presence …/>
//	22:26:18.719 |PID(25333) sip_protocol.c(5964) Received 536 bytes TCP packet from 10.53.56.17:34282
//	22:26:18.719 |[Mon Mar 07 22:26:18 2011] PID(25333) mod_sip_routing.c(1435) Routing: dipping for cuplcs.net
//	22:26:18.719 |text of another service
//
// The first is of Cisco document 222864 (Text Conference Manager, 14), the others
// are of the guide to interdomain federation (Router, SIP Federation Connection
// Manager, SIP Proxy; 8.x to 14). Web copies lose the first characters behind
// the bar: ID(25333), Mon Mar 07 22:26:18 2011]. These are inferred from what
// XCP prints elsewhere, and from the traces of other services:
//
//	2021-03-04T16:12:44.634Z imp1 client-cm-1[2299]: Level="VBOSE" CodeLocation="stanza.component.in" Detail="xcoder=…"
//	=== log opened Mon Mar  7 22:26:18 2011 ===
func readHead(line []byte) (head, bool) {
	var h head
	if len(line) < minHead {
		return h, false
	}
	if c := line[0]; c == 'L' || c == ' ' || c == 0xEF {
		line, _ = text.TrimLinePrefix(line)
		if len(line) < minHead {
			return h, false
		}
	}
	switch c := line[0]; {
	case c >= '0' && c <= '9':
		if n := h.readMoment(line); n > 0 {
			return h, h.readFields(line[n:])
		}
		if h.cutClock(line) {
			return h, true
		}
		h = head{}
		return h, h.readPairs(line)
	case c >= 'A' && c <= 'Z', c >= 'a' && c <= 'z':
		if h.readPairs(line) {
			return h, true
		}
	}
	h = head{}
	return h, h.readBanner(line)
}

// minHead is the length of the shortest head.
const minHead = len("16:12:44.6|a")

// readFields reads what stands behind the bar.
func (h *head) readFields(b []byte) bool {
	b = bytes.TrimLeft(b, " ")
	if len(b) == 0 {
		return false
	}
	switch b[0] {
	case '[', 'P', 'I', 'M', 'T', 'W', 'F', 'S':
		if h.readProxy(b) {
			return true
		}
	}
	if n := threadLen(b); n > 0 {
		h.thread, b = b[:n], bytes.TrimLeft(b[n+1:], " ")
		n = levelLen(b)
		if n == 0 || n >= len(b) || b[n] != '|' {
			return false // CUCM's lines have bars, too, but no level behind the first
		}
		h.level, h.message, h.sure = b[:n], b[n+1:], true
		return true
	}
	if n := levelLen(b); n > 0 && n < len(b) && b[n] == ' ' {
		h.level, h.message, h.sure = b[:n], b[n:], true
		return true
	}
	h.message = b
	h.locate()
	if sourceFile(h.location) {
		h.sure = true
		return true
	}
	// The text of another service. CUCM's put more bars behind the time, or blanks
	// behind the first word.
	b = b[:min(len(b), 80)]
	return bytes.IndexByte(b, '|') < 0 && !bytes.Contains(b[:min(len(b), 40)], []byte("  "))
}

// readProxy reads the fields of the SIP Proxy: a second stamp, the process, the
// place in its source.
func (h *head) readProxy(b []byte) bool {
	b = bytes.TrimPrefix(b, []byte("["))
	days, _, dated := readCtime(b)
	if dated {
		b = bytes.TrimLeft(b[ctimeLen:], "] ")
	}
	b = bytes.TrimPrefix(b, []byte("P"))
	rest, ok := bytes.CutPrefix(b, []byte("ID("))
	n := digits(rest)
	if !ok || n == 0 || n >= len(rest) || rest[n] != ')' {
		return false
	}
	if h.pid, h.sure = rest[:n], true; dated {
		h.days, h.dated = days, true
	}
	h.message = rest[n+1:]
	return true
}

// locate takes the place in the source, with which most messages begin, off the
// message. A word without dot is a part of the message.
func (h *head) locate() {
	b := bytes.TrimLeft(h.message, " ")
	h.message, h.located = b, true
	n, dot := 0, 0
	for n < len(b) && b[n] != ' ' {
		switch c := b[n]; {
		case c == '.':
			dot = n
		case c == '<' || c == '=' || n > 80:
			return
		}
		n++
	}
	if n < len(b) && dot > 0 && isWord(b[0]) {
		h.location, h.message = bytes.TrimSuffix(b[:n], []byte(":")), bytes.TrimLeft(b[n:], " ")
	}
}

// sourceFile reports whether location is a line of a source file:
// SIPGWDir.cpp:463, sip_dns.c(811).
func sourceFile(location []byte) bool {
	dot := bytes.LastIndexByte(location, '.')
	if dot < 0 {
		return false
	}
	rest := location[dot+1:]
	n := bytes.IndexAny(rest, ":(")
	if n < 0 {
		return false
	}
	switch string(rest[:n]) {
	case "c", "cc", "cpp", "cxx", "h", "hpp":
		return digits(rest[n+1:]) > 0
	}
	return false
}

// cutClock reads a head that lost the beginning of its time:
//
//	2:26:18.719 |PID(25333) sip_protocol.c(5964) …
func (h *head) cutClock(b []byte) bool {
	at := bytes.IndexByte(b[:min(len(b), 16)], '|')
	if at < 0 || bytes.IndexByte(b[:at], ':') < 0 || len(bytes.Trim(b[:at], "0123456789:. ")) > 0 {
		return false
	}
	*h = head{}
	return h.readFields(b[at+1:]) && h.sure
}

// readBanner reads a line that says when the file was begun: a time as ctime(3)
// prints it, and next to nothing else.
func (h *head) readBanner(b []byte) bool {
	if len(b) > 120 {
		return false
	}
	at := 0
	switch b[0] {
	case '=', '-', '#', '*', '[':
		at = bytes.IndexAny(b, "MTWFS")
	case 'M', 'T', 'W', 'F', 'S':
	default:
		return false
	}
	for ; at >= 0 && len(b)-at >= ctimeLen; at++ {
		if days, clock, ok := readCtime(b[at:]); ok {
			h.moment = moment{days: days, dated: true, clock: clock, timed: true}
			h.message, h.banner = b, true
			return true
		}
		next := bytes.IndexAny(b[at+1:], "MTWFS")
		if next < 0 {
			return false
		}
		at += next
	}
	return false
}

// threadLen returns the length of the thread, 8 to 16 hex digits before a bar,
// that b begins with; 0 when it begins with none.
func threadLen(b []byte) int {
	n := 0
	for n < len(b) && n <= 16 && isHex(b[n]) {
		n++
	}
	if n < 8 || n > 16 || n >= len(b) || b[n] != '|' {
		return 0
	}
	return n
}

// levelLen returns the length of the level that b begins with.
func levelLen(b []byte) int {
	n := 0
	for n < len(b) && n < 9 && b[n]|0x20 >= 'a' && b[n]|0x20 <= 'z' {
		n++
	}
	if n < 4 || n > 8 {
		return 0
	}
	switch string(b[:n]) {
	case "debug", "info", "warn", "warning", "error", "fatal", "vbose", "verbose", "trace", "notice", "critical",
		"DEBUG", "INFO", "WARN", "WARNING", "ERROR", "FATAL", "VBOSE", "VERBOSE", "TRACE", "NOTICE", "CRITICAL":
		return n
	}
	return 0
}

// digits returns how many digits b begins with.
func digits(b []byte) int {
	n := 0
	for n < len(b) && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	return n
}

func isHex(c byte) bool { return c >= '0' && c <= '9' || c|0x20 >= 'a' && c|0x20 <= 'f' }

func isWord(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' || c >= '0' && c <= '9' || c == '_' }
