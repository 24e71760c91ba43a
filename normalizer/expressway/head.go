package expressway

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/text"
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
	// mended is true when the prefix of an editor's search result was removed.
	mended bool
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
//	<166>1 2020-11-18T19:55:58Z expe tvcs 2381 - - UTCTime="…" …
//	2020-11-18T19:55:58Z tvcs: UTCTime="…" …
//	Nov 18 19:55:58 10.1.0.1 2020-11-18T19:55:58Z expe tvcs: UTCTime="…" …       a collector put stamp and sender before it
//	xwayc XCP_JABBERD[23843]: UTCTime="2014-03-25 17:19:45,843" …
//	XCP_CM2[12122]:.. Level="INFO " CodeLocation="stanza.component.out" …
func readHead(line []byte, prev time.Time) (head, bool) {
	var h head
	if len(line) == 0 {
		return h, false
	}
	if h.usual(line, nil) {
		h.time, _ = isoStamp(line)
		return h, true
	}
	ietf := false
	switch line[0] {
	case '<':
		line, ietf = trimPriority(line)
	case '*':
		h.rest = line
		return h, settingLine(line)
	case ' ', 'L', 0xEF:
		var blanks bool
		if line, blanks = h.trimPrefix(line); blanks {
			return blankHead(line, h)
		}
	}
	n, version := relay(line)
	if line, ietf = line[n:], ietf || version; len(line) == 0 {
		return h, false
	}
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
		mended := h.mended
		h, ok := bareHead(line)
		h.mended = mended
		return h, ok
	}
	at := n
	h.host, n = word(line, at)
	if h.host == nil {
		return h, h.noHost(line[at:])
	}
	if h.host[len(h.host)-1] == ':' { // a process, and no host before it
		h.host, n = nil, at
	}
	if ietf {
		n = h.readIETF(line, n)
	}
	h.readTag(line[n:])
	if h.local && !knownTag(h.tag) && !bytes.Contains(h.rest, utcTime) {
		return h, false // another product's syslog line
	}
	return h, true
}

// trimPrefix removes what copies put before a stamp: a byte order mark, the
// prefix of an editor's search result, blanks. blanks is true when there were
// only blanks.
//
//	Line 190: 2015-05-07T07:34:01-04:00 vcsc tvcs: UTCTime="2015-05-07 11:34:01,060" …
func (h *head) trimPrefix(line []byte) (rest []byte, blanks bool) {
	rest, h.mended = text.TrimLinePrefix(line)
	if h.mended {
		return bytes.TrimLeft(rest, " \t"), false
	}
	rest = bytes.TrimLeft(rest, " \t")
	return rest, len(rest) < len(line)
}

// blankHead reads a head behind blanks. The lines of a wrapped message begin
// with a blank too, so it must be a whole one: a stamp of RFC 3339 and pairs.
func blankHead(line []byte, h head) (head, bool) {
	if len(line) == 0 || line[0] != '1' && line[0] != '2' {
		return h, false
	}
	inner, ok := readHead(line, time.Time{})
	if !ok || !startsWithPair(inner.rest) {
		return h, false
	}
	inner.mended = true
	return inner, true
}

// noHost reads a head whose stamp is followed by a process with its pid.
func (h *head) noHost(b []byte) bool {
	h.readTag(b)
	return h.pid != nil && knownTag(h.tag) && len(h.rest) < len(b)
}

// readIETF reads the fields of RFC 5424 behind the host, which is nil when
// line prints "-": application, process, message id, structured data, and the
// byte order mark before the message. It returns where the message begins.
func (h *head) readIETF(line []byte, n int) int {
	if string(h.host) == "-" {
		h.host = nil
	}
	i := n
	for field := range 3 {
		for i < len(line) && line[i] == ' ' {
			i++
		}
		from := i
		for i < len(line) && line[i] != ' ' {
			i++
		}
		value := line[from:i]
		switch {
		case len(value) == 0 || bytes.IndexByte(value, '=') >= 0 || value[len(value)-1] == ':':
			return n // no fields: the line is of RFC 3164 behind a version
		case string(value) == "-":
		case field == 0:
			h.tag = value
		case field == 1:
			h.pid = value
		}
	}
	for i < len(line) && line[i] == ' ' {
		i++
	}
	switch {
	case i < len(line) && line[i] == '-':
		i++
	case i < len(line) && line[i] == '[':
		for i < len(line) && line[i] == '[' {
			end := bytes.IndexByte(line[i:], ']')
			if end < 0 {
				return n
			}
			i += end + 1
		}
	}
	for i < len(line) && line[i] == ' ' {
		i++
	}
	if bytes.HasPrefix(line[i:], []byte("\xef\xbb\xbf")) {
		i += 3
	}
	return i
}

// bareHead reads the head of a line without stamp: at most a host and a tag
// before UTCTime, a tag that only Expressway has before another pair, or an
// XCP tag whose fields an author has cut to two dots.
//
//	ExpresswayE traffic_server[15550]: Event="Sending HTTP error response" Status="403" …
func bareHead(line []byte) (head, bool) {
	var h head
	if isXCP(line) {
		h.readTag(line)
		return h, h.pid != nil && startsWithPair(h.rest)
	}
	near := line[:min(len(line), maxBareHead)]
	if !bytes.Contains(near, utcTime) && (bytes.IndexByte(near, '=') < 0 || bytes.IndexByte(near, ':') < 0) {
		return h, false
	}
	if h.readTag(line); h.tag == nil || !h.bare() {
		host, n := word(line, 0)
		h = head{host: host}
		h.readTag(line[n:])
	}
	if h.tag == nil || !h.bare() {
		return h, false
	}
	if !bytes.HasPrefix(h.rest, utcTime) {
		return h, true
	}
	_, ok := readUTC(h.rest[len(utcTime):])
	return h, ok
}

// bare reports whether what follows the tag shows that the line is a record.
func (h *head) bare() bool {
	return bytes.HasPrefix(h.rest, utcTime) || knownTag(h.tag) && startsWithPair(h.rest)
}

// maxBareHead bounds how far into a line without stamp its UTCTime is looked
// for.
const maxBareHead = 120

// word returns the next blank-delimited host-like word of b at or after i and
// where it ends; nil when there is none.
func word(b []byte, i int) ([]byte, int) {
	for i < len(b) && b[i] == ' ' {
		i++
	}
	from := i
	for i < len(b) && (nameChar[b[i]] || b[i] == '.' || b[i] == ':') {
		i++
	}
	if i == from || i < len(b) && b[i] != ' ' && b[i] != '\r' && b[i] != '\n' {
		return nil, i
	}
	return b[from:i], i
}

func isWord(c byte) bool { return isLetter(c) || c >= '0' && c <= '9' || c == '_' }

func isLetter(c byte) bool { return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' }
