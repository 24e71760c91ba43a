package jabber

import (
	"bytes"
	"testing"
)

// TestSuspicious compares suspicious with the same judged byte by byte, with a
// mark at each place of the eight bytes that it looks at.
func TestSuspicious(t *testing.T) {
	marks := []string{
		"plain text", "a: b = c > d", "<a/>", "<x/>", "<", "token:1", "xoken>", "Cookie: a", "Authorization:x", "JSESSIONIDSSO=1", "X-Auth=2",
		"https://jdoe:x@h/", "a@b", "a:/b@c", "@https://h", "word", "word:", "<auth", "sip:jdoe@h", "key\u2019s: \u201ctoken=\u201d",
	}
	for _, one := range marks {
		for _, other := range marks {
			for pad := range 9 {
				b := append(bytes.Repeat([]byte{'.'}, pad), one+" "+other...)
				for end := range len(b) + 1 {
					if got, want := suspicious(b[:end]), plainlySuspicious(b[:end]); got != want {
						t.Fatalf("%q: %v, want %v", b[:end], got, want)
					}
				}
			}
		}
	}
}

// plainlySuspicious returns what suspicious returns.
func plainlySuspicious(b []byte) bool {
	url := false
	for i, c := range b {
		switch c {
		case '<':
			if i+1 < len(b) && bytes.IndexByte([]byte("arcs"), b[i+1]) >= 0 {
				return true
			}
		case '@':
			if url {
				return true
			}
		case ':', '=', '>':
			if url = url || c == ':' && i+1 < len(b) && b[i+1] == '/'; i < 4 {
				continue
			}
			switch string(b[i-4 : i]) {
			case "oken", "word", "tion", "okie", "DSSO", "Auth":
				return true
			}
		}
	}
	return false
}
