// Package disk says how much room there is.
package disk

import (
	"os"
	"path/filepath"
)

// Used returns the bytes of the files below dir; what vanishes meanwhile is
// not counted.
func Used(dir string) (n int64, err error) {
	err = filepath.Walk(dir, func(_ string, info os.FileInfo, err error) error {
		switch {
		case os.IsNotExist(err):
			return nil
		case err == nil && info.Mode().IsRegular():
			n += info.Size()
		}
		return err
	})
	return n, err
}
