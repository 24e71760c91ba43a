package jabber

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/stamp"
	"github.com/uctrace/uctrace/schemas"
)

// head is the beginning of a record.
type head struct {
	// time is in the zone of the record before; zero when none is printed.
	time time.Time
	// function and message are parts of the line.
	function, message []byte
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
//
// The blank after the level may be a no-break one (U+00A0).
func readHead(line []byte, prev time.Time) (head, bool) {
	if len(line) < minHead {
		return head{}, false
	}
	var h head
	i := 0
	switch c := line[0]; {
	case c >= '0' && c <= '9':
		if line[4] == '-' && len(line) > 24 && line[10] == 'T' {
			return webexHead(line, prev)
		}
		if h.time, i = localTime(line, prev); i == 0 {
			return h, false
		}
	case c == '-':
		if !bytes.HasPrefix(line, []byte("-- ")) {
			return h, false
		}
		if h.time, i = localTime(line[3:], prev); i == 0 {
			return h, false
		}
		i += 3
	case c < 'D' || c > 'W':
		return h, false
	}
	level := levelLen(line[i:])
	if level == 0 && (i == 0 || line[0] == '-') {
		return h, false
	}
	if i += level; i >= len(line) || line[i] != '[' {
		return h, false
	}
	ok := h.brackets(line[i:])
	return h, ok
}

// readFields reads the bracketed fields of a line of which Start has judged the
// rest.
func readFields(line []byte) (head, bool) {
	var h head
	const stampAndLevel = len("-- 2006-01-02 15:04:05,000 WARNING  [")
	if at := bytes.IndexByte(line[:min(len(line), stampAndLevel)], '['); at >= 0 {
		if h.brackets(line[at:]) {
			return h, true
		}
	}
	return readHead(line, time.Time{})
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
	b = trimBlanks(b[end+1:])
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

// webexHead reads the head of a record of the Webex app, which writes into the
// same file as the Jabber stack inside it. Its time is UTC.
func webexHead(line []byte, prev time.Time) (head, bool) {
	sec, ok := stamp.DateTime(line)
	nsec, end := stamp.Fraction(line, stamp.DateTimeLen)
	rest, marked := bytes.CutPrefix(line[end:], []byte("Z <"))
	if !ok || !marked {
		return head{}, false
	}
	end = bytes.IndexByte(rest, '>')
	if end < 1 || !bytes.HasPrefix(rest[end:], []byte("> [0x")) {
		return head{}, false
	}
	return head{time: time.Unix(sec, int64(nsec)).In(prev.Location()), message: rest[end+2:]}, true
}

// localTime reads date and time, or a time alone, with the blank behind it,
// and returns its length; 0 when b begins with none.
func localTime(b []byte, prev time.Time) (time.Time, int) {
	if sec, ok := stamp.DateTime(b); ok && b[10] == ' ' {
		nsec, end := stamp.Fraction(b, stamp.DateTimeLen)
		if end == stamp.DateTimeLen || end >= len(b) || b[end] != ' ' {
			return time.Time{}, 0
		}
		return stamp.In(sec, nsec, prev.Location()), end + 1
	}
	clock, ok := stamp.Clock(b)
	if !ok {
		return time.Time{}, 0
	}
	nsec, end := stamp.Fraction(b, len("15:04:05"))
	if end == len("15:04:05") || end >= len(b) || b[end] != ' ' {
		return time.Time{}, 0
	}
	y, m, d := prev.Date()
	t := time.Date(y, m, d, 0, 0, clock, nsec, prev.Location())
	if schemas.Dated(prev) && prev.Sub(t) > 12*time.Hour {
		t = t.AddDate(0, 0, 1)
	}
	return t, end + 1
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

var levels = [...]string{"INFO", "DEBUG", "WARN", "ERROR", "TRACE", "FATAL", "WARNING"}

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

func isHex(b []byte) bool {
	for _, c := range b {
		if (c < '0' || c > '9') && (c|0x20 < 'a' || c|0x20 > 'f') {
			return false
		}
	}
	return len(b) > 0
}
