//go:build browser

package browser

import (
	"bufio"
	"encoding/json"
	"io"
	"net"
	"net/http"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	"github.com/uctrace/uctrace/internal/simulate/fleet"
)

// limit bounds every wait; it only ends a test that hangs.
const limit = time.Minute

// serve starts uctraced, lets an agent ship a simulated fleet and a very long
// call, and returns the address of the page.
func serve(t *testing.T) string {
	t.Helper()
	dir := t.TempDir()
	build := exec.CommandContext(t.Context(), "go", "build", "-o", dir+string(filepath.Separator), "github.com/uctrace/uctrace/cmd/uctraced", "github.com/uctrace/uctrace/cmd/uctrace-agent")
	if out, err := build.CombinedOutput(); err != nil {
		t.Fatalf("build the programs: %v\n%s", err, out)
	}
	nats := free(t)
	server := exec.Command(filepath.Join(dir, "uctraced"), "--data-dir", filepath.Join(dir, "data"), "--nats-listen", nats, "--clickhouse-listen", "off", "--http-listen", "127.0.0.1:0")
	server.Env = append(clean(os.Environ()), "UCTRACE_CLICKHOUSE_LIBRARY="+chdbtest.Library(t))
	log, err := server.StderrPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := server.Process.Signal(os.Interrupt); err != nil {
			t.Error(err)
		}
		if err := server.Wait(); err != nil {
			t.Error(err)
		}
	})
	root := ready(t, log)

	f, err := fleet.New(fleet.Options{Seed: 3, Sessions: 100})
	if err != nil {
		t.Fatal(err)
	}
	logs := filepath.Join(dir, "logs")
	if err := f.Save(logs); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string][]byte{"SDL009_100_000001.txt": longCall(), "SDL008_100_000001.txt": wideCall()} {
		if err := os.WriteFile(filepath.Join(logs, name), text, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	agent := exec.CommandContext(t.Context(), filepath.Join(dir, "uctrace-agent"), "--once", "--tz", "+02:00", "--state-dir", filepath.Join(dir, "agent"), "--nats-url", "nats://"+nats, "--quiet", "100ms", "--poll", "20ms", "logs")
	agent.Dir = dir // so that the pages name the logs and not this folder
	agent.Env = clean(os.Environ())
	if out, err := agent.CombinedOutput(); err != nil {
		t.Fatalf("agent: %v\n%s", err, out)
	}
	await(t, "the long call", func() bool { return session(t, root, longNumber).Events > 2100 })
	await(t, "the wide call", func() bool { return session(t, root, wideNumber).Events > 280 })
	for _, rule := range []string{callRule, signInRule, dialbackRule} {
		await(t, "a finding of "+rule, func() bool { return len(findings(t, root, rule)) > 0 })
	}
	return root
}

// clean leaves out the settings of these tests, which the programs do not know.
func clean(env []string) []string {
	return slices.DeleteFunc(env, func(e string) bool { return strings.HasPrefix(e, "UCTRACE_") })
}

func free(t *testing.T) string {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	return l.Addr().String()
}

// ready waits until the server says that it is, and returns where its page is.
// What it logs then is thrown away.
func ready(t *testing.T, log io.Reader) string {
	t.Helper()
	said := make(chan string, 1)
	go func() {
		defer close(said)
		lines := bufio.NewScanner(log)
		for lines.Scan() {
			if !strings.Contains(lines.Text(), "level=INFO") {
				t.Log(lines.Text())
			}
			if _, after, ok := strings.Cut(lines.Text(), " http=http://"); ok && strings.Contains(lines.Text(), "msg=ready") {
				said <- "http://" + strings.Fields(after)[0]
			}
		}
	}()
	select {
	case root, ok := <-said:
		if !ok {
			t.Fatal("the server has ended")
		}
		return strings.TrimSuffix(root, "/")
	case <-time.After(limit):
		t.Fatal("the server is not ready")
		return ""
	}
}

func await(t *testing.T, what string, done func() bool) {
	t.Helper()
	end := time.After(limit)
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	for !done() {
		select {
		case <-end:
			t.Fatalf("still waiting for %s", what)
		case <-tick.C:
		}
	}
}

// listed is what the tests need of a session.
type listed struct {
	ID, Summary, Outcome string
	Events               int
}

func ask[T any](t *testing.T, at string) (v T) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, at, nil)
	if err != nil {
		t.Fatal(err)
	}
	answer, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer answer.Body.Close()
	if err := json.NewDecoder(answer.Body).Decode(&v); err != nil {
		t.Fatalf("%s: %v", at, err)
	}
	return v
}

func search(t *testing.T, root, q string) []struct{ Session listed } {
	t.Helper()
	return ask[struct{ Hits []struct{ Session listed } }](t, root+"/api/v1/search?q="+url.QueryEscape(q)).Hits
}

func session(t *testing.T, root, q string) listed {
	t.Helper()
	hits := search(t, root, q)
	if len(hits) == 0 {
		return listed{}
	}
	return hits[0].Session
}

func findings(t *testing.T, root, rule string) []struct{ ID, Session string } {
	t.Helper()
	return ask[struct {
		Findings []struct{ ID, Session string }
	}](t, root+"/api/v1/findings?rule="+rule).Findings
}

// What the tests look at: the sessions that these rules are about.
const (
	callRule     = "cucm.remote-destination-unmatched"
	signInRule   = "cti.ldap-timeout"
	dialbackRule = "xmpp.dialback-invalid"
)

// about returns the session of the first finding of a rule, and who it is about:
// the word behind "from" or "of" in its summary.
func about(t *testing.T, root, rule string) (s listed, who string) {
	t.Helper()
	id := findings(t, root, rule)[0].Session
	s = ask[struct{ Session listed }](t, root+"/api/v1/sessions/"+id).Session
	words := strings.Fields(s.Summary)
	for i := range words[:len(words)-1] {
		if words[i] == "from" || words[i] == "of" {
			return s, strings.TrimRight(words[i+1], ",")
		}
	}
	t.Fatalf("nobody is named in %q", s.Summary)
	return s, ""
}
