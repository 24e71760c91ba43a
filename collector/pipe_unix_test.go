//go:build unix

package collector

import (
	"context"
	"errors"
	"os"
	"path/filepath"
	"runtime"
	"syscall"
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

func fifo(t *testing.T, path string) string {
	t.Helper()
	if err := syscall.Mkfifo(path, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// TestScanPipeEnds: nobody writes to the pipe that is waited for.
func TestScanPipeEnds(t *testing.T) {
	for _, writer := range []bool{false, true} {
		path := fifo(t, filepath.Join(t.TempDir(), "pipe"))
		ctx, cancel := context.WithCancel(t.Context())
		progress := new(Progress)
		ended := make(chan error, 1)
		go func() {
			ended <- Scan(ctx, Options{Progress: progress}, []string{path}, nil, func(*schemas.RecordBatch) error { return nil })
		}()
		if writer { // opening waits for the reader
			w, err := os.OpenFile(path, os.O_WRONLY, 0)
			if err != nil {
				t.Fatal(err)
			}
			defer w.Close()
		}
		for progress.State().Current == "" {
			runtime.Gosched()
		}
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Error(err)
		}
	}
}
