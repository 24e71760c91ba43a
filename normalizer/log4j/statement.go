package log4j

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// statement is a record about to be read.
type statement struct {
	mem        *arena.Arena
	file       *schemas.File
	record     *schemas.Record
	head       head
	line, rest []byte // the first line, mended, and what follows it
	mended     text.Repairs
}

// event returns a new event whose evidence is line, number is its number.
func (s *statement) event(kind schemas.Kind, line []byte, number int) schemas.Event {
	line = mask(line[:min(len(line), 2*schemas.MaxEvidence)])
	return schemas.Event{
		Kind: kind, Line: number, Repairs: s.mended.Names(),
		Text: s.mem.Evidence(line, schemas.MaxEvidence),
	}
}

// maxValue bounds the value of an attribute, in bytes.
const maxValue = 300

// add appends name=value, unless value is empty, null or masked away.
func (s *statement) add(attrs []schemas.Attr, name string, value []byte) []schemas.Attr {
	value = bytes.TrimSpace(value)
	if len(value) == 0 || string(value) == "null" {
		return attrs
	}
	value = mask(value[:min(len(value), 2*maxValue)])
	v := s.mem.Evidence(value, maxValue)
	if v == "" {
		return attrs
	}
	return append(attrs, schemas.Attr{Name: name, Value: v})
}

// key appends a key, unless value is empty or masked.
func (s *statement) key(keys []schemas.Key, t schemas.KeyType, value []byte, scope string) []schemas.Key {
	value = bytes.TrimSpace(value)
	if len(value) == 0 || string(value) == "null" || bytes.IndexByte(value, '*') >= 0 {
		return keys
	}
	v := s.mem.Evidence(value, 256)
	return append(keys, schemas.Key{Type: t, Value: v, Scope: scope})
}

// access returns the event of a line of an access log.
func (s *statement) access(x *access) schemas.Event {
	e := s.event(schemas.KindHTTPResponse, s.line, s.record.Line)
	a := append(s.mem.Attrs(5), schemas.Attr{Name: "direction", Value: string(schemas.Out)})
	a = s.add(a, "status", x.status)
	a = s.add(a, "url", withoutQuery(x.url))
	e.Attrs = s.add(a, "peer", x.client)
	k := s.key(s.mem.Keys(2), schemas.KeyAddr, x.client, "")
	e.Keys = s.key(k, schemas.KeyUser, x.user, s.file.Cluster)
	return e
}

// withoutQuery cuts the query off a URL: it may hold credentials.
func withoutQuery(url []byte) []byte {
	url, _, _ = bytes.Cut(url, []byte("?"))
	return url
}

// after returns the word behind mark in b, up to a blank or one of stop; nil
// when mark does not stand there.
func after(b []byte, mark, stop string) []byte {
	i := bytes.Index(b, []byte(mark))
	if i < 0 {
		return nil
	}
	b = b[i+len(mark):]
	if stop == "" {
		stop = " ,;\r\n"
	}
	if end := bytes.IndexAny(b, stop); end >= 0 {
		b = b[:end]
	}
	return b
}
