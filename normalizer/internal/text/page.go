package text

import "bytes"

// Unwrap joins the lines of b, a record that was one line before a page broke
// it, and reports whether there was more than one. A page breaks at its last
// column, in the middle of a word, and then all lines but the last are of one
// length; or it breaks where a blank stood, which is put back.
//
//	2013-03-26T15:36:52+00:00 vcs200 tvcs: UTCTime="2013-03-26 15:36:52,612"
//	Module="developer.iwf" Level="DEBUG" CodeLocation="…"
func Unwrap(b []byte) ([]byte, bool) {
	b = bytes.TrimRight(b, " \t\r\n")
	first, rest := Line(b)
	if rest == nil {
		return b, false
	}
	column, lines := true, 1
	for more := rest; more != nil && column; lines++ {
		var line []byte
		if line, more = Line(more); more != nil {
			column = len(line) == len(first)
		} else {
			column = len(line) <= len(first) && len(first) >= 40
		}
	}
	column = column && lines > 2
	out := append(make([]byte, 0, len(b)+8), first...)
	for rest != nil {
		var line []byte
		line, rest = Line(rest)
		if !column {
			out = bytes.TrimRight(out, " \t")
			line = bytes.TrimLeft(line, " \t")
			if len(line) > 0 {
				out = append(out, ' ')
			}
		}
		out = append(out, line...)
	}
	return out, true
}

// EatenTags reports whether b holds what is left of <NAME:value> after a page
// took it for a tag: brackets, a colon and the value. The values keep their
// order, the names are gone.
//
//	TimeDateReq.|<:PENANG-CCM4-CLUSTER><:165.204.184.2><:2>
func EatenTags(b []byte) bool {
	i := bytes.Index(b, []byte("<:"))
	return i >= 0 && bytes.IndexByte(b[i:], '>') > 0
}
