package correlator

import (
	"encoding/binary"
	"math/bits"
)

// The lines of one kind are much alike, so what they share is kept once: a
// text is stored as pieces of its own and pieces of a sample. A sample only
// grows, therefore what refers to it stays good.

// samples are the samples by kind.
type samples [len(kindNames)]*sample

// sample is text of one kind that others are compared with.
type sample struct {
	text []byte
	// places finds the last place of four bytes, plus one.
	places [1 << sampleBits]uint16
}

const (
	sampleBits = 12
	maxSample  = 8 << 10
	minMatch   = 6
)

func fourBytes[T string | []byte](s T, i int) uint32 {
	_ = s[i+3]
	return uint32(s[i]) | uint32(s[i+1])<<8 | uint32(s[i+2])<<16 | uint32(s[i+3])<<24
}

func eightBytes[T string | []byte](s T, i int) uint64 {
	_ = s[i+7]
	return uint64(s[i]) | uint64(s[i+1])<<8 | uint64(s[i+2])<<16 | uint64(s[i+3])<<24 |
		uint64(s[i+4])<<32 | uint64(s[i+5])<<40 | uint64(s[i+6])<<48 | uint64(s[i+7])<<56
}

func samplePlace(v uint32) uint32 { return v * 0x9e3779b1 >> (32 - sampleBits) }

// pack appends text in its short form to dst.
func (s *samples) pack(dst []byte, kind uint8, text string) []byte {
	m := s[kind]
	if m == nil {
		m = &sample{}
		s[kind] = m
	}
	first := len(dst)
	dst = m.pack(dst, text)
	if len(dst)-first <= len(text)/2 || len(m.text)+len(text) > maxSample {
		return dst
	}
	m.learn(text)
	return m.pack(dst[:first], text)
}

// learn appends text to the sample.
func (m *sample) learn(text string) {
	at := len(m.text)
	m.text = append(m.text, text...)
	for i := 0; i+4 <= len(text); i++ {
		m.places[samplePlace(fourBytes(text, i))] = uint16(at + i + 1)
	}
}

// pack writes pairs: the length of an own piece and the piece, then the length
// of a piece of the sample and its place.
func (m *sample) pack(dst []byte, text string) []byte {
	own := 0
	for i := 0; i+4 <= len(text); {
		v := fourBytes(text, i)
		p := int(m.places[samplePlace(v)]) - 1
		n := 0
		if p >= 0 && fourBytes(m.text, p) == v {
			n = common(text[i:], m.text[p:])
		}
		if n < minMatch {
			// What has had no match for long is looked at less closely.
			i += 1 + (i-own)/16
			continue
		}
		dst = appendPiece(dst, text[own:i])
		dst = binary.AppendUvarint(dst, uint64(n))
		dst = binary.AppendUvarint(dst, uint64(p))
		i += n
		own = i
	}
	return appendPiece(dst, text[own:])
}

// common returns how many bytes a and b begin with alike.
func common(a string, b []byte) int {
	n, end := 0, min(len(a), len(b))
	for n+8 <= end {
		if x := eightBytes(a, n) ^ eightBytes(b, n); x != 0 {
			return n + bits.TrailingZeros64(x)/8
		}
		n += 8
	}
	for n < end && a[n] == b[n] {
		n++
	}
	return n
}

func appendPiece(dst []byte, piece string) []byte {
	return append(binary.AppendUvarint(dst, uint64(len(piece))), piece...)
}

// unpack appends to dst the text that pack wrote.
func (s *samples) unpack(dst []byte, kind uint8, packed bodyReader) []byte {
	for {
		dst = append(dst, packed.string()...)
		if packed == "" {
			return dst
		}
		n := packed.uvarint()
		p := packed.uvarint()
		dst = append(dst, s[kind].text[p:p+n]...)
	}
}
