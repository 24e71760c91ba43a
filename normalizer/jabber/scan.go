package jabber

import (
	"bytes"
	"encoding/binary"
	"math/bits"

	"github.com/uctrace/uctrace/schemas"
)

// rule says what a string in a message, or the name of a function, means.
type rule struct {
	// needle begins where a word begins, with at least four bytes. In
	// functionRules it is the last part of a function's name.
	needle string
	// stage and outcome are what read starts from.
	stage, outcome string
	// read appends the events of a record in whose message needle stands.
	read func(s *statement, dst []schemas.Event, r *rule) []schemas.Event
}

// lookUp returns the rule of a record and where in its message the needle
// stands, nil for nearly every record.
func lookUp(h *head) (*rule, int) {
	f := functionRule(h.function)
	if f != nil && f.read == nil {
		return nil, 0
	}
	if r, at := find(h.message); r != nil {
		return r, at
	}
	return f, 0
}

// find returns the first of the rules whose needle stands in msg, and where.
// It notes as bits where words begin, without a branch for each byte, and looks
// up the four bytes there; one beginning in a dozen gets past the table of marks.
func find(msg []byte) (*rule, int) {
	msg = msg[:min(len(msg), maxMessage)]
	best, at := len(rules), 0
	var before uint64
	for base := 0; base < len(msg); base += block {
		letters := letterBits(msg, base)
		// What stands before a byte is one lane lower; before the lowest lane, the
		// highest one of the eight bytes before.
		begins := letters &^ (letters<<8 | letters>>55&0xFE | before)
		before = letters >> 63
		for ; begins != 0; begins &= begins - 1 {
			bit := bits.TrailingZeros64(begins)
			i := base + 8*(bit&7) + bit>>3
			if i+4 > len(msg) {
				continue
			}
			m := mark(msg[i:])
			if !marks[m] {
				continue
			}
			if k := match(msg, i, m, best); k < best || k == best && i < at {
				best, at = k, i
			}
		}
	}
	if best == len(rules) {
		return nil, 0
	}
	return &rules[best], at
}

// match returns the index of the first rule up to best whose needle is the word
// of mark m that begins at i in msg; len(rules) when there is none.
func match(msg []byte, i int, m uint32, best int) int {
	if i > 0 && (msg[i-1] == '_' || msg[i-1]-'0' <= 9) {
		return len(rules)
	}
	for _, k := range byMark[m] {
		if int(k) > best {
			break
		}
		if needle := rules[k].needle; len(msg)-i >= len(needle) && string(msg[i:i+len(needle)]) == needle {
			return int(k)
		}
	}
	return len(rules)
}

// maxMessage bounds how much of a message find looks at, in bytes: what a
// record says stands at its beginning, and stanzas can be long.
const maxMessage = 1 << 9

// mark folds the four bytes that b begins with into twelve bits.
func mark(b []byte) uint32 { return binary.LittleEndian.Uint32(b) * 0x9E3779B1 >> 20 }

// block is how many bytes letterBits looks at.
const block = 64

// letterBits returns which of the bytes of msg from index from on, a block at
// most, are ASCII letters. It looks at eight at a time, and the k-th eight own
// the k-th bit of each byte of the result, so that one shift puts them there.
func letterBits(msg []byte, from int) (letters uint64) {
	b := msg[from:min(from+block, len(msg))]
	shift := 7
	for ; len(b) >= 8; shift-- {
		letters |= letterBits8(binary.LittleEndian.Uint64(b)) >> (shift & 63)
		b = b[8:]
	}
	if len(b) == 0 {
		return letters
	}
	var last uint64
	if len(msg) >= 8 {
		last = binary.LittleEndian.Uint64(msg[len(msg)-8:]) >> (64 - 8*len(b))
	} else {
		for i, c := range b {
			last |= uint64(c) << (8 * i)
		}
	}
	return letters | letterBits8(last)>>(shift&63)
}

// letterBits8 sets the highest bit of each byte of v that is a letter.
func letterBits8(v uint64) uint64 { return between(v|0x20*ones, 'a', 'z') }

// between sets the highest bit of each byte of v that is from first to last, both
// ASCII, and no other bit.
func between(v uint64, first, last byte) uint64 {
	low := v &^ high
	// The highest bit of a byte is set where it is at least the limit.
	return (low + uint64(0x80-first)*ones) &^ (low + uint64(0x7F-last)*ones) &^ v & high
}

// ones and high have the lowest and the highest bit of each of eight bytes.
const ones, high = 0x0101010101010101, 0x8080808080808080

// byMark are the indices of the rules, ascending, by the mark of their needle.
var byMark = func() (table [1 << 12][]uint16) {
	for i := range rules {
		m := mark([]byte(rules[i].needle))
		table[m] = append(table[m], uint16(i))
	}
	return table
}()

// marks tells in one small table whether byMark has an entry.
var marks = func() (table [1 << 12]bool) {
	for m := range byMark {
		table[m] = len(byMark[m]) > 0
	}
	return table
}()

// functionRule returns the rule for the function of a record: one of
// functionRules, whose read is nil when no message of the function states
// anything; nil for other functions.
func functionRule(function []byte) *rule {
	if n := len(function); n > 0 && function[n-1] == ' ' {
		function = bytes.TrimRight(function, " ")
	}
	if len(function) < 4 || !tails[tail(function)] {
		return nil
	}
	last := bytes.TrimLeft(function[bytes.LastIndexByte(function, ':')+1:], " ")
	for i := range functionRules {
		if functionRules[i].needle == string(last) {
			return &functionRules[i]
		}
	}
	return nil
}

// tail folds the last four bytes of b into eight bits.
func tail(b []byte) uint32 {
	return binary.LittleEndian.Uint32(b[len(b)-4:]) * 0x9E3779B1 >> 24
}

// tails tells whether a function may have a rule.
var tails = func() (table [1 << 8]bool) {
	for i := range functionRules {
		table[tail([]byte(functionRules[i].needle))] = true
	}
	return table
}()
