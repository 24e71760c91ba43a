package cucm

import (
	"bytes"
	"unicode/utf8"

	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// tailTags are the tags at the end of an SDI record, in their order: cluster,
// node, correlation tag, address, device. Older releases print fewer of them.
//
//	|<CLID::StandAloneCluster><NID::10.1.0.1><CT::1,100,175,1.1><IP::10.1.0.2><DEV::SEP001122334455>
//	|<CT::1,100,105,1.219><IP::10.1.0.2>
//	|<:EXAMPLE-CLUSTER><:10.1.0.1><:1,100,175,1.1><:10.1.0.2><:>          a web page ate the names
type tailTags struct {
	cluster, node, tag, ip, device []byte
}

// read reads the tags that b begins with, the first of which is the one at
// place; a record may be wrapped between them. Of several with one name the
// first counts.
func (tags *tailTags) read(b []byte, place int) {
	for ; ; place++ {
		from := bytes.IndexByte(b, '<')
		if from < 0 {
			return
		}
		b = b[from+1:]
		size := bytes.IndexByte(b, '>')
		if size < 0 {
			return
		}
		name, value, ok := bytes.Cut(b[:size], []byte{':'})
		b = b[size+1:]
		if !ok {
			continue
		}
		if len(value) > 0 && value[0] == ':' {
			value = value[1:]
		}
		if value = bytes.TrimSpace(value); len(value) > 0 && len(value) <= maxTag {
			tags.set(string(name), place, value)
		}
	}
}

const maxTag = 128

// set sets the tag name; without a name the place tells which one it is.
func (tags *tailTags) set(name string, place int, value []byte) {
	if name == "" && place < len(tailNames) && (place != 2 || bytes.IndexByte(value, ',') > 0) {
		name = tailNames[place]
	}
	of := &value
	switch name {
	case "CT":
		of, value = &tags.tag, correlationTag(value)
	case "CLID":
		of = &tags.cluster
	case "NID":
		of = &tags.node
	case "IP":
		of = &tags.ip
	case "DEV":
		of = &tags.device
	}
	if *of == nil {
		*of = value
	}
}

var tailNames = [...]string{"CLID", "NID", "CT", "IP", "DEV"}

// tailStart returns the index of the tail in the record text b, the length of
// b when it has none. The first of the tags is behind a bar or begins a
// wrapped line.
func tailStart(b []byte) int {
	for i := 0; ; i++ {
		bar := bytes.IndexByte(b[i:], '|')
		if bar < 0 {
			break
		}
		if i += bar; i+1 < len(b) && b[i+1] == '<' && tailTag(b[i+1:]) {
			return i
		}
	}
	for _, name := range [...]string{"<CLID::", "<NID::", "<CT::"} {
		if i := bytes.Index(b, []byte(name)); i >= 0 {
			return i
		}
	}
	return len(b)
}

// tailTag reports whether b begins with one of the tags.
func tailTag(b []byte) bool {
	for i := 1; i < len(b) && i < len("<CLID:"); i++ {
		if b[i] == ':' {
			return i == 1 || i+1 < len(b) && b[i+1] == ':'
		}
	}
	return false
}

// readTail reads the correlation tag of an SDI record, which the records of one
// action share. Few records state anything, so it waits until one does; fewer
// ask who caused them.
func (t *trace) readTail() {
	if !t.tail {
		return
	}
	b := t.body[len(t.text()):] // text looks for the tail while there is one
	t.tail = false
	tag, rest, n := usualTag(b)
	if n == 0 {
		var tags tailTags
		tags.read(b, 0)
		tag, t.ip, t.device = tags.tag, tags.ip, tags.device
	}
	t.who, t.place = rest, n
	if tag != nil {
		t.tag, t.seq = tag, tag
	}
}

// usualTag returns the correlation tag in the tail b, what follows it, and
// which of the tags that is: 0 when others than usual stand before it.
func usualTag(b []byte) (tag, rest []byte, place int) {
	if len(b) == 0 || b[0] != '|' {
		return nil, nil, 0
	}
	b = b[1:]
	for _, before := range [...]string{"<CLID::", "<NID::"} {
		if hasPrefix(b, before) {
			b = b[bytes.IndexByte(b, '>')+1:]
			place++
		}
	}
	tag, rest = tagValue(b, "<CT::")
	if tag = correlationTag(tag); tag == nil {
		return nil, nil, 0
	}
	return tag, rest, place + 1
}

// tagValue returns the value of the tag name that b begins with and what
// follows it; nil when b begins with another, or the value needs a closer look.
func tagValue(b []byte, name string) (value, rest []byte) {
	if !hasPrefix(b, name) {
		return nil, nil
	}
	end := bytes.IndexByte(b, '>')
	if end <= len(name) || end-len(name) > maxTag || !visible(b[len(name)]) || !visible(b[end-1]) {
		return nil, nil
	}
	return b[len(name):end], b[end+1:]
}

func visible(c byte) bool { return c > ' ' && c < utf8.RuneSelf }

// readCauser reads the address and the device in the tail of an SDI record.
func (t *trace) readCauser() {
	t.readTail()
	if len(t.who) == 0 {
		return
	}
	var rest []byte
	if t.ip, rest = tagValue(t.who, "<IP::"); t.ip != nil {
		t.device, _ = tagValue(rest, "<DEV::")
	}
	if t.device == nil {
		var tags tailTags
		tags.read(t.who, t.place)
		t.ip, t.device = tags.ip, tags.device
	}
	t.who = nil
}

// text returns the text of the record without tail tags.
func (t *trace) text() []byte {
	if t.said == nil {
		t.said = t.body
		if t.tail {
			t.said = t.body[:tailStart(t.body)]
		}
	}
	return t.said
}

// whole returns the record without tail tags.
func (t *trace) whole() []byte {
	return t.record.Text[:len(t.record.Text)-len(t.body)+len(t.text())]
}

// words returns the first line of the text, mended, without tail tags.
func (t *trace) words() []byte {
	if t.isPlain() {
		line := t.plain[len(t.record.Text)-len(t.body):]
		if line = line[:min(len(line), len(t.text()))]; text.WholeLine(line) {
			return line
		}
	}
	line, _ := text.Line(t.text())
	clean, mended := text.Clean(line)
	t.mended |= mended
	return clean
}

// isPlain reports whether the first line of the record is ASCII without
// control characters, so that its evidence is itself.
func (t *trace) isPlain() bool {
	if !t.asked {
		t.asked = true
		if line, _ := text.FirstLine(t.record.Text, t.record.Lines); text.Printable(line) {
			t.plain = line
		}
	}
	return t.plain != nil
}

// evidence returns line as Event.Text.
func (t *trace) evidence(line []byte) string {
	if n := len(line); t.isPlain() && n > 0 && n <= len(t.plain) && &line[0] == &t.plain[0] && line[n-1] != ' ' && n <= schemas.MaxEvidence {
		return t.mem.String(line)
	}
	return t.mem.Evidence(line, schemas.MaxEvidence)
}

// joined returns the text of a record as one line, mended, without tail tags:
// a page has broken it into several.
//
//	03797655.001 |20:21:09.454 |AppInfo  |StationD:    (0000109) StartMediaTransmission conferenceID=
//	38960749 passThruPartyID=33554450 …
func (t *trace) joined() []byte {
	one := make([]byte, 0, len(t.text()))
	for rest := t.text(); len(rest) > 0; {
		var line []byte
		if line, rest = text.Line(rest); text.Blank(line) {
			continue
		}
		if n := len(one); n > 0 && one[n-1] != '=' && one[n-1] != '"' {
			one = append(one, ' ')
		}
		one = append(one, bytes.TrimSpace(line)...)
	}
	clean, mended := text.Clean(one)
	t.mended |= mended | text.Wrapped
	return clean
}

// correlationTag returns tag without what follows the first ^, nil when
// nothing is left.
func correlationTag(tag []byte) []byte {
	if i := bytes.IndexByte(tag, '^'); i >= 0 {
		tag = tag[:i]
	}
	if len(tag) == 0 {
		return nil
	}
	return tag
}

// nodeTag returns the node that the first tail in head names, "" for none.
func nodeTag(head []byte) string {
	for rest := head; len(rest) > 0; {
		i := bytes.IndexByte(rest, '<')
		if i < 0 {
			return ""
		}
		if rest = rest[i:]; hasPrefix(rest, "<NID::") {
			value, _, _ := bytes.Cut(rest[len("<NID::"):], []byte{'>'})
			if len(value) > 0 && len(value) <= 128 {
				return string(value)
			}
		} else if hasPrefix(rest, "<:") {
			var tags tailTags
			if tags.read(rest[:min(len(rest), 256)], 0); tags.node != nil {
				return string(tags.node)
			}
		}
		rest = rest[1:]
	}
	return ""
}
