package xmpp

import "bytes"

// closing returns where the value that begins at i ends and where its closing
// quote of the class ends. A bracket ends the search: it cannot stand in an
// attribute (XML 1.0 section 2.3), so the quote was lost. end is -1 when there
// is no quote, and after then where the search ended.
func closing(b []byte, i int, class byte) (end, after int) {
	for ; i < len(b); i++ {
		if !mayEnd[b[i]] {
			continue
		}
		if openLen(b[i:]) > 0 {
			break
		}
		if n, k := quote(b[i:]); n > 0 && k == class {
			return i, i + n
		}
	}
	return -1, i
}

// mayEnd tells the bytes with which a quote or an opening bracket begins.
var mayEnd = [256]bool{'<': true, '&': true, '\'': true, '"': true, 0xE2: true}

// quote returns the length of the quote that b begins with, 0 when it begins
// with none, and its class: ' or ". Typographic and escaped quotes count.
func quote(b []byte) (n int, class byte) {
	if len(b) == 0 {
		return 0, 0
	}
	switch b[0] {
	case '\'', '"':
		return 1, b[0]
	case '&':
		for _, q := range escapedQuotes {
			if bytes.HasPrefix(b, []byte(q.text)) {
				return len(q.text), q.class
			}
		}
	case 0xE2: // U+2018 to U+201F are E2 80 98 to E2 80 9F
		if len(b) >= 3 && b[1] == 0x80 && b[2] >= 0x98 && b[2] <= 0x9F {
			if b[2] < 0x9C {
				return 3, '\''
			}
			return 3, '"'
		}
	}
	return 0, 0
}

var escapedQuotes = [...]struct {
	text  string
	class byte
}{
	{"&apos;", '\''},
	{"&#39;", '\''},
	{"&#x27;", '\''},
	{"&quot;", '"'},
	{"&#34;", '"'},
	{"&#x22;", '"'},
}
