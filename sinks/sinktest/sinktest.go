// Package sinktest holds every sink to the contract of schemas.Sink: what
// Write accepted is there after a crash, once, whatever came twice, cut
// otherwise, late or at the same time.
//
// A sink's own test calls Run with a Harness that opens real storage. The
// storage may keep copies; what counts is what its reader is told to read.
package sinktest

import (
	"context"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// Harness is storage that outlives the sinks that write to it.
type Harness interface {
	// Sink returns the sink that is open.
	Sink() schemas.Sink
	// Reopen leaves the sink as a killed process would, without Close where
	// that is possible, and opens another one on the same storage.
	Reopen(t *testing.T)
	// Rows reads what is stored, as its readers are told to.
	Rows(t *testing.T) Rows
}

// Run runs the conformance suite; open gives each test empty storage.
func Run(t *testing.T, open func(t *testing.T) Harness) {
	for _, tt := range []struct {
		name string
		run  func(*testing.T, Harness)
	}{
		{"EmptyBatch", testEmptyBatch},
		{"SameBatchTwice", testSameBatchTwice},
		{"SameBatchAfterRestart", testSameBatchAfterRestart},
		{"RecutBatches", testRecutBatches},
		{"NoToken", testNoToken},
		{"SpansWithoutBytes", testSpansWithoutBytes},
		{"HighestVersionHolds", testHighestVersionHolds},
		{"DeletedHides", testDeletedHides},
		{"ConcurrentWrites", testConcurrentWrites},
		{"HugeAndHostileText", testHugeAndHostileText},
		{"UndatedAndZero", testUndatedAndZero},
		{"CancelledContext", testCancelledContext},
		{"WriteDoesNotKeepTheBatch", testWriteDoesNotKeepTheBatch},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, open(t)) })
	}
}

func write(t *testing.T, h Harness, batches ...*schemas.SinkBatch) {
	t.Helper()
	for _, b := range batches {
		if err := h.Sink().Write(t.Context(), b); err != nil {
			t.Fatalf("write %s: %v", b.Token, err)
		}
	}
}

func testEmptyBatch(t *testing.T, h Harness) {
	write(t, h, &schemas.SinkBatch{}, &schemas.SinkBatch{Token: "t"})
	Expect(t, h)
}

func testSameBatchTwice(t *testing.T, h Harness) {
	a, b := Batch(0, 10), Batch(10, 5)
	write(t, h, a, b, a, b, a)
	Expect(t, h, a, b)
}

func testSameBatchAfterRestart(t *testing.T, h Harness) {
	a, b := Batch(0, 10), Batch(10, 5)
	write(t, h, a)
	h.Reopen(t)
	Expect(t, h, a)
	write(t, h, a, b)
	h.Reopen(t)
	Expect(t, h, a, b)
}

func testRecutBatches(t *testing.T, h Harness) {
	whole := Batch(0, 30)
	left, right := Batch(0, 17), Batch(17, 13)
	left.Spans, right.Spans = nil, nil
	left.Sessions, left.Findings, right.Sessions, right.Findings = nil, nil, nil, nil
	write(t, h, left, whole, right)
	Expect(t, h, whole)
}

func testNoToken(t *testing.T, h Harness) {
	a := Batch(0, 3)
	a.Token = ""
	write(t, h, a, a)
	Expect(t, h, a)
}

// testSpansWithoutBytes writes spans that share their bytes and say different
// things: none may take the place of another.
func testSpansWithoutBytes(t *testing.T, h Harness) {
	known, lost := schemas.File{Path: "a.txt", Fingerprint: fp}, schemas.File{Path: "lost.txt"}
	fault := func(f schemas.File, message string) []schemas.Problem {
		return []schemas.Problem{{File: f.Path, Message: message, Unread: true}}
	}
	b := &schemas.SinkBatch{Token: "without bytes", Spans: []schemas.Span{
		{File: lost, Problems: fault(lost, "permission denied")},
		{File: lost, Problems: fault(lost, "input/output error")},
		{File: schemas.File{Path: "other.txt"}},
		{File: known, Start: 0, End: 100, Lines: 1, Records: 1},
		{File: known, Start: 100, End: 100}, // the first part of a batch whose events are cut
		{File: known, Start: 100, End: 100, Problems: fault(known, "input/output error")},
		{File: known, Start: 100, End: 200, Lines: 1, Records: 1},
		{File: known, Start: 200, End: 200, EOF: true},
		{File: known, Start: 200, End: 200, Problems: fault(known, "it is gone")},
	}}
	again := &schemas.SinkBatch{Token: "again", Spans: b.Spans}
	write(t, h, b, b, again)
	for i := range b.Spans {
		write(t, h, &schemas.SinkBatch{Spans: b.Spans[i : i+1]})
	}
	Expect(t, h, b)
}

func testHighestVersionHolds(t *testing.T, h Harness) {
	revised := func(token string, version uint64) *schemas.SinkBatch {
		return &schemas.SinkBatch{Token: token, Sessions: []schemas.Session{session(1, version)}, Findings: []schemas.Finding{finding(1, version)}}
	}
	third := revised("c", 3)
	write(t, h, revised("b", 2), third, revised("a", 1))
	Expect(t, h, third)
	both := revised("d", 4)
	both.Sessions = append(both.Sessions, session(1, 5))
	both.Findings = append(both.Findings, finding(1, 5))
	write(t, h, both)
	Expect(t, h, revised("", 5))
}

func testDeletedHides(t *testing.T, h Harness) {
	gone := &schemas.SinkBatch{Token: "gone", Sessions: []schemas.Session{session(1, 2)}, Findings: []schemas.Finding{finding(1, 2)}}
	gone.Sessions[0].Deleted, gone.Findings[0].Deleted = true, true
	// A withdrawn session need not know its time any more, only since when it was.
	gone.Sessions[0].Start, gone.Findings[0].Time = time.Time{}, time.Time{}
	first := &schemas.SinkBatch{Token: "first", Sessions: []schemas.Session{session(1, 1), session(2, 1)}, Findings: []schemas.Finding{finding(1, 1), finding(2, 1)}}
	write(t, h, gone, first)
	Expect(t, h, &schemas.SinkBatch{Sessions: first.Sessions[1:], Findings: first.Findings[1:]})
	back := &schemas.SinkBatch{Token: "back", Sessions: []schemas.Session{session(1, 3)}, Findings: []schemas.Finding{finding(1, 3)}}
	write(t, h, back)
	h.Reopen(t)
	Expect(t, h, &schemas.SinkBatch{Sessions: first.Sessions[1:], Findings: first.Findings[1:]}, back)
}

func testConcurrentWrites(t *testing.T, h Harness) {
	var batches []*schemas.SinkBatch
	for i := range 16 {
		batches = append(batches, Batch(i*20, 20))
	}
	var wg sync.WaitGroup
	for writer := range 4 {
		wg.Go(func() {
			for i, b := range batches {
				// Each batch is written by two writers.
				if i%4 != writer && (i+1)%4 != writer {
					continue
				}
				if err := h.Sink().Write(t.Context(), b); err != nil {
					t.Error(err)
				}
			}
		})
	}
	wg.Wait()
	Expect(t, h, batches...)
}

func testHugeAndHostileText(t *testing.T, h Harness) {
	texts := []string{
		strings.Repeat("x", 1<<20),
		"quote ' double \" back \\ tab \t line \r\n nul \x00 unit \x1f",
		"FORMAT Native; DROP TABLE events --",
		"häß\u2028\U0001f600",
		"",
	}
	b := Batch(0, len(texts))
	for i := range texts {
		b.Events[i].Text = texts[i]
		b.Events[i].Keys = []schemas.Key{{Type: schemas.KeyUser, Value: texts[i], Scope: texts[i]}}
		b.Events[i].Attrs = []schemas.Attr{{Name: "a", Value: texts[i]}, {Name: "b"}}
	}
	b.Sessions[0].Summary, b.Findings[0].Summary = texts[1], texts[0]
	write(t, h, b)
	Expect(t, h, b)
	got := h.Rows(t).Texts
	for i := range texts {
		if s := got[b.Events[i].ID.String()]; s != texts[i] {
			t.Errorf("text %d came back as %.60q, %d bytes, want %.60q, %d bytes", i, s, len(s), texts[i], len(texts[i]))
		}
	}
}

func testUndatedAndZero(t *testing.T, h Harness) {
	b := &schemas.SinkBatch{
		Token:    "zero",
		Spans:    []schemas.Span{{}, {File: schemas.File{Fingerprint: fp}, Start: 5, End: 5, EOF: true}},
		Events:   []schemas.Event{{}, {ID: fp.ID(1), Time: time.Date(1, 1, 1, 15, 53, 55, 370e6, time.UTC)}, {ID: fp.ID(2), Time: noon}},
		Sessions: []schemas.Session{{}}, Findings: []schemas.Finding{{}},
	}
	write(t, h, b, b)
	Expect(t, h, b)
}

func testCancelledContext(t *testing.T, h Harness) {
	ctx, cancel := context.WithCancel(t.Context())
	cancel()
	b := Batch(0, 10)
	if err := h.Sink().Write(ctx, b); !errors.Is(err, context.Canceled) {
		t.Errorf("write with a cancelled context: %v", err)
	}
	// Whatever became of that, the same batch goes in and is there once.
	write(t, h, b)
	Expect(t, h, b)
}

func testWriteDoesNotKeepTheBatch(t *testing.T, h Harness) {
	b, want := Batch(0, 10), Batch(0, 10)
	write(t, h, b)
	clear(b.Events)
	clear(b.Sessions)
	clear(b.Findings)
	clear(b.Spans)
	Expect(t, h, want)
}
