package cucm

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// blanks are eight of those that columns are padded with.
const blanks = 0x2020202020202020

// present returns column without the blanks around it, nil for an empty one.
func present(column []byte) []byte {
	for n := len(column); n >= 8; n = len(column) {
		text := binary.LittleEndian.Uint64(column[n-8:]) ^ blanks
		if column = column[:n-bits.LeadingZeros64(text)/8]; text != 0 {
			break
		}
	}
	if len(column) > 0 && visible(column[0]) && visible(column[len(column)-1]) {
		return column
	}
	if column = bytes.TrimSpace(column); len(column) == 0 {
		return nil
	}
	return column
}

// begun returns column without the blanks before it, nil for an empty one.
func begun(column []byte) []byte {
	if len(column) > 0 && visible(column[0]) {
		return column
	}
	return present(column)
}

// unpadded returns line without the blanks that it begins with.
func unpadded(line []byte) []byte {
	for len(line) >= 8 {
		text := binary.LittleEndian.Uint64(line) ^ blanks
		if line = line[bits.TrailingZeros64(text)/8:]; text != 0 {
			return line
		}
	}
	for len(line) > 0 && line[0] == ' ' {
		line = line[1:]
	}
	return line
}

// squeeze appends the beginning of a line with padded columns to dst, without
// the padding, as far as dst has room: seven bytes at a time, and with the
// eighth it sees whether a blank follows a blank.
func squeeze(dst, line []byte) []byte {
	for len(line) >= 8 && cap(dst)-len(dst) >= 8 {
		n, eight := len(dst), binary.LittleEndian.Uint64(line)
		dst = dst[:n+8]
		binary.LittleEndian.PutUint64(dst[n:], eight)
		blank := blanksIn(eight)
		if pairs := blank & (blank >> 8); pairs != 0 {
			first := bits.TrailingZeros64(pairs)/8 + 1
			dst, line = dst[:n+first], unpadded(line[first:])
			continue
		}
		dst, line = dst[:n+7], line[7:]
	}
	for {
		padding := bytes.Index(line, []byte("  "))
		if padding < 0 {
			return append(dst, line[:min(len(line), cap(dst)-len(dst))]...)
		}
		dst = append(dst, line[:min(padding+1, cap(dst)-len(dst))]...)
		line = unpadded(line[padding+1:])
	}
}

// blanksIn returns the highest bits of those bytes of eight that are blanks.
func blanksIn(eight uint64) uint64 {
	const low, high = 0x7F7F7F7F7F7F7F7F, 0x8080808080808080
	other := eight ^ blanks
	return ^((other&low + low) | other) & high
}
