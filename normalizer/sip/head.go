package sip

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/normalizer/internal/stamp"
	"github.com/uctrace/uctrace/schemas"
)

// head is the line that a tool writes before a message.
//
//	2013/04/26 09:47:50.116000 10.0.6.2:5060 -> 10.0.96.18:5060                (sngrep)
//	U 2013/04/26 09:47:50.116000 10.0.6.2:5060 -> 10.0.96.18:5060              (ngrep)
//	proto:UDP 2013-04-26T09:47:50.116Z  10.0.6.2:5060 ---> 10.0.96.18:5060     (Homer)
//	[2013-04-26 09:47:50.116] INVITE sip:3250@10.0.96.18 SIP/2.0
//	*Apr 26 2013 09:47:50.116: //-1/xxxxxxxxxxxx/SIP/Msg/ccsipDisplayMsg:      (IOS)
type head struct {
	time time.Time // zero when the line gives none
	// transport is udp or tcp, "" when the line does not say.
	transport string
	// src and dst are host:port, empty when the line names none.
	src, dst []byte
	// rest is the start line that stands behind a stamp.
	rest []byte
}

// headed is the name of the zone that a time has whose head line precedes the
// message: the start line that follows begins no record of its own, nor does
// one inside a body.
const headed = "headed"

// readHead reads line as a head. prev gives the zone, and the year where the
// stamp has none.
func readHead(line []byte, prev time.Time) (head, bool) {
	line = bytes.TrimRight(line, " \t\r")
	if len(line) < len("2006-01-02 15:04:05") || !begins[line[0]] {
		return head{}, false
	}
	var h head
	rest := h.protocol(line)
	bracket := len(rest) > 0 && rest[0] == '['
	if bracket {
		rest = rest[1:]
	}
	n, ok := h.stamp(rest, prev)
	switch {
	case ok:
		rest = rest[n:]
		if bracket {
			if len(rest) == 0 || rest[0] != ']' {
				return head{}, false
			}
			rest = rest[1:]
		}
	case h.transport != "": // ngrep without times
	default:
		return readDisplay(line, prev)
	}
	rest = bytes.TrimLeft(rest, " \t:|-")
	if sip.StartLine(rest) && ok {
		h.rest = rest
		return h, true
	}
	return h, h.peers(rest)
}

// begins are the bytes that a head begins with: those of a stamp, of a
// protocol, of a month.
var begins = func() (t [256]bool) {
	for _, c := range "0123456789[UTp*.JFMASOND" {
		t[c] = true
	}
	return t
}()

// protocol reads what may stand before a stamp, and returns what follows it.
func (h *head) protocol(line []byte) []byte {
	if rest, ok := bytes.CutPrefix(line, []byte("proto:")); ok && len(rest) > 4 && rest[3] == ' ' {
		line = rest[4:]
		switch string(rest[:3]) {
		case "UDP":
			h.transport = "udp"
		case "TCP":
			h.transport = "tcp"
		case "TLS":
			h.transport = "tls"
		}
		return bytes.TrimLeft(line, " ")
	}
	if line[1] == ' ' && line[0] == 'U' {
		h.transport = "udp"
		return line[2:]
	}
	if line[1] == ' ' && line[0] == 'T' {
		h.transport = "tcp"
		return line[2:]
	}
	return line
}

// stamp reads a date and a time at the beginning of b, and the zone behind
// them, and returns how long they are.
func (h *head) stamp(b []byte, prev time.Time) (n int, ok bool) {
	if len(b) < stamp.DateTimeLen {
		return 0, false
	}
	var date [stamp.DateTimeLen]byte
	copy(date[:], b)
	if date[4] == '/' && date[7] == '/' {
		date[4], date[7] = '-', '-'
	}
	if date[10] != ' ' && date[10] != 'T' {
		return 0, false
	}
	seconds, ok := stamp.DateTime(date[:])
	if !ok {
		return 0, false
	}
	nsec, n := stamp.Fraction(b, stamp.DateTimeLen)
	zone := prev.Location()
	if n < len(b) && b[n] == 'Z' {
		zone = time.UTC
		n++
	} else if offset, ok := offset(b[n:]); ok {
		zone = time.FixedZone("", offset)
		n += len("+00:00")
	}
	h.time = mark(stamp.In(seconds, nsec, zone), prev)
	return n, true
}

// offset reads +02:00.
func offset(b []byte) (seconds int, ok bool) {
	if len(b) < 6 || b[0] != '+' && b[0] != '-' || b[3] != ':' {
		return 0, false
	}
	h, ok1 := stamp.Two(b[1:])
	m, ok2 := stamp.Two(b[4:])
	seconds = h*3600 + m*60
	if b[0] == '-' {
		seconds = -seconds
	}
	return seconds, ok1 && ok2 && h < 24 && m < 60
}

// mark puts t into the zone that says that a head precedes the message, and
// that keeps prev's offset from UTC for heads without one.
func mark(t, prev time.Time) time.Time {
	if isHeaded(prev) {
		return t.In(prev.Location())
	}
	_, seconds := t.In(prev.Location()).Zone()
	return t.In(time.FixedZone(headed, seconds))
}

func isHeaded(prev time.Time) bool { return prev.Location().String() == headed }

// peers reads two addresses and the arrow between them, which may be as long
// as the tool likes. Flags of TCP may follow.
//
//	10.0.6.2:5060 -> 10.0.96.18:5060 [AP]
func (h *head) peers(b []byte) bool {
	src, rest, ok := bytes.Cut(b, []byte(" -"))
	if !ok {
		return false
	}
	arrow := bytes.TrimLeft(rest, "-")
	if len(arrow) < 2 || arrow[0] != '>' || arrow[1] != ' ' {
		return false
	}
	dst := bytes.TrimLeft(arrow[2:], " ")
	if i := bytes.IndexByte(dst, ' '); i >= 0 {
		dst = dst[:i]
	}
	if !address(src) || !address(dst) {
		return false
	}
	h.src, h.dst = src, dst
	return true
}

// address reports whether b is host:port.
func address(b []byte) bool {
	i := bytes.LastIndexByte(b, ':')
	if i < 1 || i+1 == len(b) || len(b)-i > 6 {
		return false
	}
	for _, c := range b[i+1:] {
		if c < '0' || c > '9' {
			return false
		}
	}
	return !bytes.ContainsAny(b, " <>\"|=;/")
}

// readDisplay reads the line before a message of IOS, "debug ccsip messages".
// Its stamp may lack the year, which is then that of prev.
func readDisplay(line []byte, prev time.Time) (head, bool) {
	before, _, ok := bytes.Cut(line, []byte("/SIP/Msg/ccsipDisplayMsg:"))
	if !ok {
		return head{}, false
	}
	var h head
	words := bytes.Fields(before)
	for i, w := range words {
		m := month(bytes.TrimLeft(w, "*."))
		if m == 0 || i+2 >= len(words) {
			continue
		}
		day, year := number(words[i+1]), prev.Year()
		clock := words[i+2]
		if n := number(clock); n > 1970 && i+3 < len(words) {
			year, clock = n, words[i+3]
		}
		seconds, ok := stamp.Clock(clock)
		if !ok || day < 1 || day > 31 {
			break
		}
		nsec, _ := stamp.Fraction(clock, len("15:04:05"))
		if year < 1970 {
			m, day = 1, 1 // a bare time of day: see schemas.Dated
		}
		h.time = mark(stamp.In(stamp.Days(year, m, day)*86400+int64(seconds), nsec, prev.Location()), prev)
		break
	}
	return h, true
}

func month(b []byte) int {
	const months = "JanFebMarAprMayJunJulAugSepOctNovDec"
	if i := bytes.Index([]byte(months), b); len(b) == 3 && i >= 0 && i%3 == 0 {
		return i/3 + 1
	}
	return 0
}

func number(b []byte) int {
	n := 0
	for _, c := range b {
		if c < '0' || c > '9' || n > 9999 {
			return -1
		}
		n = n*10 + int(c-'0')
	}
	return n
}

// direction reads the line between head and message that IOS writes.
func direction(line []byte) schemas.Direction {
	switch string(bytes.TrimSpace(line)) {
	case "Received:":
		return schemas.In
	case "Sent:":
		return schemas.Out
	}
	return ""
}
