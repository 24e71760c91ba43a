package loki_test

import (
	"context"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/gogo/protobuf/proto"
	"github.com/golang/snappy"
	"github.com/grafana/loki/pkg/push"

	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/loki"
)

// answers is an HTTP server that answers as Loki 3.7 does, to see what the
// sink makes of each answer. That Loki stores what it accepts is the business
// of the tests against a real one.
type answers struct {
	*httptest.Server
	// reply answers a push; nil, or the status 0, accepts it.
	reply func(lines []stored) (status int, body string)

	mu     sync.Mutex
	pushes int
	kept   []stored
	tenant string
	auth   string
}

// stored is a line in a push.
type stored struct {
	labels, text string
	time         time.Time
	meta         map[string]string
}

func newAnswers(t *testing.T, reply func([]stored) (int, string)) *answers {
	a := &answers{reply: reply}
	a.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		lines, err := readPush(r)
		a.mu.Lock()
		defer a.mu.Unlock()
		a.pushes++
		a.tenant, a.auth = r.Header.Get("X-Scope-OrgID"), r.Header.Get("Authorization")
		if err != nil {
			t.Error(err)
		}
		if a.reply != nil {
			if status, body := a.reply(lines); status != 0 {
				http.Error(w, body, status)
				return
			}
		}
		a.kept = append(a.kept, lines...)
		w.WriteHeader(http.StatusNoContent)
	}))
	t.Cleanup(a.Close)
	return a
}

func readPush(r *http.Request) (lines []stored, err error) {
	if r.URL.Path != "/loki/api/v1/push" {
		return nil, fmt.Errorf("push to %s", r.URL.Path)
	}
	body, err := io.ReadAll(r.Body)
	if err != nil {
		return nil, err
	}
	if body, err = snappy.Decode(nil, body); err != nil {
		return nil, err
	}
	var p push.PushRequest
	if err := proto.Unmarshal(body, &p); err != nil {
		return nil, err
	}
	for _, s := range p.Streams {
		for _, e := range s.Entries {
			meta := map[string]string{}
			for _, m := range e.StructuredMetadata {
				meta[m.Name] = m.Value
			}
			lines = append(lines, stored{s.Labels, e.Line, e.Timestamp, meta})
		}
	}
	return lines, nil
}

// texts returns what was kept, sorted.
func (a *answers) texts() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	var texts []string
	for _, l := range a.kept {
		texts = append(texts, l.text)
	}
	slices.Sort(texts)
	return texts
}

// letters are the dead letters.
type letters struct {
	mu      sync.Mutex
	refused []schemas.Refused
}

func (l *letters) WriteRefused(_ context.Context, r *schemas.Refused) error {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.refused = append(l.refused, *r)
	return nil
}

// seen counts what a Sink tells.
type seen struct {
	mu             sync.Mutex
	stored, blank  int
	retried, dead  map[string]int
	waits, waiting bool
}

func (s *seen) tell(what func()) {
	s.mu.Lock()
	defer s.mu.Unlock()
	what()
}

// count returns how many pushes were made again for a reason.
func (s *seen) count(reason string) (n int) {
	s.tell(func() { n = s.retried[reason] })
	return n
}

func (s *seen) Stored(lines, _ int)   { s.tell(func() { s.stored += lines }) }
func (s *seen) LeftOut()              { s.tell(func() { s.blank++ }) }
func (s *seen) Retried(reason string) { s.tell(func() { s.retried[reason]++ }) }
func (s *seen) Refused(reason string) { s.tell(func() { s.dead[reason]++ }) }
func (s *seen) Waiting(now bool)      { s.tell(func() { s.waiting, s.waits = now, s.waits || now }) }

// arrived is when the batches of these tests arrived.
var arrived = time.Date(2026, 3, 4, 10, 0, 0, 0, time.UTC)

// batch makes a batch of one SDL trace with the texts, a second apart up to
// arrived.
func batch(texts ...string) schemas.RawBatch {
	b := &schemas.RecordBatch{File: schemas.File{
		Path: "SDL001_100_000001.txt", Source: schemas.CUCMSDL, Cluster: "hq", Node: "cucm1",
		Fingerprint: schemas.FingerprintOf([]byte("SDL001_100_000001.txt")),
	}}
	for i, text := range texts {
		at := int64(len(b.Blob))
		b.Blob = append(b.Blob, text...)
		b.Records = append(b.Records, schemas.Record{
			ID: b.File.Fingerprint.ID(at), Source: schemas.CUCMSDL, Time: arrived.Add(time.Duration(i-len(texts)) * time.Second),
			Line: i + 1, Lines: 1, Offset: at, Head: true, Text: []byte(text),
		})
	}
	b.End = int64(len(b.Blob))
	return schemas.RawBatch{Records: b, Arrived: arrived}
}

// numbered returns the lines 0 to n-1.
func numbered(n int) []string {
	lines := make([]string, n)
	for i := range lines {
		lines[i] = fmt.Sprintf("line %05d", i)
	}
	return lines
}

// open opens a sink that does not wait long.
func open(t *testing.T, cfg loki.Config) (*loki.Sink, *letters, *seen) {
	t.Helper()
	dead, watch := &letters{}, &seen{retried: map[string]int{}, dead: map[string]int{}}
	cfg.Dead, cfg.Observer = dead, watch
	if cfg.Pause == 0 {
		cfg.Pause = time.Millisecond
	}
	s, err := loki.Open(cfg)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s, dead, watch
}

// patience bounds every wait; none of them takes it when all is well.
const patience = time.Minute

func write(t *testing.T, s *loki.Sink, b ...schemas.RawBatch) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	if err := s.WriteRaw(ctx, b); err != nil {
		t.Fatal(err)
	}
}

// writeUntil writes b until it is stored, or until enough says that it was
// tried long enough, and reports whether it is stored.
func writeUntil(t *testing.T, s *loki.Sink, b schemas.RawBatch, enough func() bool) bool {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	ended := make(chan error, 1)
	go func() { ended <- s.WriteRaw(ctx, []schemas.RawBatch{b}) }()
	tick := time.NewTicker(5 * time.Millisecond)
	defer tick.Stop()
	for {
		select {
		case err := <-ended:
			return err == nil
		case <-tick.C:
			if enough() {
				cancel()
			}
		}
	}
}

// is compares lists.
func is(t *testing.T, what string, got, want []string) {
	t.Helper()
	for i := range max(len(got), len(want)) {
		if i >= len(got) || i >= len(want) || got[i] != want[i] {
			t.Errorf("%s: %d lines, want %d; the first that differ: %.100q, want %.100q", what, len(got), len(want), got[min(i, len(got)):min(i+1, len(got))], want[min(i, len(want)):min(i+1, len(want))])
			return
		}
	}
}
