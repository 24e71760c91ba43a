package text

import "bytes"

// TrimLinePrefix removes what an editor's search result puts before a line,
// and a byte order mark. ok is false, and rest is line, when there is none.
//
//	Line 11448: 2019/07/04  14:37:15.142|CC|SETUP|…
func TrimLinePrefix(line []byte) (rest []byte, ok bool) {
	if len(line) == 0 || line[0] != 'L' && line[0] != ' ' && line[0] != '\t' && line[0] != 0xEF {
		return line, false
	}
	rest, mark := bytes.CutPrefix(line, []byte("\xef\xbb\xbf"))
	s := bytes.TrimLeft(rest, " \t")
	s, ok = bytes.CutPrefix(s, []byte("Line "))
	if !ok {
		return rest, mark
	}
	n := 0
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if n == 0 || n == len(s) || s[n] != ':' {
		return rest, mark
	}
	s = s[n+1:]
	if len(s) > 0 && s[0] == ' ' {
		s = s[1:]
	}
	return s, true
}

func trimLinePrefixes(b []byte) []byte {
	out := make([]byte, 0, len(b))
	for len(b) > 0 {
		line := b
		if i := bytes.IndexByte(b, '\n'); i >= 0 {
			line = b[:i+1]
		}
		b = b[len(line):]
		line, _ = TrimLinePrefix(line)
		out = append(out, line...)
	}
	return out
}
