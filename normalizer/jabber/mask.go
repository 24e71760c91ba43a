package jabber

import "bytes"

// mask returns b without credentials: one-time tokens, passwords, bearer and
// refresh tokens, session cookies, SASL payloads, authorization headers. What
// is masked becomes ***; b itself is not changed.
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
			if end > at && string(b[at:end]) != "***" {
				b = append(append(append(make([]byte, 0, len(b)+3), b[:at]...), "***"...), b[end:]...)
			}
		}
	}
	return b
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
	{"<auth", '>', "<\r\n"},
	{"<response", '>', "<\r\n"},
	{"<challenge", '>', "<\r\n"},
	{"<success", '>', "<\r\n"},
}

// suspicious reports whether one of secrets may stand in b: most lines hold
// none, and this is cheaper than looking for each.
func suspicious(b []byte) bool {
	for i, c := range b {
		if !telling[c] {
			continue
		}
		if c == '<' {
			if i+1 < len(b) && bytes.IndexByte([]byte("arcs"), b[i+1]) >= 0 {
				return true
			}
		} else if i >= 4 {
			switch string(b[i-4 : i]) {
			case "oken", "word", "tion", "okie", "DSSO", "Auth":
				return true
			}
		}
	}
	return false
}

// telling are the bytes that suspicious looks at more closely.
var telling = [256]bool{':': true, '=': true, '<': true}
