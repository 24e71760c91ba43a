package collector

import (
	"os"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// Status tells what a Follower is doing. Any goroutine may call Now meanwhile.
type Status struct {
	mu        sync.Mutex
	said      StatusNow
	flying    map[uint64]flight // by number
	last      uint64            // number
	followed  []followed
	listed    time.Time // when that list was made
	sources   map[schemas.Source]*SourceStatus
	polled    time.Time // when the files were looked at last
	following bool      // Now may expect the next look
}

// StatusNow is one reading of a Status. Counts are since the start.
type StatusNow struct {
	Files      int // followed
	Unreadable int // of which nothing can be read
	// Bytes and Records were handed to send, batches of an earlier run that
	// were sent again too; Headless are records without a head.
	Bytes, Records, Headless int64
	Unacked                  int // batches that are sent and not done
	// Behind is what the files hold and nobody has stored, in bytes. Lag is
	// for how long the oldest of it has waited. A record that is held back
	// because it may go on counts for neither.
	Behind       int64
	Lag          time.Duration
	ProblemCount int64
	Problems     []schemas.Problem // the newest, at most schemas.MaxAgentProblems
	Sources      []SourceStatus    // by name
}

// SourceStatus is what was read of one kind of log.
type SourceStatus struct {
	Source  schemas.Source
	Records int64
	Last    time.Time // the latest dated record
}

// flight is a batch on its way.
type flight struct {
	bytes int64
	since time.Time
}

// followed is a file as it was when it was looked at.
type followed struct {
	path string
	read int64 // how far it was read
}

// stale is after how long without a look at the files the Follower counts as
// held up: a look that waits for send takes as long as that.
const stale = 10 * time.Second

// Now returns the counters. It asks the system for the sizes of the files.
func (s *Status) Now() StatusNow {
	s.mu.Lock()
	now := s.said
	now.Problems = slices.Clone(now.Problems)
	for _, x := range s.sources {
		now.Sources = append(now.Sources, *x)
	}
	for _, f := range s.flying {
		now.Behind += f.bytes
		now.Lag = max(now.Lag, time.Since(f.since))
	}
	now.Unacked = len(s.flying)
	files, held := s.followed, s.following && time.Since(s.polled) > stale
	if held {
		now.Lag = max(now.Lag, time.Since(s.polled))
	}
	s.mu.Unlock()
	slices.SortFunc(now.Sources, func(a, b SourceStatus) int { return strings.Compare(string(a.Source), string(b.Source)) })
	if !held {
		return now // all there is was read at the last look
	}
	for _, f := range files {
		if info, err := os.Stat(f.path); err == nil {
			now.Behind += max(0, info.Size()-f.read)
		}
	}
	return now
}

// begin counts b, which is about to be sent, and returns what ends its way.
func (s *Status) begin(b *schemas.RecordBatch) (end func()) {
	if s == nil {
		return func() {}
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.flying == nil {
		s.flying, s.sources = map[uint64]flight{}, map[schemas.Source]*SourceStatus{}
	}
	s.said.Bytes += int64(len(b.Blob))
	s.said.Records += int64(len(b.Records))
	s.said.ProblemCount += int64(len(b.Problems))
	s.said.Problems = append(s.said.Problems, b.Problems...)
	s.said.Problems = s.said.Problems[max(0, len(s.said.Problems)-schemas.MaxAgentProblems):]
	s.count(b.Records)
	s.last++
	n := s.last
	s.flying[n] = flight{int64(len(b.Blob)), time.Now()}
	return func() {
		s.mu.Lock()
		defer s.mu.Unlock()
		delete(s.flying, n)
	}
}

func (s *Status) count(records []schemas.Record) {
	var of *SourceStatus
	for i := range records {
		r := &records[i]
		if !r.Head {
			s.said.Headless++
		}
		if of == nil || of.Source != r.Source {
			if of = s.sources[r.Source]; of == nil {
				of = &SourceStatus{Source: r.Source}
				s.sources[r.Source] = of
			}
		}
		of.Records++
		if schemas.Dated(r.Time) && r.Time.After(of.Last) {
			of.Last = r.Time
		}
	}
}

// listEvery bounds how often the list of the files is made.
const listEvery = 5 * time.Second

// looked notes that all files have been looked at.
func (s *Status) looked(tails map[string]*tail, orphans []*tail) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	now := time.Now()
	s.polled, s.following = now, true
	if now.Sub(s.listed) < listEvery && len(tails)+len(orphans) == s.said.Files {
		return
	}
	s.listed, s.followed = now, s.followed[:0:0]
	s.said.Files, s.said.Unreadable = len(tails)+len(orphans), 0
	for _, t := range tails {
		switch {
		case t.failed:
			s.said.Unreadable++
		case !t.packed:
			f := followed{path: t.path}
			if t.entry != nil {
				f.read = t.entry.State.Offset
			}
			s.followed = append(s.followed, f)
		}
	}
}

// found notes how many files are read once.
func (s *Status) found(files int) {
	if s == nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.said.Files = files
}
