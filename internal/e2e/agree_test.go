//go:build unix

package e2e

import (
	"context"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/uctrace/uctrace/internal/simulate"
	"github.com/uctrace/uctrace/internal/simulate/fleet"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
	"github.com/uctrace/uctrace/sinks/jsonl"
)

// traces writes the simulated deployment to a folder and returns it. copies
// multiplies it, each copy an hour later, for runs that must last a while.
func traces(t *testing.T, copies int) string {
	t.Helper()
	dir := t.TempDir()
	start := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
	for i := range copies {
		write(t, filepath.Join(dir, "day"+strconv.Itoa(i)), simulate.Traces(start.Add(time.Duration(i)*time.Hour)))
	}
	return dir
}

func write(t *testing.T, dir string, lines []simulate.Line) {
	t.Helper()
	files := map[string]*strings.Builder{}
	for _, l := range lines {
		if files[l.File] == nil {
			files[l.File] = &strings.Builder{}
		}
		files[l.File].WriteString(l.Text)
	}
	for name, text := range files {
		path := filepath.Join(dir, filepath.FromSlash(name))
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(text.String()), 0o600); err != nil {
			t.Fatal(err)
		}
	}
}

// findings folds the findings stream: the highest revision of each id, less
// the withdrawn ones, encoded as uctrace prints them.
func (s *system) findings() []string {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(s.t.Context(), limit)
	defer cancel()
	b := s.connect(ctx)
	defer b.Close()
	last, err := b.Last(ctx, schemas.StreamFindings)
	if err != nil {
		s.t.Fatal(err)
	}
	newest := map[schemas.ID]schemas.Finding{}
	if last > 0 {
		r, err := b.Reader(ctx, schemas.StreamFindings, 1)
		if err != nil {
			s.t.Fatal(err)
		}
		defer r.Close()
		for seq := uint64(0); seq < last; {
			m, err := r.Next(ctx)
			if err != nil {
				s.t.Fatal(err)
			}
			seq = m.Seq
			batch, err := wire.DecodeFindings(m.Data)
			if err != nil {
				s.t.Fatal(err)
			}
			for _, f := range batch {
				if f.Version >= newest[f.ID].Version {
					newest[f.ID] = f
				}
			}
		}
	}
	var lines []string
	for _, f := range newest {
		if !f.Deleted {
			lines = append(lines, string(jsonl.AppendFinding(nil, &f)))
		}
	}
	slices.Sort(lines)
	return lines
}

// TestCapability7OfflineAndRunningSystemAgree holds the two ways to analyse a folder
// against each other, byte by byte: the deployment of the demo, and a fleet in
// several time zones.
func TestCapability7OfflineAndRunningSystemAgree(t *testing.T) {
	t.Run("demo", func(t *testing.T) { agree(t, traces(t, 1)) })
	t.Run("fleet", func(t *testing.T) {
		dir := t.TempDir()
		f, err := fleet.New(fleet.Options{Seed: 3, Sessions: 200})
		if err == nil {
			err = f.Save(dir)
		}
		if err != nil {
			t.Fatal(err)
		}
		agree(t, dir)
	})
}

func agree(t *testing.T, dir string) {
	t.Helper()
	doc := offline(t, dir)
	want := doc.lines()
	if len(want) < 6 {
		t.Fatalf("offline finds %d things in the simulated deployment, want at least one per rule: %s", len(want), want)
	}

	s := newSystem(t)
	s.startServer()
	if err := s.agent(dir).wait(t); err != nil {
		t.Fatalf("agent: %v", err)
	}
	s.drained()
	if d := cmp.Diff(want, s.findings()); d != "" {
		t.Errorf("findings differ (-offline +running):\n%.6000s", d)
	}
	records, events := 0, 0
	for _, in := range doc.Inputs {
		records, events = records+in.Records, events+in.Events
	}
	expect(t, s, "SELECT sum(records), sum(events) FROM v_spans", strconv.Itoa(records)+"\t"+strconv.Itoa(events))
	expect(t, s, "SELECT count(), uniqExact(id) FROM v_events", strconv.Itoa(events)+"\t"+strconv.Itoa(events))
	expect(t, s, "SELECT count() FROM v_sessions", strconv.Itoa(len(doc.Sessions)))
	expect(t, s, "SELECT count() FROM v_findings", strconv.Itoa(len(want)))
	if err := s.server.stop(t); err != nil {
		t.Errorf("server does not end cleanly: %v", err)
	}
}

// TestCapability8SendingAgainAddsNothing sends a folder, sends it again with the same
// journal, and once more as if from another host.
func TestCapability8SendingAgainAddsNothing(t *testing.T) {
	dir := traces(t, 1)
	s := newSystem(t)
	s.startServer()
	var first string
	for i, journal := range []string{"journal", "journal", "journal-of-another-host"} {
		s.journal = filepath.Join(s.dir, journal)
		if err := s.agent(dir).wait(t); err != nil {
			t.Fatalf("agent: %v", err)
		}
		s.drained()
		rows := s.rows()
		if i == 0 {
			first = rows
		} else if rows != first {
			t.Errorf("sending %d changed the rows\nbefore: %s\nafter:  %s", i+1, first, rows)
		}
	}
}

// TestEmptiedParts deletes the folder of the embedded ClickHouse, then that of
// the embedded NATS: the first is filled again from the streams, the second
// from the logs, and the rows are the same.
func TestEmptiedParts(t *testing.T) {
	dir := traces(t, 2)
	s := newSystem(t)
	s.startServer()
	send := func(journal string) {
		t.Helper()
		s.journal = filepath.Join(s.dir, journal)
		if err := s.agent(dir).wait(t); err != nil {
			t.Fatalf("agent: %v", err)
		}
	}
	send("journal")
	s.drained()
	want := s.rows()
	for _, part := range []string{"clickhouse", "nats"} {
		if err := s.server.stop(t); err != nil {
			t.Fatal(err)
		}
		if err := os.RemoveAll(filepath.Join(s.dir, "data", part)); err != nil {
			t.Fatal(err)
		}
		s.startServer()
		if part == "nats" {
			send("journal-of-another-host")
		}
		s.drained()
		if got := s.rows(); got != want {
			t.Errorf("without the old %s folder the rows differ\nwant %s\ngot  %s", part, want, got)
		}
	}
}

// rows is a digest of everything that people see, without the times and
// versions that differ from run to run.
func (s *system) rows() string {
	digest := func(view, columns string) string {
		return s.query("SELECT '" + view + "', count(), groupBitXor(cityHash64(" + columns + ")) FROM " + view)
	}
	return strings.Join([]string{
		digest("v_spans", "fingerprint, start, end, records, events, silent, unparsed"),
		digest("v_events", "id, time, kind, keys, attrs, body"),
		digest("v_sessions", "id, kind, outcome, start, end, summary, event_count"),
		digest("v_findings", "id, rule, severity, session, time, summary, cause, evidence_events"),
	}, "; ")
}

// TestKillAnything kills the agent, the server or both at random points, and
// compares every row with an undisturbed run.
func TestKillAnything(t *testing.T) {
	rounds := 3
	if n, err := strconv.Atoi(os.Getenv("UCTRACE_KILL_ROUNDS")); err == nil {
		rounds = n
	}
	dir := traces(t, 12)
	calm := newSystem(t)
	calm.startServer()
	if err := calm.agent(dir).wait(t); err != nil {
		t.Fatal(err)
	}
	calm.drained()
	want, wantFindings := calm.rows(), calm.findings()
	if offline := offline(t, dir).lines(); !slices.Equal(wantFindings, offline) {
		t.Fatalf("findings differ\noffline:\n%s\nrunning:\n%s", strings.Join(offline, "\n"), strings.Join(wantFindings, "\n"))
	}
	if err := calm.server.stop(t); err != nil {
		t.Fatal(err)
	}
	for round := range rounds {
		seed := uint64(time.Now().UnixNano())
		t.Run("round"+strconv.Itoa(round), func(t *testing.T) {
			t.Logf("seed %d", seed)
			killed(t, dir, rand.New(rand.NewPCG(seed, 0)), want, wantFindings)
		})
	}
}

// killed runs the system with kills in between and compares its rows.
func killed(t *testing.T, dir string, rng *rand.Rand, want string, wantFindings []string) {
	s := newSystem(t)
	snapshots := []string{"--correlator-snapshot-every", "50"}
	s.startServer(snapshots...)
	agent := s.agent(dir)
	for range 2 + rng.IntN(3) {
		// The point of the kill is random on purpose; nothing is waited for.
		pause := time.NewTimer(time.Duration(rng.IntN(900)) * time.Millisecond)
		select {
		case <-pause.C:
		case <-agent.done:
		}
		if rng.IntN(3) != 0 {
			agent.kill()
		}
		if rng.IntN(3) != 0 {
			s.server.kill()
			s.startServer(snapshots...)
		}
		select {
		case <-agent.done:
			agent = s.agent(dir)
		default:
		}
	}
	if err := agent.wait(t); err != nil {
		t.Fatalf("agent: %v", err)
	}
	s.drained()
	if got := s.rows(); got != want {
		t.Errorf("rows differ from an undisturbed run\nwant %s\ngot  %s", want, got)
	}
	if got := s.findings(); !slices.Equal(got, wantFindings) {
		t.Errorf("findings differ from an undisturbed run\nwant %s\ngot  %s", strings.Join(wantFindings, "\n"), strings.Join(got, "\n"))
	}
	expect(t, s, "SELECT count() - uniqExact(id) FROM v_events", "0")
	if err := s.server.stop(t); err != nil {
		t.Errorf("server does not end cleanly: %v", err)
	}
}

func expect(t *testing.T, s *system, sql, want string) {
	t.Helper()
	if got := s.query(sql); got != want {
		t.Errorf("%s\ngot  %s\nwant %s", sql, got, want)
	}
}
