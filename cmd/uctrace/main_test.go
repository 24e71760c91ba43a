package main

import (
	"archive/zip"
	"bytes"
	"compress/gzip"
	"context"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/rogpeppe/go-internal/testscript"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"uctrace": main})
}

// TestScript runs the transcripts in testdata/script on the program itself.
func TestScript(t *testing.T) {
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"gzip":     gzipFile,
			"zip":      zipFiles,
			"truncate": truncateFile,
			"corrupt":  corruptFile,
			"repeat":   repeatFile,
			"status":   status,
		},
		RequireUniqueNames: true,
	})
}

// gzipFile compresses FILE to FILE.gz.
func gzipFile(ts *testscript.TestScript, _ bool, args []string) {
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	_, err := w.Write([]byte(ts.ReadFile(args[0])))
	ts.Check(err)
	ts.Check(w.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]+".gz"), b.Bytes(), 0o644))
}

// zipFiles packs FILES into TO.
func zipFiles(ts *testscript.TestScript, _ bool, args []string) {
	var b bytes.Buffer
	z := zip.NewWriter(&b)
	for _, name := range args[1:] {
		w, err := z.Create(name)
		ts.Check(err)
		_, err = w.Write([]byte(ts.ReadFile(name)))
		ts.Check(err)
	}
	ts.Check(z.Close())
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b.Bytes(), 0o644))
}

// truncateFile cuts the last N bytes off FILE.
func truncateFile(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	path := ts.MkAbs(args[0])
	info, err := os.Stat(path)
	ts.Check(err)
	ts.Check(os.Truncate(path, info.Size()-int64(n)))
}

// corruptFile inverts the byte at offset N of FILE.
func corruptFile(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	b := []byte(ts.ReadFile(args[0]))
	b[n] ^= 0xff
	ts.Check(os.WriteFile(ts.MkAbs(args[0]), b, 0o644))
}

// repeatFile writes FILE N times to TO.
func repeatFile(ts *testscript.TestScript, _ bool, args []string) {
	n, err := strconv.Atoi(args[1])
	ts.Check(err)
	ts.Check(os.WriteFile(ts.MkAbs(args[2]), []byte(strings.Repeat(ts.ReadFile(args[0]), n)), 0o644))
}

// status runs "uctrace ARGS" and wants exit status N: status N ARGS.
func status(ts *testscript.TestScript, _ bool, args []string) {
	want, err := strconv.Atoi(args[0])
	ts.Check(err)
	var out, talk bytes.Buffer
	env := []string{"HOME=" + ts.Getenv("HOME")}
	for i, a := range args[1:] {
		if !strings.HasPrefix(a, "-") && i > 0 {
			if _, err := os.Stat(ts.MkAbs(a)); err == nil {
				args[1+i] = ts.MkAbs(a)
			}
		}
	}
	m := &Main{Args: args[1:], Env: env, Stdin: strings.NewReader(""), Stdout: &out, Stderr: &talk}
	if got := m.Run(context.Background()); got != want {
		ts.Fatalf("exit status %d, want %d\n%s%s", got, want, &out, &talk)
	}
}

const twoRecords = "00000001.000 |16:22:49.350 |FileHead |UTC:-04:00,Date: 2016/10/18, AppName: CCM, HostName: cucm1, FileNumber: 1\n" +
	"00000002.000 |16:22:49.360 |SdlSig   |Timer |wait |Db(1,100,208,1) |SdlTimerService(1,100,3,1) |1,100,146,1.1^*^* |[T:H-H:0,N:0,L:0,V:0,Z:0,D:0]\n"

// TestInterrupt ends the program while it waits for more input: what came
// before is written, in whole lines, and the status says interrupted.
func TestInterrupt(t *testing.T) {
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	r, w := io.Pipe()
	defer w.CloseWithError(io.EOF)
	var out, talk bytes.Buffer
	m := &Main{Args: []string{"records", "-"}, Stdin: r, Stdout: &out, Stderr: &talk}
	done := make(chan int)
	go func() { done <- m.Run(ctx) }()
	// Two megabytes make several batches; a pipe has no buffer, so when the
	// last write returns, all but the last have been taken over.
	for range 8 {
		if _, err := io.WriteString(w, strings.Repeat(twoRecords, 1000)); err != nil {
			t.Fatal(err)
		}
	}
	cancel()
	if got := <-done; got != exitInterrupted {
		t.Errorf("exit status %d, want %d", got, exitInterrupted)
	}
	if talk.String() != "uctrace: interrupted\n" {
		t.Errorf("stderr %q", &talk)
	}
	if out.Len() == 0 || !strings.HasSuffix(out.String(), "}\n") {
		t.Errorf("stdout is not whole lines: %d bytes, end %q", out.Len(), out.String()[max(0, out.Len()-40):])
	}
}
