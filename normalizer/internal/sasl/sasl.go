// Package sasl reads what XMPP logs say of a sign-in (RFC 6120 section 6): the
// mechanisms that a server offers. Its Mask keeps the payloads out of events: the
// one of PLAIN is user and password in base64, the one of CISCO-VTG-TOKEN a user
// and a one-time password.
//
// Like package xmpp it takes damaged text, holds no state and returns parts of
// its argument where it can.
package sasl

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/xmpp"
)

// AppendMechanisms appends the mechanisms that the elements in b name, a blank
// between them, and returns dst; it appends nothing when b names none.
//
//	<mechanisms xmlns='urn:ietf:params:xml:ns:xmpp-sasl'><mechanism>PLAIN</mechanism><mechanism>CISCO-VTG-TOKEN</mechanism></mechanisms>
func AppendMechanisms(dst, b []byte) []byte {
	for range maxMechanisms {
		e, ok := xmpp.Read(b)
		if !ok {
			break
		}
		b = b[e.End:]
		if string(e.Name) != "mechanism" || !name(e.Text) {
			continue
		}
		if len(dst) > 0 && dst[len(dst)-1] != ' ' {
			dst = append(dst, ' ')
		}
		dst = append(dst, e.Text...)
	}
	return dst
}

// maxMechanisms bounds the elements that are looked at: a server offers a few,
// and the features beside them are a few more.
const maxMechanisms = 64

// name reports whether b is a mechanism name (RFC 4422 section 3.1); CISCO_VTG_TOKEN
// is written with underscores as well.
func name(b []byte) bool {
	for _, c := range b {
		if (c < 'A' || c > 'Z') && (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' {
			return false
		}
	}
	return len(b) > 0 && len(b) <= 40
}

// Mask returns b without secrets and without what people write to each other:
// the text of SASL elements, passwords and tokens, bodies of messages. What is
// masked becomes ***; b itself is not changed, and is returned when nothing is.
//
//	<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>***</auth>
func Mask(b []byte) []byte {
	for from := 0; ; {
		at, until := secret(b, from)
		if at < 0 {
			return b
		}
		end := at
		for end < len(b) && bytes.IndexByte([]byte(until), b[end]) < 0 {
			end++
		}
		from = at
		if end == at || string(b[at:end]) == stars {
			continue
		}
		b = append(append(append(make([]byte, 0, len(b)+len(stars)), b[:at]...), stars...), b[end:]...)
		from += len(stars)
	}
}

const stars = "***"

// secret returns where the next secret at or after from begins, and the bytes
// that end it; -1 when there is none.
func secret(b []byte, from int) (at int, until string) {
	for i := from; i < len(b); i++ {
		switch b[i] {
		case '<', '&':
			if end := secretElement(b[i:]); end > 0 {
				return i + end, "<&\r\n"
			}
		case '=', ':':
			if n, until := secretField(b, i); n > 0 {
				return i + n, until
			}
		}
	}
	return -1, ""
}

// secretElement returns where the text of the element that b begins with
// begins, 0 when it is no secret.
func secretElement(b []byte) int {
	n := 1
	if b[0] == '&' {
		if !bytes.HasPrefix(b, []byte("&lt;")) {
			return 0
		}
		n = len("&lt;")
	}
	rest := b[n:]
	end := 0
	for end < len(rest) && end < 12 && (rest[end] >= 'a' && rest[end] <= 'z' || rest[end] == '-') {
		end++
	}
	switch string(rest[:end]) {
	case "auth", "response", "challenge", "success", "password", "digest", "token", "body", "abort", "secret":
	default:
		return 0
	}
	if end < len(rest) && bytes.IndexByte([]byte(" >\t\r\n/&"), rest[end]) < 0 {
		return 0
	}
	// The text begins behind the tag; one that was cut has none.
	for i := end; i < len(rest); i++ {
		switch {
		case rest[i] == '>':
			return n + i + 1
		case rest[i] == '&' && bytes.HasPrefix(rest[i:], []byte("&gt;")):
			return n + i + len("&gt;")
		case rest[i] == '<':
			return 0
		}
	}
	return 0
}

// secretField returns where the value behind the = or : at i begins, counted from
// i, and what ends it; 0 when its name is no secret's.
func secretField(b []byte, i int) (n int, until string) {
	k := i
	if k > 0 && (b[k-1] == '\'' || b[k-1] == '"') {
		k--
	}
	if !secretName(b[:k]) {
		return 0, ""
	}
	n = 1
	for i+n < len(b) && b[i+n] == ' ' {
		n++
	}
	if i+n >= len(b) {
		return 0, ""
	}
	switch b[i+n] {
	case '\'', '"':
		return n + 1, string(b[i+n]) + "\r\n"
	}
	return n, " ,;)&<\"'\r\n"
}

// secretName reports whether b ends with the name of a credential.
func secretName(b []byte) bool {
	const longest = len("authorization")
	var low [longest]byte
	k := min(len(b), longest)
	for j := range k {
		c := b[len(b)-k+j]
		if c >= 'A' && c <= 'Z' {
			c |= 0x20
		}
		low[j] = c
	}
	for _, s := range [...]string{"password", "passwd", "token", "secret", "otp", "cookie", "authorization"} {
		if bytes.HasSuffix(low[:k], []byte(s)) {
			return true
		}
	}
	return false
}
