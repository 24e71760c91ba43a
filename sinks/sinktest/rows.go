package sinktest

import (
	"fmt"
	"slices"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// Rows is what a reader sees, in any order: one string per row, a repeated
// row as often as it is seen.
type Rows struct {
	Spans    []string // SpanKey
	Problems []string // ProblemKey, of all spans
	Events   []string // the id
	Sessions []string // RevisionKey; deleted ones are not seen
	Findings []string // RevisionKey; deleted ones are not seen
	// Texts is the evidence of each event by id.
	Texts map[string]string
}

// SpanKey names a span in Rows.
func SpanKey(fingerprint string, start, end int64) string {
	return fmt.Sprintf("%s:%d-%d", fingerprint, start, end)
}

// ProblemKey names a problem of a span in Rows.
func ProblemKey(file string, line int, message string) string {
	return fmt.Sprintf("%s:%d: %s", file, line, message)
}

// RevisionKey names a revision of a session or a finding in Rows.
func RevisionKey(id string, version uint64) string { return fmt.Sprintf("%s@%d", id, version) }

var (
	fp   = schemas.FingerprintOf([]byte("sinktest"))
	noon = time.Date(2026, 3, 1, 12, 0, 0, 0, time.UTC)
)

// Batch returns a batch of n events and their span, from the event number
// first of one file, with a session and a finding.
func Batch(first, n int) *schemas.SinkBatch {
	const size = 100 // bytes of a record
	b := &schemas.SinkBatch{
		Token: fmt.Sprintf("batch-%d-%d", first, n),
		Spans: []schemas.Span{{
			File:  schemas.File{Path: "a.txt", Fingerprint: fp, Source: schemas.CUCMSDL, Node: "n"},
			Start: int64(first) * size, End: int64(first+n) * size, From: noon, To: noon.Add(time.Duration(first+n) * time.Second), Lines: n, Records: n, Events: n,
		}},
		Sessions: []schemas.Session{session(first, 1)},
		Findings: []schemas.Finding{finding(first, 1)},
	}
	for i := first; i < first+n; i++ {
		b.Events = append(b.Events, schemas.Event{
			ID: fp.ID(int64(i) * size), Record: fp.ID(int64(i) * size), Time: noon.Add(time.Duration(i) * time.Second), Source: schemas.CUCMSDL, Node: "n", File: "a.txt", Line: i + 1,
			Kind: schemas.KindMobilityLookup, Keys: []schemas.Key{{Type: schemas.KeyCI, Value: fmt.Sprint(i), Scope: "c"}}, Attrs: []schemas.Attr{{Name: "number", Value: fmt.Sprint(i)}}, Text: fmt.Sprint("line ", i),
		})
	}
	return b
}

func session(n int, version uint64) schemas.Session {
	return schemas.Session{ID: schemas.HashID("session", fmt.Sprint(n)), Version: version, Kind: schemas.SessionCall, Outcome: schemas.OutcomeOK, Since: noon, Start: noon, Events: []schemas.ID{fp.ID(int64(n) * 100)}, EventCount: 1}
}

func finding(n int, version uint64) schemas.Finding {
	return schemas.Finding{ID: schemas.HashID("finding", fmt.Sprint(n)), Version: version, Rule: "r", Severity: schemas.High, Since: noon, Time: noon, Evidence: []schemas.Evidence{{Event: fp.ID(int64(n) * 100), Role: schemas.Proves}}}
}

// Expect fails the test unless h holds exactly the rows of batches, whose
// revisions must be live and the highest.
func Expect(t *testing.T, h Harness, batches ...*schemas.SinkBatch) {
	t.Helper()
	var want Rows
	for _, b := range batches {
		for i := range b.Spans {
			want.Spans = append(want.Spans, SpanKey(b.Spans[i].File.Fingerprint.String(), b.Spans[i].Start, b.Spans[i].End))
			for _, p := range b.Spans[i].Problems {
				want.Problems = append(want.Problems, ProblemKey(p.File, p.Line, p.Message))
			}
		}
		for i := range b.Events {
			want.Events = append(want.Events, b.Events[i].ID.String())
		}
		for i := range b.Sessions {
			want.Sessions = append(want.Sessions, RevisionKey(b.Sessions[i].ID.String(), b.Sessions[i].Version))
		}
		for i := range b.Findings {
			want.Findings = append(want.Findings, RevisionKey(b.Findings[i].ID.String(), b.Findings[i].Version))
		}
	}
	got := h.Rows(t)
	same(t, "spans", got.Spans, want.Spans)
	same(t, "problems", got.Problems, want.Problems)
	same(t, "events", got.Events, want.Events)
	same(t, "sessions", got.Sessions, want.Sessions)
	same(t, "findings", got.Findings, want.Findings)
}

func same(t *testing.T, what string, got, want []string) {
	t.Helper()
	slices.Sort(got)
	slices.Sort(want)
	if slices.Equal(got, want) {
		return
	}
	t.Errorf("%s: %d rows, want %d; missing %v; not expected, or more than once %v", what, len(got), len(want), minus(want, got), minus(got, want))
}

// minus returns the head of a without what is in b, each as often as it
// stands there.
func minus(a, b []string) []string {
	left := map[string]int{}
	for _, s := range b {
		left[s]++
	}
	var out []string
	for _, s := range a {
		if left[s]--; left[s] < 0 && len(out) < 5 {
			out = append(out, s)
		}
	}
	return out
}
