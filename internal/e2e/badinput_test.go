//go:build unix

package e2e

import (
	"bufio"
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"unicode/utf8"
)

// maxResident bounds the memory of a program that reads bad input, in bytes.
const maxResident = 150 << 20

// outcome is how a run of uctrace ended.
type outcome struct {
	status      int
	out         string // file of the standard output
	talk        string
	resident    int64 // peak, in bytes
	interrupted bool  // it did not end by itself
}

// uctrace runs the offline program in a folder. Its output goes to a file: what
// the test keeps in memory would count as that of the program, which is born
// as a copy of the test.
func uctrace(t *testing.T, dir string, args ...string) outcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	cmd := exec.CommandContext(ctx, filepath.Join(bin, "uctrace"), args...)
	cmd.Dir, cmd.Env = dir, environment()
	out, err := os.CreateTemp(t.TempDir(), "stdout")
	must(t, err)
	defer out.Close()
	var talk bytes.Buffer
	cmd.Stdout, cmd.Stderr = out, &talk
	_ = cmd.Run() // the status says it
	usage := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return outcome{cmd.ProcessState.ExitCode(), out.Name(), talk.String(), usage.Maxrss << 10, ctx.Err() != nil}
}

// heads counts the records with a head in the output of records, by file.
func heads(t *testing.T, out string) map[string]int {
	t.Helper()
	f, err := os.Open(out)
	must(t, err)
	defer f.Close()
	n := map[string]int{}
	lines := bufio.NewReaderSize(f, 1<<20)
	for {
		line, err := lines.ReadSlice('\n')
		if errors.Is(err, io.EOF) {
			return n
		}
		// The text stands last in a line and may be long.
		fields, _, found := bytes.Cut(line, []byte(`,"text":`))
		if !found {
			t.Fatalf("a line without text: %v %.200q", err, line)
		}
		var r struct {
			File string
			Head *bool
		}
		if err := json.Unmarshal(append(bytes.Clone(fields), '}'), &r); err != nil {
			t.Fatalf("%v: %.200q", err, line)
		}
		if r.Head == nil || *r.Head {
			n[r.File]++
		}
		for errors.Is(err, bufio.ErrBufferFull) {
			_, err = lines.ReadSlice('\n')
		}
	}
}

// TestBadInput gives uctrace each specimen, in a folder beside a healthy log.
func TestBadInput(t *testing.T) {
	for _, s := range specimens(t) {
		t.Run(s.name, func(t *testing.T) {
			dir := t.TempDir()
			s.make(t, filepath.Join(dir, s.name))
			must(t, os.WriteFile(filepath.Join(dir, "~healthy.txt"), []byte(healthy), 0o600))
			for _, command := range []string{"records", "events", "analyze"} {
				format := map[string]string{"analyze": "json"}[command]
				o := uctrace(t, dir, command, "--format", cmp.Or(format, "jsonl"), ".")
				status := 0
				if s.unread {
					status = 3
				}
				if o.status != status || o.interrupted {
					t.Errorf("%s: status %d, want %d: %.2000s", command, o.status, status, o.talk)
				}
				t.Logf("%s: %d MiB of memory", command, o.resident>>20)
				if o.resident > maxResident {
					t.Errorf("%s: %d MiB of memory", command, o.resident>>20)
				}
				if strings.Contains(o.talk, "panic") || strings.Contains(o.talk, "goroutine ") {
					t.Errorf("%s: crash: %.2000s", command, o.talk)
				}
				for _, say := range s.says {
					said := o.talk
					if command == "analyze" { // what is no fault stands in its report, beside the path
						report, err := os.ReadFile(o.out)
						must(t, err)
						said = string(report)
						_, say, _ = strings.Cut(say, ": ")
					}
					if !strings.Contains(said, say) {
						t.Errorf("%s does not say %q: %.2000s", command, say, said)
					}
				}
				if strings.Contains(o.talk, "\x1b") || !utf8.ValidString(o.talk) {
					t.Errorf("%s passes control characters on: %q", command, o.talk)
				}
				if command == "records" {
					s.check(t, heads(t, o.out))
				}
			}
		})
	}
}

// check compares the records with a head.
func (s *specimen) check(t *testing.T, n map[string]int) {
	t.Helper()
	sum := 0
	for file, count := range n {
		switch {
		case !strings.HasSuffix(file, "~healthy.txt"):
			sum += count
		case count != healthyRecords:
			t.Errorf("the healthy log beside it has %d records", count)
		}
	}
	if !slices.ContainsFunc(keys(n), func(f string) bool { return strings.HasSuffix(f, "~healthy.txt") }) {
		t.Error("the healthy log beside it was not read")
	}
	if s.records >= 0 && sum != s.records || s.records < 0 && sum == 0 {
		t.Errorf("%d records with a head, want %d", sum, s.records)
	}
}

func keys(m map[string]int) []string {
	var all []string
	for k := range m {
		all = append(all, k)
	}
	return all
}

// TestManySmallFiles reads ten thousand files.
func TestManySmallFiles(t *testing.T) {
	dir := t.TempDir()
	const files = 10_000
	for i := range files {
		must(t, os.WriteFile(filepath.Join(dir, strconv.Itoa(i)+".txt"), []byte(strings.ReplaceAll(healthy, "cucm1", "host"+strconv.Itoa(i))), 0o600))
	}
	o := uctrace(t, dir, "records", ".")
	sum := 0
	for _, n := range heads(t, o.out) {
		sum += n
	}
	if o.status != 0 || sum != files*healthyRecords || o.resident > maxResident {
		t.Errorf("status %d, %d records, %d MiB of memory: %s", o.status, sum, o.resident>>20, o.talk)
	}
}

// TestNamedInputs names inputs on the command line that are no files.
func TestNamedInputs(t *testing.T) {
	dir := t.TempDir()
	must(t, os.WriteFile(filepath.Join(dir, "good.txt"), []byte(healthy), 0o600))
	must(t, os.Symlink("nowhere", filepath.Join(dir, "dangling")))
	must(t, os.Symlink("loop", filepath.Join(dir, "loop")))
	for _, tt := range []struct {
		path   string
		says   string
		status int
	}{
		{"dangling", "uctrace: dangling: no such file or folder", 3},
		{"loop", "uctrace: loop: ", 3},
		{"good.txt/x", "uctrace: good.txt/x: ", 3},
		{strings.Repeat("x", 5000), "file name too long", 3},
		{"/proc/self/mem", "uctrace: /proc/self/mem: ", 3},
		{"/proc/self/cmdline", "", 0},
		{"/dev/null", "", 0},
	} {
		o := uctrace(t, dir, "records", tt.path, "good.txt")
		if o.status != tt.status || !strings.Contains(o.talk, tt.says) || heads(t, o.out)["good.txt"] != healthyRecords {
			t.Errorf("%.40s: status %d, want %d and %q: %.500s", tt.path, o.status, tt.status, tt.says, o.talk)
		}
	}
}

// TestFileVanishes deletes a file after it was found and before it is read:
// the program waits at a pipe in between.
func TestFileVanishes(t *testing.T) {
	dir := t.TempDir()
	must(t, syscall.Mkfifo(filepath.Join(dir, "pipe"), 0o600))
	for _, name := range []string{"gone.txt", "stays.txt"} {
		must(t, os.WriteFile(filepath.Join(dir, name), []byte(strings.ReplaceAll(healthy, "cucm1", name)), 0o600))
	}
	done := make(chan outcome)
	go func() { done <- uctrace(t, dir, "records", "pipe", "gone.txt", "stays.txt") }()
	opened := make(chan *os.File, 1)
	go func() {
		pipe, _ := os.OpenFile(filepath.Join(dir, "pipe"), os.O_WRONLY, 0) // waits for the reader
		opened <- pipe
	}()
	var pipe *os.File
	select {
	case pipe = <-opened:
	case o := <-done:
		t.Fatalf("ended with status %d before it read the pipe: %s", o.status, o.talk)
	}
	must(t, os.Remove(filepath.Join(dir, "gone.txt")))
	_, err := pipe.WriteString(healthy)
	must(t, err)
	must(t, pipe.Close())
	o := <-done
	n := heads(t, o.out)
	if o.status != 3 || !strings.Contains(o.talk, "uctrace: gone.txt: ") || n["pipe"] != healthyRecords || n["stays.txt"] != healthyRecords || n["gone.txt"] != 0 {
		t.Errorf("status %d, records %v: %s", o.status, n, o.talk)
	}
}

// TestBadInputThroughAgent sends all specimens at once: every fault arrives in
// the tables, beside everything that could be read.
func TestBadInputThroughAgent(t *testing.T) {
	dir := t.TempDir()
	all := specimens(t)
	for _, s := range all {
		s.make(t, filepath.Join(dir, s.name))
	}
	must(t, os.WriteFile(filepath.Join(dir, "~healthy.txt"), []byte(strings.ReplaceAll(healthy, "cucm1", "untouched")), 0o600))
	pipe := filepath.Join(t.TempDir(), "named-pipe")
	must(t, syscall.Mkfifo(pipe, 0o600))
	s := newSystem(t)
	s.startServer()
	agent := s.agent(pipe, dir)
	if err := agent.wait(t); err != nil {
		t.Fatalf("agent: %v", err)
	}
	if peak := agent.resident(); peak > maxResident {
		t.Errorf("the agent took %d MiB of memory", peak>>20)
	}
	s.drained()
	problems := s.query("SELECT concat(file, ': ', message) FROM v_problems")
	for _, sp := range all {
		for _, say := range sp.says {
			if _, what, _ := strings.Cut(say, ": "); !strings.Contains(problems, what) {
				t.Errorf("%q: no problem %q", sp.name, say)
			}
		}
	}
	expect(t, s, "SELECT records, complete FROM v_files WHERE file LIKE '%healthy.txt'", strconv.Itoa(healthyRecords)+"\ttrue")
	expect(t, s, "SELECT count() FROM v_files WHERE NOT tiled", "0")
	expect(t, s, "SELECT message FROM v_problems WHERE file LIKE '%named-pipe'", "skipped: it is a pipe")
	expect(t, s, "SELECT count() FROM v_files WHERE file LIKE '%oneline.txt' AND complete AND bytes > 100 * 1024 * 1024", "1")
	if err := s.server.stop(t); err != nil {
		t.Errorf("server does not end cleanly: %v", err)
	}
	if t.Failed() {
		t.Logf("problems:\n%s", problems)
	}
}

// resident returns the peak of the memory of a process that ended, in bytes.
func (p *process) resident() int64 {
	return p.cmd.ProcessState.SysUsage().(*syscall.Rusage).Maxrss << 10
}
