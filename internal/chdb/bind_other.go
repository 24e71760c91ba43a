//go:build !linux && !darwin

package chdb

import (
	"errors"
	"unsafe"
)

// library stands in for libchdb on platforms that it is not built for.
type library struct{}

func load(string) (*library, error) {
	return nil, errors.New("libchdb is not built for this platform")
}

func (*library) open([]string) (unsafe.Pointer, error) { return nil, errors.ErrUnsupported }

func (*library) run(unsafe.Pointer, string, string, func([]byte) error) error {
	return errors.ErrUnsupported
}

func (*library) closeConn(unsafe.Pointer) {}
