package jsonl_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/sinks/jsonl"
	"github.com/uctrace/uctrace/sinks/sinktest"
)

// file is a Harness on a file, read as the package comment tells readers to.
type file struct {
	path string
	sink *jsonl.Sink
}

func (f *file) Sink() schemas.Sink { return f.sink }

func (f *file) Reopen(t *testing.T) {
	t.Helper()
	s, err := jsonl.Open(f.path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	f.sink = s
}

func (f *file) Rows(t *testing.T) sinktest.Rows {
	t.Helper()
	data, err := os.ReadFile(f.path)
	if err != nil {
		t.Fatal(err)
	}
	type line struct {
		Type, ID, Fingerprint, Text string
		Start, End                  json.RawMessage
		Version                     uint64
		Deleted                     bool
		Problems                    []schemas.Problem
	}
	spans, events := map[string]bool{}, map[string]string{}
	rows := sinktest.Rows{Texts: events}
	revisions := map[string]map[string]line{"session": {}, "finding": {}}
	for text := range bytes.Lines(data) {
		var l line
		if json.Unmarshal(text, &l) != nil {
			continue
		}
		switch l.Type {
		case "span":
			var start, end int64
			if err := errors.Join(json.Unmarshal(l.Start, &start), json.Unmarshal(l.End, &end)); err != nil {
				t.Fatal(err)
			}
			if spans[string(text)] {
				continue
			}
			spans[string(text)] = true
			rows.Spans = append(rows.Spans, sinktest.SpanKey(l.Fingerprint, start, end))
			for _, p := range l.Problems {
				rows.Problems = append(rows.Problems, sinktest.ProblemKey(p.File, p.Line, p.Message))
			}
		case "event":
			events[l.ID] = l.Text
		default:
			if old, ok := revisions[l.Type][l.ID]; !ok || l.Version >= old.Version {
				revisions[l.Type][l.ID] = l
			}
		}
	}
	for k := range events {
		rows.Events = append(rows.Events, k)
	}
	for id, l := range revisions["session"] {
		if !l.Deleted {
			rows.Sessions = append(rows.Sessions, sinktest.RevisionKey(id, l.Version))
		}
	}
	for id, l := range revisions["finding"] {
		if !l.Deleted {
			rows.Findings = append(rows.Findings, sinktest.RevisionKey(id, l.Version))
		}
	}
	return rows
}

func TestSink(t *testing.T) {
	sinktest.Run(t, func(t *testing.T) sinktest.Harness {
		f := &file{path: filepath.Join(t.TempDir(), "out.jsonl")}
		f.Reopen(t)
		return f
	})
}

func TestTornLine(t *testing.T) {
	path := filepath.Join(t.TempDir(), "out.jsonl")
	if err := os.WriteFile(path, []byte(`{"type":"event","id":"0`), 0o600); err != nil {
		t.Fatal(err)
	}
	f := &file{path: path}
	f.Reopen(t)
	b := sinktest.Batch(0, 2)
	if err := f.sink.Write(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	sinktest.Expect(t, f, b)
}

// failing is a writer that takes only n bytes at first.
type failing struct {
	bytes.Buffer
	n int
}

func (w *failing) Write(p []byte) (int, error) {
	if w.n > 0 {
		p, w.n = p[:w.n], 0
		n, _ := w.Buffer.Write(p)
		return n, errors.New("disk full")
	}
	return w.Buffer.Write(p)
}

func TestWriteAfterFailure(t *testing.T) {
	w := &failing{n: 10}
	s := jsonl.New(w)
	b := &schemas.SinkBatch{Events: []schemas.Event{{}}}
	if err := s.Write(t.Context(), b); err == nil {
		t.Fatal("a short write is no error")
	}
	if err := s.Write(t.Context(), b); err != nil {
		t.Fatal(err)
	}
	lines := bytes.Split(bytes.TrimSpace(w.Bytes()), []byte("\n"))
	if len(lines) != 2 || !json.Valid(lines[1]) {
		t.Errorf("lines: %q", lines)
	}
}
