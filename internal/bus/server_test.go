package bus_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/natsd"
	"github.com/uctrace/uctrace/schemas"
)

// patience bounds every wait of the tests; none of them takes it when all is
// well.
const patience = 60 * time.Second

var quiet = slog.New(slog.DiscardHandler)

// TestMain runs a server instead of the tests when the test binary calls
// itself: a server in a process of its own can be killed.
func TestMain(m *testing.M) {
	if dir := os.Getenv("BUS_TEST_SERVER"); dir != "" {
		serve(dir, os.Getenv("BUS_TEST_LISTEN"))
		return
	}
	os.Exit(m.Run())
}

// serve runs a server until its standard input ends.
func serve(dir, listen string) {
	s, err := natsd.Start(natsd.Config{Dir: dir, Listen: listen, MaxStore: 1 << 30, Log: quiet})
	if err != nil {
		fmt.Println("error", err)
		return
	}
	fmt.Println(s.ClientURL())
	_, _ = io.Copy(io.Discard, os.Stdin)
	s.Shutdown()
}

// process is a server in a process of its own.
type process struct {
	t        testing.TB
	dir, url string
	cmd      *exec.Cmd
	stdin    io.Closer
}

func newProcess(t testing.TB) *process {
	p := &process{t: t, dir: t.TempDir()}
	p.start()
	t.Cleanup(p.kill)
	return p
}

// start starts the server, at the address it had before.
func (p *process) start() {
	p.t.Helper()
	p.cmd = exec.Command(os.Args[0])
	listen := "127.0.0.1:0"
	if p.url != "" {
		listen = strings.TrimPrefix(p.url, "nats://")
	}
	p.cmd.Env = append(os.Environ(), "BUS_TEST_SERVER="+p.dir, "BUS_TEST_LISTEN="+listen)
	stdin, err := p.cmd.StdinPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	out, err := p.cmd.StdoutPipe()
	if err != nil {
		p.t.Fatal(err)
	}
	if err := p.cmd.Start(); err != nil {
		p.t.Fatal(err)
	}
	p.stdin = stdin
	line, err := bufio.NewReader(out).ReadString('\n')
	if err != nil || !strings.HasPrefix(line, "nats://") {
		p.t.Fatalf("server did not start: %q %v", line, err)
	}
	p.url = strings.TrimSpace(line)
}

// kill ends the server as a crash does.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	_ = p.cmd.Wait()
}

// start starts a server in this process.
func start(t testing.TB, c natsd.Config) *natsd.Server {
	t.Helper()
	if c.Dir == "" {
		c.Dir = t.TempDir()
	}
	if c.MaxStore == 0 {
		c.MaxStore = 1 << 30
	}
	c.Log = quiet
	s, err := natsd.Start(c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Shutdown)
	return s
}

func connect(t testing.TB, c bus.Config) *bus.Bus {
	t.Helper()
	if c.Log == nil {
		c.Log = quiet
	}
	b, err := bus.Connect(t.Context(), c)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(b.Close)
	return b
}

// open returns a Bus with the streams on a server in this process.
func open(t testing.TB, l bus.Limits) *bus.Bus {
	t.Helper()
	b := connect(t, bus.Config{InProcess: start(t, natsd.Config{SyncInterval: time.Minute}).InProcess()})
	ensure(t, b, l)
	return b
}

func ensure(t testing.TB, b *bus.Bus, l bus.Limits) {
	t.Helper()
	if err := b.EnsureStreams(deadline(t), schemas.Streams(), l); err != nil {
		t.Fatal(err)
	}
}

func deadline(t testing.TB) context.Context {
	ctx, cancel := context.WithTimeout(context.Background(), patience)
	t.Cleanup(cancel)
	return ctx
}

// publish publishes a message and returns what done says.
func publish(t testing.TB, p *bus.Publisher, msgID string, data []byte) error {
	t.Helper()
	done := make(chan error, 1)
	if err := p.Publish(deadline(t), schemas.StreamRecords.Subject("a", "b"), msgID, data, func(err error) { done <- err }); err != nil {
		t.Fatal(err)
	}
	select {
	case err := <-done:
		return err
	case <-time.After(patience):
		t.Fatal("done is not called")
		return nil
	}
}

// await waits until what holds.
func await(t testing.TB, what string, holds func() bool) {
	t.Helper()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for end := time.Now().Add(patience); !holds(); <-tick.C {
		if time.Now().After(end) {
			t.Fatalf("waited too long for: %s", what)
		}
	}
}
