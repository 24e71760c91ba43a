// Package golden runs a parser over logs in txtar files and compares the
// events with what the files say.
//
// A file is a comment, the part "log", and the part "want" with one line per
// event. Options stand in the comment: "zone: -04:00", "date: 2013-04-17",
// "node: cucm1", "path: x.log", "excerpt" (the log is a document that quotes
// lines). "go test -update" writes "want" anew.
package golden

import (
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"golang.org/x/tools/txtar"

	"github.com/uctrace/uctrace/schemas"
)

var update = flag.Bool("update", false, "write the wanted parts of testdata/*.txtar anew")

// Run runs every txtar file that pattern matches through p.
func Run(t *testing.T, pattern string, p schemas.Parser) {
	t.Helper()
	paths, err := filepath.Glob(pattern)
	if err != nil || len(paths) == 0 {
		t.Fatalf("no file matches %s (%v)", pattern, err)
	}
	for _, path := range paths {
		t.Run(strings.TrimSuffix(filepath.Base(path), ".txtar"), func(t *testing.T) { one(t, path, p) })
	}
}

func one(t *testing.T, path string, p schemas.Parser) {
	t.Helper()
	archive, err := txtar.ParseFile(path)
	if err != nil {
		t.Fatal(err)
	}
	log, want := part(archive, "log"), part(archive, "want")
	if log == nil {
		t.Fatalf("%s has no part log", path)
	}
	got := print(p, Batch(p, log.Data, options(string(archive.Comment))))
	if *update {
		if want == nil {
			archive.Files = append(archive.Files, txtar.File{Name: "want"})
			want = &archive.Files[len(archive.Files)-1]
		}
		want.Data = []byte(got)
		if err := os.WriteFile(path, txtar.Format(archive), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if want == nil || got != string(want.Data) {
		t.Errorf("%s: got\n%s", path, got)
		if want != nil {
			t.Errorf("want\n%s", want.Data)
		}
	}
}

func part(a *txtar.Archive, name string) *txtar.File {
	for i := range a.Files {
		if a.Files[i].Name == name {
			return &a.Files[i]
		}
	}
	return nil
}

func options(comment string) Options {
	var o Options
	for line := range strings.Lines(comment) {
		name, value, _ := strings.Cut(strings.TrimSpace(line), ":")
		value = strings.TrimSpace(value)
		switch name {
		case "zone":
			if at, err := time.Parse("-07:00", value); err == nil {
				o.Zone = at.Location()
			}
		case "date":
			o.Date, _ = time.Parse(time.DateOnly, value)
		case "node":
			o.Node = value
		case "path":
			o.Path = value
		case "excerpt":
			o.Excerpt = true
		}
	}
	return o
}

// print returns the records' number and the events of b, one a line.
func print(p schemas.Parser, b *schemas.RecordBatch) string {
	var out strings.Builder
	var events []schemas.Event
	for i := range b.Records {
		r := &b.Records[i]
		events = p.Parse(events[:0], &b.File, r)
		for j := range events {
			e := &events[j]
			if e.Time.IsZero() {
				e.Time = r.Time
			}
			if e.Line == 0 {
				e.Line = r.Line
			}
			out.WriteString(Line(e))
		}
	}
	return out.String()
}
