package alarm

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/stamp"
	"github.com/uctrace/uctrace/normalizer/internal/text"
)

// head is what stands before the words of a record.
type head struct {
	// time is zero when none is printed.
	time time.Time
	// header is that of the alarm; alarm is false for a line of syslog that
	// holds none.
	header header
	alarm  bool
	// host wrote the message, nil when it is not named.
	host []byte
	// envelope is the host that a syslog server noted before the message.
	envelope []byte
	// from is the index of the CiscoLog stamp, or of the header without one.
	from int
	// form names the shape, for Explain.
	form string
}

// maxPrefix bounds what stands before the header of an alarm: an envelope, a
// sequence number, a host, a stamp.
const maxPrefix = 240

// readHead reads the head that line begins with. The shapes:
//
//	<189>8103: Oct 14 2015 05:50:19 AM.484 UTC :  %UC_AUDITLOG-5-AdministrativeEvent: %[ …
//	<189>23813: cucm-pub: Jul 05 2016 04:03:01 PM.688 UTC : %UC_RTMT-2-RTMT_ALERT: %[…
//	Nov 28 10:15:02 cucm-pub local7 4 : 118: cucm-pub.example.com: Nov 28 2015 08:15:02.331 UTC :  %UC_LOGIN-4-…
//	2016-07-05T16:03:01+00:00 10.1.0.5 23813: cucm-pub: Jul 05 2016 04:03:01 PM.688 UTC : %UC_RTMT-2-…
//	%CCM_CALLMANAGER-CALLMANAGER-3-CodeYellowEntry: CodeYellowEntry Expected Average Delay:7906 …
//	Jul  5 12:02:29 cucm-sub1 authpriv 6 sshd[4711]: …
//	<14>1362993: : audispd:node=cucm-sub1 type=EOE msg=audit(1630319311.975:2557529):
//	20:05:09.842 |LogMessage     UserID : admin ClientAddress : 10.1.0.9 …
//	Event Type: Error
func readHead(line []byte, prev time.Time) (h head, ok bool) {
	line, skipped := trimFront(line)
	if len(line) < len("Event Type:") {
		return h, false
	}
	switch c := line[0]; {
	case c == '<' || c-'0' <= 9 || c == '*' || c == '.' || c == '%' || c == ':':
	case c >= 'A' && c <= 'Z' || c >= 'a' && c <= 'z':
		if c == 'E' && bytes.HasPrefix(line, []byte("Event Type:")) {
			return head{form: "event log"}, eventType(line)
		}
	default:
		return h, false
	}
	if h, ok = alarmHead(line, prev); !ok {
		h, ok = plainHead(line, prev)
	}
	h.from += skipped
	h.header.at += skipped
	h.header.body += skipped
	return h, ok
}

// trimFront removes what an editor puts before a line, and blanks.
func trimFront(line []byte) (rest []byte, skipped int) {
	if len(line) == 0 || line[0] != 'L' && line[0] != ' ' && line[0] != '\t' && line[0] != 0xEF {
		return line, 0
	}
	rest, _ = text.TrimLinePrefix(line)
	rest = bytes.TrimLeft(rest, " \t")
	return rest, len(line) - len(rest)
}

// alarmHead reads a line that holds an alarm with its stamp before it.
func alarmHead(line []byte, prev time.Time) (h head, ok bool) {
	if h.header, ok = findHeader(line[:min(len(line), maxPrefix+maxFacility+maxName)], 0); !ok || h.header.at > maxPrefix {
		return head{}, false
	}
	before := line[:h.header.at]
	// The header of an alarm that an alert quotes does not begin a record.
	if bytes.Contains(before, []byte("%[")) || bytes.Contains(before, []byte("[Alert")) {
		return head{}, false
	}
	h.alarm, h.form = true, "CiscoLog"
	m, from, found := stampBefore(before)
	if !found {
		h.from = h.header.at
		return h, len(bytes.Trim(trimPriority(before), " :")) == 0
	}
	h.from = from
	h.host = hostBefore(before[:from])
	h.envelope = envelopeHost(before[:from])
	var near time.Time
	if m.year == 0 {
		near = dayIn(line[h.header.body:])
	}
	h.time = m.time(prev, near)
	return h, true
}

// stampBefore returns the stamp that b ends with, apart from blanks and a
// colon, and its index.
func stampBefore(b []byte) (m moment, from int, ok bool) {
	b = bytes.TrimRight(b, " :\t")
	for at := len(b) - len("Jul 5 06:22:31"); at >= 0; at-- {
		if c := b[at]; c < 'A' || c > 'S' || month(b[at:]) == 0 {
			continue
		}
		if at > 0 && b[at-1] != ' ' && b[at-1] != ':' && b[at-1] != '*' && b[at-1] != '.' && b[at-1] != '>' {
			continue
		}
		m, n := readMoment(b[at:])
		if n == 0 {
			continue
		}
		if rest := bytes.TrimRight(b[at+n:], " :"); len(rest) > 0 && !zoneWord(rest) {
			return m, 0, false
		}
		if at > 0 && (b[at-1] == '*' || b[at-1] == '.') {
			at--
		}
		return m, at, true
	}
	return m, 0, false
}

// zoneWord reports whether b is one word in capitals: a zone that has no
// single offset.
func zoneWord(b []byte) bool {
	b = bytes.TrimLeft(b, " ")
	for _, c := range b {
		if c < 'A' || c > 'Z' {
			return false
		}
	}
	return len(b) <= 5
}

// hostBefore returns the host between the sequence number and the stamp, nil
// when there is none. Some messages lack the colon behind it.
//
//	<189>23813: cucm-pub: Jul …           →  cucm-pub
//	41679: cucm-1.example.com Jul 02 …    →  cucm-1.example.com
//	<189>8103: Oct …                      →  none
func hostBefore(b []byte) []byte {
	b = bytes.TrimSuffix(bytes.TrimRight(trimPriority(b), " "), []byte(":"))
	host := b[bytes.LastIndexByte(b, ' ')+1:]
	if isHost(host) && bytes.IndexByte(host, ':') < 0 {
		return host
	}
	return nil
}

// isHost reports whether b may name a host: a sequence number or a priority
// does not.
func isHost(b []byte) bool {
	digits := true
	for _, c := range b {
		if !word(c) && c != '-' && c != '.' && c != ':' {
			return false
		}
		digits = digits && c-'0' <= 9
	}
	return len(b) > 0 && !digits
}

// envelopeHost returns the host of the syslog envelope that b begins with, nil
// when b has none.
func envelopeHost(b []byte) []byte {
	b = trimPriority(b)
	if n := envelopeStamp(b); n > 0 {
		host, _, _ := bytes.Cut(b[n:], []byte(" "))
		if isHost(bytes.TrimSuffix(host, []byte(":"))) {
			return bytes.TrimSuffix(host, []byte(":"))
		}
	}
	return nil
}

// envelopeStamp returns the length of the RFC 3164 or RFC 3339 stamp that b
// begins with, and of the blanks behind it.
func envelopeStamp(b []byte) int {
	if _, n := readMoment(b); n > 0 {
		return skipBlanks(b, n)
	}
	if _, ok := stamp.DateTime(b); ok {
		i := max(bytes.IndexByte(b, ' '), stamp.DateTimeLen)
		return skipBlanks(b, min(i, len(b)))
	}
	return 0
}
