package main

import (
	"context"
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
		},
		Setup: func(env *testscript.Env) error {
			env.Setenv("LIBRARY", library)
			env.Setenv("UCTRACE_CLICKHOUSE_LIBRARY", library)
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
	ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
	defer cancel()
	tick := time.NewTicker(20 * time.Millisecond)
	defer tick.Stop()
	for {
		url := "http://" + args[0] + "/?query=SELECT+count()+FROM+uctrace.v_evidence"
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
			ts.Fatalf("no server at %s", args[0])
		}
	}
}

// empty checks that nothing stands in FOLDER.
func empty(ts *testscript.TestScript, _ bool, args []string) {
	left, err := os.ReadDir(ts.MkAbs(args[0]))
	ts.Check(err)
	if len(left) > 0 {
		ts.Fatalf("%s holds %v", args[0], left)
	}
}
