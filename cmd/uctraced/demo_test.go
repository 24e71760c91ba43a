package main

import (
	"bytes"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
)

// transcript keeps what a process writes and tells when words appear.
type transcript struct {
	mu   sync.Mutex
	text bytes.Buffer
	more chan struct{}
}

func (w *transcript) Write(p []byte) (int, error) {
	w.mu.Lock()
	defer w.mu.Unlock()
	close(w.more)
	w.more = make(chan struct{})
	return w.text.Write(p)
}

// has waits until words were written or done is closed.
func (w *transcript) has(words string, done <-chan struct{}) bool {
	for {
		w.mu.Lock()
		found, more := strings.Contains(w.text.String(), words), w.more
		w.mu.Unlock()
		if found {
			return true
		}
		select {
		case <-more:
		case <-done:
			return false
		}
	}
}

// TestDemoInterrupted presses Ctrl-C in every phase of the demo: it ends, says
// how, and leaves neither a folder nor a process.
func TestDemoInterrupted(t *testing.T) {
	library := chdbtest.Library(t)
	program, err := exec.LookPath("uctraced")
	if err != nil {
		t.Fatal(err)
	}
	phases := []struct {
		after  string
		status int
		says   string
	}{
		{"uctrace demo", 1, "interrupted before everything was found"},
		{"starting the server", 1, "interrupted before everything was found"},
		{"server is up", 1, "interrupted before everything was found"},
		{" 1. ", 1, "interrupted before everything was found"},
		{"press Ctrl-C to end", 0, "ended"},
	}
	for _, phase := range phases {
		t.Run(phase.after, func(t *testing.T) {
			tmp := t.TempDir()
			out := &transcript{more: make(chan struct{})}
			cmd := exec.Command(program, "demo")
			cmd.Env = append(os.Environ(), "TMPDIR="+tmp, "UCTRACE_CLICKHOUSE_LIBRARY="+library)
			cmd.Stdout, cmd.Stderr = out, out
			if err := cmd.Start(); err != nil {
				t.Fatal(err)
			}
			done := make(chan struct{})
			go func() { defer close(done); _ = cmd.Wait() }()
			if !out.has(phase.after, done) {
				t.Fatalf("the demo ended before %q: %s", phase.after, &out.text)
			}
			asked := time.Now()
			if err := cmd.Process.Signal(os.Interrupt); err != nil {
				t.Fatal(err)
			}
			select {
			case <-done:
			case <-time.After(time.Minute):
				_ = cmd.Process.Kill()
				t.Fatalf("the demo does not end: %s", &out.text)
			}
			t.Logf("ended after %s", time.Since(asked).Round(time.Millisecond))
			if status := cmd.ProcessState.ExitCode(); status != phase.status || !strings.Contains(out.text.String(), phase.says) {
				t.Errorf("status %d, want %d and %q: %s", status, phase.status, phase.says, &out.text)
			}
			if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
				t.Errorf("left behind: %v %v", left, err)
			}
		})
	}
}

// TestDemoReaderGoesAway closes the pipe that the demo writes to, as head does.
func TestDemoReaderGoesAway(t *testing.T) {
	library := chdbtest.Library(t)
	program, err := exec.LookPath("uctraced")
	if err != nil {
		t.Fatal(err)
	}
	tmp := t.TempDir()
	cmd := exec.Command(program, "demo")
	cmd.Env = append(os.Environ(), "TMPDIR="+tmp, "UCTRACE_CLICKHOUSE_LIBRARY="+library)
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	if _, err := out.Read(make([]byte, 10)); err != nil {
		t.Error(err)
	}
	if err := out.Close(); err != nil {
		t.Error(err)
	}
	if err := cmd.Wait(); err != nil {
		t.Errorf("the demo ends with %v", err)
	}
	if left, err := os.ReadDir(tmp); err != nil || len(left) > 0 {
		t.Errorf("left behind: %v %v", left, err)
	}
}

// TestDemoTakesFreePorts holds the default addresses; somebody else may hold
// them too, which does as well.
func TestDemoTakesFreePorts(t *testing.T) {
	defaults, _ := newConfig()
	for _, address := range []string{defaults.NATS.Listen, defaults.ClickHouse.Listen} {
		if l, err := net.Listen("tcp", address); err == nil {
			defer l.Close()
		}
	}
	var out bytes.Buffer
	cfg, _ := newConfig()
	cfg.NATS.URL = "nats://somewhere.example"
	d := &demo{cfg: cfg, out: &out, dir: t.TempDir()}
	d.settle(t.Context())
	if cfg.NATS.Listen != "127.0.0.1:0" || cfg.ClickHouse.Listen != "127.0.0.1:0" || cfg.NATS.URL != "" {
		t.Errorf("settings %+v", cfg)
	}
	for _, want := range []string{
		"127.0.0.1:4222 is taken, so NATS gets a free port", "127.0.0.1:8123 is taken, so ClickHouse gets a free port", "left alone",
	} {
		if !strings.Contains(out.String(), want) {
			t.Errorf("does not say %q: %s", want, &out)
		}
	}
}
