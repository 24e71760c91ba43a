package main

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"time"

	"github.com/uctrace/uctrace/internal/simulate"
)

// demoPace is the time in which the demo writes logs of two minutes.
const demoPace = 6 * time.Second

// writeTraces appends lines to files below folder, in demoPace.
func writeTraces(ctx context.Context, folder string, lines []simulate.Line) error {
	files := map[string]*bufio.Writer{}
	var closers []io.Closer
	defer func() {
		for _, c := range closers {
			c.Close()
		}
	}()
	first, last := lines[0].At, lines[len(lines)-1].At
	began := time.Now()
	for i := range lines {
		due := time.Duration(float64(lines[i].At.Sub(first)) / float64(last.Sub(first)) * float64(demoPace))
		if wait := due - time.Since(began); wait > 20*time.Millisecond {
			for _, w := range files {
				if err := w.Flush(); err != nil {
					return fmt.Errorf("write trace: %w", err)
				}
			}
			select {
			case <-ctx.Done():
				return nil
			case <-time.After(wait):
			}
		}
		w := files[lines[i].File]
		if w == nil {
			path := filepath.Join(folder, filepath.FromSlash(lines[i].File))
			if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
				return fmt.Errorf("write trace: %w", err)
			}
			f, err := os.Create(path)
			if err != nil {
				return fmt.Errorf("write trace: %w", err)
			}
			closers = append(closers, f)
			w = bufio.NewWriter(f)
			files[lines[i].File] = w
		}
		if _, err := w.WriteString(lines[i].Text); err != nil {
			return fmt.Errorf("write trace: %w", err)
		}
	}
	for _, w := range files {
		if err := w.Flush(); err != nil {
			return fmt.Errorf("write trace: %w", err)
		}
	}
	return nil
}
