//go:build unix

package e2e

import (
	"bytes"
	"context"
	"encoding/json"
	"maps"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/bus"
	"github.com/uctrace/uctrace/internal/flow"
	"github.com/uctrace/uctrace/internal/lokitest"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/loki"
)

// rawLine is what Loki must hold of a record.
type rawLine struct {
	ID, Text string
	Source   schemas.Source
	Time     time.Time
}

// rawLines returns the records of paths by id, masked as the agent masks them,
// without those that have no visible character.
func rawLines(t *testing.T, paths ...string) map[string]rawLine {
	t.Helper()
	cmd := exec.CommandContext(t.Context(), filepath.Join(bin, "uctrace"), append([]string{"records", "--mask"}, paths...)...)
	cmd.Env = environment()
	out, err := cmd.Output()
	must(t, err)
	lines := map[string]rawLine{}
	for text := range bytes.Lines(out) {
		var r rawLine
		must(t, json.Unmarshal(text, &r))
		if r.Text = strings.TrimRight(r.Text, "\r\n"); strings.TrimSpace(r.Text) != "" {
			lines[r.ID] = r
		}
	}
	return lines
}

// TestKillLoki sends a simulated fleet through an agent and the streams to a
// real Loki, and kills the server and Loki, and breaks what is between them, at
// random moments. Then Loki holds the text of every record. Lines that it
// holds twice are those whose push was not answered; they are counted.
func TestKillLoki(t *testing.T) {
	l := lokitest.Start(t)
	p := lokitest.NewProxy(t, l)
	rounds := 12
	if n, err := strconv.Atoi(os.Getenv("UCTRACE_KILL_ROUNDS")); err == nil {
		rounds = n
	}
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 1))

	logs := filepath.Join(t.TempDir(), "fleet")
	simulate := exec.CommandContext(t.Context(), filepath.Join(bin, "uctrace"), "simulate", "--sessions", "900", "--out", logs)
	simulate.Env = environment()
	out, err := simulate.CombinedOutput()
	if err != nil {
		t.Fatalf("uctrace simulate: %v\n%s", err, out)
	}
	logs = filepath.Join(logs, "logs")
	want := rawLines(t, logs)

	s := newSystem(t)
	flags := []string{"--loki-url", p.URL, "--loki-timeout", "3s"}
	p.Be(lokitest.Slow) // so that there is something to break
	s.startServer(flags...)
	agent := s.agent(logs)
	sink := s.rawSink(loki.Config{URL: p.URL})
	finished := func() bool {
		select {
		case <-agent.done:
			return sink.position().behind == 0
		default:
			return false
		}
	}
	const server, store = -1, -2 // what is killed, beside the moods
	deck := []int{server, server, server, store, store}
	for m := lokitest.Fine + 1; m < lokitest.Moods; m++ {
		deck = append(deck, int(m))
	}
	for round := range rounds {
		if round%len(deck) == 0 {
			rng.Shuffle(len(deck), func(i, j int) { deck[i], deck[j] = deck[j], deck[i] })
		}
		at := sink.position()
		s.until(t.Context(), "the sink moves", func() bool { return sink.position().done > at.done || finished() })
		if finished() {
			t.Logf("everything was stored before round %d of %d", round, rounds)
			break
		}
		switch what := deck[round%len(deck)]; what {
		case server:
			s.server.kill()
			s.startServer(flags...)
		case store:
			l.Kill()
			l.Run()
		default:
			mood := lokitest.Mood(what)
			met := p.Met(mood)
			p.Be(mood)
			s.until(t.Context(), "the way is "+mood.String(), func() bool { return p.Met(mood) > met || finished() })
			if mood == lokitest.Hung {
				s.server.kill()
				s.startServer(flags...)
			}
			p.Be(lokitest.Slow)
		}
	}
	p.Be(lokitest.Fine)
	must(t, agent.wait(t))
	s.drained()
	s.until(t.Context(), "the sink has everything", finished)
	for mood := range lokitest.Moods {
		t.Logf("%d pushes met a way that is %s", p.Met(mood), mood)
	}
	if letters, err := os.ReadFile(filepath.Join(s.dir, "data", "dead-letter.jsonl")); err != nil || len(letters) > 0 {
		t.Errorf("dead letters: %.500s %v", letters, err)
	}
	holds(t, l, want)
}

// TestRawLines runs uctraced with a Loki that is busy at first. What a real one
// makes of the lines is the business of TestKillLoki.
func TestRawLines(t *testing.T) {
	var pushes atomic.Int32
	busy := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("X-Scope-OrgID") != "acme" || r.URL.Path != "/loki/api/v1/push" {
			t.Errorf("push to %s of tenant %q", r.URL.Path, r.Header.Get("X-Scope-OrgID"))
		}
		if pushes.Add(1) <= 2 {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	}))
	defer busy.Close()
	s := newSystem(t)
	s.startServer("--loki-url", busy.URL, "--loki-tenant", "acme")
	must(t, s.agent(traces(t, 1)).wait(t))
	sink := s.rawSink(loki.Config{URL: busy.URL, Tenant: "acme"})
	s.until(t.Context(), "the sink has everything", func() bool { at := sink.position(); return at.done > 0 && at.behind == 0 })
	if n := pushes.Load(); n < 3 {
		t.Errorf("%d pushes", n)
	}
}

// holds compares what l holds with want, id by id.
func holds(t *testing.T, l *lokitest.Loki, want map[string]rawLine) {
	t.Helper()
	day := func(at time.Time) time.Time { return at.Truncate(24 * time.Hour) }
	days := map[time.Time]bool{day(time.Now().UTC()): true} // of what has no date
	for _, r := range want {
		if schemas.Dated(r.Time) {
			days[day(r.Time)] = true
		}
	}
	got := map[string]map[string]string{} // id → part → text
	lines, twice, odd := 0, 0, 0
	for from := range days {
		for _, line := range l.Lines(`{job="uctrace"}`, from, from.Add(24*time.Hour)) {
			id, part := line.Labels["record_id"], line.Labels["part"]
			if got[id] == nil {
				got[id] = map[string]string{}
			}
			if _, again := got[id][part]; again {
				twice++
			}
			got[id][part] = line.Text
			lines++
			if r, ok := want[id]; !ok || !r.like(line) {
				odd++
				t.Logf("Loki holds %v at %s: %.100q, want %+v", line.Labels, line.Time, line.Text, r)
			}
		}
	}
	missing, different := 0, 0
	for id, r := range want {
		parts := slices.Sorted(maps.Keys(got[id]))
		var text strings.Builder
		for _, part := range parts {
			text.WriteString(got[id][part])
		}
		switch {
		case len(parts) == 0:
			missing++
		case text.String() != strings.ToValidUTF8(r.Text, "\uFFFD"):
			different++
			t.Logf("%s is %.200q, want %.200q", id, text.String(), r.Text)
		}
	}
	t.Logf("%d records, %d lines in Loki, %d of them twice", len(want), lines, twice)
	if missing+different+odd > 0 || len(got) != len(want) {
		t.Errorf("Loki holds %d records of %d; %d are missing, %d have another text, %d another time or source", len(got), len(want), missing, different, odd)
	}
}

// like reports whether line has the source and the time of r. What zone local
// time has is found out of other files, and not in the same order by an agent.
func (r *rawLine) like(line lokitest.Line) bool {
	late := line.Time.Sub(r.Time)
	return line.Labels["source"] == string(r.Source) && (!schemas.Dated(r.Time) || r.Source.LocalTime() || late >= 0 && late < time.Millisecond)
}

// rawSink is the stage that writes to Loki, seen from outside.
type rawSink struct {
	s      *system
	bus    *bus.Bus
	cursor string
}

func (s *system) rawSink(cfg loki.Config) *rawSink {
	s.t.Helper()
	b := s.connect(s.t.Context())
	s.t.Cleanup(b.Close)
	return &rawSink{s: s, bus: b, cursor: (&flow.Raw{SinkName: "loki", Identity: cfg.Identity()}).Cursor()}
}

// place is where a stage stands.
type place struct{ done, behind uint64 }

// position returns where the stage stands; while the server is away, that it
// is behind.
func (r *rawSink) position() place {
	ctx, cancel := context.WithTimeout(r.s.t.Context(), limit)
	defer cancel()
	info, err := r.bus.StreamInfo(ctx, schemas.StreamRecords)
	must(r.s.t, err)
	at, err := r.bus.Position(ctx, flow.CursorName(r.cursor, info))
	must(r.s.t, err)
	return place{done: at.Done, behind: info.Last - at.Done}
}
