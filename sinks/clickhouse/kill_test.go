package clickhouse_test

import (
	"bufio"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"testing"

	"github.com/uctrace/uctrace/internal/chdb"
	"github.com/uctrace/uctrace/internal/chdb/chdbtest"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/clickhouse"
	"github.com/uctrace/uctrace/sinks/sinktest"
)

// TestMain runs the writer, or the migration, in the place of the tests when
// TestKill or TestKillMigration started the process.
func TestMain(m *testing.M) {
	if os.Getenv("KILL_TEST_MIGRATION") != "" {
		if err := migrateUntilKilled(); err != nil {
			fmt.Fprintln(os.Stderr, "migration:", err)
			os.Exit(1)
		}
		os.Exit(0)
	}
	if os.Getenv("KILL_TEST_DIR") != "" {
		fmt.Fprintln(os.Stderr, "writer:", writeUntilKilled())
		os.Exit(1)
	}
	os.Exit(m.Run())
}

const killBatch = 500 // events of a batch

// writeUntilKilled writes batch after batch, and prints the number of each
// one that Write accepted.
func writeUntilKilled() error {
	ctx := context.Background()
	e, err := chdb.Open(os.Getenv("KILL_TEST_LIB"), os.Getenv("KILL_TEST_DIR"))
	if err != nil {
		return err
	}
	s, err := clickhouse.Open(ctx, clickhouse.Config{Transport: e.Transport()})
	if err != nil {
		return err
	}
	i, err := strconv.Atoi(os.Getenv("KILL_TEST_FROM"))
	if err != nil {
		return err
	}
	for ; ; i++ {
		if err := s.Write(ctx, sinktest.Batch(i*killBatch, killBatch)); err != nil {
			return err
		}
		if _, err := fmt.Println(i); err != nil {
			return err
		}
	}
}

// TestKill kills a writing process with SIGKILL several times. What it was
// told is stored must be there afterwards, once, also when the next process
// begins with a batch whose fate is not known.
func TestKill(t *testing.T) {
	dir, lib := t.TempDir(), chdbtest.Library(t)
	accepted := -1
	for round := range 4 {
		// The writer goes back two batches, as after a lost acknowledgement.
		accepted = killWriter(t, dir, lib, max(accepted-1, 0), 3+5*round)
		expectAccepted(t, dir, lib, accepted)
	}
	// In the end everything is there once, whatever became of the batches
	// that were under way.
	e := chdbtest.OpenDir(t, dir)
	d := embedded(t, e)
	var all []*schemas.SinkBatch
	for i := range accepted + 3 {
		all = append(all, sinktest.Batch(i*killBatch, killBatch))
		if i <= accepted {
			continue
		}
		if err := d.sink.Write(t.Context(), all[i]); err != nil {
			t.Fatal(err)
		}
	}
	sinktest.Expect(t, d, all...)
	// The whole stream again, in other batches too: the same rows.
	for i := range all {
		again := []*schemas.SinkBatch{all[i], sinktest.Batch(i*killBatch, killBatch/2), sinktest.Batch(i*killBatch+killBatch/2, killBatch-killBatch/2)}
		for _, b := range again[1:] {
			b.Spans, b.Sessions, b.Findings = nil, nil, nil
		}
		for _, b := range again {
			if err := d.sink.Write(t.Context(), b); err != nil {
				t.Fatal(err)
			}
		}
	}
	sinktest.Expect(t, d, all...)
	// Every number of an event is there: they tile the file.
	if got := one(t, d.sink, "SELECT (count(), uniqExact(line), max(line)) FROM v_events"); got != fmt.Sprintf("[%[1]d %[1]d %[1]d]", len(all)*killBatch) {
		t.Errorf("events, their lines and the last one: %s, want %d each", got, len(all)*killBatch)
	}
}

// expectAccepted fails the test unless every event of the batches up to
// accepted is stored, and none twice.
func expectAccepted(t *testing.T, dir, lib string, accepted int) {
	t.Helper()
	e, err := chdb.Open(lib, dir)
	if err != nil {
		t.Fatal(err)
	}
	d := embedded(t, e)
	stored := map[string]int{}
	for _, id := range d.Rows(t).Events {
		if stored[id]++; stored[id] > 1 {
			t.Fatalf("event %s is there twice", id)
		}
	}
	for i := range accepted + 1 {
		for _, ev := range sinktest.Batch(i*killBatch, killBatch).Events {
			if stored[ev.ID.String()] == 0 {
				t.Fatalf("event %s of batch %d was accepted and is gone", ev.ID, i)
			}
		}
	}
	if err := e.Close(); err != nil {
		t.Fatal(err)
	}
}

// killWriter starts the writer at batch from, kills it when it has accepted
// count batches, and returns the last one that it told of.
func killWriter(t *testing.T, dir, lib string, from, count int) (last int) {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), os.Args[0])
	cmd.Env = append(os.Environ(), "KILL_TEST_DIR="+dir, "KILL_TEST_LIB="+lib, "KILL_TEST_FROM="+strconv.Itoa(from))
	cmd.Stderr = os.Stderr
	out, err := cmd.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	last = -1
	lines := bufio.NewScanner(out)
	for n := 1; lines.Scan(); n++ {
		if last, err = strconv.Atoi(lines.Text()); err != nil {
			t.Fatal(err)
		}
		if n == count {
			if err := cmd.Process.Kill(); err != nil {
				t.Fatal(err)
			}
		}
	}
	if err := cmd.Wait(); err == nil || last < 0 {
		t.Fatalf("the writer ended by itself after batch %d: %v", last, err)
	}
	return last
}
