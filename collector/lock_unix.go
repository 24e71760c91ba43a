//go:build !windows

package collector

import (
	"os"
	"syscall"
)

// lockFile takes the lock of file for this process, or fails at once.
func lockFile(file *os.File) error {
	return syscall.Flock(int(file.Fd()), syscall.LOCK_EX|syscall.LOCK_NB)
}
