package imp

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/sasl"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/normalizer/internal/xmpp"
	"github.com/uctrace/uctrace/schemas"
)

// statement is a record about to be read.
type statement struct {
	mem    *arena.Arena
	file   *schemas.File
	record *schemas.Record
	// message is the record from behind its head on, mended.
	message []byte
	head    head
	mended  text.Repairs
}

// reader appends the events of a record.
type reader func(statement, []schemas.Event) []schemas.Event

// event returns a new event of the record; its evidence is the first line as it
// stands in the file.
func (s *statement) event(kind schemas.Kind) schemas.Event {
	line, _ := text.Line(s.record.Text)
	line = sasl.Mask(line[:min(len(line), schemas.MaxEvidence)])
	return schemas.Event{
		Kind: kind, Repairs: s.mended.Names(), Node: s.node(),
		Text:  s.mem.Evidence(line, schemas.MaxEvidence),
		Attrs: s.mem.Attrs(8), Keys: s.mem.Keys(7),
	}
}

func (s *statement) unparsed(dst []schemas.Event, why string) []schemas.Event {
	e := s.event(schemas.KindUnparsed)
	e.Attrs = append(e.Attrs, schemas.Attr{Name: "why", Value: why})
	return append(dst, e)
}

// node returns the host that wrote the record.
func (s *statement) node() string {
	if len(s.head.host) == 0 || string(s.head.host) == s.file.Node {
		return s.file.Node
	}
	return s.mem.String(s.head.host)
}

// process returns the scope cluster/node/process[pid]; a file whose lines print
// no process is one's, after which it is named.
func (s *statement) process() string {
	b := append(s.mem.Scratch(), s.file.Cluster...)
	b = append(append(b, '/'), s.node()...)
	b = append(append(b, '/'), s.component()...)
	if len(s.head.pid) > 0 {
		b = append(append(append(b, '['), s.head.pid...), ']')
	}
	return s.mem.Keep(b)
}

// component returns the XCP component that wrote the record, "xcp" when nothing
// names it.
func (s *statement) component() []byte {
	name := s.head.component
	if name == nil {
		name = base(s.file.Path)
	}
	if c := componentOf(name); c != nil {
		return c
	}
	return []byte("xcp")
}

// federated reports whether the component speaks to other servers, not to
// clients.
func (s *statement) federated() bool {
	c := s.component()
	return bytes.HasPrefix(c, []byte("xmpp-cm")) || bytes.HasPrefix(c, []byte("s2s-cm"))
}

// attr appends an attribute unless value is empty. Secrets are masked.
func (s *statement) attr(e *schemas.Event, name string, value []byte) {
	if value = sasl.Mask(clip(value)); len(value) > 0 {
		e.Attrs = append(e.Attrs, schemas.Attr{Name: name, Value: s.mem.Evidence(value, maxDetail)})
	}
}

// word appends an attribute whose value is a constant.
func (s *statement) word(e *schemas.Event, name, value string) {
	e.Attrs = append(e.Attrs, schemas.Attr{Name: name, Value: value})
}

func (s *statement) key(e *schemas.Event, t schemas.KeyType, value []byte, scope string) {
	if len(value) > 0 {
		e.Keys = append(e.Keys, schemas.Key{Type: t, Value: s.mem.String(value), Scope: scope})
	}
}

// person appends the keys of a JID: bare, and folded to lower case.
func (s *statement) person(e *schemas.Event, jid []byte) {
	if j, ok := xmpp.ParseJID(string(jid)); ok && j.Node != "" {
		e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyJID, Value: j.Bare()})
	}
}

// streamKeys appends the keys of the stream that the line names.
func (s *statement) streamKeys(e *schemas.Event) {
	x := xcoder(s.message)
	c, _ := readConnection(s.message)
	if x == nil && c.guid == nil {
		return
	}
	scope := s.process()
	s.key(e, schemas.KeyXcoder, x, scope)
	s.key(e, schemas.KeyConnection, c.guid, scope)
}

// xcoder returns the id of a stream that the line names before any XML.
//
//	xcoder=34A9B60C8 sending:: <db:result …>
func xcoder(b []byte) []byte {
	if lt := bytes.IndexByte(b, '<'); lt >= 0 {
		b = b[:lt]
	}
	_, after, ok := bytes.Cut(b, []byte("xcoder="))
	if !ok {
		return nil
	}
	return hexRun(after)
}

// hexRun returns the hex digits that b begins with, nil for none.
func hexRun(b []byte) []byte {
	n := 0
	for n < len(b) && isHex(b[n]) {
		n++
	}
	if n == 0 {
		return nil
	}
	return b[:n]
}

// maxDetail bounds a detail to what a person reads.
const maxDetail = 240

// clip returns the first line of b, without blanks around it, at most maxDetail
// bytes.
func clip(b []byte) []byte {
	b = bytes.TrimSpace(b)
	if i := bytes.IndexAny(b, "\r\n"); i >= 0 {
		b = b[:i]
	}
	return b[:min(len(b), maxDetail)]
}

// after returns what follows name in b, without blanks; nil when name is not
// there.
func after(b []byte, name string) []byte {
	_, rest, ok := bytes.Cut(b, []byte(name))
	if !ok {
		return nil
	}
	return bytes.TrimLeft(rest, " ")
}

// until returns b up to the first of the bytes in stop.
func until(b []byte, stop string) []byte {
	if end := bytes.IndexAny(b, stop); end >= 0 {
		return b[:end]
	}
	return b
}

func has(b []byte, s string) bool { return bytes.Contains(b, []byte(s)) }

// fold returns a domain as all of its spellings have it.
func fold(domain []byte) string { return xmpp.FoldDomain(string(domain)) }
