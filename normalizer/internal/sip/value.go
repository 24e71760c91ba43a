package sip

import (
	"bytes"
	"time"
)

// Addr returns the URI of a From, To or Contact value (RFC 3261 section
// 20.10), without angle brackets and header parameters. whole is false when
// the value is damaged so that the beginning of the address is lost.
//
//	"User" <sip:875737@10.0.6.2>;tag=x   →  sip:875737@10.0.6.2, true
//	sip:5737@10.0.6.2>                   →  sip:5737@10.0.6.2, true
//	"User" 7@10.0.96.18>;tag=x           →  7@10.0.96.18, false
func Addr(value []byte) (uri []byte, whole bool) {
	rest := afterQuoted(value)
	if i := bytes.IndexByte(rest, '<'); i >= 0 {
		rest = rest[i+1:]
		if j := bytes.IndexByte(rest, '>'); j >= 0 {
			rest = rest[:j]
		}
		return bytes.TrimSpace(rest), true
	}
	closed := false
	if i := bytes.IndexByte(rest, '>'); i >= 0 {
		rest, closed = rest[:i], true
	} else if i := bytes.IndexAny(rest, ";,"); i >= 0 {
		rest = rest[:i]
	}
	rest = bytes.TrimSpace(rest)
	if i := bytes.LastIndexByte(rest, ' '); i >= 0 {
		rest = rest[i+1:]
	}
	return rest, scheme(rest) > 0 || !closed
}

// User returns the user part of the address in value: the digits or name
// before the @ of a sip or sips URI, the number of a tel URI. It is nil when
// the address has none, or has lost its beginning, so that what is left need
// not be all of it.
func User(value []byte) []byte {
	uri, whole := Addr(value)
	if !whole {
		return nil
	}
	return URIUser(uri)
}

// URIUser returns the user part of uri, nil when it has none.
func URIUser(uri []byte) []byte {
	n := scheme(uri)
	rest := uri[n:]
	i := bytes.IndexByte(rest, '@')
	if i < 0 {
		if n > 0 && uri[0]|0x20 == 't' {
			i = len(rest)
		} else {
			return nil
		}
	}
	rest = rest[:i]
	for j, c := range rest {
		if c == ';' || c == ':' {
			rest = rest[:j]
			break
		}
	}
	if rest = bytes.TrimRight(rest, " "); len(rest) == 0 {
		return nil
	}
	return rest
}

// scheme returns the length of the sip:, sips: or tel: that uri begins with.
func scheme(uri []byte) int {
	for i := range schemes {
		if s := schemes[i]; len(uri) >= len(s) && equalFold(uri[:len(s)], s) {
			return len(s)
		}
	}
	return 0
}

var schemes = [...]string{"sip:", "sips:", "tel:"}

// Param returns the value of the parameter name of a header value, without
// quotes; nil when it has none. Parameters of the URI inside angle brackets
// count only when the value has no brackets, as RFC 3261 section 20.10 says.
// name is lower case.
func Param(value []byte, name string) []byte {
	rest := afterQuoted(value)
	if i := bytes.LastIndexByte(rest, '>'); i >= 0 {
		rest = rest[i+1:]
	}
	for {
		i := bytes.IndexByte(rest, ';')
		if i < 0 {
			return nil
		}
		for rest = rest[i+1:]; len(rest) > 0 && isBlank(rest[0]); {
			rest = rest[1:]
		}
		if len(rest) <= len(name) || rest[len(name)] != '=' || !equalFold(rest[:len(name)], name) {
			continue
		}
		v := rest[len(name)+1:]
		if len(v) > 0 && v[0] == '"' {
			v = v[1:]
			if j := bytes.IndexByte(v, '"'); j >= 0 {
				v = v[:j]
			}
			return v
		}
		for j, c := range v {
			if c == ';' || c == ',' || c == '>' || isBlank(c) {
				return v[:j]
			}
		}
		return v
	}
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// Tag returns the tag of a From or To value, nil when it has none.
func Tag(value []byte) []byte { return Param(value, "tag") }

// CI returns the CUCM call identifier that a From or To tag of CUCM ends
// with, nil when the tag is not of CUCM's form: a number, a tilde, the uuid of
// the node, the identifier.
//
//	tag=8162255~9cbf8c07-9c9b-758f-e658-bebd74e53d96-40280558  →  40280558
func CI(value []byte) []byte {
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
	for _, c := range v {
		if !hexDigit[c] {
			return nil
		}
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
func Device(contact []byte) []byte {
	const key = "u.sip!devicename.ccm."
	i := bytes.Index(contact, []byte(key))
	if i < 0 {
		return nil
	}
	v := contact[i+len(key):]
	if i = bytes.IndexByte(v, '='); i < 0 || i > 30 {
		return nil
	}
	v = bytes.TrimLeft(v[i+1:], `"`)
	if i = bytes.IndexAny(v, "\";>, \t\r\n"); i >= 0 {
		v = v[:i]
	}
	if len(v) == 0 {
		return nil
	}
	return v
}

// Date reads a Date value (RFC 3261 section 20.17); zero when it is none.
//
//	Tue, 18 Oct 2016 11:48:14 GMT
func Date(value []byte) time.Time {
	const form = "Mon, 02 Jan 2006 15:04:05 GMT"
	if len(value) < len(form) || value[3] != ',' || value[7] != ' ' || value[19] != ':' || value[22] != ':' {
		return time.Time{}
	}
	day, year := number(value[5:7]), number(value[12:16])
	h, mi, s := number(value[17:19]), number(value[20:22]), number(value[23:25])
	const months = "JanFebMarAprMayJunJulAugSepOctNovDec"
	i := bytes.Index([]byte(months), value[8:11])
	if i < 0 || i%3 != 0 || day < 1 || day > 31 || year < 1970 || h < 0 || h > 23 || mi < 0 || mi > 59 || s < 0 || s > 60 {
		return time.Time{}
	}
	return time.Date(year, time.Month(i/3+1), day, h, mi, s, 0, time.UTC)
}

// number returns the decimal number that b is, -1 when it is none.
func number(b []byte) int {
	if !digits(b) {
		return -1
	}
	n := 0
	for _, c := range b {
		n = n*10 + int(c-'0')
	}
	return n
}

func digits(b []byte) bool {
	for _, c := range b {
		if c < '0' || c > '9' {
			return false
		}
	}
	return len(b) > 0
}

// afterQuoted returns value after the quoted display name it begins with.
func afterQuoted(value []byte) []byte {
	if len(value) == 0 || value[0] != '"' {
		return value
	}
	for i := 1; i < len(value); i++ {
		switch value[i] {
		case '\\':
			i++
		case '"':
			return value[i+1:]
		}
	}
	return value
}
