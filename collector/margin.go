package collector

import (
	"bufio"
	"bytes"
	"errors"

	"github.com/uctrace/uctrace/schemas"
)

// margin is what stands before every line of a copy of a log and is none of
// it: the mark of a quotation, the indentation of a web page, the number of the
// line, or what grep or the search of an editor prints.
type margin struct {
	name string
	// width returns how many bytes of line are margin, -1 for a line without.
	width func(line []byte) int
}

// marginBytes is how much of a file marginOf looks at.
const marginBytes = 16 << 10

// marginOf returns the margin of the text that begins with head; false when
// one line of head has none.
func marginOf(head []byte, whole bool) (margin, bool) {
	indent, lines := []byte(nil), 0
	quoted, named, found, count := true, true, true, numbering{}
	for len(head) > 0 && (quoted || named || found || !count.failed || lines == 0 || len(indent) > 0) {
		line, rest, ended := bytes.Cut(head, []byte{'\n'})
		if !ended && !whole {
			break
		}
		head = rest
		count.see(line)
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		if blanks := line[:len(line)-len(bytes.TrimLeft(line, " \t"))]; lines == 0 {
			indent = blanks
		} else {
			indent = indent[:common(indent, blanks)]
		}
		quoted = quoted && quoteWidth(line) > 0
		named = named && grepWidth(line) > 0
		found = found && searchWidth(line) > 0
		lines++
	}
	switch {
	case lines == 0:
	case quoted:
		return margin{"the mark of a quotation", quoteWidth}, true
	case named:
		return margin{"the name of a file, as grep prints it", grepWidth}, true
	case found && lines > 1:
		return margin{"its number, as the search of an editor prints it", searchWidth}, true
	case !count.failed && count.lines > 2:
		return margin{"its number", numberWidth}, true
	case len(indent) > 1 || len(indent) == 1 && indent[0] == '\t':
		indent = bytes.Clone(indent)
		return margin{"an indentation", func(line []byte) int { return common(indent, line) }}, true
	}
	return margin{}, false
}

// common returns how many bytes a and b begin with alike.
func common(a, b []byte) int {
	n := 0
	for n < len(a) && n < len(b) && a[n] == b[n] {
		n++
	}
	return n
}

// quoteWidth measures "> ".
func quoteWidth(line []byte) int {
	switch {
	case len(line) == 0 || line[0] != '>':
		return -1
	case len(line) > 1 && line[1] == ' ':
		return 2
	}
	return 1
}

// grepWidth measures what grep prints before a line of several files: the name
// of the file and, with -n, the number of the line. Only a name that ends as
// those of logs do is one.
//
//	logs/SDL001_100_000001.txt:190:
//	csf-unified.log-191-
func grepWidth(line []byte) int {
	head := line[:min(len(line), 300)]
	for _, ext := range [...]string{".log", ".txt"} {
		at := bytes.Index(head, []byte(ext))
		if at < 1 || bytes.ContainsAny(head[:at], " \t|<>=\"") {
			continue
		}
		n := at + len(ext)
		for n < len(head) && (head[n] == '.' || head[n] >= '0' && head[n] <= '9' || head[n]|0x20 >= 'a' && head[n]|0x20 <= 'z') {
			n++ // .log.1, .txt.gzo
		}
		if n == len(head) || head[n] != ':' && head[n] != '-' {
			continue
		}
		mark := head[n]
		n++
		digits := n
		for digits < len(head) && head[digits] >= '0' && head[digits] <= '9' {
			digits++
		}
		if digits > n && digits < len(head) && head[digits] == mark && !clock(head[n:]) {
			return digits + 1
		}
		return n
	}
	return -1
}

// searchWidth measures what Notepad++ prints before a line that it has found.
//
//	Line 190: 00020092.001 |07:34:19.684 |AppInfo  |…
func searchWidth(line []byte) int {
	rest := bytes.TrimLeft(line, " \t")
	rest, ok := bytes.CutPrefix(rest, []byte("Line "))
	n := 0
	for n < len(rest) && rest[n] >= '0' && rest[n] <= '9' {
		n++
	}
	if !ok || n == 0 || n == len(rest) || rest[n] != ':' {
		return -1
	}
	if n++; n < len(rest) && rest[n] == ' ' {
		n++
	}
	return len(line) - len(rest) + n
}

// numbering finds out whether every line begins with its number.
type numbering struct {
	last, lines int
	mark        byte
	failed      bool
}

// see looks at the next line. Numbers rise by one, but behind those that grep
// prints, which it ends with a colon; a blank line may have none. The number
// before the date of an SDL trace of CUCM 8 is its own.
func (c *numbering) see(line []byte) {
	if c.failed || len(bytes.TrimSpace(line)) == 0 {
		return
	}
	number, mark, n := numberOf(line)
	c.failed = n < 0 || c.lines > 0 && (mark != c.mark || number <= c.last || mark != ':' && number != c.last+1) ||
		mark == ':' && clock(bytes.TrimLeft(line, " ")) || mark == '|' && form(line[max(n, 0):], "0000/00/00")
	c.last, c.mark = number, mark
	c.lines++
}

// numberOf reads the number that line begins with, what stands behind it, and
// how much of line that is with a blank; n is -1 for a line without.
//
//	    12	2018-01-01T12:56:48.965-05:00 …	cat -n
//	12:2018-01-01T12:56:48.965-05:00 …	grep -n
//	12: 2018-01-01T12:56:48.965-05:00 …
//	12 | 2018-01-01T12:56:48.965-05:00 …	a page
func numberOf(line []byte) (number int, mark byte, n int) {
	i := len(line) - len(bytes.TrimLeft(line, " "))
	from := i
	for i < len(line) && i-from < 9 && line[i] >= '0' && line[i] <= '9' {
		number = number*10 + int(line[i]-'0')
		i++
	}
	if i == from || i == len(line) {
		return 0, 0, -1
	}
	if mark = line[i]; mark == ' ' && i+1 < len(line) && line[i+1] == '|' {
		i, mark = i+1, '|'
	}
	if mark != ':' && mark != '\t' && mark != '|' {
		return 0, 0, -1
	}
	if i++; mark != '\t' && i < len(line) && line[i] == ' ' {
		i++
	}
	return number, mark, i
}

// numberWidth measures the number of a line.
func numberWidth(line []byte) int {
	_, _, n := numberOf(line)
	return n
}

// clock reports whether b begins with a time or a date, as a line does that
// grep printed without its number.
//
//	13:03:19,013 …
//	2020-03-30 13:03:19,200 …
func clock(b []byte) bool {
	return form(b, "00:00:00") && (len(b) == 8 || b[8] != ':') || form(b, "0000-00-00")
}

// form reports whether b begins with what looks like form, whose zeros stand
// for digits.
func form(b []byte, form string) bool {
	if len(b) < len(form) {
		return false
	}
	for i := range len(form) {
		if digit := b[i] >= '0' && b[i] <= '9'; digit != (form[i] == '0') || !digit && b[i] != form[i] {
			return false
		}
	}
	return true
}

// marginReader reads the lines of src without their margin.
type marginReader struct {
	src  *bufio.Reader
	cut  func(line []byte) int
	rest []byte // of the line that is being read
	mid  bool   // the line goes on
	err  error
}

// Read implements io.Reader.
func (m *marginReader) Read(p []byte) (int, error) {
	for len(m.rest) == 0 {
		if m.err != nil {
			return 0, m.err
		}
		line, err := m.src.ReadSlice('\n')
		whole := !m.mid
		m.mid = errors.Is(err, bufio.ErrBufferFull)
		if err != nil && !m.mid {
			m.err = err
		}
		if m.rest = line; whole {
			if n := m.cut(line); n > 0 {
				m.rest = line[n:]
			}
		}
	}
	n := copy(p, m.rest)
	m.rest = m.rest[n:]
	return n, nil
}

// note says that the file was read without its margin.
func (g margin) note(path string) schemas.Problem {
	return schemas.Problem{
		File: path, Message: "before every line stands " + g.name,
		Hint: "offsets and texts are those of the file without it",
	}
}
