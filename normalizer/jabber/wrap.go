package jabber

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/text"
)

// anyHead does what readHead does, also where a page made the blanks of line
// no-break ones. What it returns is no part of line then.
func anyHead(line []byte, prev time.Time) (head, bool) {
	h, ok := readHead(line, prev)
	if ok || len(line) < minHead || line[0] < '-' || line[0] > 'W' || bytes.IndexByte(line[:minHead], 0xC2) < 0 {
		return h, ok
	}
	if clean, mended := text.Clean(line[:min(len(line), maxMendedHead)]); mended&text.NBSP != 0 {
		return readHead(clean, prev)
	}
	return h, false
}

// maxMendedHead bounds the head of a line whose blanks are mended.
const maxMendedHead = 512

// cutHead reports whether b is what a page that broke its lines left of the
// bracketed fields on the first one: thread, and of path, component and function
// as many as there was room for.
//
//	2017-04-19 16:30:30,565 INFO  [0x000013b0] [etutils\src\http\CurlHttpUtils.cpp(1088)] [csf.httpclient]
//	[csf::http::CurlHttpUtils::configureEasyRequest] - *-----* Configuring request #20 GET
//	https://cucm.example.com:8443/cucm-uds/version
func cutHead(b []byte) bool {
	end := closing(b)
	if end < 0 || !bytes.HasPrefix(b, []byte("[0x")) || !isHex(b[3:end]) {
		return false
	}
	b = trimBlanks(b[end+1:])
	for range 3 {
		if len(b) == 0 {
			return true
		}
		if end = closing(b); end < 0 {
			return b[0] == '[' && len(b) < maxField
		}
		b = trimBlanks(b[end+1:])
	}
	return false
}

// unbroken returns record, whose first line is raw, as the client wrote its first
// line, and what follows; ok is false where no page has broken it. Lines of XML
// and of a message, and those behind a blank one, belong on lines of their own.
func unbroken(h *head, record, raw, rest []byte) (line, behind []byte, ok bool) {
	if h.shape != csf || len(rest) == 0 || ownLines(h, rest) {
		return raw, rest, false
	}
	line = raw
	for n := 0; h.function == nil && n < maxBroken; n++ { // the head
		next, more := text.Line(rest)
		if text.Blank(next) {
			return raw, rest, n > 0
		}
		rest = more
		line, _ = text.Unwrap(record[:len(record)-len(rest)])
		h.fields(line)
	}
	sip := bytes.HasPrefix(h.message, []byte("sipio-"))
	for n := 0; n < maxBroken && len(rest) > 0 && !ownLines(h, rest); n++ { // the message
		next, more := text.Line(rest)
		if text.Blank(next) {
			break
		}
		if rest = more; sip || len(rest) == 0 {
			line, _ = text.Unwrap(record[:len(record)-len(rest)])
			h.fields(line)
		}
	}
	if !sip {
		line, _ = text.Unwrap(record[:len(record)-len(rest)])
		h.fields(line)
	}
	return line, rest, true
}

// maxBroken bounds the lines that a page makes of one.
const maxBroken = 40

// ownLines reports whether the lines behind the message of h belong where they
// are.
func ownLines(h *head, rest []byte) bool {
	if h.function == nil || len(rest) == 0 {
		return false
	}
	if bytes.HasPrefix(h.message, []byte("sipio-")) {
		return rest[0] == '<' || has(h.message, "SIP/2.0") // the start line is whole
	}
	return bytes.HasSuffix(h.message, []byte("headers:")) ||
		bytes.IndexByte([]byte(" \t\r\n<["), rest[0]) >= 0
}
