package correlator

import (
	"slices"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

func span(path string, start, end int64, change func(*schemas.Span)) schemas.EventBatch {
	b := schemas.EventBatch{Span: schemas.Span{
		File:  schemas.File{Path: path, Source: schemas.CUCMSDL, Fingerprint: schemas.FingerprintOf([]byte(path))},
		Start: start, End: end, Records: int(end - start), Lines: int(end - start), Silent: int(end - start),
	}}
	if change != nil {
		change(&b.Span)
	}
	return b
}

// TestInputs checks that the parts of a file add up once, however often and
// however cut they come.
func TestInputs(t *testing.T) {
	broken := func(s *schemas.Span) {
		s.Problems = []schemas.Problem{{File: "a", Message: "gzip: unexpected EOF", Unread: true}}
		s.EOF = true
	}
	batches := []schemas.EventBatch{
		span("a", 0, 100, nil), span("a", 100, 200, func(s *schemas.Span) { s.To = at("5") }), span("a", 200, 200, broken),
		span("a", 0, 200, func(s *schemas.Span) { s.To = at("5") }), // read again, as one batch
		span("b", 0, 50, func(s *schemas.Span) { s.From, s.To = at("1"), at("2") }),
	}
	checkSet(t, batches, 20)
	r := resultOf(batches)
	if len(r.Inputs) != 2 {
		t.Fatalf("%d inputs", len(r.Inputs))
	}
	a, b := r.Inputs[0], r.Inputs[1]
	if a.Bytes != 200 || a.Records != 200 || len(a.Problems) != 1 || !a.To.Equal(at("5")) {
		t.Errorf("%+v", a)
	}
	if b.Bytes != 50 || !b.From.Equal(at("1")) || !b.To.Equal(at("2")) {
		t.Errorf("%+v", b)
	}
	if !blind(r, "a", "gzip: unexpected EOF") {
		t.Errorf("coverage %+v", r.Coverage)
	}
}

func TestCoverage(t *testing.T) {
	tests := []struct {
		name         string
		batches      []schemas.EventBatch
		subject, why string
	}{
		{"no such log", []schemas.EventBatch{span("a", 0, 10, nil)}, "dialback", "no record of the Expressway XCP processes"},
		{"unknown log", []schemas.EventBatch{span("a", 0, 10, func(s *schemas.Span) { s.File.Source = schemas.Unknown })}, "a", "no parser knows this log"},
		{"prose", []schemas.EventBatch{span("a", 0, 10, func(s *schemas.Span) { s.Headless, s.Events = 4, 1 })}, "a", "4 of 10 records are not log lines"},
		{"not understood", []schemas.EventBatch{span("a", 0, 10, func(s *schemas.Span) { s.Unparsed = 3 })}, "a", "3 of 10 records were not understood"},
		{"undated", []schemas.EventBatch{span("a", 0, 10, func(s *schemas.Span) { s.Events = 1 })}, "a", "no record carries a date"},
		{"a part is missing", build(t, "file a cucm.sdl\n0 log.gap why=rotated\n5 log.gap why=cut"), "a", "missing at line 1: rotated, and 1 more parts"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := resultOf(tt.batches)
			if !blind(r, tt.subject, tt.why) {
				t.Errorf("coverage %+v does not say %q of %q", r.Coverage, tt.why, tt.subject)
			}
		})
	}
}

// TestStrangers checks that the files of a collection that are no logs take
// one line.
func TestStrangers(t *testing.T) {
	var batches []schemas.EventBatch
	for p := range strings.SplitSeq("a b c d e f g h", " ") {
		batches = append(batches, span(p, 0, 10, func(s *schemas.Span) { s.File.Source = schemas.Unknown }))
	}
	want := schemas.Coverage{Subject: "8 inputs", Why: "no parser knows them: a, b, c, d, e, 3 more"}
	if r := resultOf(batches); !slices.Contains(r.Coverage, want) {
		t.Errorf("coverage %+v", r.Coverage)
	}
}
