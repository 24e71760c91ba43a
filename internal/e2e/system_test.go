//go:build unix

package e2e

import (
	"bufio"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/flow"
	"github.com/uctrace/uctrace/schemas"
)

// system is a server and agents on this machine.
type system struct {
	t       *testing.T
	dir     string
	nats    string // host:port
	click   string // host:port
	journal string
	server  *process
}

// limit bounds every wait. It is generous: it only ends a test that hangs.
const limit = 3 * time.Minute

func newSystem(t *testing.T) *system {
	dir := t.TempDir()
	s := &system{t: t, dir: dir, nats: freeAddress(t), click: freeAddress(t), journal: filepath.Join(dir, "journal")}
	t.Cleanup(func() {
		if s.server != nil {
			s.server.kill()
		}
		if t.Failed() {
			s.showLog()
		}
	})
	return s
}

func (s *system) showLog() {
	data, err := os.ReadFile(filepath.Join(s.dir, "uctraced.log"))
	if err == nil {
		lines := strings.Split(string(data), "\n")
		s.t.Logf("end of uctraced.log:\n%s", strings.Join(lines[max(0, len(lines)-30):], "\n"))
	}
}

// startServer starts uctraced, with more flags, and waits until it is ready.
func (s *system) startServer(flags ...string) {
	s.t.Helper()
	args := []string{"--data-dir", filepath.Join(s.dir, "data"), "--nats-listen", s.nats, "--clickhouse-listen", s.click, "--http-listen", "127.0.0.1:0"}
	s.server = s.spawn("uctraced.log", "uctraced", append(args, flags...)...)
	s.server.waitFor(s.t, "ready")
}

// agent starts an agent that reads paths once.
func (s *system) agent(paths ...string) *process {
	s.t.Helper()
	args := append([]string{"--once", "--state-dir", s.journal, "--nats-url", "nats://" + s.nats, "--quiet", "100ms", "--poll", "20ms"}, paths...)
	return s.spawn("agent.log", "uctrace-agent", args...)
}

// process is a running program; its standard error goes to a file and is
// watched for words.
type process struct {
	cmd  *exec.Cmd
	done chan struct{}
	err  error // set when done is closed

	mu    sync.Mutex
	lines []string
	more  chan struct{} // closed when a line comes
}

func (s *system) spawn(log, name string, args ...string) *process {
	s.t.Helper()
	cmd := exec.Command(filepath.Join(bin, name), args...)
	cmd.Env = environment()
	pipe, err := cmd.StderrPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	file, err := os.OpenFile(filepath.Join(s.dir, log), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	p := &process{cmd: cmd, done: make(chan struct{}), more: make(chan struct{})}
	go func() {
		defer close(p.done)
		defer file.Close()
		lines := bufio.NewScanner(pipe)
		for lines.Scan() {
			fmt.Fprintln(file, lines.Text())
			p.line(lines.Text())
		}
		io.Copy(file, pipe)
		p.err = cmd.Wait()
	}()
	return p
}

func (p *process) line(text string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.lines = append(p.lines, text)
	close(p.more)
	p.more = make(chan struct{})
}

// waitFor waits until the process has written a line with word in it.
func (p *process) waitFor(t *testing.T, word string) {
	t.Helper()
	deadline := time.After(limit)
	for seen := 0; ; {
		p.mu.Lock()
		lines, more := p.lines, p.more
		p.mu.Unlock()
		for ; seen < len(lines); seen++ {
			if strings.Contains(lines[seen], word) {
				return
			}
		}
		select {
		case <-more:
		case <-p.done:
			t.Fatalf("%s ended (%v) before it wrote %q:\n%s", p.cmd.Path, p.err, word, strings.Join(lines, "\n"))
		case <-deadline:
			t.Fatalf("%s did not write %q:\n%s", p.cmd.Path, word, strings.Join(lines, "\n"))
		}
	}
}

// wait waits for the end of the process and returns how it ended.
func (p *process) wait(t *testing.T) error {
	t.Helper()
	select {
	case <-p.done:
		return p.err
	case <-time.After(limit):
		p.kill()
		t.Fatalf("%s does not end:\n%s", p.cmd.Path, strings.Join(p.lines, "\n"))
		return nil
	}
}

// kill ends the process as a power cut would.
func (p *process) kill() {
	p.cmd.Process.Signal(syscall.SIGKILL)
	<-p.done
}

// stop asks the process to end.
func (p *process) stop(t *testing.T) error {
	p.cmd.Process.Signal(os.Interrupt)
	return p.wait(t)
}

// drained waits until every stage has worked off everything that is in the
// streams.
func (s *system) drained() {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), limit)
	defer cancel()
	b := s.connect(ctx)
	defer b.Close()
	stages := []struct {
		name   string
		stream schemas.Stream
	}{
		{flow.NormalizerCursor, schemas.StreamRecords},
		{flow.CorrelatorCursor, schemas.StreamEvents},
		{s.storeCursor(schemas.StreamEvents), schemas.StreamEvents},
		{s.storeCursor(schemas.StreamSessions), schemas.StreamSessions},
		{s.storeCursor(schemas.StreamFindings), schemas.StreamFindings},
	}
	for _, stage := range stages {
		info, err := b.StreamInfo(ctx, stage.stream)
		if err != nil {
			s.t.Fatal(err)
		}
		s.until(ctx, fmt.Sprintf("%s at %d", stage.name, info.Last), func() bool {
			at, err := b.Position(ctx, flow.CursorName(stage.name, info))
			return err == nil && at.Done >= info.Last
		})
	}
}

func (s *system) storeCursor(stream schemas.Stream) string {
	identity := s.query("SELECT toString(id) FROM database_identity ORDER BY created_at, id LIMIT 1")
	return (&flow.Store{SinkName: "clickhouse", Identity: identity, Stream: stream}).Cursor()
}

// until polls a condition that another process brings about.
func (s *system) until(ctx context.Context, what string, ok func() bool) {
	s.t.Helper()
	tick := time.NewTicker(50 * time.Millisecond)
	defer tick.Stop()
	for !ok() {
		select {
		case <-tick.C:
		case <-s.server.done:
			s.t.Fatalf("server ended (%v) while waiting: %s", s.server.err, what)
		case <-ctx.Done():
			s.t.Fatalf("still waiting: %s", what)
		}
	}
}

func (s *system) connect(ctx context.Context) *bus.Bus {
	s.t.Helper()
	b, err := bus.Connect(ctx, bus.Config{URL: "nats://" + s.nats, Name: "e2e", Log: slog.New(slog.DiscardHandler)})
	if err != nil {
		s.t.Fatal(err)
	}
	return b
}

// query runs SQL over the HTTP port and returns the rows as tab-separated text.
func (s *system) query(sql string) string {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodGet, "http://"+s.click+"/?database=uctrace&query="+url.QueryEscape(sql), nil)
	if err != nil {
		s.t.Fatal(err)
	}
	resp, err := http.DefaultClient.Do(req)
	if err != nil {
		s.t.Fatal(err)
	}
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	if err != nil || resp.StatusCode != http.StatusOK {
		s.t.Fatalf("%s\n%s %v\n%s", sql, resp.Status, err, body)
	}
	return strings.TrimSuffix(string(body), "\n")
}

// document is what uctrace analyze prints.
type document struct {
	Inputs   []struct{ Records, Events int }
	Sessions []struct{ ID string }
	Findings []json.RawMessage
}

// lines returns the findings, byte for byte, sorted.
func (d document) lines() []string {
	var lines []string
	for _, f := range d.Findings {
		lines = append(lines, string(f))
	}
	slices.Sort(lines)
	return lines
}

// offline runs uctrace analyze, masked as the agent masks.
func offline(t *testing.T, paths ...string) (doc document) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(bin, "uctrace"), append([]string{"analyze", "--mask", "--format", "json"}, paths...)...)
	cmd.Env = environment()
	out, err := cmd.Output()
	if code := cmd.ProcessState.ExitCode(); code != 0 && code != 1 {
		t.Fatalf("uctrace analyze: %v (status %d)", err, code)
	}
	if err := json.Unmarshal(out, &doc); err != nil {
		t.Fatal(err)
	}
	return doc
}

// environment is this one less the settings of uctrace, so that the programs
// run with their defaults.
func environment() []string {
	return slices.DeleteFunc(os.Environ(), func(e string) bool { return strings.HasPrefix(e, "UCTRACE_") })
}

func freeAddress(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}
