package expressway

import (
	"bytes"
	"strings"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/text"
)

// mend makes of s the record that the product wrote, where a page, a mail or an
// editor changed its quotes and blanks or broke its line. What is as it was
// written is left as it is.
//
//	2014-03-25T17:19:45.843+00:00 expc tvcs: UTCTime=“2014-03-25 17:19:45,843” Module=“network.tcp” …
//	2014-03-25T17:19:45.843+00:00 expc tvcs: UTCTime=&quot;2014-03-25 17:19:45,843&quot; Module=&quot;network.tcp&quot; …
func (s *statement) mend() (known bool) {
	if known = s.head.fields(s.first); !known || s.head.damaged() {
		clean, mended := unquoted(s.first, &s.head)
		if mended == 0 {
			clean, mended = text.Clean(s.first)
		}
		var h head
		if found := mended&(text.Quotes|text.NBSP|text.Entities) != 0 && h.fields(clean); found || mended != 0 && !known {
			if bytes.Count(clean, []byte("\n")) > bytes.Count(s.first, []byte("\n")) {
				s.joined = -1
			}
			s.head, s.first, s.repairs, known = h, clean, mended, found
		}
	}
	if !known || s.joined != 0 || s.record.Lines == 1 || isXCP(s.head.tag) {
		return known
	}
	if end := bytes.IndexByte(s.first, '\n') + 1; end > 0 && end < len(s.first) {
		s.unwrap(end)
	}
	return true
}

// unwrap joins the first line of s, which ends at end, with those that a page
// made of its rest: the line ends inside a value, or the next one begins with a
// pair. The lines of a message have a blank before them.
func (s *statement) unwrap(end int) {
	for n := 0; n < maxWrapped && goesOn(s.first[:end], s.first[end:]); n++ {
		s.joined = n + 1
		line, _ := cutLine(s.first[end:])
		end = min(end+len(line), len(s.first))
		if at := bytes.IndexByte(s.first[end:], '\n'); at >= 0 {
			end += at + 1
		}
	}
	if s.joined == 0 {
		return
	}
	line, _ := text.Unwrap(s.first[:end])
	if end < len(s.first) {
		line = append(append(line, '\n'), s.first[end:]...)
	}
	s.first, s.repairs = line, s.repairs|text.Wrapped
	s.head.fields(line)
}

// maxWrapped bounds the lines that a page makes of one.
const maxWrapped = 40

// goesOn reports whether rest, the lines behind text, begins with a part of it.
func goesOn(text, rest []byte) bool {
	if len(rest) == 0 || bytes.IndexByte([]byte(" \t\r\n|{}"), rest[0]) >= 0 {
		return false
	}
	return startsWithName(rest) || bytes.Count(text, []byte(`"`))%2 != 0
}

// damaged reports whether the pair that leads the record has another quote than
// the product writes.
func (h *head) damaged() bool {
	b, at := h.rest, 0
	if len(b) == 0 {
		return false
	}
	switch b[0] {
	case 'U', 'M', 'E', 'L', 'T':
		if at = leadLen(b); at == 0 {
			at = bytes.IndexByte(b[:min(len(b), len("ThreadID="))], '=') + 1
		}
	}
	return at > 0 && at+2 < len(b) && (b[at] >= 0x80 || b[at] == '&' || b[at] == '\\' || b[at] == '"' && b[at+1] == '"' && b[at+2] != ' ')
}

// unquoted returns record without what a table or JSON made of its quotes and
// line ends, where those of the pair that leads it are changed so.
//
//	…,"tvcs: UTCTime=""2021-03-03 06:14:22,455"" Module=""network.tcp"" …"
//	{"message":"tvcs: UTCTime=\"2021-03-03 06:14:22,455\" Module=\"network.tcp\" …"}
func unquoted(record []byte, h *head) ([]byte, text.Repairs) {
	quote := bytes.IndexByte(h.rest, '=') + 1
	switch {
	case quote == 0 || quote >= len(h.rest):
	case h.rest[quote] == '"' && h.damaged():
		return bytes.ReplaceAll(record, []byte(`""`), []byte(`"`)), text.Quotes
	case h.rest[quote] == '\\':
		return []byte(jsonEscapes.Replace(string(record))), text.Quotes
	}
	return record, 0
}

var jsonEscapes = strings.NewReplacer(`\"`, `"`, `\\`, `\`, `\n`, "\n", `\r`, "", `\t`, "\t", `\/`, "/", `\u003c`, "<", `\u003e`, ">", `\u0026`, "&")

// anyHead does what readHead does, also where the blanks and quotes of line are
// not those of the product. What it returns is no part of line then.
func anyHead(line []byte, prev time.Time) (head, bool) {
	h, ok := readHead(line, prev)
	if ok && !h.damaged() {
		return h, true
	}
	near := line[:min(len(line), maxMendedHead)]
	if len(near) < stampLen || near[0] != '1' && near[0] != '2' || bytes.IndexByte(near, '&') < 0 && bytes.IndexByte(near, 0xC2) < 0 {
		return h, ok
	}
	clean, mended := text.Clean(near)
	if mended == 0 {
		return h, ok
	}
	if c, found := readHead(clean, prev); found {
		return c, true
	}
	return h, ok
}

const (
	// maxMendedHead bounds the head of a line whose blanks and quotes are mended.
	maxMendedHead = 512
	stampLen      = len("2006-01-02T15:04:05Z ")
)
