// Package lokitest runs a real Loki for tests: the release that
// internal/tools/loki pins, with deploy/loki/loki.yaml. It is built once (task
// loki) and too large to build on the way, so without it the tests that need
// it are skipped.
package lokitest

import (
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Env names the folder of the programs loki and lokitool.
const Env = "UCTRACE_LOKI_PROGRAMS"

// patience bounds every wait; none of them takes it when all is well.
const patience = 2 * time.Minute

// Program returns the path of loki or lokitool. It skips the test when there
// is none.
func Program(t testing.TB, name string) string {
	t.Helper()
	dir := os.Getenv(Env)
	if dir == "" {
		t.Skipf("no Loki: run task loki, which sets %s", Env)
	}
	path := filepath.Join(dir, name)
	if _, err := os.Stat(path); err != nil {
		t.Fatal(err)
	}
	return path
}

// Loki is a Loki of this test on a loopback port, with a folder of its own.
type Loki struct {
	URL string

	t       *testing.T
	program string
	dir     string
	args    []string
	cmd     *exec.Cmd
	ended   chan struct{} // closed when the process is gone
}

// Start starts a Loki with deploy/loki/loki.yaml, in which each old of the
// pairs change is replaced by the new one. It ends with the test.
func Start(t *testing.T, change ...string) *Loki {
	t.Helper()
	program := Program(t, "loki")
	l := &Loki{t: t, program: program, dir: t.TempDir()}
	http, grpc := freeAddress(t), freeAddress(t)
	l.URL = "http://" + http
	config := Config(t)
	for i := 0; i < len(change); i += 2 {
		if !strings.Contains(config, change[i]) {
			t.Fatalf("loki.yaml does not hold %q", change[i])
		}
		config = strings.ReplaceAll(config, change[i], change[i+1])
	}
	config = strings.NewReplacer(
		"/var/lib/loki", l.dir, "/etc/loki/rules", rules(t),
		"http_listen_port: 3100", "http_listen_port: "+port(http), "grpc_listen_port: 9096", "grpc_listen_port: "+port(grpc),
	).Replace(config)
	path := filepath.Join(l.dir, "loki.yaml")
	if err := os.WriteFile(path, []byte(config), 0o600); err != nil {
		t.Fatal(err)
	}
	l.args = []string{"-config.file", path, "-ingester.min-ready-duration=0s", "-log.level=warn"}
	l.Run()
	t.Cleanup(func() {
		l.Kill()
		if t.Failed() {
			l.showLog()
		}
	})
	return l
}

// Config returns deploy/loki/loki.yaml.
func Config(t *testing.T) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(root(t), "deploy", "loki", "loki.yaml"))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// rules returns a folder in which deploy/loki/rules are those of the tenant
// that a Loki without tenants has, evaluated every other second.
func rules(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	data, err := os.ReadFile(filepath.Join(root(t), "deploy", "loki", "rules", "uctrace.yaml"))
	if err == nil {
		err = os.Mkdir(filepath.Join(dir, "fake"), 0o700)
	}
	if err == nil {
		data = []byte(strings.ReplaceAll(string(data), "interval: 1m", "interval: 2s"))
		err = os.WriteFile(filepath.Join(dir, "fake", "uctrace.yaml"), data, 0o600)
	}
	if err != nil {
		t.Fatal(err)
	}
	return dir
}

// root returns the root of the repository.
func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != filepath.Dir(dir); dir = filepath.Dir(dir) {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir
		}
	}
	t.Fatal("no go.mod above the test")
	return ""
}

// Run starts the Loki and waits until it is ready.
func (l *Loki) Run() {
	l.t.Helper()
	log, err := os.OpenFile(filepath.Join(l.dir, "loki.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		l.t.Fatal(err)
	}
	l.cmd = exec.CommandContext(l.t.Context(), l.program, l.args...)
	l.cmd.Stdout, l.cmd.Stderr = log, log
	if err := l.cmd.Start(); err != nil {
		l.t.Fatal(err)
	}
	l.ended = make(chan struct{})
	go func(cmd *exec.Cmd, ended chan<- struct{}) {
		defer close(ended)
		defer log.Close()
		if err := cmd.Wait(); err != nil {
			fmt.Fprintln(log, "ended:", err)
		}
	}(l.cmd, l.ended)
	l.until("ready", func(ctx context.Context) bool {
		_, err := l.get(ctx, "/ready", nil)
		return err == nil
	})
}

// Kill ends the Loki as a power cut would. Run starts it again.
func (l *Loki) Kill() {
	if l.cmd == nil {
		return
	}
	if err := l.cmd.Process.Signal(syscall.SIGKILL); err != nil && !errors.Is(err, os.ErrProcessDone) {
		l.t.Error(err)
	}
	<-l.ended
	l.cmd = nil
}

// Until asks again and again until holds does. It fails the test when that
// takes too long.
func (l *Loki) Until(what string, holds func() bool) {
	l.t.Helper()
	l.until(what, func(context.Context) bool { return holds() })
}

// until asks again and again until holds does.
func (l *Loki) until(what string, holds func(context.Context) bool) {
	l.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	defer cancel()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !holds(ctx) {
		select {
		case <-tick.C:
		case <-l.ended:
			l.showLog()
			l.t.Fatalf("Loki ended while waiting for: %s", what)
		case <-ctx.Done():
			l.showLog()
			l.t.Fatalf("waited too long for: %s", what)
		}
	}
}

func (l *Loki) showLog() {
	data, err := os.ReadFile(filepath.Join(l.dir, "loki.log"))
	if err != nil {
		l.t.Error(err)
		return
	}
	lines := strings.Split(string(data), "\n")
	l.t.Logf("end of the log of Loki:\n%s", strings.Join(lines[max(0, len(lines)-20):], "\n"))
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	address := l.Addr().String()
	if err := l.Close(); err != nil {
		t.Fatal(err)
	}
	return address
}

func port(address string) string {
	_, p, _ := net.SplitHostPort(address) //nolint:errcheck // an address that was listened on
	return p
}
