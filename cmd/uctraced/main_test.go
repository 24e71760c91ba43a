package main

import (
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
)

func TestMain(m *testing.M) {
	testscript.Main(m, map[string]func(){"uctraced": main})
}

// TestScript runs the transcripts in testdata/script on the program itself.
func TestScript(t *testing.T) {
	library := chdbtest.Library(t)
	testscript.Run(t, testscript.Params{
		Dir: filepath.Join("testdata", "script"),
		Cmds: map[string]func(ts *testscript.TestScript, neg bool, args []string){
			"address": address,
			"await":   await,
			"empty":   empty,
			"fetch":   fetch,
			"ready":   ready,
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("LIBRARY", library)
			env.Setenv("UCTRACE_CLICKHOUSE_LIBRARY", library)
			env.Setenv("UCTRACE_HTTP_LISTEN", "127.0.0.1:0") // several run at once
			program, err := exec.LookPath("uctraced")
			env.Setenv("UCTRACED", program)
			return err
		},
		RequireUniqueNames: true,
	})
}

// address sets each variable that is named to an address nobody listens on.
func address(ts *testscript.TestScript, _ bool, args []string) {
	for _, name := range args {
		l, err := net.Listen("tcp", "127.0.0.1:0")
		ts.Check(err)
		defer l.Close() // only when all are chosen, so that they differ
		ts.Setenv(name, l.Addr().String())
	}
}

// await waits until the server whose ClickHouse listens on ADDRESS is ready:
// the last of its tables can be read.
func await(ts *testscript.TestScript, _ bool, args []string) {
	until(ts, "http://"+args[0]+"/?query=SELECT+count()+FROM+uctrace.v_evidence")
}

// ready waits until URL answers that all is well.
func ready(ts *testscript.TestScript, _ bool, args []string) { until(ts, args[0]) }

// until waits for a URL to answer with 200.
func until(ts *testscript.TestScript, url string) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		req, err := http.NewRequestWithContext(ctx, http.MethodGet, url, nil)
		ts.Check(err)
		if resp, err := http.DefaultClient.Do(req); err == nil {
			resp.Body.Close()
			if resp.StatusCode == http.StatusOK {
				return
			}
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			ts.Fatalf("%s does not answer", url)
		}
	}
}

// fetch prints the status and the body that URL answers with; a second argument
// is the value of the Authorization header.
func fetch(ts *testscript.TestScript, _ bool, args []string) {
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, args[0], nil)
	ts.Check(err)
	if len(args) > 1 {
		req.Header.Set("Authorization", args[1])
	}
	resp, err := http.DefaultClient.Do(req)
	ts.Check(err)
	defer resp.Body.Close()
	fmt.Fprintln(ts.Stdout(), resp.StatusCode)
	_, err = io.Copy(ts.Stdout(), resp.Body)
	ts.Check(err)
}

// empty checks that nothing stands in FOLDER.
func empty(ts *testscript.TestScript, _ bool, args []string) {
	left, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	if len(left) > 0 {
		ts.Fatalf("%s holds %v", args[0], left)
	}
}
