package xmppclient

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// readProfanity reads a line of Profanity's log; it prints the day first.
//
//	06/09/2015 22:03:33: conn: DBG: SENT: <?xml version="1.0"?><stream:stream …>
func (h *head) readProfanity(b []byte) bool {
	*h = head{}
	end := h.read(b, true)
	if end == 0 || !h.dated || b[2] != '/' {
		return false
	}
	rest, ok := bytes.CutPrefix(b[end:], []byte(": "))
	n := moduleLen(rest)
	if !ok || n == 0 {
		return false
	}
	area, level := rest[:n], bytes.TrimLeft(rest[n+1:], " ")
	n = bytes.IndexByte(level[:min(len(level), 8)], ':')
	if n < 3 || !upper(level[:n]) {
		return false
	}
	h.message = bytes.TrimLeft(level[n+1:], " ")
	if dir, at := marked(h.message); dir != "" {
		h.direction, h.message = dir, h.message[at:]
	}
	h.sure = h.direction != "" || string(area) == "xmpp" || string(area) == "conn" || string(area) == "prof"
	return true
}

// readConsoleApp reads a line of Cisco's attendant console (CUAC): the thread is
// a decimal number, and stands before the level.
//
//	2016-05-24 15:51:32,762 [33] INFO XMPP - XMPPWrapper.IsValidLogin: Log Event:SEND: <auth …>
func (h *head) readConsoleApp(b []byte) bool {
	*h = head{}
	end := h.read(b, false)
	if end == 0 || !h.dated {
		return false
	}
	rest, ok := bytes.CutPrefix(b[end:], []byte(" ["))
	n := digits(rest)
	if !ok || n == 0 || n > 6 || n+2 > len(rest) || rest[n] != ']' || rest[n+1] != ' ' {
		return false
	}
	rest = bytes.TrimLeft(rest[n+2:], " ")
	n = bytes.IndexByte(rest, ' ')
	if n < 4 || !upper(rest[:n]) {
		return false
	}
	rest = bytes.TrimLeft(rest[n:], " ")
	logger, message, ok := bytes.Cut(rest, []byte(" - "))
	if !ok || len(logger) > 60 {
		return false
	}
	h.message = message
	if dir, at := marked(message); dir != "" {
		h.direction, h.message = dir, message[at:]
	}
	h.sure = string(logger) == "XMPP" || bytes.Contains(message[:min(len(message), 60)], []byte("XMPPWrapper"))
	return true
}

// gluedConsoleApp returns the index in line of the first head of the attendant
// console's at or after from, or -1: its thread is found, and the stamp before.
//
//	… </stream:features> 2016-05-24 15:51:32,762 [33] INFO XMPP - XMPPWrapper.IsValidLogin: …
func gluedConsoleApp(line []byte, from int) int {
	const stamp = len("2006-01-02 15:04:05,000")
	for i := max(from, 1) + stamp; i < len(line); i++ {
		at := bytes.Index(line[i:], []byte(" ["))
		if at < 0 {
			return -1
		}
		i += at
		var h head
		if line[i-4] == ',' && line[i-stamp-1] == ' ' && h.readConsoleApp(line[i-stamp:]) && h.sure {
			return i - stamp
		}
	}
	return -1
}

// readMarked reads a line of a library: a time or none, a level or none, the word
// that tells the direction, the stanza. Which words may stand before it is
// restricted, because these lines have no head of their own.
func (h *head) readMarked(b []byte) bool {
	dir, at := marked(b)
	if dir == "" {
		return false
	}
	before := b[:at]
	if stamped := bytes.TrimLeft(before, " "); len(before)-len(stamped) < 2 {
		before = stamped
	}
	if end := h.read(before, false); end > 0 {
		before = before[end:]
	} else {
		h.moment = moment{}
		if end = h.readLogcat(before); end > 0 {
			before = before[end:]
		}
	}
	if rest, ok := h.process(before); ok {
		before = rest
	}
	if !library(before) {
		return false
	}
	h.direction, h.message, h.sure = dir, b[at:], true
	return true
}

// process takes from b, what follows a time, the process and the thread that
// NSLog and CocoaLumberjack print, which XMPPFramework writes through; the
// milliseconds of the latter stand behind a colon.
//
//	:712 Chat[1731:1807] SEND:        :712 [1731:650f] RECV:        .712345+0800 Chat[1731:1807] SEND:
func (h *head) process(b []byte) ([]byte, bool) {
	if !h.timed {
		return b, false
	}
	if len(b) > 4 && b[0] == ':' && digits(b[1:]) == 3 {
		h.clock += time.Duration(number(b[1:4])) * time.Millisecond
		b = b[4:]
	} else if len(b) > 5 && (b[0] == '+' || b[0] == '-') && digits(b[1:]) == 4 {
		h.east, h.zoned = time.Duration(number(b[1:3]))*time.Hour+time.Duration(number(b[3:5]))*time.Minute, true
		if b[0] == '-' {
			h.east = -h.east
		}
		b = b[5:]
	}
	open := bytes.LastIndexByte(b, '[')
	if open < 0 {
		return b, false
	}
	n := digits(b[open+1:])
	thread, ok := bytes.CutPrefix(b[open+1+n:], []byte(":"))
	end := bytes.IndexByte(thread, ']')
	if n == 0 || !ok || end < 1 || len(bytes.Trim(thread[:end], "0123456789abcdef")) > 0 {
		return b, false
	}
	return thread[end+1:], true
}

// readLogcat reads the time of Android's log, which prints no year.
//
//	07-15 12:23:34.123 D/SMACK
func (h *head) readLogcat(b []byte) int {
	if len(b) < 18 || b[2] != '-' || b[5] != ' ' || digits(b) != 2 || digits(b[3:]) != 2 {
		return 0
	}
	if end := h.read(b[6:], false); end > 0 && !h.dated {
		return 6 + end
	}
	h.moment = moment{}
	return 0
}

// marked returns the direction of the stanza in b, and where it begins: behind a
// word that says so, with a number in brackets and a colon behind the word or
// without.
//
//	SENT (0): <    RCV  (17384): <    SEND (IMMED): <    socket       got   <
//	XML::Stream: Send: (<    XML::Stream: Read: buff(<
func marked(b []byte) (schemas.Direction, int) {
	lt := bytes.IndexByte(b[:min(len(b), maxMark)], '<')
	if lt < 4 {
		return "", 0
	}
	switch {
	case bytes.HasSuffix(b[:lt], []byte("XML::Stream: Send: (")):
		return schemas.Out, lt
	case bytes.HasSuffix(b[:lt], []byte("XML::Stream: Read: buff(")):
		return schemas.In, lt
	}
	before := bytes.TrimRight(b[:lt], " \t")
	colon := bytes.HasSuffix(before, []byte(":"))
	before = bytes.TrimRight(bytes.TrimSuffix(before, []byte(":")), " ")
	if bytes.HasSuffix(before, []byte(")")) {
		open := bytes.LastIndexByte(before, '(')
		if open < 0 || !colon {
			return "", 0
		}
		before = bytes.TrimRight(before[:open], " ")
	}
	n := len(before)
	for n > 0 && (before[n-1]|0x20 >= 'a' && before[n-1]|0x20 <= 'z') {
		n--
	}
	switch word := before[n:]; string(word) {
	case "SENT", "SEND":
		if colon {
			return schemas.Out, lt
		}
	case "RECV", "RCV", "RECEIVED":
		if colon {
			return schemas.In, lt
		}
	case "sent":
		if !colon && bytes.Contains(before[:n], []byte("socket")) {
			return schemas.Out, lt
		}
	case "got":
		if !colon && bytes.Contains(before[:n], []byte("socket")) {
			return schemas.In, lt
		}
	}
	return "", 0
}

// maxMark is how far into a line its stanza begins at the latest.
const maxMark = 200

// library reports whether b, what stands between the time and the stanza, is what
// a library puts there: its own name, a level, or nothing but the word for the
// direction.
func library(b []byte) bool {
	if len(bytes.Fields(b)) <= 3 && upperStart(bytes.TrimLeft(b, " ")) {
		return true
	}
	for _, name := range [...]string{"SMACK", "Smack", "smack", "slixmpp", "sleekxmpp", "socket", "xmpp", "XMPP", "DEBUG", "FINE", "DBG", "bytes)"} {
		if bytes.Contains(b, []byte(name)) {
			return true
		}
	}
	return false
}

// upperStart reports whether b begins with a word in capitals: SENT (0): or
// DEBUG    SEND:.
func upperStart(b []byte) bool {
	n := 0
	for n < len(b) && b[n] >= 'A' && b[n] <= 'Z' {
		n++
	}
	return n >= 3
}

func upper(b []byte) bool {
	for _, c := range b {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return len(b) > 0
}

// digits returns how many digits b begins with.
func digits(b []byte) int {
	n := 0
	for n < len(b) && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	return n
}
