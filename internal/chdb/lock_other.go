//go:build !unix

package chdb

import (
	"errors"
	"os"
)

// errLocked says that somebody else holds the lock.
var errLocked = errors.New("locked")

// tryLock fails: there is no build of the engine for this platform, so
// nothing needs a lock.
func tryLock(string) (*os.File, error) { return nil, errors.ErrUnsupported }
