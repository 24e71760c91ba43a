package collector

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"

	"github.com/klauspost/compress/gzip"

	"github.com/uctrace/uctrace/schemas"
)

// An unpacker finds the files in an input: itself, or the members of an
// archive and of the archives in it. What an input is, its content says, never
// its name; members are streamed and never written under their names.
type unpacker struct {
	ctx    context.Context
	budget *budget
	// leaf gets every file that is no archive. Its error ends everything.
	leaf func(in input) error
	// problem gets what could not be read. Its error ends everything.
	problem func(p schemas.Problem) error
}

// input is a stream that may be an archive.
type input struct {
	path string
	r    *bufio.Reader
	// at gives random access, which zip needs; nil when there is none.
	at io.ReaderAt
	// size is known where at is, else 0.
	size  int64
	depth int
}

// format is the kind of a container.
type format int

const (
	formatPlain format = iota
	formatGzip
	formatZip
	formatTar
)

// sniffBytes is how much of a file sniff needs: one tar header.
const sniffBytes = 512

func sniff(head []byte) format {
	switch {
	case bytes.HasPrefix(head, []byte("\x1f\x8b\x08")):
		return formatGzip
	case bytes.HasPrefix(head, []byte("PK\x03\x04")), bytes.HasPrefix(head, []byte("PK\x05\x06")):
		return formatZip
	case len(head) >= 263 && string(head[257:262]) == "ustar", isOldTar(head):
		return formatTar
	}
	return formatPlain
}

// isOldTar recognises the tar header of before POSIX by its checksum.
func isOldTar(head []byte) bool {
	if len(head) < 512 || head[0] == 0 {
		return false
	}
	var want, sum int64
	digits := 0
	for _, c := range head[148:156] {
		if c >= '0' && c <= '7' {
			want = want*8 + int64(c-'0')
			digits++
		} else if c != ' ' && c != 0 {
			return false
		}
	}
	for i, c := range head[:512] {
		if i >= 148 && i < 156 {
			c = ' '
		}
		sum += int64(c)
	}
	return digits >= 4 && sum == want
}

func (u *unpacker) open(in input) error {
	if err := u.ctx.Err(); err != nil {
		return err
	}
	head, _ := in.r.Peek(sniffBytes)
	f := sniff(head)
	if f == formatPlain {
		return u.leaf(in)
	}
	if in.depth >= u.budget.limits.Depth {
		return u.problem(schemas.Problem{
			File: in.path, Unread: true,
			Message: fmt.Sprintf("archives are nested deeper than %d", u.budget.limits.Depth),
		})
	}
	switch f {
	case formatGzip:
		return u.gzip(in)
	case formatZip:
		return u.zip(in)
	default:
		return u.tar(in)
	}
}

// gzip opens a compressed file, which keeps its own name.
func (u *unpacker) gzip(in input) error {
	packed := &counter{Reader: in.r}
	src := bufio.NewReaderSize(packed, 32<<10)
	z, err := gzip.NewReader(src)
	if err != nil {
		return u.problem(unreadable(in.path, err))
	}
	defer z.Close()
	plain := &unpacked{src: openEnded{z}, packed: func() int64 { return packed.n }, budget: u.budget}
	return u.open(input{path: in.path, r: bufio.NewReaderSize(plain, 4096), depth: in.depth + 1})
}

// errGzipOpen is the end of gzip data without a trailer, which is normal for
// the .gzo that CUCM is still writing.
var errGzipOpen = errors.New("the gzip data has no end: the file is still open, or cut")

// openEnded tells the missing end of gzip data from other faults.
type openEnded struct{ io.Reader }

// Read implements io.Reader.
func (o openEnded) Read(p []byte) (int, error) {
	n, err := o.Reader.Read(p)
	if errors.Is(err, io.ErrUnexpectedEOF) {
		err = errGzipOpen
	}
	return n, err
}

// unreadable returns the Problem for a read error.
func unreadable(path string, err error) schemas.Problem {
	p := schemas.Problem{File: path, Message: err.Error(), Unread: true}
	var pe *os.PathError
	var over *overLimit
	switch {
	case errors.As(err, &over):
		p.Message = "not read further: the content " + over.what
		p.Hint = "this looks like an archive bomb; raise the limits if it is none"
	case errors.Is(err, gzip.ErrHeader), errors.Is(err, gzip.ErrChecksum):
		p.Message = "the gzip data is damaged: " + err.Error()
	case errors.Is(err, io.ErrUnexpectedEOF):
		p.Message = "the file ends in the middle of its data"
		p.Hint = "it is still being written, or its transfer broke off"
	case errors.Is(err, os.ErrPermission):
		p.Message = "permission denied"
		p.Hint = "read it as a user who may, or copy it to a place that you may read"
	case errors.As(err, &pe):
		p.Message = pe.Op + ": " + pe.Err.Error()
	}
	return p
}
