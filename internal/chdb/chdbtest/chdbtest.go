// Package chdbtest gives tests the real embedded ClickHouse.
package chdbtest

import (
	"context"
	"os"
	"testing"

	"github.com/uctrace/uctrace/internal/chdb"
)

// SkipEnv, set to 1, skips the tests that need the engine, for hosts that can
// not have it. Nothing else skips them: a library that cannot be found fails
// the test.
const SkipEnv = "UCTRACE_NO_CHDB"

// Library returns the path of libchdb, fetching it once into the user's cache.
func Library(t testing.TB) string {
	t.Helper()
	if os.Getenv(SkipEnv) == "1" {
		t.Skip(SkipEnv + "=1")
	}
	lib, err := chdb.Locate(context.Background(), chdb.LocateOptions{Path: os.Getenv("UCTRACE_LIBCHDB")})
	if err != nil {
		t.Fatal(err)
	}
	return lib
}

// Open starts an engine on an empty directory and closes it with the test. A
// process can have one engine at a time, so tests that use it do not run in
// parallel.
func Open(t testing.TB) *chdb.Engine {
	t.Helper()
	return OpenDir(t, t.TempDir())
}

// OpenDir is Open on the directory dir.
func OpenDir(t testing.TB, dir string, options ...chdb.Option) *chdb.Engine {
	t.Helper()
	e, err := chdb.Open(Library(t), dir, options...)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := e.Close(); err != nil {
			t.Error(err)
		}
	})
	return e
}
