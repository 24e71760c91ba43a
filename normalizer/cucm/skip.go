package cucm

import "bytes"

// Skip implements schemas.Skipper.
func (SDL) Skip(text []byte) int {
	return skipBars(text, func(line []byte) bool { return !mayBegin(line) && !dotBar(line, seqLen) })
}

// Skip implements schemas.Skipper.
func (SDI) Skip(text []byte) int {
	return skipBars(text, func(line []byte) bool { return !prefixed(line) && !serviceBar(line, 0) })
}

// skipBars returns how many bytes of text are whole lines that hold no head.
// Every head has a bar, and lines of SIP have none; of a line that has one headless
// tells whether it begins with no head and none is glued into it.
func skipBars(text []byte, headless func(line []byte) bool) int {
	for n := 0; ; {
		rest := text[n:]
		if len(rest) > 0 && rest[0]-'0' <= 9 {
			return n // most records are one line, and a head follows
		}
		bar := bytes.IndexByte(rest, '|')
		if bar < 0 {
			return n + bytes.LastIndexByte(rest, '\n') + 1
		}
		if before := bytes.LastIndexByte(rest[:bar], '\n') + 1; before > 0 {
			n += before
			continue
		}
		end := bar + bytes.IndexByte(rest[bar:], '\n')
		if end < bar || !headless(rest[:end]) {
			return n
		}
		n += end + 1
	}
}

// dotBar reports whether a bar of line at or behind from has ".ddd " before it,
// as the first two bars of an SDL head have; many bars have a blank before them.
func dotBar(line []byte, from int) bool {
	const back = len(".001 ")
	for i := max(from, back); i < len(line); i++ {
		bar := bytes.IndexByte(line[i:], '|')
		if bar < 0 {
			return false
		}
		if i += bar; line[i-back] == '.' && line[i-1] == ' ' {
			return true
		}
	}
	return false
}

// serviceBar reports whether a bar of line behind from may end the name of a
// service, as that of an SDI head does: all end with M or r.
func serviceBar(line []byte, from int) bool {
	for i := from + 1; i < len(line); i++ {
		bar := bytes.IndexByte(line[i:], '|')
		if bar < 0 {
			return false
		}
		if i += bar; line[i-1] == 'M' || line[i-1] == 'r' {
			return true
		}
	}
	return false
}
