package text

import (
	"encoding/binary"
	"math/bits"
)

// Places fills dst with the indexes at which c stands in b, and returns how many
// they are; it stops when dst is full. b has at most 64 KiB.
//
// Sixty-four bytes at a time: where c stands in every tenth byte or so, a search
// that begins anew behind each of them takes twice as long.
func Places(dst []uint16, b []byte, c byte) int {
	n := 0
	for from := 0; from < len(b); from += 64 {
		var found uint64
		switch part := b[from:]; {
		case len(part) >= 64:
			found = equal64((*[64]byte)(part), c)
		case len(b) >= 64: // the last ones, some for the second time
			found = equal64((*[64]byte)(b[len(b)-64:]), c) >> (64 - len(part))
		default:
			var short [64]byte
			copy(short[:], part)
			found = equal64(&short, c) & (1<<len(part) - 1)
		}
		for ; found != 0; found &= found - 1 {
			if n >= len(dst) {
				return n
			}
			dst[n] = uint16(from + bits.TrailingZeros64(found))
			n++
		}
	}
	return n
}

// equal64 has a bit set for every byte of b that is c.
func equal64(b *[64]byte, c byte) uint64 {
	x := uint64(c) * ones
	return equal8(b[0:8], x) | equal8(b[8:16], x)<<8 | equal8(b[16:24], x)<<16 | equal8(b[24:32], x)<<24 |
		equal8(b[32:40], x)<<32 | equal8(b[40:48], x)<<40 | equal8(b[48:56], x)<<48 | equal8(b[56:64], x)<<56
}

// ones is the number 1 in each of eight bytes.
const ones = 0x0101010101010101

// equal8 has a bit set for every one of the eight bytes of b that is that of x.
func equal8(b []byte, x uint64) uint64 {
	const low = ^uint64(high)
	x ^= binary.LittleEndian.Uint64(b) // zero where they are equal
	x = ^(x&low + low | x) & high      // the highest bit of these
	return x * 0x0002040810204081 >> 56
}
