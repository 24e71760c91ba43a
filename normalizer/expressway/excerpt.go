package expressway

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/sip"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// Excerpt reports whether line is, or holds, a line of an Expressway log as
// documents quote it: an XCP line whose time is cut out, a fragment of a
// network.axl line, a configuration change, pairs without head.
//
//	XCP_CM2[5164]:..Level="INFO " CodeLocation="stream.in" Detail="xcoder=94A9B60C8 closing stream used for dialback only"
//	Expressway C logs will show: "Module="network.axl" Level="INFO" Action="Send" URL="https://cups.ciscotac.net:8443/axl/" Function="executeSQLQuery"
//	"Function="executeSQLQuery" Status="401" Reason="None"
func (Parser) Excerpt(line []byte) bool {
	if _, ok := readHead(line, time.Time{}); ok {
		return true
	}
	_, xcp := findXCP(line)
	return xcp || axlFragment(line) || configFragment(line) ||
		isQuotedStart(line, 0) && (has(line, ` Level="`) || has(line, ` Service="`))
}

// Continues reports whether line goes on the quotation in record: the message of
// a SIPMSG block, or an XCP line whose Detail was broken where the page had no
// room. An XCP quotation ends with its closing quote, or, where that is lost,
// with a complete stanza or an ellipsis.
func (p Parser) Continues(record, line []byte) bool {
	if inBlock(record, line) {
		return true
	}
	if blank(line) || p.Excerpt(line) {
		return false
	}
	h, ok := readHead(record, time.Time{})
	if !ok {
		at, found := findXCP(record)
		if !found {
			return false
		}
		h, ok = readHead(record[at:], time.Time{})
	}
	if !ok || !isXCP(h.tag) || bytes.Count(record, []byte("\n")) > maxQuoted {
		return false
	}
	at := bytes.Index(h.rest, []byte("Detail="))
	if at < 0 {
		return true
	}
	d := bytes.TrimSpace(h.rest[at+len("Detail="):])
	open := quoteLen(d)
	if len(d) == open {
		return true
	}
	d = d[open:]
	for _, end := range [...]string{`"`, "\u201d", "\u201c", "\u2026", "...", "</db:result>", "</db:verify>", "/>"} {
		if bytes.HasSuffix(d, []byte(end)) {
			return false
		}
	}
	return true
}

// inBlock reports whether line begins the block of a message in record, or goes
// on one that is open: an indented line, or what a page that lost the indent
// left of one.
//
//	SIPMSG:
//	|SIP/2.0 100 Trying
//	Via: SIP/2.0/TLS 10.0.6.2:5061;branch=z9hG4bK12
//	|
func inBlock(record, line []byte) bool {
	word := bytes.TrimSpace(line)
	if string(word) == "SIPMSG:" || string(word) == "HTTPMSG:" {
		return true
	}
	if !bytes.Contains(record, []byte("MSG:\n")) && !bytes.Contains(record, []byte("MSG:\r\n")) {
		return false
	}
	last := bytes.TrimRight(record, "\r\n")
	last = last[bytes.LastIndexByte(last, '\n')+1:]
	if string(bytes.TrimSpace(last)) == "|" || len(line) == 0 {
		return false
	}
	return line[0] == ' ' || line[0] == '\t' || line[0] == '|' || sip.HeaderLine(line) || sip.BodyLine(line)
}

// maxQuoted bounds the lines of a quotation whose end is lost.
const maxQuoted = 4

// findXCP returns where in line the tag of an XCP process with its pairs
// begins.
func findXCP(line []byte) (int, bool) {
	for from := 0; ; {
		at := bytes.Index(line[from:], []byte("XCP_"))
		if at < 0 {
			return 0, false
		}
		at += from
		if at == 0 || !isWord(line[at-1]) {
			if h, ok := bareHead(line[at:]); ok && h.pid != nil {
				return at, true
			}
		}
		from = at + 1
	}
}

func axlFragment(line []byte) bool {
	return has(line, `Function="`) && (has(line, ` Status="`) || has(line, `Module="network.axl"`))
}

func configFragment(line []byte) bool {
	return bytes.Contains(line, changedFrom) && has(line, "xconfiguration ")
}

// excerpt reads a record without head: what a page quotes of one or several.
// Prose that a file has before its first head states nothing.
func (s statement) excerpt(dst []schemas.Event) []schemas.Event {
	all, n := s.first, len(dst)
	if at, ok := findXCP(all); ok {
		s.first = all[at:]
		s.head, _ = readHead(s.first, time.Time{})
		return s.xcp(dst)
	}
	at := quotedStart(all, 0)
	switch {
	case at >= 0:
		for at >= 0 {
			next := quotedStart(all, at+1)
			part := s
			part.head.rest = all[at:]
			if next >= 0 {
				part.head.rest = all[at:next]
				part.first = part.head.rest
			} else if len(dst) > n || at > 0 && isQuotedStart(all, 0) {
				part.first = part.head.rest
			}
			dst = part.parse(dst)
			at = next
		}
		return dst
	case axlFragment(all):
		s.head.rest = all
		return s.axl(dst)
	case configFragment(all):
		return s.configIn(dst, all)
	case blank(all):
		return dst
	}
	return s.unparsed(dst, "no record head")
}

// quotedStart returns where the pairs of a quoted record begin in b at or after
// from, or -1.
func quotedStart(b []byte, from int) int {
	for i := from; i < len(b); i++ {
		n := bytes.IndexByte(b[i:], '=')
		if n < 0 {
			return -1
		}
		i += n
		for _, name := range [...]string{"Module", "Event"} {
			if at := i - len(name); at >= from && isQuotedStart(b, at) {
				return at
			}
		}
	}
	return -1
}

func isQuotedStart(b []byte, at int) bool {
	if at > 0 && (isWord(b[at-1]) || b[at-1] == '-') {
		return false
	}
	return bytes.HasPrefix(b[at:], []byte(`Module="`)) || bytes.HasPrefix(b[at:], []byte(`Event="`))
}

func blank(b []byte) bool { return text.Blank(b) }
