// Package reference finds the real logs that some tests read. They carry no
// licence, so they are no part of the repository: they lie in a folder
// "shared" beside it, or where REFERENCE_LOGS says.
package reference

import (
	"os"
	"path/filepath"
	"testing"
)

// Path returns the path of elem in the folder of reference logs. It skips the
// test when there is no such folder, and fails it when the folder lacks elem.
func Path(t testing.TB, elem ...string) string {
	t.Helper()
	root := os.Getenv("REFERENCE_LOGS")
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; root == "" && dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		at := filepath.Join(dir, "shared")
		if info, err := os.Stat(filepath.Join(at, "corpus")); err == nil && info.IsDir() {
			root = at
		}
	}
	if root == "" {
		t.Skip("no folder of reference logs")
	}
	path := filepath.Join(append([]string{root}, elem...)...)
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// Log returns the content of the file at elem; see Path.
func Log(t testing.TB, elem ...string) []byte {
	t.Helper()
	data, err := os.ReadFile(Path(t, elem...))
	if err != nil {
		t.Fatal(err)
	}
	return data
}
