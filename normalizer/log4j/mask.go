package log4j

import "bytes"

// mask returns b without credentials: tokens, passwords, authorization
// headers, session cookies, SAML assertions. What is masked becomes ***; b
// itself is not changed.
//
//	… granttype:refresh_token, refreshToken:***, accessTokenURL …
func mask(b []byte) []byte {
	for _, s := range secrets {
		for from := 0; ; {
			at := bytes.Index(b[from:], []byte(s.before))
			if at < 0 {
				break
			}
			at += from + len(s.before)
			for at < len(b) && (b[at] == ' ' && !s.direct || b[at] == '"' || b[at] == '\'' || b[at] == ':') {
				at++
			}
			end := at
			for end < len(b) && bytes.IndexByte([]byte(s.until), b[end]) < 0 {
				end++
			}
			from = at
			if end > at && string(b[at:end]) != "***" && string(b[at:end]) != "null" {
				b = append(append(append(make([]byte, 0, len(b)+3), b[:at]...), "***"...), b[end:]...)
			}
		}
	}
	return b
}

// secrets are where credentials stand: behind before and quotes, blanks and
// colons, up to one of until. Behind a direct one no blank stands: the names of
// methods end so too.
var secrets = [...]struct {
	before, until string
	direct        bool
}{
	{"oken:", ",) ;\"'&<\r\n", true},
	{"token: ", ",) ;\"'&<\r\n", false},
	{"oken=", ",) ;\"'&<\r\n", false},
	{"oken>", "<\r\n", false},
	{"assword:", ",) ;\"'&<\r\n", false},
	{"assword=", ",) ;\"'&<\r\n", false},
	{"assword>", "<\r\n", false},
	{"uthorization:", "\r\n", false},
	{"Cookie:", "\r\n", false},
	{"JSESSIONID=", "; ,\r\n", false},
	{"JSESSIONIDSSO=", "; ,\r\n", false},
	{"ecret:", ",) ;\"'&<\r\n", true},
	{"ecret=", ",) ;\"'&<\r\n", false},
	{" pin=", ",) ;\"'&<\r\n", false},
	{"&pin=", ",) ;\"'&<\r\n", false},
	{"SAML Response is :", " \r\n", false},
	{"SAMLResponse=", " &\r\n", false},
}
