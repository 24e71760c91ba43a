package chdb

import (
	"io"
	"os"
	"strconv"
	"sync"

	"golang.org/x/sys/unix"
)

// stage copies r into a nameless file in memory and returns the path by which
// the engine, in this process, can read it. Data that stands inline after an
// INSERT is cut by the engine at some bytes; a file is not.
func stage(r io.Reader) (path string, done func(), err error) {
	fd, err := unix.MemfdCreate("uctrace-insert", unix.MFD_CLOEXEC)
	if err != nil {
		return "", nil, os.NewSyscallError("memfd_create", err)
	}
	f := os.NewFile(uintptr(fd), "insert")
	buf := stageBuffers.Get().(*[]byte)
	defer stageBuffers.Put(buf)
	// Without its ReadFrom the file takes pieces of our size: each piece of a
	// pipe costs a change of goroutines.
	if _, err := io.CopyBuffer(struct{ io.Writer }{f}, struct{ io.Reader }{r}, *buf); err != nil {
		f.Close()
		return "", nil, err
	}
	return "/proc/self/fd/" + strconv.Itoa(fd), func() { f.Close() }, nil
}

var stageBuffers = sync.Pool{New: func() any { b := make([]byte, 1<<20); return &b }}
