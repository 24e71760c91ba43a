package expressway

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// statement is a record about to be read.
type statement struct {
	mem    *arena.Arena
	file   *schemas.File
	record *schemas.Record
	head   head
	// first is the record from its head on.
	first []byte
	// module is the value of Module; empty for an event line and for text.
	module []byte
	// repairs are those that reading the head and the pairs took; joined is how
	// many lines fewer first has than the record, -1 when it has more.
	repairs text.Repairs
	joined  int
	// harmless is true once the pairs are read and nothing of first, which is no
	// more than they and the head, is a secret.
	harmless bool
	// mark is what block found, plus 2; 0 before it was asked, noBlock when it
	// found none.
	mark int
	form form
}

// A form says whether a record is one line of printable ASCII, as nearly every
// one is: then nothing in it needs mending.
type form uint8

const (
	unseen form = iota
	plain
	other
)

// plain reports whether the record has the form of that name.
func (s *statement) plain() bool {
	if s.form == unseen {
		if s.form = other; text.Printable(withoutEnd(s.first)) {
			s.form = plain
		}
	}
	return s.form == plain
}

const noBlock = 1

// block returns where the marker of a message block stands behind the head, or
// -1.
func (s *statement) block() int {
	if s.mark == 0 {
		s.mark = blockAt(s.head.rest) + 2
	}
	return s.mark - 2
}

// pairs reads the pairs of the record into p: those before the block of a
// message.
func (s *statement) pairs(p *pairs) {
	b := s.head.rest
	if s.plain() && len(b) <= maxPairs {
		head := s.first[:len(s.first)-len(b)]
		if p.read(b) && bytes.IndexByte(head, '=') < 0 {
			// No block stands behind pairs alone, and the head, too, holds no secret.
			s.harmless, s.mark = true, noBlock
		}
		if s.block() < 0 {
			return
		}
		*p = pairs{}
	}
	if i := s.block(); i >= 0 {
		b = b[:i]
	}
	b = b[:min(len(b), maxPairs)]
	if !s.plain() && bytes.IndexByte(b, 0xE2) >= 0 {
		var mended text.Repairs
		if b, mended = text.Clean(b); mended&text.Quotes != 0 {
			s.repairs |= mended
		}
	}
	p.read(b)
}

// blockAt returns where the marker of a message block stands in b, or -1. A
// record of one line that holds a block is a web copy.
func blockAt(b []byte) int {
	for from := 0; ; {
		i := text.Index(b[from:], "PMSG:", 3)
		if i < 0 {
			return -1
		}
		i += from
		switch {
		case i >= 2 && string(b[i-2:i]) == "SI":
			return i - 2
		case i >= 3 && string(b[i-3:i]) == "HTT":
			return i - 3
		}
		from = i + 1
	}
}

// lineAt returns the line of the file on which stands what is at in first.
func (s *statement) lineAt(at int) int {
	if s.joined < 0 {
		return s.record.Line
	}
	return s.record.Line + s.joined + bytes.Count(s.first[:at], []byte("\n"))
}

// header returns the first line of the record.
func (s *statement) header() []byte {
	if s.plain() {
		return withoutEnd(s.first)
	}
	line, _ := cutLine(s.first)
	return line
}

// event appends a new event of the record, and returns it too. The evidence is
// line.
func (s *statement) event(dst []schemas.Event, kind schemas.Kind, line []byte) ([]schemas.Event, *schemas.Event) {
	dst, e := arena.Event(dst)
	e.Kind, e.Text, e.Node = kind, s.evidence(line), s.node()
	e.Repairs = s.repairs.Append(e.Repairs)
	if s.record.Glued {
		e.Repairs = text.Glued.Append(e.Repairs)
	}
	if s.head.mended {
		e.Repairs = text.LinePrefix.Append(e.Repairs)
	}
	return dst, e
}

// fact appends a new event of the record with room for so many attributes and
// keys, and returns it too. The evidence is the first line.
func (s *statement) fact(dst []schemas.Event, kind schemas.Kind, attrs, keys int) ([]schemas.Event, *schemas.Event) {
	dst, e := s.event(dst, kind, s.header())
	e.Attrs, e.Keys = s.mem.Attrs(attrs), s.mem.Keys(keys)
	return dst, e
}

// node returns the host that wrote the record.
func (s *statement) node() string {
	if len(s.head.host) == 0 || string(s.head.host) == s.file.Node {
		return s.file.Node
	}
	return s.mem.String(s.head.host)
}

// process returns the scope cluster/node/process[pid].
func (s *statement) process() string {
	b := append(s.mem.Scratch(), s.file.Cluster...)
	b = append(append(b, '/'), s.node()...)
	b = append(append(b, '/'), s.head.tag...)
	b = append(append(b, '['), s.head.pid...)
	return s.mem.Scope(append(b, ']'))
}

// unparsed appends the event of a record that holds a fact which is damaged.
func (s *statement) unparsed(dst []schemas.Event, why string) []schemas.Event {
	dst, e := s.event(dst, schemas.KindUnparsed, s.first)
	e.Attrs = []schemas.Attr{{Name: "why", Value: why}}
	return dst
}

// evidence returns the lines of b as one line that fits Event.Text.
func (s *statement) evidence(b []byte) string {
	b = b[:min(len(b), schemas.MaxEvidence)]
	if !s.harmless || !s.begins(b) {
		b = mask(b)
	}
	if s.plain() && s.begins(b) {
		for len(b) > 0 && b[len(b)-1] <= ' ' {
			b = b[:len(b)-1]
		}
		return s.mem.String(b)
	}
	return s.mem.Evidence(b, schemas.MaxEvidence)
}

// begins reports whether b is what the record begins with.
func (s *statement) begins(b []byte) bool {
	return len(b) > 0 && len(s.first) > 0 && &b[0] == &s.first[0]
}

// attrs appends name and value when there is a value. What it says is masked
// like the evidence.
func (s *statement) attrs(dst []schemas.Attr, name string, value []byte) []schemas.Attr {
	if len(value) == 0 {
		return dst
	}
	if !s.harmless && bytes.IndexByte(value, '=') >= 0 {
		value = mask(value)
	}
	return append(dst, schemas.Attr{Name: name, Value: s.mem.String(value)})
}

// word1 appends name and a value that needs no copy, when there is one.
func word1(dst []schemas.Attr, name, value string) []schemas.Attr {
	if value == "" {
		return dst
	}
	return append(dst, schemas.Attr{Name: name, Value: value})
}

// key1 appends a key without scope when there is a value.
func (s *statement) key1(keys []schemas.Key, t schemas.KeyType, value []byte) []schemas.Key {
	if len(value) == 0 {
		return keys
	}
	return append(keys, schemas.Key{Type: t, Value: s.mem.String(value)})
}

// userKey appends the key of a user, unique in the cluster, when there is one.
func (s *statement) userKey(keys []schemas.Key, user []byte) []schemas.Key {
	if len(user) == 0 {
		return keys
	}
	return append(keys, schemas.Key{Type: schemas.KeyUser, Value: s.mem.String(user), Scope: s.file.Cluster})
}

// addrKey appends the key of an address when there is one.
func addrKey(keys []schemas.Key, addr string) []schemas.Key {
	if addr == "" {
		return keys
	}
	return append(keys, schemas.Key{Type: schemas.KeyAddr, Value: addr})
}

// hostPort returns host:port, with brackets around an IPv6 address; "" without
// a host.
func (s *statement) hostPort(host, port []byte) string {
	if len(host) == 0 {
		return ""
	}
	buf := s.mem.Scratch()
	if bytes.IndexByte(host, ':') >= 0 && host[0] != '[' {
		buf = append(append(append(buf, '['), host...), ']')
	} else {
		buf = append(buf, host...)
	}
	if len(port) > 0 {
		buf = append(append(buf, ':'), port...)
	}
	return s.mem.Keep(buf)
}

func cutLine(b []byte) (line, rest []byte) {
	if end := bytes.IndexByte(b, '\n'); end >= 0 {
		b, rest = b[:end], b[end+1:]
	}
	for len(b) > 0 && b[len(b)-1] == '\r' {
		b = b[:len(b)-1]
	}
	return b, rest
}

// withoutEnd returns b, which ends with its only line end if it has one, without
// that.
func withoutEnd(b []byte) []byte {
	if n := len(b); n > 0 && b[n-1] == '\n' {
		b = b[:n-1]
	}
	if n := len(b); n > 0 && b[n-1] == '\r' {
		b = b[:n-1]
	}
	return b
}

func has(b []byte, s string) bool { return bytes.Contains(b, []byte(s)) }

// lowered returns b in ASCII lower case, cut to what a name may have.
func lowered(buf *[64]byte, b []byte) []byte {
	n := copy(buf[:], b)
	for i := range n {
		if c := buf[i]; c >= 'A' && c <= 'Z' {
			buf[i] = c | 0x20
		}
	}
	return buf[:n]
}

// holds reports whether b holds one of the words.
func holds(b []byte, words ...string) bool {
	for _, w := range words {
		if has(b, w) {
			return true
		}
	}
	return false
}
