package jabber

import (
	"bytes"
	"encoding/binary"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/text"
)

// shape tells the record heads apart.
type shape uint8

const (
	csf      shape = iota // Jabber's, with or without time and level
	webex                 // the Webex app's own
	report                // PRT.txt
	phone                 // a desk phone's
	endpoint              // a room endpoint's
)

// head is the beginning of a record.
type head struct {
	// time is in the zone of the record before; zero when none is printed.
	time  time.Time
	shape shape
	// component and function are nil where the shape has none.
	component, function, message []byte
}

// readHead reads the record head that line begins with. prev gives the zone,
// and the date where only a time is printed. The shapes:
//
//	2017-04-19 16:30:30,565 INFO  [0x000013b0] [etutils\src\http\CurlHttpUtils.cpp(1088)] [csf.httpclient] [csf::http::CurlHttpUtils::configureEasyRequest] - message
//	INFO [0x00002fd0] [tutils\adapters\HttpCertAdapter.cpp(109)] [csf.httpclient] [csf::…] - message
//	13:03:19,013 INFO  [0x00002484] [\core\ccapp\config\config_parser.c(1491)] [csf.sip-call-control] [config_process_ccm_properties] - message
//	2016-10-11 15:17:50,990 [0xb6fdcbec] [erx/jwcpp/xmppsdk/XmppPresence.cpp(1666)] [csf.jwcpp] [handlePresence] -
//	-- 2015-08-04 10:48:04.775 ERROR [ad95000] - [csf.cert.][checkIdentifiers] message
//	WARNING [9134000] - [csf.edge][executeEdgeConfigRequest] message
//	2024-02-01T05:48:33.551Z <Error> [0x84953][]WebViewController.swift:358 webView(...):message
//	[2025-12-10 17:30:33,696] message
//	1773 DEB Nov 09 12:59:23.449563 JAVA-message
//	83716.91 PROV I: message
//
// component, function and message are nil where a page broke the line before
// them. The blank after the level may be a no-break one (U+00A0). Before the head
// may stand a byte order mark, blanks, or "Line 190: " of an editor's search.
func readHead(line []byte, prev time.Time) (head, bool) {
	line = atHead(line)
	if len(line) < minHead {
		return head{}, false
	}
	var h head
	if len(line) > stampAndLevel && line[stampAndLevel] == '[' && line[4] == '-' && usualLevel(line) && h.usual(line[stampAndLevel:]) {
		var n int
		if h.time, n = localTime(line, prev); n == stampAndLevel-len("DEBUG ") {
			return h, true
		}
		h = head{}
	}
	i := 0
	switch c := line[0]; {
	case c >= '0' && c <= '9':
		if line[4] == '-' && len(line) > 24 && line[10] == 'T' {
			return webexHead(line, prev)
		}
		if h.time, i = localTime(line, prev); i == 0 {
			if h, ok := phoneHead(line, prev); ok {
				return h, true
			}
			return endpointHead(line, prev)
		}
	case c == '-':
		if !bytes.HasPrefix(line, []byte("-- ")) {
			return h, false
		}
		if h.time, i = localTime(line[3:], prev); i == 0 {
			return h, false
		}
		i += 3
	case c == '[':
		return reportHead(line, prev)
	case c < 'C' || c > 'W':
		return h, false
	}
	level := levelLen(line[i:])
	if level == 0 && (i == 0 || line[0] == '-') {
		return h, false
	}
	if i += level; i >= len(line) || line[i] != '[' {
		return h, false
	}
	return h, h.brackets(line[i:]) || level > 0 && cutHead(line[i:])
}

// atHead returns line from where its head may begin.
func atHead(line []byte) []byte {
	if len(line) == 0 {
		return line
	}
	switch line[0] {
	case 'L', 0xEF:
		line, _ = text.TrimLinePrefix(line)
	case ' ', '\t':
		line, _ = text.TrimLinePrefix(line)
		line = trimBlanks(line)
	}
	return line
}

// fields reads the bracketed fields of a line of which Start has judged the
// rest.
func (h *head) fields(line []byte) bool {
	if len(line) > stampAndLevel && line[stampAndLevel] == '[' && h.usual(line[stampAndLevel:]) {
		return true
	}
	if at := bytes.IndexByte(line[:min(len(line), len("-- ")+stampAndLevel+len("CRITICAL["))], '['); at > 0 && h.brackets(line[at:]) {
		return true
	}
	var ok bool
	*h, ok = readHead(line, time.Time{})
	return ok
}

// usual reads the bracketed fields of a line as Jabber for Windows pads and
// spaces them; it is what brackets would find.
func (h *head) usual(b []byte) bool {
	const thread = len("[0x000013b0")
	if len(b) < thread+len("] [a(1)] [b] [c] - ") || b[1] != '0' || b[2] != 'x' || b[thread] != ']' ||
		b[thread+1] != ' ' || b[thread+2] != '[' || !isHex8(b[3:thread]) {
		return false
	}
	b = b[thread+3:]
	end := bytes.IndexByte(b, ']')
	if end < 1 || b[end-1] != ')' || len(b) < end+3 || b[end+1] != ' ' || b[end+2] != '[' {
		return false
	}
	b = b[end+3:]
	end = bytes.IndexByte(b, ']')
	if end < 1 || len(b) < end+3 || b[end+1] != ' ' || b[end+2] != '[' {
		return false
	}
	component := b[:end]
	b = b[end+3:]
	end = bytes.IndexByte(b, ']')
	if end < 1 || len(b) < end+5 || b[end+1] != ' ' || b[end+2] != '-' || b[end+3] != ' ' || b[end+4] == ' ' || b[end+4] >= 0x80 {
		return false
	}
	h.component, h.function, h.message = component, b[:end], b[end+4:]
	return true
}

// stampAndLevel is the length of what stands before the thread in most heads.
const stampAndLevel = len("2006-01-02 15:04:05,000 DEBUG ")

// usualLevel reports whether line has a level, padded to five letters, behind
// its date and time.
func usualLevel(line []byte) bool {
	switch string(line[stampAndLevel-len("DEBUG ") : stampAndLevel]) {
	case "INFO  ", "DEBUG ", "WARN  ", "ERROR ", "TRACE ", "FATAL ":
		return true
	}
	return false
}

// minHead is the length of the shortest head.
const minHead = len("INFO [0] - [a][b]")

// brackets reads the bracketed fields that b begins with: thread, path with
// line number, component and function, or, in the old format, thread,
// component and function. No more are read, because messages hold brackets of
// their own.
func (h *head) brackets(b []byte) bool {
	end := closing(b)
	if end < 0 || !isHex(bytes.TrimPrefix(b[1:end], []byte("0x"))) {
		return false
	}
	b = b[end+1:]
	if len(b) > 2 && b[0] == ' ' && b[1] == '-' && b[2] == ' ' {
		b = trimBlanks(b[3:])
	} else {
		b = trimBlanks(b)
		if end = closing(b); end < 0 || b[end-1] != ')' {
			return false
		}
		b = trimBlanks(b[end+1:])
	}
	if end = closing(b); end < 2 {
		return false // no component
	}
	h.component, b = b[1:end], trimBlanks(b[end+1:])
	if end = closing(b); end < 0 {
		return false
	}
	h.function, b = b[1:end], trimBlanks(b[end+1:])
	if len(b) > 0 && b[0] == '-' && (len(b) == 1 || b[1] == ' ') {
		b = trimBlanks(b[1:])
	}
	h.message = b
	return true
}

// maxField bounds a bracketed field: the longest seen are C++ names.
const maxField = 1 << 10

// closing returns where the bracket that b begins with ends, -1 when b does
// not begin with one.
func closing(b []byte) int {
	if len(b) == 0 || b[0] != '[' {
		return -1
	}
	return bytes.IndexByte(b[:min(len(b), maxField)], ']')
}

// levelLen returns the length of the level that b begins with and of the
// blanks behind it; 0 when b begins with none.
func levelLen(b []byte) int {
	for i := range levels {
		l := levels[i]
		if len(b) > len(l) && b[0] == l[0] && string(b[:len(l)]) == l {
			rest := trimBlanks(b[len(l):])
			if n := len(b) - len(rest); n > len(l) {
				return n
			}
		}
	}
	return 0
}

var levels = [...]string{"INFO", "DEBUG", "WARN", "ERROR", "TRACE", "FATAL", "WARNING", "VERBOSE", "NOTICE", "CRITICAL"}

// trimBlanks removes leading blanks, no-break ones (C2 A0 in UTF-8) too.
func trimBlanks(b []byte) []byte {
	for len(b) > 0 {
		switch {
		case b[0] == ' ' || b[0] == '\t':
			b = b[1:]
		case b[0] == 0xC2 && len(b) > 1 && b[1] == 0xA0:
			b = b[2:]
		default:
			return b
		}
	}
	return b
}

// isHex8 does what isHex does for eight bytes.
func isHex8(b []byte) bool {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	v := binary.LittleEndian.Uint64(b)
	low, small := v&^high, v&^high|0x20*ones
	// The highest bit of a byte is set where it is at least the limit.
	digit := (low + (0x80-'0')*ones) &^ (low + (0x7F-'9')*ones)
	letter := (small + (0x80-'a')*ones) &^ (small + (0x7F-'f')*ones)
	return (digit|letter)&high&^v == high
}

func isHex(b []byte) bool {
	for _, c := range b {
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return len(b) > 0
}
