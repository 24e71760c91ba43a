package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"testing"
	"time"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/schemas"
)

func TestProgressLine(t *testing.T) {
	const mib = 1 << 20
	tests := []struct {
		state collector.ProgressState
		spent time.Duration
		cols  int
		want  string
	}{
		{
			collector.ProgressState{Bytes: 100 * mib, TotalBytes: 400 * mib, Files: 3, TotalFiles: 12},
			2 * time.Second, 120,
			"reading  25%  100.0 of 400.0 MiB, 50 MiB/s, 6s left, file 3 of 12",
		},
		{
			collector.ProgressState{Bytes: 3 * mib, TotalBytes: 0, Files: 1, TotalFiles: 1},
			time.Second, 120,
			"reading  3.0 MiB, 3 MiB/s, file 1 of 1",
		},
		{
			collector.ProgressState{TotalBytes: mib, Files: 1, TotalFiles: 1},
			time.Second, 120,
			"reading   0%  0.0 of 1.0 MiB, 0 MiB/s, file 1 of 1",
		},
		{collector.ProgressState{Bytes: mib}, time.Second, 12, "reading  1.0"},
	}
	for _, tt := range tests {
		if got := progressLine(tt.state, tt.spent, tt.cols); got != tt.want {
			t.Errorf("got  %q\nwant %q", got, tt.want)
		}
	}
}

func TestConsoleClearsTheProgressLine(t *testing.T) {
	var out bytes.Buffer
	c := newConsole(&out)
	c.draw("reading  10%")
	c.problem(&schemas.Problem{File: "a\x1b.log", Line: 3, Message: "is cut", Hint: "copy it again"})
	const want = "reading  10%\r\x1b[Kuctrace: a\\x1b.log:3: is cut\nuctrace: hint: copy it again\n"
	if out.String() != want {
		t.Errorf("got %q, want %q", &out, want)
	}
}

func TestNoProgressWithoutTerminal(t *testing.T) {
	var out bytes.Buffer
	newConsole(&out).progress(new(collector.Progress))()
	if out.Len() > 0 {
		t.Errorf("wrote %q", &out)
	}
}

func send(t *testing.T, w io.Writer, s string) {
	t.Helper()
	if _, err := io.WriteString(w, s); err != nil {
		t.Error(err)
	}
}

func TestInterruptible(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	r, w := io.Pipe()
	in := interruptible(ctx, r)
	go send(t, w, "abc")
	buf := make([]byte, 2)
	for _, want := range []string{"ab", "c"} {
		if n, err := in.Read(buf); err != nil || string(buf[:n]) != want {
			t.Fatalf("read %q, %v, want %q", buf[:n], err, want)
		}
	}
	cancel() // nothing is ever written again
	if _, err := in.Read(buf); !errors.Is(err, context.Canceled) {
		t.Errorf("error = %v, want that of the context", err)
	}
	w.CloseWithError(io.EOF)

	r, w = io.Pipe()
	in = interruptible(context.Background(), r)
	go func() { send(t, w, "xyz"); w.CloseWithError(io.EOF) }()
	if got, err := io.ReadAll(in); err != nil || string(got) != "xyz" {
		t.Errorf("read %q, %v", got, err)
	}
}

func TestColorWanted(t *testing.T) {
	for _, tt := range []struct {
		env  []string
		want bool
	}{
		{nil, true},
		{[]string{"NO_COLOR="}, true}, // no-color.org: only when not empty
		{[]string{"NO_COLOR=1"}, false},
		{[]string{"TERM=xterm"}, true},
		{[]string{"TERM=dumb"}, false},
	} {
		if got := colorWanted(tt.env); got != tt.want {
			t.Errorf("%q: %v, want %v", tt.env, got, tt.want)
		}
	}
}
