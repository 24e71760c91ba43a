package sip

import "bytes"

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
		return trim(rest), true
	}
	closed := false
	if i := bytes.IndexByte(rest, '>'); i >= 0 {
		rest, closed = rest[:i], true
	} else if i := bytes.IndexAny(rest, ";,"); i >= 0 {
		rest = rest[:i]
	}
	rest = bytes.TrimSpace(rest)
	if i := wordWithScheme(rest); i >= 0 {
		return rest[i:], true
	}
	if i := bytes.LastIndexByte(rest, ' '); i >= 0 {
		rest = rest[i+1:]
	}
	return rest, !closed
}

// wordWithScheme returns where the word of b begins that has a scheme, or -1.
// Blanks may stand behind it: sip:5518@ host.example.com is how pages print it.
func wordWithScheme(b []byte) int {
	for i := 0; i < len(b); i++ {
		if scheme(b[i:]) > 0 {
			return i
		}
		j := bytes.IndexByte(b[i:], ' ')
		if j < 0 {
			break
		}
		i += j
	}
	return -1
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
	i := 0
	for i < len(rest) && !endsUser[rest[i]] {
		i++
	}
	// Behind a semicolon or a colon the @ is still to come, unless that is a tel URI.
	if (i == len(rest) || rest[i] != '@' && bytes.IndexByte(rest[i:], '@') < 0) && (n == 0 || uri[0]|0x20 != 't') {
		return nil
	}
	if rest = trim(rest[:i]); len(rest) == 0 { // sip: 1111@ucm.example.net
		return nil
	}
	return rest
}

var endsUser = [256]bool{'@': true, ';': true, ':': true}

// scheme returns the length of the sip:, sips: or tel: that uri begins with.
func scheme(uri []byte) int {
	if len(uri) > 4 && uri[3] == ':' && string(uri[:3]) == "sip" {
		return len("sip:")
	}
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
// Blanks around the equals sign are allowed (section 25.1), and what stands in
// quotes is no parameter. name is lower case.
//
//	<urn:x-cisco-remotecc:callinfo>; security= Unknown; gci= 2-11891177; isVoip
func Param(value []byte, name string) []byte {
	rest := afterQuoted(value)
	if i := bytes.LastIndexByte(rest, '>'); i >= 0 {
		rest = rest[i+1:]
	}
	if len(rest) > len(name)+2 && rest[0] == ';' && rest[len(name)+1] == '=' && !isBlank(rest[len(name)+2]) && equalFold(rest[1:len(name)+1], name) {
		return token(rest[len(name)+2:]) // the first one, as a tag mostly is
	}
	for {
		i := nextParam(rest)
		if i < 0 {
			return nil
		}
		for rest = rest[i:]; len(rest) > 0 && isBlank(rest[0]); {
			rest = rest[1:]
		}
		if len(rest) <= len(name) || !equalFold(rest[:len(name)], name) {
			continue
		}
		v := rest[len(name):]
		for len(v) > 0 && isBlank(v[0]) {
			v = v[1:]
		}
		if len(v) == 0 || v[0] != '=' {
			continue
		}
		for v = v[1:]; len(v) > 0 && isBlank(v[0]); {
			v = v[1:]
		}
		return token(v)
	}
}

// nextParam returns the index behind the next semicolon outside of quotes, or
// -1.
func nextParam(b []byte) int {
	semicolon := bytes.IndexByte(b, ';')
	if semicolon < 0 {
		return -1
	}
	for from := 0; ; {
		open := bytes.IndexByte(b[from:semicolon], '"')
		if open < 0 {
			return semicolon + 1
		}
		open += from
		end := bytes.IndexByte(b[open+1:], '"')
		if end < 0 {
			return semicolon + 1 // the other quote is lost
		}
		from = open + 1 + end + 1
		if from > semicolon {
			i := bytes.IndexByte(b[from:], ';')
			if i < 0 {
				return -1
			}
			semicolon = from + i
		}
	}
}

// token returns the quoted string or the token that v begins with.
func token(v []byte) []byte {
	if len(v) > 0 && v[0] == '"' {
		v = v[1:]
		if j := bytes.IndexByte(v, '"'); j >= 0 {
			v = v[:j]
		}
		return v
	}
	for j, c := range v {
		if endsToken[c] {
			return v[:j]
		}
	}
	return v
}

var endsToken = [256]bool{';': true, ',': true, '>': true, ' ': true, '\t': true, '\r': true, '\n': true}

// trim does what bytes.TrimSpace does: nearly all values have one blank before
// them or none.
func trim(value []byte) []byte {
	n := len(value)
	if n > 1 && value[n-1]-'!' <= '~'-'!' {
		if value[0]-'!' <= '~'-'!' {
			return value
		}
		if value[0] == ' ' && value[1]-'!' <= '~'-'!' {
			return value[1:]
		}
	}
	return bytes.TrimSpace(value)
}

func isBlank(c byte) bool { return c == ' ' || c == '\t' || c == '\r' || c == '\n' }

// Tag returns the tag of a From or To value, nil when it has none.
func Tag(value []byte) []byte { return Param(value, "tag") }

// AppendUnescaped appends user, a user part, to dst with its escapes resolved
// (RFC 3261 section 19.1.2). An escaped control character stays as it is.
//
//	%2355  →  #55
func AppendUnescaped(dst, user []byte) []byte {
	for i := 0; i < len(user); i++ {
		c := user[i]
		if c == '%' && i+2 < len(user) && hexDigit[user[i+1]] && hexDigit[user[i+2]] {
			if v := unhex(user[i+1])<<4 | unhex(user[i+2]); v > ' ' && v < 0x7F {
				c = v
				i += 2
			}
		}
		dst = append(dst, c)
	}
	return dst
}

func unhex(c byte) byte {
	if c <= '9' {
		return c - '0'
	}
	return c | 0x20 - 'a' + 10
}

func hasPrefixFold(b []byte, prefix string) bool {
	return len(b) >= len(prefix) && equalFold(b[:len(prefix)], prefix)
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
