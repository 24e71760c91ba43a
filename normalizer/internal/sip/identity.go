package sip

import (
	"bytes"
	"encoding/binary"

	"github.com/uctrace/uctrace/normalizer/internal/text"
)

// CI returns the CUCM call identifier that a From or To tag of CUCM ends
// with, nil when the tag is not of CUCM's form: a number, a tilde, the uuid of
// the node, the identifier.
//
//	tag=8162255~9cbf8c07-9c9b-758f-e658-bebd74e53d96-40280558  →  40280558
func CI(value []byte) []byte {
	if bytes.IndexByte(value, '~') < 0 {
		return nil
	}
	tag := Tag(value)
	i := bytes.IndexByte(tag, '~')
	const uuid = 36
	if i < 1 || len(tag) < i+1+uuid+2 || !digits(tag[:i]) {
		return nil
	}
	id, ci := tag[i+1:i+1+uuid], tag[i+1+uuid:]
	if id[8] != '-' || id[13] != '-' || id[18] != '-' || id[23] != '-' || ci[0] != '-' || !digits(ci[1:]) || len(ci) > 12 {
		return nil
	}
	return ci[1:]
}

// SessionHalves returns the two halves of a Session-ID value (RFC 7989
// section 5) that are 32 hex digits and not all zero; nil for the others.
func SessionHalves(value []byte) (local, remote []byte) {
	const usual = len("3bc79d8d00105000a000cc7f750586b7;remote=")
	if len(value) == usual+32 && string(value[32:usual]) == ";remote=" {
		return half(value), half(value[usual:])
	}
	return half(value), half(Param(value, "remote"))
}

func half(v []byte) []byte {
	if len(v) < 32 || len(v) > 32 && v[32] != ';' && v[32] != ' ' {
		return nil
	}
	v = v[:32]
	if string(v) == "00000000000000000000000000000000" {
		return nil
	}
	for rest := v; len(rest) >= 8; rest = rest[8:] {
		if !isHex8(binary.LittleEndian.Uint64(rest)) {
			return nil
		}
	}
	return v
}

// isHex8 reports whether the eight bytes of v are hex digits.
func isHex8(v uint64) bool {
	const ones, high = 0x0101010101010101, 0x8080808080808080
	low, small := v&^high, v&^high|0x20*ones
	// The highest bit of a byte is set where it is at least the limit.
	digit := (low + (0x80-'0')*ones) &^ (low + (0x7F-'9')*ones)
	letter := (small + (0x80-'a')*ones) &^ (small + (0x7F-'f')*ones)
	return (digit|letter)&high&^v == high
}

// hasCapital reports whether half, hex digits, has one in upper case: those alone
// lack a bit.
func hasCapital(half []byte) bool {
	const small = 0x2020202020202020
	all := uint64(small)
	for ; len(half) >= 8; half = half[8:] {
		all &= binary.LittleEndian.Uint64(half)
	}
	return all != small
}

var hexDigit = func() (t [256]bool) {
	for _, c := range "0123456789abcdefABCDEF" {
		t[c] = true
	}
	return t
}()

// Device returns the device name that a Cisco endpoint puts into its Contact,
// nil when there is none.
//
//	+u.sip!devicename.ccm.cisco.com="SEP001122334455"
//	+u.sip!devicename.ccm.features.cisco.com="test_secure"
//	+u.sip!devicename.ccm.cisco.com= "TCTEDWBLK"
func Device(contact []byte) []byte {
	const key = "u.sip!devicename.ccm."
	i := text.Index(contact, key, len("u.sip"))
	if i < 0 {
		return nil
	}
	v := contact[i+len(key):]
	if i = bytes.IndexByte(v, '='); i < 0 || i > 30 {
		return nil
	}
	for v = v[i+1:]; len(v) > 0 && (v[0] == ' ' || v[0] == '"'); {
		v = v[1:]
	}
	i = 0
	for i < len(v) && v[i] != '"' && !endsToken[v[i]] {
		i++
	}
	if i == 0 {
		return nil
	}
	return v[:i]
}
