package fleet

import (
	"errors"
	"os"
	"path/filepath"
)

// Save writes the logs below dir.
func (f *Fleet) Save(dir string) error {
	for _, file := range f.Files {
		path := filepath.Join(dir, filepath.FromSlash(file.Path))
		if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
			return err
		}
		if err := os.WriteFile(path, file.Text, 0o644); err != nil {
			return err
		}
	}
	return nil
}

// SaveTruth writes the truth to the file called name.
func (f *Fleet) SaveTruth(name string) error {
	out, err := os.Create(name)
	if err != nil {
		return err
	}
	return errors.Join(f.Truth.Write(out), out.Close())
}
