package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// announce is the line that the transport writes before a message.
type announce struct {
	ok        bool
	direction schemas.Direction
	transport string
	host      []byte
	port      []byte // nil when absent, as index
	index     []byte // number of the connection
}

// announces reports whether a message follows line.
func announces(line []byte) bool {
	return parseAnnounce(line).ok || bytes.Contains(line, []byte(" msg is:"))
}

// parseAnnounce reads the line that announces a message; ok is false when line
// does not.
func parseAnnounce(line []byte) announce {
	var a announce
	i := text.Index(line, "ing SIP ", len("in"))
	if i < 0 {
		return a
	}
	rest := line[i+len("ing SIP "):]
	word := " from "
	switch {
	case bytes.HasSuffix(line[:i], []byte("Incom")):
		a.direction = schemas.In
	case bytes.HasSuffix(line[:i], []byte("Outgo")):
		a.direction, word = schemas.Out, " to "
	default:
		return announce{}
	}
	switch {
	case hasPrefix(rest, "TCP message"):
		a.transport = "tcp"
	case hasPrefix(rest, "UDP message"):
		a.transport = "udp"
	case hasPrefix(rest, "TLS message"):
		a.transport = "tls"
	default:
		return announce{}
	}
	a.ok = true
	rest, found := beyond(rest[len("TCP message"):], word)
	if !found {
		return a
	}
	a.host, a.port, rest = hostAndPort(rest)
	if rest, found = beyond(rest, " index "); found {
		a.index = leadingDigits(rest)
	}
	return a
}

// beyond does what after does; b begins with words more often than not.
func beyond(b []byte, words string) ([]byte, bool) {
	if hasPrefix(b, words) {
		return b[len(words):], true
	}
	return after(b, words)
}

// hostAndPort reads "10.1.0.8 on port 5060" or "10.1.0.43:[49193]" and returns
// what follows too.
func hostAndPort(b []byte) (host, port, rest []byte) {
	end := bytes.IndexByte(b, ' ')
	if end < 0 {
		end = len(b)
	}
	host, rest = b[:end], b[end:]
	if len(host) > 0 && host[0]-'0' <= 9 && host[len(host)-1]-'0' <= 9 && bytes.IndexByte(host, ':') < 0 {
		if hasPrefix(rest, " on port ") {
			port = leadingDigits(rest[len(" on port "):])
			rest = rest[len(" on port ")+len(port):]
		}
		return host, port, rest
	}
	if i := bytes.LastIndex(host, []byte(":[")); i > 0 {
		port = leadingDigits(host[i+2:])
		host = host[:i]
	} else if after, ok := bytes.CutPrefix(rest, []byte(" on port ")); ok {
		port = leadingDigits(after)
	}
	return bytes.Trim(host, "[]:,"), port, rest
}

// leadingDigits returns the digits that b begins with, nil for none.
func leadingDigits(b []byte) []byte {
	n := 0
	for n < len(b) && b[n]-'0' <= 9 {
		n++
	}
	if n == 0 {
		return nil
	}
	return b[:n]
}

// netTag reads the tag that b begins with, [108148,NET] or [101344,INT], and
// returns its number and what follows it.
func netTag(b []byte) (id, after []byte, ok bool) {
	if len(b) < 7 || b[0] != '[' {
		return nil, nil, false
	}
	id = leadingDigits(b[1:])
	rest := b[1+len(id):]
	if id == nil || !hasPrefix(rest, ",NET]") && !hasPrefix(rest, ",INT]") {
		return nil, nil, false
	}
	return id, rest[len(",NET]"):], true
}

// lastNetTag returns the number of the tag that before ends with; internal is
// true when the message behind it is a copy that did not cross the wire.
func lastNetTag(before []byte) (id []byte, internal bool) {
	if i := bytes.LastIndexByte(before, '['); i >= 0 {
		if id, _, ok := netTag(before[i:]); ok {
			return id, hasPrefix(before[i+1+len(id):], ",INT]")
		}
	}
	return nil, bytes.Contains(before, []byte(" msg is:"))
}
