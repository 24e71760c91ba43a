package correlator

import (
	"encoding/binary"
	"unsafe"
)

// arena keeps strings in large pieces, which never move. What is kept is told by
// its place, a number: so what refers to it has no pointer, and the garbage
// collector has nothing to follow in millions of records and keys.
type arena struct{ pieces [][]byte }

// place of a string in an arena: the number of its piece, and the offset there.
type placed uint64

const arenaPiece = 256 << 10

// add keeps a copy of s.
func (a *arena) add(s []byte) placed {
	size := len(s) + binary.MaxVarintLen64
	last := len(a.pieces) - 1
	if last < 0 || cap(a.pieces[last])-len(a.pieces[last]) < size {
		a.pieces = append(a.pieces, make([]byte, 0, max(arenaPiece, size)))
		last++
	}
	piece := a.pieces[last]
	at := len(piece)
	piece = binary.AppendUvarint(piece, uint64(len(s)))
	a.pieces[last] = append(piece, s...)
	return placed(last)<<32 | placed(at)
}

// at returns the string at a place. It is valid for good.
func (a *arena) at(p placed) string {
	piece := a.pieces[p>>32]
	n, k := binary.Uvarint(piece[uint32(p):])
	return alias(piece[int(uint32(p))+k:][:n])
}

// alias returns b as a string without a copy: b is never written again.
func alias(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }
