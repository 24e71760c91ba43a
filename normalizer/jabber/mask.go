package jabber

import (
	"bytes"
	"encoding/binary"
	"math/bits"
)

// mask returns b without credentials: one-time tokens, passwords, bearer and
// refresh tokens, session cookies, SASL payloads, authorization headers, the
// password in a URL. What is masked becomes ***; b itself is not changed.
//
//	calc 1-time token(userid:user2@example.com, token:***)
func mask(b []byte) []byte {
	if !suspicious(b) {
		return b
	}
	for _, s := range secrets {
		for from := 0; ; {
			at := bytes.Index(b[from:], []byte(s.before))
			if at < 0 {
				break
			}
			at += from + len(s.before)
			if s.skip != 0 {
				end := bytes.IndexByte(b[at:], s.skip)
				if end < 0 {
					break
				}
				at += end + 1
			}
			end := at
			for end < len(b) && bytes.IndexByte([]byte(s.until), b[end]) < 0 {
				end++
			}
			from = at
			b = starred(b, at, end)
		}
	}
	return maskURL(b)
}

// starred returns b with three stars for b[at:end], unless that is empty or
// stars already.
func starred(b []byte, at, end int) []byte {
	if end == at || string(b[at:end]) == "***" {
		return b
	}
	return append(append(append(make([]byte, 0, len(b)+3), b[:at]...), "***"...), b[end:]...)
}

// maskURL masks the password in every URL of b.
//
//	https://jdoe:***@cucm1.example.com:8443/
func maskURL(b []byte) []byte {
	for from := 0; ; {
		at := bytes.Index(b[from:], []byte("://"))
		if at < 0 {
			return b
		}
		from += at + len("://")
		authority := until(b[from:], "/?# \t\"'")
		end := bytes.LastIndexByte(authority, '@')
		colon := bytes.IndexByte(authority, ':')
		if colon >= 0 && end > colon {
			b = starred(b, from+colon+1, from+end)
		}
	}
}

// secrets are where credentials stand: behind before and, when skip is set,
// behind the next skip, up to one of until.
var secrets = [...]struct {
	before string
	skip   byte
	until  string
}{
	{"token:", 0, ",) ;\r\n"},
	{"token=\"", 0, "\"\r\n"},
	{"token='", 0, "'\r\n"},
	{"token=", 0, "\",; )&\r\n"},
	{"Token:", 0, ",) ;\r\n"},
	{"Token=", 0, "\",; )&\r\n"},
	{"assword:", 0, ",) ;\r\n"},
	{"assword=", 0, "\",; )&\r\n"},
	{"uthorization:", 0, "\r\n"},
	{"Cookie:", 0, "\r\n"},
	{"JSESSIONIDSSO=", 0, "; ,\r\n"},
	{"X-Auth=", 0, "; ,\r\n"},
	{"assword>", 0, "<\r\n"},
	{"oken>", 0, "<\r\n"},
	{"<auth", '>', "<\r\n"},
	{"<response", '>', "<\r\n"},
	{"<challenge", '>', "<\r\n"},
	{"<success", '>', "<\r\n"},
}

// suspicious reports whether one of secrets, or a URL with a user, may stand in
// b: most lines hold none, and this is cheaper than looking for each. Only marks
// tell, and of them there are a few in a line.
func suspicious(b []byte) bool {
	const first, last = ':', '@' // and what stands between them
	url, from := false, 0
	for len(b)-from >= 8 {
		marks := between(binary.LittleEndian.Uint64(b[from:]), first, last)
		for ; marks != 0; marks &= marks - 1 {
			i := from + bits.TrailingZeros64(marks)/8
			if b[i] == '@' && url || tells(b, i) {
				return true
			}
			url = url || opensURL(b, i)
		}
		from += 8
	}
	for i := from; i < len(b); i++ {
		if b[i] == '@' && url || b[i] >= first && b[i] <= last && tells(b, i) {
			return true
		}
		url = url || opensURL(b, i)
	}
	return false
}

// opensURL reports whether b[i] is the colon of a scheme.
func opensURL(b []byte, i int) bool { return b[i] == ':' && i+1 < len(b) && b[i+1] == '/' }

// tells reports whether one of secrets may stand behind the mark b[i].
func tells(b []byte, i int) bool {
	switch b[i] {
	case '<':
		return i+1 < len(b) && bytes.IndexByte([]byte("arcs"), b[i+1]) >= 0
	case ':', '=', '>':
		if i >= 4 {
			switch string(b[i-4 : i]) {
			case "oken", "word", "tion", "okie", "DSSO", "Auth":
				return true
			}
		}
	}
	return false
}
