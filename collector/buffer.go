package collector

import (
	"bytes"
	"context"
	"io"
)

// room returns free memory of at least n bytes to read into. What is left
// behind the last batch is moved to the beginning when it is little: memory that
// has just been used is faster than the rest of the buffer.
func (f *framer) room(n int) []byte {
	if cap(f.buf)-len(f.buf) < n || f.sent > 0 && len(f.buf)-f.sent <= 2*overBytes {
		f.compact(n)
	}
	return f.buf[len(f.buf):cap(f.buf)]
}

// bufferBytes is how large the buffer of a framer is at least. Several batches
// fit, so that what is left of the last is seldom moved.
const bufferBytes = 1 << 20

// overBytes is how much is read beyond where a batch may end: a record or two.
const overBytes = 8 << 10

// window is the part of room that is read into at once: as far as makes the
// next batch whole, so that little is left behind it.
func (f *framer) window() []byte {
	room := f.room(readBytes)
	whole := int(f.limit-f.base) - len(f.buf) + overBytes
	return room[:min(len(room), max(whole, readBytes))]
}

func (f *framer) compact(n int) {
	kept := f.buf[f.sent:]
	if len(kept)+n > cap(f.buf) {
		f.buf = make([]byte, len(kept), max(2*cap(f.buf), len(kept)+n, bufferBytes))
	}
	copy(f.buf[:len(kept)], kept)
	f.buf = f.buf[:len(kept)]
	f.base += int64(f.sent)
	f.next -= f.sent
	f.scanned -= f.sent
	f.sent = 0
}

// gather reads until the first size bytes of a file are there, without framing
// them, so that its kind can be told from them. The error is that of r.
func (f *framer) gather(r io.Reader, size int) error {
	for len(f.buf) < size {
		n, err := r.Read(f.room(max(headBytes, min(size-len(f.buf), 3*len(f.buf)))))
		f.gathered(n)
		if err != nil {
			return err
		}
	}
	return nil
}

// readFrom frames what r gives. fault is the error of r, io.EOF at its end;
// err is that of ctx or of emit.
func (f *framer) readFrom(ctx context.Context, r io.Reader) (fault, err error) {
	if err := f.frame(); err != nil {
		return nil, err
	}
	for {
		if err := ctx.Err(); err != nil {
			return nil, err
		}
		n, fault := r.Read(f.window())
		if err := f.fed(n); err != nil || fault != nil {
			return fault, err
		}
	}
}

// readBytes is the least that is read at once.
const readBytes = 64 << 10

// gathered takes n bytes that were read into room without framing them, so
// that the kind of the file can be told from its beginning first.
func (f *framer) gathered(n int) {
	f.buf = f.buf[:len(f.buf)+n]
	f.suspect = f.suspect || !f.nul && bytes.IndexByte(f.buf[len(f.buf)-n:], 0) >= 0
}

// fed takes n bytes that were read into room and frames what they complete.
func (f *framer) fed(n int) error {
	f.gathered(n)
	return f.frame()
}
