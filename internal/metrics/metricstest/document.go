package metricstest

import (
	"bytes"
	"flag"
	"os"
	"regexp"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/metrics"
)

var name = regexp.MustCompile(`^uctrace_[a-z][a-z0-9_]*$`)

// Document compares the metrics of r with the part of a Markdown file that
// stands between "<!-- program -->" and "<!-- end -->", and checks their names.
// With -update, a flag that the caller defines, the part is written.
func Document(t *testing.T, file, program string, r *metrics.Registry) {
	t.Helper()
	defs := r.Definitions()
	for _, d := range defs {
		unit := strings.HasSuffix(d.Name, "_seconds") || strings.HasSuffix(d.Name, "_bytes")
		switch {
		case !name.MatchString(d.Name):
			t.Errorf("%s: not a name of ours", d.Name)
		case (d.Kind == metrics.KindCounter) != strings.HasSuffix(d.Name, "_total"):
			t.Errorf("%s: a counter, and nothing else, ends with _total", d.Name)
		case d.Kind == metrics.KindHistogram && !unit:
			t.Errorf("%s: the unit of a histogram is part of its name", d.Name)
		case !strings.HasSuffix(d.Help, "."):
			t.Errorf("%s: its meaning is no sentence", d.Name)
		}
	}
	var table bytes.Buffer
	if err := metrics.WriteTable(&table, defs); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	begin, end := "<!-- "+program+" -->\n", "<!-- end -->"
	before, rest, found := strings.Cut(string(text), begin)
	part, after, closed := strings.Cut(rest, end)
	if !found || !closed {
		t.Fatalf("%s has no part %q", file, begin)
	}
	if part == table.String() {
		return
	}
	if f := flag.Lookup("update"); f != nil && f.Value.String() == "true" {
		if err := os.WriteFile(file, []byte(before+begin+table.String()+end+after), 0o644); err != nil { //nolint:gosec // a document
			t.Fatal(err)
		}
		return
	}
	t.Errorf("%s is not what the program has: run the test with -update\n%s", file, table.String())
}
