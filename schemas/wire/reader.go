package wire

import (
	"encoding/binary"
	"hash/maphash"
	"unsafe"

	"github.com/vmihailenco/msgpack/v5"
	"github.com/vmihailenco/msgpack/v5/msgpcode"
)

// reader decodes our field types. Its error is sticky: after the first fault
// every method returns a zero value.
type reader struct {
	dec  *msgpack.Decoder
	in   input
	left int // fields of the current array that were not read
	err  error

	// share makes strings parts of the payload instead of copies.
	share bool
	seed  maphash.Seed
	known *[256]string // strings seen last, by hash: most strings repeat
}

// decode calls read with a reader of the guarded payload and returns the
// fault it met.
func decode(payload []byte, read func(*reader)) error {
	r := &reader{dec: msgpack.GetDecoder(), in: input{b: payload}, left: 1, seed: maphash.MakeSeed(), known: new([256]string)}
	r.dec.Reset(&r.in)
	read(r)
	msgpack.PutDecoder(r.dec)
	return r.err
}

// code returns the code of the next value without reading it, nil at the end.
// Most values are a code and little else: those are read here, all others by
// the library.
func (r *reader) code() byte {
	if r.in.pos == len(r.in.b) {
		return msgpcode.Nil
	}
	return r.in.b[r.in.pos]
}

// take reports whether there is a field to read, and counts it as read. A
// missing field is not a fault: it stays zero.
func (r *reader) take() bool {
	if r.err != nil || r.left == 0 {
		return false
	}
	r.left--
	return true
}

func (r *reader) fail(err error) {
	if r.err == nil && err != nil {
		r.err = corrupt("payload: %v", err)
	}
}

// enter begins an array that is the next field and must have at least least
// fields. It returns what leave needs.
func (r *reader) enter(least int) (outer int) {
	if !r.take() {
		if r.err == nil {
			r.err = corrupt("payload: a struct is missing")
		}
		return 0
	}
	n := r.arrayLen()
	if r.err != nil {
		return 0
	}
	if n < least {
		r.err = corrupt("payload: struct of %d fields, want %d", n, least)
		return 0
	}
	outer, r.left = r.left, n
	return outer
}

// leave ends the array that enter began. Fields that this build does not know
// are skipped.
func (r *reader) leave(outer int) {
	for r.take() {
		r.fail(r.dec.Skip())
	}
	r.left = outer
}

// list begins an array of like elements, each of at least size bytes, and
// returns their number. endList ends it.
func (r *reader) list(size int) (n, outer int) {
	if !r.take() {
		return 0, r.left
	}
	n = max(r.arrayLen(), 0)
	if r.err != nil {
		return 0, 0
	}
	if n > (len(r.in.b)-r.in.pos)/size {
		r.err = corrupt("payload: list of %d elements in %d bytes", n, len(r.in.b)-r.in.pos)
		return 0, 0
	}
	outer, r.left = r.left, n
	return n, outer
}

// arrayLen reads the head of an array, -1 for nil.
func (r *reader) arrayLen() int {
	if c := r.code(); msgpcode.IsFixedArray(c) {
		r.in.pos++
		return int(c & msgpcode.FixedArrayMask)
	}
	n, err := r.dec.DecodeArrayLen()
	r.fail(err)
	return n
}

func (r *reader) endList(outer int) { r.left = outer }

func (r *reader) int() int64 {
	if !r.take() {
		return 0
	}
	switch c := r.code(); {
	case msgpcode.IsFixedNum(c):
		r.in.pos++
		return int64(int8(c))
	case c == msgpcode.Uint64 && len(r.in.b)-r.in.pos > 8: // a time
		n := binary.BigEndian.Uint64(r.in.b[r.in.pos+1:])
		r.in.pos += 9
		return int64(n)
	}
	n, err := r.dec.DecodeInt64()
	r.fail(err)
	return n
}

func (r *reader) uint() uint64 {
	if !r.take() {
		return 0
	}
	n, err := r.dec.DecodeUint64()
	r.fail(err)
	return n
}

func (r *reader) bool() bool {
	if !r.take() {
		return false
	}
	b, err := r.dec.DecodeBool()
	r.fail(err)
	return b
}

// bytes returns a str or bin as a part of the payload. Nil is none.
func (r *reader) bytes() (b []byte, none bool) {
	if !r.take() {
		return nil, true
	}
	n, ok := r.bytesLen()
	if !ok {
		return nil, true
	}
	start := r.in.pos
	if n > len(r.in.b)-start {
		r.err = corrupt("payload ends early")
		return nil, true
	}
	r.in.pos += n
	return r.in.b[start:r.in.pos], false
}

// bytesLen reads the head of a str or bin. It reports false for nil.
func (r *reader) bytesLen() (int, bool) {
	switch c := r.code(); {
	case msgpcode.IsFixedString(c):
		r.in.pos++
		return int(c & msgpcode.FixedStrMask), true
	case (c == msgpcode.Str8 || c == msgpcode.Bin8) && len(r.in.b)-r.in.pos > 1:
		n := r.in.b[r.in.pos+1]
		r.in.pos += 2
		return int(n), true
	}
	n, err := r.dec.DecodeBytesLen()
	r.fail(err)
	return n, err == nil && n >= 0
}

// none reports whether the next field is missing or nil, and reads it if so.
func (r *reader) none() bool {
	if r.err != nil || r.left == 0 {
		return true
	}
	if r.in.b[r.in.pos] != msgpcode.Nil {
		return false
	}
	r.left--
	r.in.pos++
	return true
}

// str returns a string, the same memory for a short one that came before.
func (r *reader) str() string {
	b, _ := r.bytes()
	return r.intern(b)
}

// strOr returns a string, or before when the field is nil.
func (r *reader) strOr(before string) string {
	b, none := r.bytes()
	if none {
		return before
	}
	return r.intern(b)
}

// text returns a string that is not worth looking for.
func (r *reader) text() string {
	b, _ := r.bytes()
	if r.share {
		return shared(b)
	}
	return string(b)
}

// shared returns b as a string without a copy.
func shared(b []byte) string { return unsafe.String(unsafe.SliceData(b), len(b)) }

// maxIntern is the length up to which strings are looked for among those that
// came before.
const maxIntern = 128

func (r *reader) intern(b []byte) string {
	if len(b) == 0 {
		return ""
	}
	if r.share {
		return shared(b)
	}
	if len(b) > maxIntern {
		return string(b)
	}
	slot := &r.known[uint8(maphash.Bytes(r.seed, b))]
	if *slot != string(b) {
		*slot = string(b)
	}
	return *slot
}

// fixed reads a bin of exactly len(dst) bytes.
func (r *reader) fixed(dst []byte) {
	b, _ := r.bytes()
	if r.err == nil && len(b) != len(dst) {
		r.err = corrupt("payload: %d bytes, want %d", len(b), len(dst))
		return
	}
	copy(dst, b)
}

func (r *reader) strs(dst []string) []string {
	n, outer := r.list(1)
	dst = grow(dst[:0], n)
	for i := range dst {
		dst[i] = r.str()
	}
	r.endList(outer)
	return dst
}

// grow returns s with n elements. Those that s had room for keep what they
// held, so that what they point to can be used again.
func grow[T any](s []T, n int) []T {
	if n <= cap(s) {
		return s[:n]
	}
	return append(s[:cap(s)], make([]T, n-cap(s))...)
}
