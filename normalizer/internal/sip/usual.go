package sip

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// usual reads the header fields that b begins with as long as they look as they
// are sent: a name, a colon, a value on one line. It returns what follows them,
// how many there were, and whether that is the body.
func (m *Message) usual(b []byte) (rest []byte, fields int, ends bool) {
	for {
		end := bytes.IndexByte(b, '\n')
		if end < 1 || b[end-1] != '\r' {
			return b, fields, false
		}
		line, next := b[:end-1], b[end+1:]
		if len(line) == 0 && fields > 0 && m.CallID != nil && m.CSeq != nil {
			return next, fields, true
		}
		colon := colonIn(line)
		if colon < 1 || line[len(line)-1] == '\r' || len(next) > 0 && (next[0] == ' ' || next[0] == '\t') {
			return b, fields, false
		}
		name, value := line[:colon], trim(line[colon+1:])
		if !m.setUsual(name, value) {
			if name[0] == '-' || !isToken(name) {
				return b, fields, false
			}
			m.setAny(name, value)
		}
		fields++
		b = next
	}
}

// colonIn returns where the first colon of line stands, -1 for none. It looks at
// eight bytes at a time: most names have less, hardly one more than sixteen.
func colonIn(line []byte) int {
	const ones, high, colons = 0x0101010101010101, 0x8080808080808080, 0x3A3A3A3A3A3A3A3A
	i := 0
	for ; len(line)-i >= 8; i += 8 {
		v := binary.LittleEndian.Uint64(line[i:]) ^ colons
		// The lowest of the highest bits is that of the first byte that is zero.
		if zero := (v - ones) &^ v & high; zero != 0 {
			return i + bits.TrailingZeros64(zero)/8
		}
	}
	for ; i < len(line); i++ {
		if line[i] == ':' {
			return i
		}
	}
	return -1
}

// isToken reports whether b is a token (RFC 3261 section 25.1), or empty.
func isToken(b []byte) bool {
	for _, c := range b {
		if !tokenChar[c] {
			return false
		}
	}
	return true
}
