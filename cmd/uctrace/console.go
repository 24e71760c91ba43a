package main

import (
	"fmt"
	"io"
	"os"
	"sync"
	"time"

	"golang.org/x/term"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/internal/report"
	"github.com/uctrace/uctrace/schemas"
)

// console is stderr: the talk of the program and, on a terminal, one line of
// progress below it. Several goroutines may use it.
type console struct {
	mu   sync.Mutex
	w    io.Writer
	cols int  // of the terminal, 0 when there is none
	bar  bool // a progress line stands there
}

func newConsole(w io.Writer) *console {
	c := &console{w: w}
	c.cols, _ = terminalSize(w)
	return c
}

// terminalSize returns the columns of w and whether w is a terminal.
func terminalSize(w io.Writer) (int, bool) {
	f, ok := w.(*os.File)
	if !ok || !term.IsTerminal(int(f.Fd())) {
		return 0, false
	}
	cols, _, err := term.GetSize(int(f.Fd()))
	if err != nil || cols < 20 {
		cols = 80
	}
	return cols, true
}

// problem reports a fault of the input and its hint.
func (c *console) problem(p *schemas.Problem) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clear()
	fmt.Fprintln(c.w, "uctrace:", report.Escape(p.Error()))
	if p.Hint != "" {
		fmt.Fprintln(c.w, "uctrace: hint:", report.Escape(p.Hint))
	}
}

// clear takes the progress line away.
func (c *console) clear() {
	if c.bar {
		fmt.Fprint(c.w, "\r\x1b[K")
		c.bar = false
	}
}

const (
	progressAfter = time.Second
	progressEvery = 200 * time.Millisecond
)

// progress shows how far p is until the returned function is called, which
// takes the line away. Nothing is shown without a terminal, nor in the first
// second.
func (c *console) progress(p *collector.Progress) (stop func()) {
	if c.cols == 0 {
		return func() {}
	}
	done := make(chan struct{})
	var drawing sync.WaitGroup
	start := time.Now()
	drawing.Go(func() {
		tick := time.NewTicker(progressEvery)
		defer tick.Stop()
		for {
			select {
			case <-done:
				return
			case now := <-tick.C:
				if now.Sub(start) >= progressAfter {
					c.draw(progressLine(p.State(), now.Sub(start), c.cols-1))
				}
			}
		}
	})
	return func() {
		close(done)
		drawing.Wait()
		c.mu.Lock()
		defer c.mu.Unlock()
		c.clear()
	}
}

func (c *console) draw(line string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.clear()
	fmt.Fprint(c.w, line)
	c.bar = true
}

// progressLine prints s after the time spent, in at most cols columns:
//
//	reading  45%  1.2 of 2.7 GiB, 312 MiB/s, 5 s left, file 3 of 12
func progressLine(s collector.ProgressState, spent time.Duration, cols int) string {
	const mib = 1 << 20
	rate := float64(s.Bytes) / spent.Seconds()
	line := fmt.Sprintf("reading  %.1f MiB, %.0f MiB/s", float64(s.Bytes)/mib, rate/mib)
	if s.TotalBytes > 0 && s.Bytes <= s.TotalBytes {
		line = fmt.Sprintf("reading  %2d%%  %.1f of %.1f MiB, %.0f MiB/s", s.Bytes*100/s.TotalBytes,
			float64(s.Bytes)/mib, float64(s.TotalBytes)/mib, rate/mib)
		if rate > 0 {
			left := time.Duration(float64(s.TotalBytes-s.Bytes) / rate * float64(time.Second))
			line += fmt.Sprintf(", %s left", left.Round(time.Second))
		}
	}
	line += fmt.Sprintf(", file %d of %d", s.Files, s.TotalFiles)
	if len(line) > cols {
		line = line[:max(cols, 0)]
	}
	return line
}
