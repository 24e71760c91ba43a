package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// span is where a part of an event stands in the bytes that hold all its
// parts: one allocation instead of ten. (The bytes are passed on and returned,
// because a buffer kept in a struct does not stay on the stack.)
type span struct{ from, to int }

// of returns the part as a piece of all, the bytes as one string.
func (s span) of(all string) string { return all[s.from:s.to] }

// pack appends part to buf.
func pack(buf, part []byte) ([]byte, span) {
	from := len(buf)
	buf = append(buf, part...)
	return buf, span{from, len(buf)}
}

// packPart appends part to buf, which begins with the evidence, said bytes of
// line: a part of the line that stands there needs no copy of its own.
func packPart(buf []byte, said int, line, part []byte) ([]byte, span) {
	from := cap(line) - cap(part)
	if to := from + len(part); from >= 0 && to <= said && string(buf[from:to]) == string(part) {
		return buf, span{from, to}
	}
	return pack(buf, part)
}

// packPeer appends host:port, an IPv6 address in brackets (RFC 3986 section
// 3.2.2).
func packPeer(buf, host, port []byte) ([]byte, span) {
	from := len(buf)
	switch {
	case len(host) == 0 || len(port) == 0:
		return pack(buf, host)
	case bytes.IndexByte(host, ':') >= 0:
		buf = append(append(append(buf, '['), host...), ']')
	default:
		buf = append(buf, host...)
	}
	buf = append(append(buf, ':'), port...)
	return buf, span{from, len(buf)}
}

// packNode appends the scope of keys that are unique on a node. Collections
// name a host in lower case where its own FileHead does not.
func packNode(buf []byte, f *schemas.File) ([]byte, span) {
	from := len(buf)
	buf = append(append(buf, f.Cluster...), '/')
	for i := range len(f.Node) {
		c := f.Node[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		buf = append(buf, c)
	}
	return buf, span{from, len(buf)}
}

func appendKey(keys []schemas.Key, t schemas.KeyType, value, scope string) []schemas.Key {
	if value == "" {
		return keys
	}
	return append(keys, schemas.Key{Type: t, Value: value, Scope: scope})
}

func appendAttr(attrs []schemas.Attr, name, value string) []schemas.Attr {
	if value == "" {
		return attrs
	}
	return append(attrs, schemas.Attr{Name: name, Value: value})
}
