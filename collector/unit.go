package collector

import (
	"bytes"

	"github.com/uctrace/uctrace/schemas"
)

// unit returns the length of the unit at next, 0 when more bytes are needed
// to tell, and whether a line ends with it.
func (f *framer) unit() (n int, ended bool) {
	window := f.buf[f.next:min(len(f.buf), f.next+schemas.MaxRecord)]
	from := min(max(f.scanned-f.next, 0), len(window))
	if i := bytes.IndexByte(window[from:], '\n'); i >= 0 {
		f.scanned = f.next + from + i
		return from + i + 1, true
	}
	f.scanned = f.next + len(window)
	if len(window) == schemas.MaxRecord {
		return len(window), false
	}
	return 0, false
}

// skip gives the open record the whole lines that plainly hold no head.
func (f *framer) skip() error {
	held := f.next - int(f.rec.Offset-f.base)
	if held == 0 || f.mid || f.suspect && !f.nul {
		return nil
	}
	n := f.skips(f.buf[f.next:min(len(f.buf), f.next+schemas.MaxRecord-held)])
	if n == 0 {
		return nil
	}
	f.line += bytes.Count(f.buf[f.next:f.next+n], []byte{'\n'}) - 1
	if err := f.take(n); err != nil {
		return err
	}
	f.line++
	return nil
}

// noteNUL reports the first NUL bytes of a text file: preallocated blocks, or
// the hole that a truncated log is written behind.
func (f *framer) noteNUL(unit []byte) {
	if bytes.IndexByte(unit, 0) < 0 {
		return
	}
	f.nul = true
	f.problem(schemas.Problem{
		Line: f.line, Message: "NUL bytes in the text",
		Hint: "the file was preallocated, truncated while it was written, or damaged; the bytes are kept",
	})
}

// prelude returns how many bytes of line stand before its text: a byte order
// mark at the beginning of the file, or NUL bytes.
func (f *framer) prelude(line []byte) int {
	n := 0
	if f.base == 0 && f.next == 0 && bytes.HasPrefix(line, utf8BOM) {
		n = len(utf8BOM)
	}
	for n < len(line) && line[n] == 0 {
		n++
	}
	return n
}

var utf8BOM = []byte("\uFEFF")

func trimLineEnd(unit []byte, ended bool) []byte {
	if ended {
		unit = unit[:len(unit)-1]
	}
	if n := len(unit); n > 0 && unit[n-1] == '\r' {
		return unit[:n-1]
	}
	return unit
}
