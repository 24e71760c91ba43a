package expressway

import (
	"bytes"
	"time"
)

// readTag reads process, pid and a second or repeated process, and sets rest.
// A word with = in it is a pair already.
func (h *head) readTag(b []byte) {
	rest := pastLead(b, false)
	for i := range 2 {
		name, after := tagName(rest)
		if name == nil {
			break
		}
		var pid []byte
		if after < len(rest) && rest[after] == '[' {
			pid, after = readPID(rest, after)
		}
		if colon := after < len(rest) && rest[after] == ':'; colon {
			after++
		} else if pid == nil && (i > 0 || !pairFollows(rest[after:])) {
			break // the first word of a text
		}
		if h.tag == nil {
			h.tag, h.pid = name, pid
		} else if h.pid == nil && bytes.Equal(h.tag, name) {
			h.pid = pid
		}
		rest = pastLead(rest[after:], true)
		if len(rest) > 0 && rest[0] >= 0x80 && isXCP(h.tag) {
			rest = bytes.TrimLeft(rest, " .\u2026")
		}
	}
	h.rest = rest
}

// pastLead returns b without the blanks, and the dots, that it begins with.
func pastLead(b []byte, dots bool) []byte {
	n := 0
	for n < len(b) && (b[n] == ' ' || dots && b[n] == '.') {
		n++
	}
	return b[n:]
}

// tagName returns the process name that b begins with and where it ends, nil
// when b begins with a pair or something else.
func tagName(b []byte) (name []byte, end int) {
	for end < len(b) && hostChar[b[end]] {
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

// applyUTC replaces the time by the record's UTCTime, and reports whether it has
// one. A BSD stamp beside it tells the zone of the records that follow.
func (h *head) applyUTC(prev time.Time) bool {
	at := 0
	if !bytes.HasPrefix(h.rest, utcTime) {
		if at = bytes.Index(h.rest, utcTime); at < 0 {
			return false
		}
	}
	utc, ok := readUTC(h.rest[at+len(utcTime):])
	if !ok {
		return false
	}
	loc := prev.Location()
	if h.local {
		loc = zoneOf(h.time, utc, loc)
	}
	h.time = utc.In(loc)
	return true
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

func isXCP(tag []byte) bool { return len(tag) >= len("XCP_") && string(tag[:len("XCP_")]) == "XCP_" }

// knownTag reports whether tag is a process of Expressway whose lines may
// stand without UTCTime.
func knownTag(tag []byte) bool {
	switch string(tag) {
	case "tvcs", "traffic_server", "edgeconfigprovisioning", "licensemanager":
		return true
	}
	return isXCP(tag)
}
