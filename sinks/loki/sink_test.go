package loki_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"math"
	"net/http"
	"runtime/pprof"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/loki"
)

func TestLabelsAndMetadata(t *testing.T) {
	a := newAnswers(t, nil)
	s, _, watch := open(t, loki.Config{URL: a.URL, Tenant: "acme", Username: "writer", Password: "pass"})
	b := batch("INVITE sip:2@b SIP/2.0\r\n", "   \n", "no keys\n")
	b.Events = []schemas.Event{{
		Record: b.Records.Records[0].ID, Kind: schemas.KindSIPMessage,
		Keys: []schemas.Key{{Type: schemas.KeyCallID, Value: "1@a"}, {Type: schemas.KeyDN, Value: "2000"}, {Type: schemas.KeyDN, Value: "2001"}, {Type: schemas.KeySequence, Value: "7"}},
	}}
	write(t, s, b)
	if len(a.kept) != 2 {
		t.Fatalf("kept %+v", a.kept)
	}
	got := fmt.Sprintf("%s %s %q %v", a.kept[0].labels, a.kept[0].time.Format(time.TimeOnly), a.kept[0].text, a.kept[0].meta)
	want := fmt.Sprintf(`{cluster="hq", job="uctrace", node="cucm1", origin="live", source="cucm.sdl"} 09:59:57 "INVITE sip:2@b SIP/2.0" `+
		`map[call_id:1@a dn:2000 dn_2:2001 file:SDL001_100_000001.txt kind:sip.message line:1 record_id:%s]`, b.Records.Records[0].ID)
	if got != want {
		t.Errorf("got  %s\nwant %s", got, want)
	}
	if a.tenant != "acme" || !strings.HasPrefix(a.auth, "Basic ") {
		t.Errorf("tenant %q, authorization %q", a.tenant, a.auth)
	}
	if watch.stored != 2 || watch.blank != 1 || watch.waits {
		t.Errorf("told %+v", watch)
	}
}

// TestNamesFromALogChooseNothing gives a file names that mean something to the
// library.
func TestNamesFromALogChooseNothing(t *testing.T) {
	a := newAnswers(t, nil)
	s, _, _ := open(t, loki.Config{URL: a.URL, Tenant: "acme"})
	b := batch("x\n")
	b.Records.File.Node = `__tenant_id__="other"} or {` + "\xff\n" + strings.Repeat("n", 4096)
	b.Records.Records[0].Source = "__tenant_id__"
	b.Events = []schemas.Event{{Record: b.Records.Records[0].ID, Keys: []schemas.Key{{Type: "__tenant_id__", Value: "other"}}}}
	write(t, s, b)
	if a.tenant != "acme" || !strings.Contains(a.kept[0].labels, `source="unknown"`) || len(a.kept[0].labels) > 300 {
		t.Errorf("tenant %q, labels %s", a.tenant, a.kept[0].labels)
	}
}

// TestPassingFaults pushes while Loki answers in every way that may pass.
func TestPassingFaults(t *testing.T) {
	lines := numbered(3000)
	for name, c := range map[string]struct {
		status int
		body   string
		reason string
	}{
		"rate":     {429, "ingestion rate limit exceeded for user fake (limit: 4194304 bytes/sec)", "rate"},
		"server":   {500, "empty ring", "server"},
		"restart":  {503, "Ingester not ready", "server"},
		"password": {401, "no org id", "rights"},
		"path":     {404, "404 page not found", "settings"},
		"metadata": {400, "stream '{}' includes structured metadata, but this feature is disallowed. Please see", "settings"},
	} {
		t.Run(name, func(t *testing.T) {
			left := 5
			a := newAnswers(t, func([]stored) (int, string) {
				if left--; left >= 0 {
					return c.status, c.body
				}
				return 0, ""
			})
			s, dead, watch := open(t, loki.Config{URL: a.URL})
			write(t, s, batch(lines...))
			is(t, "kept", a.texts(), lines)
			// The library may cut a push in two, so that one retry stands for two answers.
			if n := watch.retried; n[c.reason] == 0 || len(n) != 1 || len(dead.refused) > 0 || !watch.waits || watch.waiting {
				t.Errorf("told %+v, want retries for %s; %d dead letters", watch, c.reason, len(dead.refused))
			}
		})
	}
}

// TestBrokenConnections pushes to a server that takes a push and breaks the
// connection: the line comes a second time, which is the least evil.
func TestBrokenConnections(t *testing.T) {
	left := 3
	a := newAnswers(t, func([]stored) (int, string) {
		if left--; left >= 0 {
			panic(http.ErrAbortHandler)
		}
		return 0, ""
	})
	s, _, watch := open(t, loki.Config{URL: a.URL})
	write(t, s, batch("a line\n"))
	is(t, "kept", a.texts(), []string{"a line"})
	if n := watch.retried["network"]; n != 3 {
		t.Errorf("%d retries, want 3", n)
	}
}

// TestOneRefusedLine refuses one line of 1,000, as Loki does: it stores the
// others and says 400 for all.
func TestOneRefusedLine(t *testing.T) {
	lines := numbered(1000)
	a := newAnswers(t, func(push []stored) (int, string) {
		if slices.ContainsFunc(push, func(l stored) bool { return l.text == lines[333] }) {
			return 400, "error parsing labels"
		}
		return 0, ""
	})
	s, dead, watch := open(t, loki.Config{URL: a.URL})
	write(t, s, batch(lines...))
	is(t, "kept", a.texts(), slices.Delete(slices.Clone(lines), 333, 334))
	// Twice as many at most as a halving needs: the library may cut a push in two.
	if most := 2 * (1 + 2*int(math.Ceil(math.Log2(1000)))); a.pushes > most {
		t.Errorf("%d pushes, want at most %d", a.pushes, most)
	}
	if len(dead.refused) != 1 || string(dead.refused[0].Record.Text) != lines[333] || !strings.Contains(dead.refused[0].Reason, "error parsing labels") {
		t.Errorf("dead letters %+v", dead.refused)
	}
	if n := watch.dead["refused"]; n != 1 || watch.stored < 999 {
		t.Errorf("told %+v", watch)
	}
}

// TestOldLines refuses what is older than a limit and names it: a log of which
// nothing is taken costs a few pushes, not two a line.
func TestOldLines(t *testing.T) {
	lines := numbered(1000)
	limit := arrived.Add(-400 * time.Second)
	a := newAnswers(t, func(push []stored) (int, string) {
		if slices.ContainsFunc(push, func(l stored) bool { return l.time.Before(limit) }) {
			return 400, "entry for stream '{job=\"uctrace\"}' has timestamp too old: 2020-01-01T00:00:00Z, oldest acceptable timestamp is: " + limit.Format(time.RFC3339)
		}
		return 0, ""
	})
	s, dead, _ := open(t, loki.Config{URL: a.URL})
	write(t, s, batch(lines...))
	is(t, "kept", a.texts(), lines[600:])
	if len(dead.refused) != 600 || a.pushes > 10 {
		t.Errorf("%d dead letters, want 600, after %d pushes", len(dead.refused), a.pushes)
	}
}

// TestLinesFromTheFuture refuses what lies ahead of the server's clock, as a
// log in an unknown zone does: such lines get the time of their arrival.
func TestLinesFromTheFuture(t *testing.T) {
	a := newAnswers(t, func(push []stored) (int, string) {
		if slices.ContainsFunc(push, func(l stored) bool { return l.time.After(arrived.Add(10 * time.Minute)) }) {
			return 400, "entry for stream '{}' has timestamp too new: 2026-03-04T12:00:00Z"
		}
		return 0, ""
	})
	s, dead, _ := open(t, loki.Config{URL: a.URL})
	b := batch("now\n", "ahead\n")
	b.Records.Records[1].Time = arrived.Add(2 * time.Hour)
	write(t, s, b)
	is(t, "kept", a.texts(), []string{"ahead", "now"})
	for _, l := range a.kept {
		if l.text == "ahead" && (!l.time.Equal(arrived) || l.meta["time_printed"] != "2026-03-04T12:00:00Z" || l.meta["time_from"] != "arrival") {
			t.Errorf("kept %+v", l)
		}
	}
	if len(dead.refused) > 0 {
		t.Errorf("dead letters %+v", dead.refused)
	}
}

// TestLongLines cuts what is too long, first as Loki is by default, then as
// this one says it is.
func TestLongLines(t *testing.T) {
	const longest = 100_000
	a := newAnswers(t, func(push []stored) (int, string) {
		for _, l := range push {
			if len(l.text) > longest {
				return 400, fmt.Sprintf("max entry size '%d' bytes exceeded for stream '{}' while adding an entry with length '%d' bytes", longest, len(l.text))
			}
		}
		return 0, ""
	})
	s, dead, _ := open(t, loki.Config{URL: a.URL})
	text := strings.Repeat(strings.Repeat("ä", 40)+"\n", 6000) // 486 kB
	write(t, s, batch("before\n", text, "after\n"))
	var joined []string
	slices.SortStableFunc(a.kept, func(x, y stored) int { return x.time.Compare(y.time) })
	for _, l := range a.kept {
		if l.meta["part"] != "" {
			joined = append(joined, l.text)
		}
	}
	if got := strings.Join(joined, ""); got != strings.TrimRight(text, "\n") {
		t.Errorf("the %d parts are %d bytes, want %d", len(joined), len(got), len(text)-1)
	}
	if len(dead.refused) > 0 || len(a.kept) != len(joined)+2 {
		t.Errorf("%d lines, %d dead letters", len(a.kept), len(dead.refused))
	}
}

// TestManyLines writes more than one push holds.
func TestManyLines(t *testing.T) {
	lines := numbered(60_000)
	a := newAnswers(t, nil)
	s, _, _ := open(t, loki.Config{URL: a.URL})
	for half := range slices.Chunk(lines, 30_000) {
		write(t, s, batch(half...))
	}
	is(t, "kept", a.texts(), lines)
}

// TestEndWhileLokiHangs ends a write whose push gets no answer: it returns at
// once, Close does not wait for ever, and nothing of the library stays.
func TestEndWhileLokiHangs(t *testing.T) {
	asked := make(chan bool, 1)
	release := make(chan bool)
	a := newAnswers(t, func([]stored) (int, string) {
		asked <- true
		<-release
		return 0, ""
	})
	s, _, _ := open(t, loki.Config{URL: a.URL})
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- s.WriteRaw(ctx, []schemas.RawBatch{batch("a line\n")}) }()
	<-asked
	cancel()
	if err := <-ended; !errors.Is(err, context.Canceled) {
		t.Errorf("WriteRaw returned %v", err)
	}
	if _, err := loki.Open(loki.Config{URL: a.URL, Dead: &letters{}}); err == nil {
		t.Error("a second client of the same host would count with the first")
	}
	if err := s.Close(); err == nil {
		t.Error("Close does not say that the last push had no answer")
	}
	close(release)
	until(t, "the library has ended", func() bool { return !running("loki-client-go") })
	again, err := loki.Open(loki.Config{URL: a.URL, Dead: &letters{}})
	if err != nil {
		t.Fatal(err)
	}
	again.Close()
}

// TestConfig refuses what cannot work.
func TestConfig(t *testing.T) {
	for want, cfg := range map[string]loki.Config{
		"want http://host:3100":       {URL: "loki:3100"},
		"url: holds a user":           {URL: "http://ann:secret@loki:3100"},
		"token: and a user exclude":   {URL: "http://loki:3100", Token: "t", Username: "u", Password: "secret"},
		"username: is empty":          {URL: "http://loki:3100", Password: "secret"},
		`tenant: ".."`:                {URL: "http://loki:3100", Tenant: ".."},
		`tenant: "a|b"`:               {URL: "http://loki:3100", Tenant: "a|b"},
		"ca_file: open authority.pem": {URL: "https://loki", CAFile: "authority.pem", Dead: &letters{}},
	} {
		err := cfg.Check()
		if err == nil {
			_, err = loki.Open(cfg)
		}
		if err == nil || !strings.Contains(err.Error(), want) || strings.Contains(err.Error(), "secret") {
			t.Errorf("%+v: %v, want %q", cfg.URL, err, want)
		}
	}
}

// running reports whether a goroutine runs code with word in its name.
func running(word string) bool {
	var stacks bytes.Buffer
	if err := pprof.Lookup("goroutine").WriteTo(&stacks, 1); err != nil {
		return true
	}
	return strings.Contains(stacks.String(), word)
}

// until waits for what a goroutine brings about.
func until(t *testing.T, what string, holds func() bool) {
	t.Helper()
	end := time.After(patience)
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for !holds() {
		select {
		case <-tick.C:
		case <-end:
			t.Fatalf("waited too long for: %s", what)
		}
	}
}
