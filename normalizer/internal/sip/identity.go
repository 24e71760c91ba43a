package sip

import (
	"bytes"

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
	hex := true
	for _, c := range v {
		hex = hex && hexDigit[c]
	}
	if !hex {
		return nil
	}
	return v
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
	for i < len(v) && v[i] != '"' && v[i] != ';' && v[i] != '>' && v[i] != ',' && !isBlank(v[i]) {
		i++
	}
	if i == 0 {
		return nil
	}
	return v[:i]
}
