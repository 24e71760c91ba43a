package text

import "bytes"

// Index returns where needle stands first in b, or -1, as bytes.Index does. It
// looks for the byte of needle at rare, one that lines seldom hold: a search
// that stops at every blank or capital letter costs more than what it finds.
func Index(b []byte, needle string, rare int) int {
	for from := rare; from < len(b); from++ {
		i := bytes.IndexByte(b[from:], needle[rare])
		if i < 0 {
			return -1
		}
		from += i
		start := from - rare
		if b[start] == needle[0] && len(b)-start >= len(needle) && string(b[start:start+len(needle)]) == needle {
			return start
		}
	}
	return -1
}
