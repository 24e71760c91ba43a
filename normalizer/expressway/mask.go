package expressway

import (
	"bytes"

	"github.com/uctrace/uctrace/normalizer/internal/text"
)

// mask returns b without the credentials that Expressway prints: digest
// answers, session cookies, tokens and passwords. Dialback keys stay, they are
// the join. What is masked becomes ***; b itself is not changed.
func mask(b []byte) []byte {
	var out []byte
	done := 0 // how much of b stands in out
	for from := 0; ; {
		at := nextSecret(b, from)
		if at < 0 {
			break
		}
		from = at + 1
		for from < len(b) && (b[from] == ' ' || b[from] == '"' || b[from] == '\'') {
			from++
		}
		end := from
		for end < len(b) && bytes.IndexByte([]byte("\"'; ,&<>\r\n"), b[end]) < 0 {
			end++
		}
		if end > from {
			out = append(append(out, b[done:from]...), "***"...)
			from, done = end, end
		}
	}
	if out == nil {
		return b
	}
	return append(out, b[done:]...)
}

// nextSecret returns the first equals sign of b at or after from that follows the
// name of a secret, or -1.
func nextSecret(b []byte, from int) int {
	for rest := b[from:]; ; {
		at := bytes.IndexByte(rest, '=')
		if at < 0 {
			return -1
		}
		if at > 0 && endsSecret[rest[at-1]] {
			if at := len(b) - len(rest) + at; secretName(b[:at]) {
				return at
			}
		}
		rest = rest[at+1:]
	}
}

// endsSecret tells the last letters of the names of secrets.
var endsSecret = [256]bool{'e': true, 'O': true, 'n': true, 'd': true, 't': true, 'h': true}

// secretName reports whether b ends with the name of a secret. The last four
// bytes decide for most.
func secretName(b []byte) bool {
	if len(b) < 4 {
		return false
	}
	switch string(b[len(b)-4:]) {
	case "once", "DSSO", "oken", "word", "cret", "cket":
		return true // nonce, JSESSIONIDSSO, token, password, secret, ticket
	case "Auth":
		return len(b) > 4 && b[len(b)-5] == '-' // X-Auth; Auth="YES" tells no secret
	case "auth":
		return len(b) > 4 && b[len(b)-5] == '_' // oauth's x_auth
	case "onse":
		// The digest and SAML, not Response="200 OK".
		return hasEnd(b, "SAMLResponse") || hasEnd(b, "calculatedResponse") ||
			hasEnd(b, "response") && (len(b) == 8 || !isWord(b[len(b)-9]))
	case "tion":
		return hasEnd(b, "assertion") || hasEnd(b, "Authorization")
	case "uest":
		return hasEnd(b, "SAMLRequest")
	}
	return false
}

func hasEnd(b []byte, s string) bool { return len(b) >= len(s) && string(b[len(b)-len(s):]) == s }

// withoutQuery returns a URL, or a line with one, without the values of its
// query, which may be tokens, and without user and password. What follows the
// query on a line goes too.
//
//	https://e:8443/x/authorize?client_id=C1&access_token=abc  →  https://e:8443/x/authorize?***
func withoutQuery(url []byte) []byte {
	if i := bytes.IndexByte(url, '?'); i >= 0 && i+1 < len(url) {
		url = append(append(make([]byte, 0, i+4), url[:i+1]...), "***"...)
	}
	if bytes.IndexByte(url, '@') < 0 {
		return url
	}
	if i := text.Index(url, "://", 1); i >= 0 {
		rest := until(url[i+3:], "/? \"")
		if at := bytes.LastIndexByte(rest, '@'); at >= 0 {
			url = append(append(make([]byte, 0, len(url)), url[:i+3]...), url[i+3+at+1:]...)
		}
	}
	return url
}
