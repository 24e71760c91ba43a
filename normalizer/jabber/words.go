package jabber

import "bytes"

// after returns what follows name in b, without blanks at its beginning; nil
// when name is not there.
func after(b []byte, name string) []byte {
	at := bytes.Index(b, []byte(name))
	if at < 0 {
		return nil
	}
	return trimBlanks(b[at+len(name):])
}

// until returns b up to the first of the bytes in stop.
func until(b []byte, stop string) []byte {
	if end := bytes.IndexAny(b, stop); end >= 0 {
		return b[:end]
	}
	return b
}

// word returns b up to the first blank or comma.
func word(b []byte) []byte {
	for i, c := range b {
		if c == ' ' || c == ',' {
			return b[:i]
		}
	}
	return b
}

// field returns the word that follows name in b: up to a comma, a blank or a
// closing bracket.
func field(b []byte, name string) []byte { return until(after(b, name), ",; )]\t") }

// boxed returns what stands in the square brackets that follow name.
//
//	ucmConfigResult=[FAILED_TO_AUTHENTICATE_WITH_CALL_MANAGER]
func boxed(b []byte, name string) []byte {
	b, ok := bytes.CutPrefix(after(b, name), []byte("["))
	if !ok {
		return nil
	}
	return bytes.TrimSpace(until(b, "]"))
}

func has(b []byte, s string) bool { return bytes.Contains(b, []byte(s)) }

// digits returns the digits that b begins with.
func digits(b []byte) []byte {
	n := 0
	for n < len(b) && b[n] >= '0' && b[n] <= '9' {
		n++
	}
	return b[:n]
}

// unwrap removes PII_CED_Exception{…}, which 12.x and later put around host
// names and URLs, and the blanks inside it; some print [ ] for the braces.
func unwrap(b []byte) []byte {
	const mark = "PII_CED_Exception"
	at := bytes.Index(b, []byte(mark))
	if at < 0 || at+len(mark) >= len(b) {
		return b
	}
	rest := b[at+len(mark)+1:]
	var end int
	switch b[at+len(mark)] {
	case '{':
		end = bytes.IndexByte(rest, '}')
	case '[': // a path that is cut out stands in brackets of its own: [...]
		end = bytes.LastIndexByte(rest, ']')
	default:
		return b
	}
	if end >= 0 {
		rest = rest[:end]
	}
	return bytes.TrimSpace(rest)
}

// known returns b, or nil when the client has masked it: user:****.
func known(b []byte) []byte {
	if len(b) > 0 && b[0] != '*' && b[0] != ' ' && b[0] != 'R' {
		return b
	}
	if len(bytes.Trim(b, "* ")) == 0 || bytes.HasPrefix(b, []byte("Redacted")) {
		return nil
	}
	return b
}
