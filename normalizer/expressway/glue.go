package expressway

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/text"
)

// Glued returns the index in line of the first complete record head at or
// after from, or -1: a stamp, a host, a process and one of the pairs that lead
// a record; or an XCP tag with its pairs.
//
//	… priority '90'" 2017-09-19T13:18:50.564-04:00 expressway01 tvcs: UTCTime="2017-09-19 17:18:50,564" …
//	… port 7400"xwayc XCP_JABBERD[23843]: UTCTime="2014-03-25 17:19:45,847" …
func (Parser) Glued(line []byte, from int) int {
	if from < 0 || from >= len(line) {
		return -1
	}
	switch c := line[0]; c {
	case '*':
		return gluedSetting(line, from)
	case ' ', 'L', 0xEF:
		// What a copy put before the head belongs to the record.
		if h, ok := readHead(line, time.Time{}); ok && h.mended {
			from = max(from, prefixLen(line)+1)
		}
	}
	rest := line
	if line[0] == '<' {
		rest, _ = trimPriority(line)
	}
	if n := kiwiLen(line); n > 0 {
		_, iso := isoStamp(line[n:])
		from = max(from, n+iso+1)
	}
	if isLetter(line[0]) || len(rest) < len(line) {
		// The host is the line's own, and so is the head behind a collector's.
		if _, n := bsdStamp(rest, time.Time{}); n > 0 {
			if before, _ := relay(rest); before > 0 {
				_, n = isoStamp(rest[before:])
				n += before
			}
			from = max(from, len(line)-len(rest)+n+1)
		}
	}
	if isLetter(line[0]) {
		if at := gluedTraffic(line, from); at >= 0 {
			return at
		}
	}
	if at := gluedStamp(line, from); at >= 0 {
		if xcp := gluedXCP(line[:at], from); xcp >= 0 {
			return xcp
		}
		return at
	}
	return gluedXCP(line, from)
}

// gluedSetting returns where the next setting of a dump begins at or after from,
// or -1.
//
//	*c xConfiguration Zones Zone 6 Type: "DNS" *c xConfiguration Zones Zone 6 HopCount: "15"
func gluedSetting(line []byte, from int) int {
	const mark = " *c xConfiguration "
	at := bytes.Index(line[max(0, from-1):], []byte(mark))
	if at < 0 {
		return -1
	}
	return max(0, from-1) + at + 1
}

// prefixLen returns the length of what trimPrefix removes.
func prefixLen(line []byte) int {
	var h head
	rest, _ := h.trimPrefix(line)
	return len(line) - len(rest)
}

// gluedStamp returns where the first head with a stamp that begins at or after
// from begins, or -1. A line without UTCTime has none.
func gluedStamp(line []byte, from int) int {
	const date = len("2006-01-02")
	dated := false // line[from:] has a UTCTime
	for t := from + date; t < len(line); t++ {
		next := bytes.IndexByte(line[t:], 'T')
		if next < 0 {
			return -1
		}
		t += next
		at := t - date
		if line[at+4] != '-' || line[at+7] != '-' || at > 0 && isDigit(line[at-1]) {
			continue
		}
		if !dated && !bytes.Contains(line[from:], utcTime) {
			return -1
		}
		dated = true
		if h, ok := readHead(line[at:], time.Time{}); ok && startsWithPair(h.rest) {
			if at = priorityBefore(line, at); at >= from {
				return at
			}
		}
	}
	return -1
}

// gluedXCP returns where the first XCP head that begins at or after from
// begins, or -1. A tag whose host or stamp stand before from belongs to the
// record that is under way.
func gluedXCP(line []byte, from int) int {
	if from >= len(line) || text.Index(line[from:], "XCP_", 0) < 0 {
		return -1
	}
	next := from
	var h head
	if h.fields(line) {
		next = max(from, len(line)-len(h.rest))
	}
	for {
		at, ok := findXCP(line[next:])
		if !ok {
			return -1
		}
		at += next
		if start := headBefore(line, at); start >= from {
			return start
		}
		next = at + 1
	}
}

// gluedTraffic returns where the first record of the proxy that has no stamp
// begins at or after from, or -1. Pages quote them so.
//
//	ExpresswayE traffic_server[15550]: Module=… Content-Length: 0 ExpresswayE traffic_server[15550]: Event="Sending HTTP error response" …
func gluedTraffic(line []byte, from int) int {
	for next := from; next < len(line); {
		at := bytes.Index(line[next:], []byte(" traffic_server["))
		if at < 0 {
			return -1
		}
		at += next
		next = at + 1
		start := at
		for start > 0 && (isWord(line[start-1]) || line[start-1] == '.' || line[start-1] == '-') {
			start--
		}
		if h, ok := readHead(line[start:], time.Time{}); ok && start >= from && start > 0 && startsWithPair(h.rest) {
			return start
		}
	}
	return -1
}

// headBefore returns where the head with the XCP tag at begins: at its stamp,
// at its host, or at the tag itself.
func headBefore(line []byte, at int) int {
	start := at
	for range 2 {
		i := start
		for i > 0 && line[i-1] == ' ' {
			i--
		}
		for i > 0 && i < start && (isWord(line[i-1]) || bytes.IndexByte([]byte("-.:+"), line[i-1]) >= 0) {
			i--
		}
		if i == start || line[i] == ' ' {
			break
		}
		start = i
		if h, ok := readHead(line[start:], time.Time{}); ok && isXCP(h.tag) {
			at = start
		}
	}
	return at
}

// priorityBefore returns where the syslog priority before the stamp at begins,
// or at.
func priorityBefore(line []byte, at int) int {
	const longest = len("<999>1 ")
	near := max(0, at-longest)
	open := near + bytes.LastIndexByte(line[near:at], '<')
	if open >= near {
		if rest, _ := trimPriority(line[open:]); len(rest) == len(line)-at {
			return open
		}
	}
	return at
}

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
