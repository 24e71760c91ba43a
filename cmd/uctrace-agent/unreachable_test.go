package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// TestNATSUnreachable interrupts an agent that waits for its server. Only one
// that was to read everything once has something to complain about.
func TestNATSUnreachable(t *testing.T) {
	for _, tt := range []struct {
		flag   string
		status int
		says   string
	}{
		{"--once=false", 0, ""},
		{"--once", 1, "uctrace-agent: interrupted before everything was stored: the next run with the same state_dir goes on\n"},
	} {
		t.Run(tt.flag, func(t *testing.T) {
			dir := t.TempDir()
			log := filepath.Join(dir, "a.log")
			if err := os.WriteFile(log, []byte("a line\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			ctx, interrupt := context.WithCancel(context.Background())
			defer interrupt()
			var talk bytes.Buffer
			waits := &watch{w: &talk, words: "no NATS server answers yet; reading goes on when one does", do: interrupt}
			m := &Main{
				Args:   []string{tt.flag, "--state-dir", filepath.Join(dir, "state"), "--nats-url", "nats://127.0.0.1:1", log},
				Stdout: io.Discard, Stderr: waits,
			}
			if status := m.Run(ctx); status != tt.status {
				t.Errorf("status %d, want %d", status, tt.status)
			}
			if !strings.HasSuffix(talk.String(), tt.says) || strings.Count(talk.String(), "uctrace-agent:") != strings.Count(tt.says, "uctrace-agent:") {
				t.Errorf("stderr %s", &talk)
			}
			if !strings.Contains(talk.String(), "connection refused") {
				t.Errorf("the cause is not named: %s", &talk)
			}
		})
	}
}

// TestOneJournalOneAgent starts a second agent on the journal of a running one.
func TestOneJournalOneAgent(t *testing.T) {
	ctx, interrupt := context.WithCancel(context.Background())
	defer interrupt()
	args := []string{"--state-dir", t.TempDir(), "--nats-url", "nats://127.0.0.1:1", "logs"}
	var talk bytes.Buffer
	status := -1
	second := func() {
		status = (&Main{Args: args, Stdout: io.Discard, Stderr: &talk}).Run(ctx)
		interrupt()
	}
	first := &Main{Args: args, Stdout: io.Discard, Stderr: &watch{w: io.Discard, words: "msg=following", do: second}}
	if got := first.Run(ctx); got != 0 {
		t.Errorf("the first ends with status %d", got)
	}
	if status != 1 || !strings.Contains(talk.String(), "uctrace-agent: state_dir ") || !strings.Contains(talk.String(), "used by another process") {
		t.Errorf("the second ends with status %d: %s", status, &talk)
	}
}

// watch does something when words are written.
type watch struct {
	w     io.Writer
	words string
	do    func()
}

func (w *watch) Write(p []byte) (int, error) {
	if strings.Contains(string(p), w.words) {
		w.do()
	}
	return w.w.Write(p)
}
