package cucm

import (
	"bytes"
	"strings"

	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/normalizer/internal/text"
)

// How sure a parser is of a file, see schemas.Parser.
const (
	sure   = 100 // the file begins with a record
	mostly = 90  // many of its lines are record heads
)

// match returns how sure a parser is of a file that begins with head, when
// isHead tells its record heads. A file may begin with a few lines of comment
// or with the end of a long record; a document that quotes some records among
// prose is no trace.
func match(head []byte, isHead func(line []byte) bool) int {
	const early, oneIn = 8, 10
	lines, heads := 0, 0
	for rest := head; len(rest) > 0; {
		var line []byte
		line, rest = text.Line(rest)
		if text.Blank(line) {
			continue
		}
		lines++
		if isHead(line) {
			if lines <= early {
				return sure
			}
			heads++
		}
	}
	if heads > 0 && heads*oneIn >= lines {
		return mostly
	}
	return 0
}

// pathNode returns the host that a file of an RTMT collection comes from, ""
// when path is none.
//
//	trace/cucm-sub1.example.com_2/2020-05-15_00-28-40/cm/trace/ccm/sdl/SDL002_100_000039.txt  →  cucm-sub1
func pathNode(path string) string {
	parts := strings.FieldsFunc(path, func(r rune) bool { return r == '/' || r == '\\' || r == '!' })
	for i := 1; i < len(parts); i++ {
		if !collected(parts[i]) {
			continue
		}
		host := parts[i-1]
		if j := strings.LastIndexByte(host, '_'); j > 0 && digits([]byte(host[j+1:])) {
			host = host[:j]
		}
		if strings.Trim(host, "0123456789.") == "" {
			return host
		}
		host, _, _ = strings.Cut(host, ".")
		return host
	}
	return ""
}

// collected reports whether name is the folder of a collection, named after
// when it was made: 2020-05-15_00-28-40.
func collected(name string) bool {
	const form = "dddd-dd-dd_dd-dd-dd"
	if len(name) != len(form) {
		return false
	}
	for i := range form {
		if form[i] == 'd' != (name[i] >= '0' && name[i] <= '9') || form[i] != 'd' && form[i] != name[i] {
			return false
		}
	}
	return true
}

// continues reports whether line goes on the quoted record: a blank line, a
// SIP message, the rows of an analysis result, tail tags, what was cut from a
// mobility line.
func continues(record, line []byte) bool {
	trimmed := bytes.TrimSpace(line)
	if len(trimmed) == 0 {
		return true
	}
	if _, _, ok := netTag(trimmed); ok {
		return true
	}
	switch trimmed[0] {
	case '|':
		return true
	case '<':
		return bytes.Contains(trimmed, []byte("::")) || sip.Find(record) >= 0
	case '-':
		return bytes.Contains(trimmed, []byte("RemoteDeviceInfo hashmap"))
	}
	if !bytes.Contains(record, []byte(" message ")) && !bytes.Contains(record, []byte(" msg is:")) {
		return false
	}
	return sip.StartLine(trimmed) || sip.HeaderLine(trimmed) || sip.BodyLine(trimmed)
}
