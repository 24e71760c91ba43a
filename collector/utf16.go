package collector

import (
	"bufio"
	"errors"
	"io"
	"unicode/utf16"
	"unicode/utf8"
)

// utf16Kind tells from head whether a file is UTF-16: by its byte order mark,
// or because the NUL bytes of its first 512 bytes stand where ASCII has them.
func utf16Kind(head []byte) (is, bigEndian bool) {
	head = head[:min(len(head), 512)]
	if len(head) < 2 {
		return false, false
	}
	switch {
	case head[0] == 0xff && head[1] == 0xfe:
		return true, false
	case head[0] == 0xfe && head[1] == 0xff:
		return true, true
	}
	var nul [2]int
	for i, c := range head {
		if c == 0 {
			nul[i%2]++
		}
	}
	pairs := len(head) / 2
	switch {
	case pairs < 4:
		return false, false
	case nul[0]*20 <= pairs && nul[1]*10 >= pairs*9:
		return true, false
	case nul[1]*20 <= pairs && nul[0]*10 >= pairs*9:
		return true, true
	}
	return false, false
}

// utf16Reader decodes UTF-16 to UTF-8. The byte order mark is dropped, what is
// no UTF-16 becomes U+FFFD.
type utf16Reader struct {
	src       *bufio.Reader
	bigEndian bool
	started   bool
	// partial keeps an incomplete last character for a file that still
	// grows; otherwise it becomes U+FFFD.
	partial bool
	out     []byte // decoded, not yet read
	mem     []byte
	err     error
}

// Read implements io.Reader.
func (u *utf16Reader) Read(p []byte) (int, error) {
	for len(u.out) == 0 {
		if u.err != nil {
			return 0, u.err
		}
		u.fill()
	}
	n := copy(p, u.out)
	u.out = u.out[n:]
	return n, nil
}

// fill decodes the next few thousand characters.
func (u *utf16Reader) fill() {
	u.out = u.mem[:0]
	for len(u.out) < 4096 && u.err == nil {
		u.out = u.decode(u.out)
	}
	u.mem = u.out
}

// decode appends one character, or sets err.
func (u *utf16Reader) decode(dst []byte) []byte {
	c, err := u.unit()
	if err != nil {
		u.err = err
		if errors.Is(err, io.ErrUnexpectedEOF) {
			u.err = io.EOF
			if !u.partial {
				dst = utf8.AppendRune(dst, utf8.RuneError)
			}
		}
		return dst
	}
	first := !u.started
	u.started = true
	if first && c == '\uFEFF' {
		return dst
	}
	if !utf16.IsSurrogate(c) {
		return utf8.AppendRune(dst, c)
	}
	low, err := u.src.Peek(2)
	if err != nil {
		if u.partial {
			u.err = io.EOF
			return dst
		}
		return utf8.AppendRune(dst, utf8.RuneError)
	}
	r := utf16.DecodeRune(c, u.join(low[0], low[1]))
	if r != utf8.RuneError {
		u.src.Discard(2) //nolint:errcheck // Peek has seen them
	}
	return utf8.AppendRune(dst, r)
}

func (u *utf16Reader) unit() (rune, error) {
	a, err := u.src.ReadByte()
	if err != nil {
		return 0, err
	}
	b, err := u.src.ReadByte()
	if errors.Is(err, io.EOF) {
		err = io.ErrUnexpectedEOF
	}
	return u.join(a, b), err
}

func (u *utf16Reader) join(a, b byte) rune {
	if u.bigEndian {
		return rune(a)<<8 | rune(b)
	}
	return rune(b)<<8 | rune(a)
}
