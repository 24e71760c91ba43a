//go:build unix

package e2e

import (
	"bufio"
	"context"
	"encoding/hex"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// largeLog writes an SDL trace of about size bytes that compresses badly, and
// returns its path and the number of its records.
func largeLog(t *testing.T, size int) (path string, records int) {
	t.Helper()
	path = filepath.Join(t.TempDir(), "SDL001_100_000001.txt")
	f, err := os.Create(path)
	must(t, err)
	w := bufio.NewWriter(f)
	_, err = w.WriteString("00000001.000 |00:00:00.000 |FileHead |UTC:-04:00,Date: 2016/10/18, AppName: CCM, AppId: 100, HostName: cucm1, FileNumber: 1\n")
	must(t, err)
	records = 1
	rng := rand.NewChaCha8([32]byte{1})
	noise := make([]byte, 200)
	for written := 0; written < size; records++ {
		_, err := rng.Read(noise)
		must(t, err)
		at := time.Duration(records) * time.Millisecond
		stamp := time.Time{}.Add(at).Format("15:04:05.000")
		n, err := fmt.Fprintf(w, "%08d.000 |%s |AppInfo  |%s\n", records+1, stamp, hex.EncodeToString(noise))
		must(t, err)
		written += n
	}
	must(t, w.Flush())
	must(t, f.Close())
	return path, records
}

// whole checks that the tables account for every byte and record of one file.
func (s *system) whole(path string, records int) {
	s.t.Helper()
	info, err := os.Stat(path)
	must(s.t, err)
	want := fmt.Sprintf("%d\t%d\ttrue\ttrue", records, info.Size())
	expect(s.t, s, "SELECT records, bytes, tiled, complete FROM v_files", want)
	expect(s.t, s, "SELECT count() - uniqExact(fingerprint, start) FROM v_spans", "0")
}

// stored waits until the records stream holds n messages.
func (s *system) stored(n uint64) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), limit)
	defer cancel()
	b := s.connect(ctx)
	defer b.Close()
	s.until(ctx, fmt.Sprintf("%d messages", n), func() bool {
		last, err := b.Last(ctx, schemas.StreamRecords)
		return err == nil && last >= n
	})
}

// TestFullStream sends more than the records stream holds: the agent waits
// while it is full, what is worked off makes room, and nothing is lost.
func TestFullStream(t *testing.T) {
	path, records := largeLog(t, 40<<20)
	s := newSystem(t)
	s.startServer("--nats-max-store", "32MiB")
	if err := s.agent(path).wait(t); err != nil {
		t.Fatalf("agent: %v", err)
	}
	s.drained()
	s.whole(path, records)
	b := s.connect(t.Context())
	defer b.Close()
	info, err := b.StreamInfo(t.Context(), schemas.StreamRecords)
	must(t, err)
	if info.First == 1 {
		t.Errorf("the stream never had to make room (%d of %d bytes): the test is too small", info.Bytes, info.MaxBytes)
	}
}

// TestEndUnderLoad asks server and agent to end while they work: both do, with
// the status of success, and what was left out comes with the next start.
func TestEndUnderLoad(t *testing.T) {
	path, records := largeLog(t, 48<<20)
	s := newSystem(t)
	s.startServer()
	agent := s.agent(path)
	s.stored(20)
	asked := time.Now()
	must(t, s.server.cmd.Process.Signal(syscall.SIGTERM))
	if err := s.server.wait(t); err != nil {
		t.Errorf("server: %v", err)
	}
	t.Logf("server ended after %s", time.Since(asked).Round(time.Millisecond))
	asked = time.Now()
	must(t, agent.cmd.Process.Signal(syscall.SIGTERM))
	agent.waitFor(t, "interrupted before everything was stored")
	if err := agent.wait(t); err == nil {
		t.Error("the agent claims to have stored everything once")
	}
	t.Logf("agent ended after %s", time.Since(asked).Round(time.Millisecond))
	s.startServer()
	if err := s.agent(path).wait(t); err != nil {
		t.Fatalf("agent: %v", err)
	}
	s.drained()
	s.whole(path, records)
}

// TestKillInOneFile kills the agent five times in the middle of one file.
func TestKillInOneFile(t *testing.T) {
	path, records := largeLog(t, 64<<20)
	s := newSystem(t)
	s.startServer()
	for kill := range 5 {
		agent := s.agent(path)
		s.stored(uint64(25 + 40*kill))
		select {
		case <-agent.done:
			t.Errorf("kill %s came too late", strconv.Itoa(kill))
		default:
			agent.kill()
		}
	}
	if err := s.agent(path).wait(t); err != nil {
		t.Fatalf("agent: %v", err)
	}
	s.drained()
	s.whole(path, records)
}

// TestClickHouseWithoutRoom lets ClickHouse refuse the rows that an agent sends:
// the server says so on /readyz, keeps them, and goes on by itself.
func TestClickHouseWithoutRoom(t *testing.T) {
	path, records := largeLog(t, 4<<20)
	s := newSystem(t)
	address := freeAddress(t)
	s.startServer("--http-listen", address)
	ready := func() string {
		code, answer := get(t, "http://"+address+"/readyz")
		return fmt.Sprint(code, " ", answer)
	}
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	s.until(ctx, "the server is ready", func() bool { return strings.HasPrefix(ready(), "200 ") })
	for _, table := range []string{"spans", "events"} {
		s.change("ALTER TABLE " + table + " MODIFY SETTING min_free_disk_bytes_to_perform_insert = 1000000000000000000")
	}
	if err := s.agent(path).wait(t); err != nil {
		t.Fatalf("agent: %v", err)
	}
	s.until(ctx, "the server says that it cannot store", func() bool {
		answer := ready()
		return strings.HasPrefix(answer, "503 ") && strings.Contains(answer, "FAIL  clickhouse  nothing of UC_EVENTS has been stored for") && strings.Contains(answer, "NOT_ENOUGH_SPACE")
	})
	for _, table := range []string{"spans", "events"} {
		s.change("ALTER TABLE " + table + " RESET SETTING min_free_disk_bytes_to_perform_insert")
	}
	s.drained()
	s.whole(path, records)
	s.until(ctx, "the server is ready again", func() bool { return strings.HasPrefix(ready(), "200 ") })
}

// change runs SQL that changes something.
func (s *system) change(sql string) {
	s.t.Helper()
	req, err := http.NewRequestWithContext(s.t.Context(), http.MethodPost, "http://"+s.click+"/?database=uctrace", strings.NewReader(sql))
	must(s.t, err)
	resp, err := http.DefaultClient.Do(req)
	must(s.t, err)
	defer resp.Body.Close()
	if body, err := io.ReadAll(resp.Body); err != nil || resp.StatusCode != http.StatusOK {
		s.t.Fatalf("%s\n%s %v\n%s", sql, resp.Status, err, body)
	}
}

// get returns the status and the text of a page.
func get(t *testing.T, url string) (code int, text string) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, url, http.NoBody)
	must(t, err)
	resp, err := http.DefaultClient.Do(req)
	must(t, err)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	must(t, err)
	return resp.StatusCode, string(body)
}

// TestEndDuringQuery asks the server to end while somebody's query would run
// for hours.
func TestEndDuringQuery(t *testing.T) {
	s := newSystem(t)
	s.startServer()
	const endless = "SELECT count() FROM numbers(100000000000000) WHERE cityHash64(number) = 1"
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "http://"+s.click+"/", strings.NewReader(endless))
	must(t, err)
	answered := make(chan struct{})
	go func() {
		defer close(answered)
		if resp, err := http.DefaultClient.Do(req); err == nil {
			resp.Body.Close()
		}
	}()
	ctx, cancel := context.WithTimeout(t.Context(), limit)
	defer cancel()
	s.until(ctx, "the query runs", func() bool {
		return s.query("SELECT count() FROM system.processes WHERE query LIKE 'SELECT count() FROM numbers%'") == "1"
	})
	asked := time.Now()
	if err := s.server.stop(t); err != nil {
		t.Errorf("server: %v", err)
	}
	t.Logf("server ended after %s", time.Since(asked).Round(time.Millisecond))
	<-answered
	s.startServer()
	expect(t, s, "SELECT count() FROM v_files", "0")
}
