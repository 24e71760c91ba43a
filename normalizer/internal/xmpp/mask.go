package xmpp

import "bytes"

// AppendMasked appends b to dst with *** for the character data of elements
// that carry credentials: SASL payloads, the password or digest of XEP-0078, a
// component's handshake, tokens. It needs less of a tag than Read does, so
// that damage uncovers nothing.
//
//	<auth xmlns='urn:ietf:params:xml:ns:xmpp-sasl' mechanism='PLAIN'>***</auth>
func AppendMasked(dst, b []byte) []byte {
	for {
		at, n := nextOpen(b, 0)
		if at < 0 {
			return append(dst, b...)
		}
		name := at + n
		end := name
		for end < len(b) && isName(b[end]) {
			end++
		}
		found := secret(b[name:end])
		for found && end < len(b) {
			if k := closeLen(b[end:]); k > 0 {
				end += k
				break
			}
			end++
		}
		dst = append(dst, b[:end]...)
		b = b[end:]
		if !found {
			continue
		}
		next, _ := nextOpen(b, 0)
		if next < 0 {
			next = len(b)
		}
		if len(bytes.TrimSpace(b[:next])) > 0 {
			dst = append(dst, "***"...)
			b = b[next:]
		}
	}
}

func secret(name []byte) bool {
	switch local(name) {
	case "auth", "challenge", "response", "success", "password", "digest", "handshake", "token", "access_token", "refresh_token":
		return true
	}
	return false
}
