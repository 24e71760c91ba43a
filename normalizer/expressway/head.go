package expressway

import (
	"bytes"
	"time"
)

// head is the beginning of a record.
type head struct {
	// time is when the record was written, zero when the head gives none.
	time time.Time
	// host and tag are nil when the head prints none; tag is the process
	// without pid and colon; pid is without brackets.
	host, tag, pid []byte
	// rest is the line from the first pair or text on.
	rest []byte
	// local is true for a BSD stamp, which prints neither year nor zone.
	local bool
}

var utcTime = []byte(`UTCTime=`)

// readHead reads the record head that line begins with. prev gives the year
// and the zone of a BSD stamp. time is that of the stamp; see applyUTC. The
// shapes:
//
//	2018-01-01T12:56:48.965-05:00 vcse1 tvcs: UTCTime="2018-01-01 17:56:48,965" Module=…
//	2018-01-01T12:56:48.969-05:00 vcse1 tvcs: Event="Call Attempted" … UTCTime="2018-01-01 17:56:48,971"
//	2020-08-12T14:57:43.353-05:00 expc01 UTCTime="…" Module="developer.clusterdb.cdb" …
//	2020-08-12T15:13:24.112-05:00 expc01 httpd[15060]: web: Event="System Configuration Changed" …
//	Jul 19 15:30:30 vcs tvcs: UTCTime="2011-07-19 15:30:30,616" …
//	<166> 2020-11-18T19:55:58Z expe tvcs: tvcs: UTCTime="…" …
//	xwayc XCP_JABBERD[23843]: UTCTime="2014-03-25 17:19:45,843" …
//	XCP_CM2[12122]:.. Level="INFO " CodeLocation="stanza.component.out" …
func readHead(line []byte, prev time.Time) (head, bool) {
	line = trimPriority(line)
	if len(line) == 0 {
		return head{}, false
	}
	var h head
	var n int
	switch c := line[0]; {
	case c == '1' || c == '2':
		h.time, n = isoStamp(line)
	case !isLetter(c):
		return h, false
	default:
		h.time, n = bsdStamp(line, prev)
		h.local = n > 0
	}
	if n == 0 {
		return bareHead(line)
	}
	h.host, n = word(line, n)
	if h.host == nil {
		return h, false
	}
	h.readTag(line[n:])
	if h.local && !knownTag(h.tag) && !bytes.Contains(h.rest, utcTime) {
		return h, false // another product's syslog line
	}
	return h, true
}

// bareHead reads the head of a line without stamp: at most a host and a tag
// before UTCTime, or an XCP tag whose fields an author has cut to two dots.
func bareHead(line []byte) (head, bool) {
	var h head
	if isXCP(line) {
		h.readTag(line)
		return h, h.pid != nil && startsWithPair(h.rest)
	}
	if !bytes.Contains(line[:min(len(line), maxBareHead)], utcTime) {
		return h, false
	}
	if h.readTag(line); h.tag == nil || !bytes.HasPrefix(h.rest, utcTime) {
		host, n := word(line, 0)
		h = head{host: host}
		h.readTag(line[n:])
	}
	if h.tag == nil || !bytes.HasPrefix(h.rest, utcTime) {
		return h, false
	}
	_, ok := readUTC(h.rest[len(utcTime):])
	return h, ok
}

// maxBareHead bounds how far into a line without stamp its UTCTime is looked
// for.
const maxBareHead = 120

// readTag reads process, pid and a second or repeated process, and sets rest.
// A word with = in it is a pair already.
func (h *head) readTag(b []byte) {
	h.rest = bytes.TrimLeft(b, " ")
	for i := range 2 {
		name, after := tagName(h.rest)
		if name == nil {
			return
		}
		var pid []byte
		if after < len(h.rest) && h.rest[after] == '[' {
			pid, after = readPID(h.rest, after)
		}
		colon := after < len(h.rest) && h.rest[after] == ':'
		switch {
		case colon:
			after++
		case pid == nil && (i > 0 || !pairFollows(h.rest[after:])):
			return // the first word of a text
		}
		if h.tag == nil {
			h.tag, h.pid = name, pid
		}
		h.rest = h.rest[after:]
		for len(h.rest) > 0 && (h.rest[0] == ' ' || h.rest[0] == '.') {
			h.rest = h.rest[1:]
		}
		if len(h.rest) > 0 && h.rest[0] >= 0x80 && isXCP(h.tag) {
			h.rest = bytes.TrimLeft(h.rest, " .\u2026")
		}
	}
}

// tagName returns the process name that b begins with and where it ends, nil
// when b begins with a pair or something else.
func tagName(b []byte) (name []byte, end int) {
	for end < len(b) && (isWord(b[end]) || b[end] == '.' || b[end] == '-') {
		end++
	}
	if end == 0 || end < len(b) && b[end] == '=' || b[0] >= '0' && b[0] <= '9' {
		return nil, 0
	}
	return b[:end], end
}

func readPID(b []byte, at int) (pid []byte, end int) {
	end = at + 1
	for end < len(b) && b[end] >= '0' && b[end] <= '9' {
		end++
	}
	if end == at+1 || end >= len(b) || b[end] != ']' {
		return nil, at
	}
	return b[at+1 : end], end + 1
}

// pairFollows reports whether b, behind blanks, begins with a pair.
func pairFollows(b []byte) bool {
	t := bytes.TrimLeft(b, " ")
	return len(t) < len(b) && startsWithPair(t)
}

// startsWithPair reports whether b begins with one of the names that lead the
// pairs of a record.
func startsWithPair(b []byte) bool {
	for _, name := range leaders {
		if len(b) > 0 && b[0] == name[0] && bytes.HasPrefix(b, []byte(name)) {
			return true
		}
	}
	return false
}

var leaders = [...]string{"UTCTime=", "Event=", "Level=", "Module=", "ThreadID="}

// applyUTC replaces the stamp by the record's UTCTime: records are ordered by
// it, the stamp is that of the syslog daemon. A BSD stamp beside it tells the
// zone of those that follow.
func (h *head) applyUTC(prev time.Time) {
	at := bytes.Index(h.rest, utcTime)
	if at < 0 {
		return
	}
	utc, ok := readUTC(h.rest[at+len(utcTime):])
	if !ok {
		return
	}
	loc := prev.Location()
	if h.local {
		loc = zoneOf(h.time, utc, loc)
	}
	h.time = utc.In(loc)
}

// zoneOf returns the zone of a clock that shows stamp at utc, in quarters of
// an hour: loc when it agrees or when the two make no sense together.
func zoneOf(stamp, utc time.Time, loc *time.Location) *time.Location {
	shown := time.Date(utc.Year(), stamp.Month(), stamp.Day(), stamp.Hour(), stamp.Minute(), stamp.Second(), 0, time.UTC)
	east := int(shown.Sub(utc).Round(15 * time.Minute).Seconds())
	if _, known := utc.In(loc).Zone(); known == east || east < -14*3600 || east > 14*3600 {
		return loc
	}
	return time.FixedZone("", east)
}

func isXCP(tag []byte) bool { return bytes.HasPrefix(tag, []byte("XCP_")) }

// knownTag reports whether tag is a process of Expressway whose lines may
// stand without UTCTime.
func knownTag(tag []byte) bool {
	switch string(tag) {
	case "tvcs", "traffic_server", "edgeconfigprovisioning", "licensemanager":
		return true
	}
	return isXCP(tag)
}

// word returns the next blank-delimited host-like word of b at or after i and
// where it ends; nil when there is none.
func word(b []byte, i int) ([]byte, int) {
	for i < len(b) && b[i] == ' ' {
		i++
	}
	from := i
	for i < len(b) && (isWord(b[i]) || b[i] == '.' || b[i] == '-' || b[i] == ':') {
		i++
	}
	if i == from || i < len(b) && b[i] != ' ' && b[i] != '\r' && b[i] != '\n' {
		return nil, i
	}
	return b[from:i], i
}

func isWord(c byte) bool { return isLetter(c) || c >= '0' && c <= '9' || c == '_' }

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
