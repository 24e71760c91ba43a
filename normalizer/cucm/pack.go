package cucm

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// appendPeer appends host:port, an IPv6 address in brackets (RFC 3986 section
// 3.2.2).
func appendPeer(buf, host, port []byte) []byte {
	switch {
	case len(host) == 0 || len(port) == 0:
		return append(buf, host...)
	case bytes.IndexByte(host, ':') >= 0:
		buf = append(append(append(buf, '['), host...), ']')
	default:
		buf = append(buf, host...)
	}
	return append(append(buf, ':'), port...)
}

// appendNode appends the scope of keys that are unique on a node. Collections
// name a host in lower case where its own FileHead does not.
func appendNode(buf []byte, f *schemas.File) []byte {
	buf = append(append(buf, f.Cluster...), '/')
	for i := range len(f.Node) {
		c := f.Node[i]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		buf = append(buf, c)
	}
	return buf
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
