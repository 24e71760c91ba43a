package collection

import (
	"bytes"
	"time"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// Parser reads the files. The zero value is ready; it has no state.
type Parser struct{}

var (
	_ schemas.Parser    = Parser{}
	_ schemas.Excerpter = Parser{}
	_ schemas.Explainer = Parser{}
)

// Source implements schemas.Parser.
func (Parser) Source() schemas.Source { return schemas.Unknown }

// Match implements schemas.Parser.
func (Parser) Match(_ string, head []byte) int {
	for n := 0; n < 3 && len(head) > 0; {
		var line []byte
		if line, head = text.Line(head); text.Blank(line) {
			continue
		}
		if n++; isList(line) {
			return 100
		}
		// A row of names may stand first.
		if _, ok := readLocation(line); ok && n <= 2 {
			return 100
		}
	}
	return 0
}

// Start implements schemas.Parser. A list is one record; the time of a location
// is local.
func (Parser) Start(line []byte, prev time.Time) (time.Time, bool) {
	if isList(line) {
		return time.Time{}, true
	}
	l, ok := readLocation(line)
	if !ok {
		return time.Time{}, false
	}
	return l.created(prev), true
}

// isList reports whether line begins the list of a collection.
func isList(line []byte) bool {
	line = bytes.TrimSpace(line)
	if bytes.HasPrefix(line, []byte("<?xml")) {
		_, line, _ = bytes.Cut(line, []byte("?>"))
		line = bytes.TrimSpace(line)
	}
	return bytes.HasPrefix(line, []byte("<QueryResult"))
}

// Excerpt implements schemas.Excerpter: both are told by their first line.
func (Parser) Excerpt([]byte) bool { return false }

// Continues implements schemas.Excerpter: elements go on a list until it ends,
// and the one line of a location.
func (Parser) Continues(record, line []byte) bool {
	line = bytes.TrimSpace(line)
	if len(line) == 0 || line[0] != '<' {
		return false
	}
	if first, _ := text.Line(record); isList(first) {
		return !bytes.Contains(record[max(0, len(record)-200):], []byte("</QueryResult>"))
	}
	return bytes.HasPrefix(line, []byte("<geoloc")) || bytes.HasPrefix(line, []byte("<nick"))
}

// Parse implements schemas.Parser. Text that is neither is somebody else's and
// gives no event.
func (Parser) Parse(dst []schemas.Event, f *schemas.File, r *schemas.Record) []schemas.Event {
	line, _ := text.Line(r.Text)
	if l, ok := readLocation(line); ok {
		return append(dst, l.event(line, r))
	}
	if isList(line) || !r.Head && bytes.Contains(r.Text, []byte("<FileName ")) {
		return list(dst, r)
	}
	return dst
}

// Explain implements schemas.Explainer.
func (Parser) Explain(dst []schemas.Attr, r *schemas.Record) []schemas.Attr {
	line, _ := text.Line(r.Text)
	if l, ok := readLocation(line); ok {
		return append(dst, schemas.Attr{Name: "jid", Value: text.Evidence(l.jid, 256)},
			schemas.Attr{Name: "resource", Value: text.Evidence(l.resource, 256)}, schemas.Attr{Name: "rule", Value: "user location"})
	}
	if isList(line) {
		return append(dst, schemas.Attr{Name: "rule", Value: "trace collection result"})
	}
	return append(dst, schemas.Attr{Name: "silent", Value: "no log line, no list of collected files and no user location"})
}
