package log4j

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/stamp"
	"github.com/uctrace/uctrace/normalizer/internal/text"
)

// head is the beginning of a record.
type head struct {
	seconds int64 // of a clock without zone, see stamp.DateTime
	nsec    int
	level   []byte
	thread  []byte
	logger  []byte // authentication.AuthenticationImpl
	message []byte
}

// shortest is the length of 2006-01-02 15:04:05,000 INFO [a] b -.
const shortest = 34

// readHead reads the record head that line begins with. A thread may hold
// blanks, brackets and colons; the logger is told by what follows it.
//
//	2019-07-14 06:00:07,842 DEBUG [Peer: node in cluster A] axl.AXLClientLogger - runSoapReq: …
//	2026-01-10 06:06:31,274 ERROR [http-nio-81-exec-157]  cpi.sso.saml.sp.security.authentication.SAMLAuthenticator - …
//	2018-04-14 19:10:52,467 INFO  [http-bio-8443-exec-21] EMServiceServlet          - 7: LoginService.executeLogin: …
func readHead(line []byte) (h head, ok bool) {
	if len(line) > 0 && line[0]-'0' > 9 {
		if h, ok = readOldConsole(line); ok {
			return h, true
		}
		if line, ok = text.TrimLinePrefix(line); !ok {
			return h, false
		}
	}
	if len(line) < shortest {
		return h, false
	}
	if line[4] != '-' {
		return readConsole(line)
	}
	if h.seconds, ok = stamp.DateTime(line); !ok || line[10] != ' ' {
		return h, false
	}
	i := 0
	if h.nsec, i = stamp.Fraction(line, stamp.DateTimeLen); i == stamp.DateTimeLen || i >= len(line) || line[i] != ' ' {
		return h, false
	}
	line = trimBlanks(line[i:])
	n := levelLen(line)
	if n == 0 {
		return h, false
	}
	h.level, line = line[:n], trimBlanks(line[n:])
	if len(line) == 0 {
		return h, false
	}
	if line[0] != '[' {
		h.logger, h.message, ok = loggerOf(line)
		return h, ok
	}
	return h, h.readLogger(line[1:])
}

// maxThread bounds a thread name, in bytes.
const maxThread = 300

// readLogger reads the thread that b begins with, the logger behind it, and
// the message.
func (h *head) readLogger(b []byte) bool {
	for i := 0; i < len(b) && i <= maxThread; i++ {
		at := bytes.IndexByte(b[i:], ']')
		if at < 0 {
			return false
		}
		i += at
		if logger, message, ok := loggerOf(trimBlanks(b[i+1:])); ok {
			h.thread, h.logger, h.message = b[:i], logger, message
			return true
		}
	}
	return false
}

// loggerOf reads the logger that b begins with, the place in the source when
// it is printed, the dash, and the message.
//
//	ccmpns.CCMPNServer (CCMPNServer.java:306) - fetchAndStoreAccessToken() Response received : 400
func loggerOf(b []byte) (logger, message []byte, ok bool) {
	end := 0
	for end < len(b) && loggerByte(b[end]) {
		end++
	}
	if end == 0 || b[0]|0x20 < 'a' || b[0]|0x20 > 'z' {
		return nil, nil, false
	}
	tail := trimBlanks(b[end:])
	if len(tail) > 2 && tail[0] == '(' {
		closing := bytes.IndexByte(tail[:min(len(tail), maxThread)], ')')
		if closing < 0 {
			return nil, nil, false
		}
		tail = trimBlanks(tail[closing+1:])
	}
	dash := dashLen(tail)
	if dash == 0 || len(tail) > dash && tail[dash] != ' ' {
		return nil, nil, false
	}
	return b[:end], trimBlanks(tail[dash:]), true
}

// dashLen returns the length of the dash that b begins with, a typographic one
// of a copy included; 0 for none.
func dashLen(b []byte) int {
	switch {
	case len(b) == 0:
	case b[0] == '-':
		return 1
	case bytes.HasPrefix(b, []byte("\u2013")), bytes.HasPrefix(b, []byte("\u2014")):
		return len("\u2013")
	}
	return 0
}

func loggerByte(c byte) bool {
	return c|0x20 >= 'a' && c|0x20 <= 'z' || c-'0' <= 9 || c == '.' || c == '_' || c == '$'
}

// class returns the last part of the logger, without what stands behind a $.
func (h *head) class() []byte {
	c := h.logger[bytes.LastIndexByte(h.logger, '.')+1:]
	if i := bytes.IndexByte(c, '$'); i > 0 {
		c = c[:i]
	}
	return c
}

// grave reports whether the level is one that faults are logged with.
func (h *head) grave() bool {
	if len(h.level) == 0 {
		return false
	}
	switch h.level[0] {
	case 'E', 'W', 'S':
		return true
	}
	return string(h.level) == "FATAL"
}

// levelLen returns the length of the level that b begins with, 0 for none.
func levelLen(b []byte) int {
	for _, l := range levels {
		if len(b) > len(l) && b[0] == l[0] && string(b[:len(l)]) == l && (b[len(l)] == ' ' || b[len(l)] == '[' || b[len(l)] >= 0x80) {
			return len(l)
		}
	}
	return 0
}

var levels = [...]string{"DEBUG", "INFO", "ERROR", "WARN", "FATAL", "TRACE", "WARNING", "AUDIT", "NOTICE", "SEVERE", "FINE", "CONFIG"}

// trimBlanks removes leading blanks, no-break ones too.
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
