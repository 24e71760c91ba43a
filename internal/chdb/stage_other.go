//go:build !linux

package chdb

import (
	"errors"
	"io"
	"os"
)

// stage copies r into a temporary file and returns its path. Data that stands
// inline after an INSERT is cut by the engine at some bytes; a file is not.
func stage(r io.Reader) (path string, done func(), err error) {
	f, err := os.CreateTemp("", "uctrace-insert-")
	if err != nil {
		return "", nil, err
	}
	done = func() { _ = os.Remove(f.Name()) } // a file that stays is in the folder for temporary files
	_, err = io.Copy(f, r)
	if err := errors.Join(err, f.Close()); err != nil {
		done()
		return "", nil, err
	}
	return f.Name(), done, nil
}
