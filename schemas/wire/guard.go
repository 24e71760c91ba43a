package wire

import "encoding/binary"

// Guard walks the MessagePack value b once and reports whether it can be
// decoded without harm: every announced length fits the bytes that remain,
// containers nest at most maxDepth deep, and nothing trails. The library
// trusts announced lengths (five bytes make it allocate 256 MiB) and recurses
// without bound, so nothing foreign may reach it unguarded. Guard allocates
// nothing unless it fails; the error is an ErrCorrupt.
func Guard(b []byte, maxDepth int) error {
	rest, fault := walk(b, 1, maxDepth)
	switch {
	case fault != "":
		return corrupt("%s", fault)
	case len(rest) > 0:
		return corrupt("%d bytes trail the payload", len(rest))
	}
	return nil
}

// walk skips count values at the beginning of b.
func walk(b []byte, count, depth int) (rest []byte, fault string) {
	for ; count > 0; count-- {
		if len(b) == 0 {
			return nil, "payload ends early"
		}
		size, inner, ok := head(b)
		if !ok {
			return nil, "payload ends early or holds an unknown code"
		}
		if size > uint64(len(b)) || inner > uint64(len(b))-size {
			return nil, "announced length exceeds the payload"
		}
		b = b[size:]
		if inner == 0 {
			continue
		}
		if depth == 0 {
			return nil, "payload is nested too deeply"
		}
		if b, fault = walk(b, int(inner), depth-1); fault != "" {
			return nil, fault
		}
	}
	return b, ""
}

// head reads the value at the beginning of b: size is its length in bytes, up
// to its first inner value when it is a container, and inner the number of
// inner values that follow. The codes are those of the MessagePack
// specification.
func head(b []byte) (size, inner uint64, ok bool) {
	switch c := b[0]; {
	case c <= 0x7f, c >= 0xe0: // fixint
		return 1, 0, true
	case c <= 0x8f: // fixmap
		return 1, 2 * uint64(c&0x0f), true
	case c <= 0x9f: // fixarray
		return 1, uint64(c & 0x0f), true
	case c <= 0xbf: // fixstr
		return 1 + uint64(c&0x1f), 0, true
	default:
		return longHead(c, b[1:])
	}
}

// longHead is head for the codes 0xc0 to 0xdf; b is what follows the code.
func longHead(c byte, b []byte) (size, inner uint64, ok bool) {
	switch c {
	case 0xc0, 0xc2, 0xc3: // nil, false, true
		return 1, 0, true
	case 0xc4, 0xd9: // bin8, str8
		n, ok := number(b, 1)
		return 2 + n, 0, ok
	case 0xc5, 0xda: // bin16, str16
		n, ok := number(b, 2)
		return 3 + n, 0, ok
	case 0xc6, 0xdb: // bin32, str32
		n, ok := number(b, 4)
		return 5 + n, 0, ok
	case 0xc7, 0xc8, 0xc9: // ext8, ext16, ext32: length, type, data
		w := 1 << (c - 0xc7)
		n, ok := number(b, w)
		return 2 + uint64(w) + n, 0, ok
	case 0xca, 0xcc, 0xcd, 0xce, 0xcf, 0xcb: // float32, uint8 … uint64, float64
		return [...]uint64{5, 9, 2, 3, 5, 9}[c-0xca], 0, true
	case 0xd0, 0xd1, 0xd2, 0xd3: // int8 … int64
		return 1 + 1<<(c-0xd0), 0, true
	case 0xd4, 0xd5, 0xd6, 0xd7, 0xd8: // fixext1 … fixext16
		return 2 + 1<<(c-0xd4), 0, true
	case 0xdc, 0xdd: // array16, array32
		w := 2 << (c - 0xdc)
		n, ok := number(b, w)
		return 1 + uint64(w), n, ok
	case 0xde, 0xdf: // map16, map32
		w := 2 << (c - 0xde)
		n, ok := number(b, w)
		return 1 + uint64(w), 2 * n, ok
	}
	return 0, 0, false // 0xc1 is never used
}

// number reads the big-endian number of w bytes at the beginning of b.
func number(b []byte, w int) (n uint64, ok bool) {
	if len(b) < w {
		return 0, false
	}
	switch w {
	case 1:
		return uint64(b[0]), true
	case 2:
		return uint64(binary.BigEndian.Uint16(b)), true
	}
	return uint64(binary.BigEndian.Uint32(b)), true
}
