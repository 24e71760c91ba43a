package natsd

import (
	"errors"
	"os"

	"golang.org/x/sys/windows"
)

// lockFile takes the lock that keeps a second server out of the directory: it
// opens the file without sharing it. Windows closes it when the process ends,
// however it ends.
func lockFile(path string) (*os.File, error) {
	name, err := windows.UTF16PtrFromString(path)
	if err != nil {
		return nil, err
	}
	h, err := windows.CreateFile(name, windows.GENERIC_WRITE, 0, nil, windows.OPEN_ALWAYS, windows.FILE_ATTRIBUTE_NORMAL, 0)
	if errors.Is(err, windows.ERROR_SHARING_VIOLATION) {
		return nil, ErrInUse
	} else if err != nil {
		return nil, err
	}
	return os.NewFile(uintptr(h), path), nil
}
