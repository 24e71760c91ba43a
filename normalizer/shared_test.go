package normalizer_test

import (
	"os"
	"path/filepath"
	"testing"
)

// shared returns the folder of reference logs beside the repository, and skips
// the test when there is none.
func shared(t testing.TB) string {
	t.Helper()
	if dir := os.Getenv("UCTRACE_SHARED"); dir != "" {
		return dir
	}
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; filepath.Dir(dir) != dir; dir = filepath.Dir(dir) {
		if s := filepath.Join(dir, "shared"); isDir(filepath.Join(s, "corpus")) {
			return s
		}
	}
	t.Skip("no folder of reference logs")
	return ""
}

func isDir(path string) bool {
	info, err := os.Stat(path)
	return err == nil && info.IsDir()
}
