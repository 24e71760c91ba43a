package expressway

import "time"

// usual reads the head that nearly every line has: a stamp of RFC 3339, a host,
// a process, and one of the pairs that lead a record, one blank between them. It
// fills h as readHead does, which reads all other heads, but for the time. before
// is the date and time of a line that had such a head, nil when none is known.
func (h *head) usual(line, before []byte) bool {
	if len(line) == 0 || line[0] != '1' && line[0] != '2' {
		return false
	}
	i := isoLen(line, before)
	if i == 0 {
		return false
	}
	host, i := nameUntil(line, i)
	if len(host) == 0 || i >= len(line) || line[i] != ' ' {
		return false
	}
	tag, i := nameUntil(line, i+1)
	if len(tag) == 0 || isDigit(tag[0]) || i >= len(line) {
		return false
	}
	var pid []byte
	if line[i] == '[' {
		if pid, i = readPID(line, i); pid == nil || i >= len(line) {
			return false
		}
	}
	if line[i] != ':' || i+2 >= len(line) || line[i+1] != ' ' || !startsWithPair(line[i+2:]) {
		return false
	}
	h.host, h.tag, h.pid, h.rest = host, tag, pid, line[i+2:]
	return true
}

// fields reads a head without its time.
func (h *head) fields(line []byte) bool {
	if h.usual(line, nil) {
		return true
	}
	var ok bool
	*h, ok = readHead(line, time.Time{})
	return ok
}

// stamped reads a head with the time of the record: its UTCTime where it has
// one, because records are ordered by it and the stamp is that of the syslog
// daemon.
func (h *head) stamped(line []byte, prev time.Time) bool {
	usual := h.usual(line, nil)
	if !usual {
		var ok bool
		if *h, ok = anyHead(line, prev); !ok {
			return false
		}
	}
	if !h.applyUTC(prev) && usual {
		h.time, _ = isoStamp(line)
		if h.damaged() {
			if mended, ok := anyHead(line, prev); ok && mended.applyUTC(prev) {
				h.time = mended.time
			}
		}
	}
	return true
}

// nameUntil returns the bytes of a host or a process at i of b, and where they
// end.
func nameUntil(b []byte, i int) (name []byte, end int) {
	end = i
	for end < len(b) && hostChar[b[end]] {
		end++
	}
	return b[i:end], end
}

// startsWithPair reports whether b begins with one of the names that lead the
// pairs of a record.
func startsWithPair(b []byte) bool { return leadLen(b) > 0 }

// leadLen returns the length of the name that leads the pairs of a record, and of
// its equals sign; 0 when b does not begin with such a name.
func leadLen(b []byte) int {
	switch n := len(b); { // constants are compared in a step or two
	case n >= len("UTCTime=") && string(b[:len("UTCTime=")]) == "UTCTime=":
		return len("UTCTime=")
	case n >= len("Event=") && string(b[:len("Event=")]) == "Event=":
		return len("Event=")
	case n >= len("Level=") && string(b[:len("Level=")]) == "Level=":
		return len("Level=")
	case n >= len("Module=") && string(b[:len("Module=")]) == "Module=":
		return len("Module=")
	case n >= len("ThreadID=") && string(b[:len("ThreadID=")]) == "ThreadID=":
		return len("ThreadID=")
	}
	return 0
}
