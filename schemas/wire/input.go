package wire

import "io"

// input is the payload as the decoder reads it. It implements io.ByteScanner,
// so that the decoder adds no buffering of its own and reader can take bytes
// from between its calls without copying them.
type input struct {
	b   []byte
	pos int
}

func (in *input) Read(p []byte) (int, error) {
	if in.pos == len(in.b) {
		return 0, io.EOF
	}
	n := copy(p, in.b[in.pos:])
	in.pos += n
	return n, nil
}

func (in *input) ReadByte() (byte, error) {
	if in.pos == len(in.b) {
		return 0, io.EOF
	}
	c := in.b[in.pos]
	in.pos++
	return c, nil
}

func (in *input) UnreadByte() error { in.pos--; return nil }
