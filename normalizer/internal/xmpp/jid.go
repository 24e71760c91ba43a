package xmpp

import (
	"strings"
	"unicode/utf8"
)

// JID is an XMPP address (RFC 7622). Node and Domain are folded to lower
// case, because Cisco databases keep them in mixed case and the wire in lower
// case; Resource is as printed.
type JID struct{ Node, Domain, Resource string }

// ParseJID splits s. The resource is what follows the first slash (RFC 7622
// section 3.2): that of a chat room occupant may itself be a JID. It reports
// false when s has no domain, or blanks or quotes in node or domain, which no
// address has, or a part above the 1023 bytes of RFC 7622 section 3.
//
// Full width forms become ASCII and letters lower case, which is as far as the
// UsernameCaseMapped profile (RFC 8265) goes without tables of normalization.
//
//	chat558@conference-3.example.com/user@example.com/jabber_12137
func ParseJID(s string) (JID, bool) {
	var j JID
	bare, resource, _ := strings.Cut(s, "/")
	j.Resource = resource
	if at := strings.IndexByte(bare, '@'); at >= 0 {
		if at == 0 {
			return JID{}, false
		}
		j.Node, bare = fold(bare[:at]), bare[at+1:]
	}
	j.Domain = strings.TrimRight(fold(bare), ".")
	const most = 1023
	if j.Domain == "" || len(j.Domain) > most || len(j.Node) > most || len(resource) > most ||
		strings.ContainsAny(j.Domain, " \t\r\n\"'<>@,;()[]{}/\\") || strings.ContainsAny(j.Node, " \t\r\n\"&<>:/@") {
		return JID{}, false
	}
	return j, true
}

// fold maps s to lower case, and full width forms (U+FF01 to U+FF5E) and the
// full stops of other scripts to ASCII.
func fold(s string) string {
	for i := 0; i < len(s); i++ {
		if s[i] >= utf8.RuneSelf {
			return strings.ToLower(strings.Map(narrow, s))
		}
	}
	return strings.ToLower(s)
}

func narrow(r rune) rune {
	switch {
	case r >= 0xFF01 && r <= 0xFF5E:
		return r - 0xFF01 + '!'
	case r == 0x3002 || r == 0xFF61: // IDNA2003 (RFC 3490 section 3.1)
		return '.'
	case r == 0x00AD || r == 0x200B || r == 0xFEFF:
		return -1
	}
	return r
}

// Bare returns node@domain, or the domain alone.
func (j JID) Bare() string {
	if j.Node == "" {
		return j.Domain
	}
	return j.Node + "@" + j.Domain
}

// User returns the node with the escapes of XEP-0106 resolved: the user id that
// a directory knows.
//
//	ada\40sales.example.com@example.com  →  ada@sales.example.com
func (j JID) User() string {
	s := j.Node
	i := strings.IndexByte(s, '\\')
	if i < 0 {
		return s
	}
	var b strings.Builder
	for ; i >= 0; i = strings.IndexByte(s, '\\') {
		c, ok := unescape(s[i:])
		b.WriteString(s[:i])
		if ok {
			b.WriteByte(c)
			s = s[i+3:]
		} else {
			b.WriteByte('\\')
			s = s[i+1:]
		}
	}
	b.WriteString(s)
	return b.String()
}

// unescape returns the character that the escape at the beginning of s stands
// for: XEP-0106 has ten, and no other.
func unescape(s string) (byte, bool) {
	if len(s) < 3 {
		return 0, false
	}
	switch s[1:3] {
	case "20":
		return ' ', true
	case "22":
		return '"', true
	case "26":
		return '&', true
	case "27":
		return '\'', true
	case "2f":
		return '/', true
	case "3a":
		return ':', true
	case "3c":
		return '<', true
	case "3e":
		return '>', true
	case "40":
		return '@', true
	case "5c":
		return '\\', true
	}
	return 0, false
}

// FoldDomain returns a domain in lower case without a final dot. The DNS root
// stays ".", which is all of its name.
func FoldDomain(domain string) string {
	if domain == "." {
		return domain
	}
	return strings.TrimSuffix(strings.ToLower(domain), ".")
}
