package collector

import (
	"bytes"
	"context"
	"errors"
	"os"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// span is what a message id is made of.
type span struct {
	fp         schemas.Fingerprint
	start, end int64
	eof        bool
}

// store is what batches are sent to. It folds equal spans.
type store struct {
	mu      sync.Mutex
	changed chan struct{} // closed and replaced at each batch
	got     map[span]schemas.RecordBatch
	sends   int
	again   int // equal spans
	// lose, when it returns true, leaves the batch without an answer.
	lose func(n int) bool
	t    testing.TB
}

func newStore(t testing.TB) *store {
	return &store{t: t, changed: make(chan struct{}), got: map[span]schemas.RecordBatch{}}
}

func (s *store) send(ctx context.Context, b *schemas.RecordBatch, done func(error)) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.sends++
	id := span{b.File.Fingerprint, b.Start, b.End, b.EOF}
	c := cloneBatch(b)
	for i := range b.Blob {
		b.Blob[i] = '*' // as the agent masks secrets, in place
	}
	if old, ok := s.got[id]; ok && b.Start < b.End {
		s.again++
		if !reflect.DeepEqual(old.Records, c.Records) {
			s.t.Errorf("sent again with other records:\n%+v\nfirst\n%+v", c.Records, old.Records)
		}
		c.Problems = append(c.Problems, old.Problems...)
	} else if ok {
		c.Problems = append(c.Problems, old.Problems...)
	}
	s.got[id] = c
	close(s.changed)
	s.changed = make(chan struct{})
	if s.lose == nil || !s.lose(s.sends) {
		done(nil)
	}
	return ctx.Err()
}

func cloneBatch(b *schemas.RecordBatch) schemas.RecordBatch {
	c := *b
	c.Blob = bytes.Clone(b.Blob)
	c.Records = slices.Clone(b.Records)
	for i := range c.Records {
		c.Records[i].Text = bytes.Clone(c.Records[i].Text)
	}
	c.Problems = slices.Clone(b.Problems)
	return c
}

// texts returns the text of every file, sorted, and fails unless spans tile.
func (s *store) texts() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	var spans []span
	for id := range s.got {
		if id.start < id.end {
			spans = append(spans, id)
		}
	}
	slices.SortFunc(spans, func(a, b span) int {
		if c := slices.Compare(a.fp[:], b.fp[:]); c != 0 {
			return c
		}
		return int(a.start - b.start)
	})
	byFile := map[schemas.Fingerprint][]byte{}
	for _, id := range spans {
		if int64(len(byFile[id.fp])) != id.start {
			s.t.Errorf("%v: span %d–%d, want start %d", id.fp, id.start, id.end, len(byFile[id.fp]))
		}
		byFile[id.fp] = append(byFile[id.fp], s.got[id].Blob...)
	}
	var texts []string
	for _, text := range byFile {
		texts = append(texts, string(text))
	}
	slices.Sort(texts)
	return texts
}

func (s *store) problems() (list []string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.got {
		for _, p := range b.Problems {
			list = append(list, p.Message)
		}
	}
	return list
}

// gone returns where bytes begin that were reported as gone.
func (s *store) gone() (offsets []int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, b := range s.got {
		for _, p := range b.Problems {
			if strings.Contains(p.Message, "cannot be sent again now: the file is gone or shorter") {
				offsets = append(offsets, b.Start)
			}
		}
	}
	slices.Sort(offsets)
	return offsets
}

// until waits until is holds, looking after each batch.
func (s *store) until(is func() bool) {
	s.t.Helper()
	timeout := time.After(30 * time.Second)
	for {
		s.mu.Lock()
		changed := s.changed
		s.mu.Unlock()
		if is() {
			return
		}
		select {
		case <-changed:
		case <-timeout:
			s.t.Fatalf("still waiting; have %.300q, problems %q", s.texts(), s.problems())
		}
	}
}

func (s *store) untilTexts(want ...string) {
	s.t.Helper()
	slices.Sort(want)
	s.until(func() bool { return slices.Equal(s.texts(), want) })
}

func follower(j *Journal, paths ...string) *Follower {
	return &Follower{
		Options: Options{Parsers: bang}, Paths: paths, Journal: j,
		Poll: time.Millisecond, Quiet: 30 * time.Millisecond,
	}
}

// start runs f until stop is called.
func start(t testing.TB, f *Follower, s *store) (stop func()) {
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan error, 1)
	go func() { ended <- f.Run(ctx, s.send) }()
	return func() {
		t.Helper()
		cancel()
		if err := <-ended; !errors.Is(err, context.Canceled) {
			t.Errorf("run: %v", err)
		}
	}
}

func once(t testing.TB, j *Journal, s *store, paths ...string) {
	t.Helper()
	f := follower(j, paths...)
	f.Once = true
	if err := f.Run(t.Context(), s.send); err != nil {
		t.Fatal(err)
	}
}

func openJournal(t testing.TB, dir string) *Journal {
	t.Helper()
	j, err := OpenJournal(dir)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { j.Close() })
	return j
}

func appendTo(t testing.TB, path, text string) {
	t.Helper()
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o644)
	if err == nil {
		_, err = f.WriteString(text)
		err = errors.Join(err, f.Close())
	}
	if err != nil {
		t.Fatal(err)
	}
}
