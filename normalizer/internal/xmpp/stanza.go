package xmpp

import "bytes"

// DialbackKey returns the key that text is, or nil: 40 hex digits as
// Expressway prints it, or 64, the SHA-256 that XEP-0185 recommends. Anything
// else, a key damaged by a copy among it, is no key.
func DialbackKey(text []byte) []byte {
	if len(text) != 40 && len(text) != 64 {
		return nil
	}
	for _, c := range text {
		if !isHex(c) {
			return nil
		}
	}
	return text
}

// Condition returns the name of the defined condition of the error or SASL
// failure in b, the text behind the tag of a stanza: item-not-found, conflict,
// not-authorized (RFC 6120 sections 4.9.3, 6.5 and 8.3.3). It is nil when b
// has no error or failure element.
//
//	<error code='409' type='cancel'><conflict xmlns='urn:ietf:params:xml:ns:xmpp-stanzas'/></error>
func Condition(b []byte) []byte {
	for len(b) > 0 {
		e, ok := Read(b)
		if !ok {
			return nil
		}
		b = b[e.End:]
		switch string(e.Name) {
		case "error", "stream:error", "failure":
			if c, ok := Read(b); ok && !e.Closed {
				return c.Name
			}
			return nil
		}
	}
	return nil
}

// Hostname reports whether s looks like a host or domain name or an address,
// and not like prose: only letters, digits, . - _ : and bytes above ASCII.
func Hostname(s []byte) bool {
	return len(s) > 0 && bytes.IndexFunc(s, func(r rune) bool {
		switch {
		case r == 0xFFFD:
			return true
		case r >= 'a' && r <= 'z', r >= 'A' && r <= 'Z', r >= '0' && r <= '9', r > 0x7F:
			return false
		}
		return r != '.' && r != '-' && r != '_' && r != ':'
	}) < 0
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}
