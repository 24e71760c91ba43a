//go:build browser

package browser

import (
	"bufio"
	"encoding/json"
	"fmt"
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
	if err := os.WriteFile(filepath.Join(logs, "SDL009_100_000001.txt"), longCall(), 0o600); err != nil {
		t.Fatal(err)
	}
	agent := exec.CommandContext(t.Context(), filepath.Join(dir, "uctrace-agent"), "--once", "--tz", "+02:00", "--state-dir", filepath.Join(dir, "agent"), "--nats-url", "nats://"+nats, "--quiet", "100ms", "--poll", "20ms", "logs")
	agent.Dir = dir // so that the pages name the logs and not this folder
	agent.Env = clean(os.Environ())
	if out, err := agent.CombinedOutput(); err != nil {
		t.Fatalf("agent: %v\n%s", err, out)
	}
	await(t, "the long call", func() bool { return session(t, root, longNumber).Events > 2100 })
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

// longNumber called somebody for hours.
const longNumber = "79001"

// longCall is an SDL trace of one call that is refreshed 1,100 times.
func longCall() []byte {
	var b strings.Builder
	at := time.Date(2026, 3, 2, 3, 0, 0, 0, time.UTC)
	n := 0
	line := func(format string, args ...any) {
		fmt.Fprintf(&b, "%08d.%03d |%s |AppInfo  |%s\n", 3700000+n, n%1000, at.Format("15:04:05.000"), fmt.Sprintf(format, args...))
		n++
	}
	fmt.Fprintf(&b, "03699999.000 |%s |FileHead |UTC:+00:00,Date: 2026/03/02, AppName: CCM, AppId: 100, AppNodeId: 9, AppVersion: CUCM Install=12.5.1.14900-63 Build=12.5.1.14900-63, HostName: long-cucm, HostIPAddress: 10.90.0.11, AppStartTime: 2026/01/14 12:00:00, FileNumber: 1, TraceVer: 3.0\n", at.Format("15:04:05.000"))
	const head = "Via: SIP/2.0/TCP 10.90.0.50:5060;branch=z9hG4bK%d\r\nFrom: <sip:" + longNumber + "@10.90.0.11>;tag=a1\r\nTo: <sip:79002@10.90.0.11>%s\r\nCall-ID: long-call@10.90.0.50\r\nCSeq: %d %s\r\nContent-Length: 0\r\n\r\n"
	in := func(cseq int, method, tag string) {
		text := fmt.Sprintf("%s sip:79002@10.90.0.11 SIP/2.0\r\n"+head, method, cseq, tag, cseq, method)
		line("SIPTcp - wait_SdlReadRsp: Incoming SIP TCP message from 10.90.0.50 on port 5060 index 9 with %d bytes:\n[%d,NET]\n%s", len(text), n, text)
		at = at.Add(20 * time.Millisecond)
	}
	out := func(cseq int, status, method string) {
		line("SIPTcp - wait_SdlSPISignal: Outgoing SIP TCP message to 10.90.0.50 on port 5060 index 9 \n[%d,NET]\nSIP/2.0 %s\r\n"+head, n, status, cseq, ";tag=b1", cseq, method)
		at = at.Add(8 * time.Second)
	}
	in(1, "INVITE", "")
	out(1, "200 OK", "INVITE")
	in(1, "ACK", ";tag=b1")
	for i := range 1100 {
		in(i+2, "UPDATE", ";tag=b1")
		out(i+2, "200 OK", "UPDATE")
	}
	in(2000, "BYE", ";tag=b1")
	out(2000, "200 OK", "BYE")
	return []byte(b.String())
}
