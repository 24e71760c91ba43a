package report_test

import (
	"bytes"
	"fmt"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/report"
	"github.com/uctrace/uctrace/schemas"
)

// repeated are two findings of one cause, each with a line a minute.
func repeated() correlator.Result {
	var r correlator.Result
	for i := range 2 {
		f := schemas.Finding{
			ID: schemas.HashID(fmt.Sprint("repeated", i)), Rule: "cucm.endpoint-unregistered", Severity: schemas.Medium,
			Summary: fmt.Sprintf("CUCM lost phone %d", i), Cause: "the cable", Fix: []string{"plug it in"}, Time: at("16:00:00"),
		}
		for n := range 5 {
			f.Evidence = append(f.Evidence, schemas.Evidence{
				File: "alarms.txt", Line: 10*i + n + 1, Role: schemas.Proves, Text: fmt.Sprintf("16:0%d phone %d is lost", n, i),
			})
		}
		r.Findings = append(r.Findings, f)
	}
	return r
}

func TestRepeatedLinesAndAdvice(t *testing.T) {
	var short, long bytes.Buffer
	if err := report.Text(&short, repeated(), report.Options{Width: 100}); err != nil {
		t.Fatal(err)
	}
	if err := report.Text(&long, repeated(), report.Options{Width: 100, Verbose: true}); err != nil {
		t.Fatal(err)
	}
	tests := []struct {
		name, text, word string
		want             int
	}{
		{"lines that differ in numbers", short.String(), "is lost", 6},
		{"what is left out", short.String(), "and 2 lines more, --verbose shows all", 2},
		{"advice", short.String(), "plug it in", 1},
		{"where the advice is", short.String(), "as finding 1", 1},
		{"all lines", long.String(), "is lost", 10},
	}
	for _, tt := range tests {
		if got := strings.Count(tt.text, tt.word); got != tt.want {
			t.Errorf("%s: %q stands %d times, want %d\n%s", tt.name, tt.word, got, tt.want, tt.text)
		}
	}
}
