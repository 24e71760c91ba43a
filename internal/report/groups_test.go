package report_test

import (
	"bytes"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/internal/report"
	"github.com/uctrace/uctrace/schemas"
)

// crowd are 500 users who meet one certificate, one finding of another rule
// that comes between them, and 40 things that were not seen for one reason.
func crowd() correlator.Result {
	var r correlator.Result
	for i := range 500 {
		r.Findings = append(r.Findings, schemas.Finding{
			ID: schemas.HashID(fmt.Sprint("crowd", i)), Rule: "jabber.cucm-certificate", Severity: schemas.High,
			Summary: fmt.Sprintf("user%d does not trust cucm1", i), Cause: "it has expired", Fix: []string{"renew it"},
			Time:     at("16:00:00").Add(time.Duration(i) * time.Second),
			Evidence: []schemas.Evidence{{File: fmt.Sprintf("pc%d/jabber.log", i), Line: 7, Role: schemas.Proves, Text: "CERTIFICATE_VALIDATION_ERROR"}},
		})
	}
	r.Findings = append(r.Findings, schemas.Finding{
		ID: schemas.HashID("between"), Rule: "cucm.overload", Severity: schemas.High, Summary: "cucm1 is overloaded", Time: at("16:00:30"),
	})
	for i := range 40 {
		r.Coverage = append(r.Coverage, schemas.Coverage{Subject: fmt.Sprintf("dialback a%d → b", i), Why: "no line of its receiving server is in these logs"})
	}
	return r
}

// TestACrowdIsOneThingToRead wants some findings of a group written out, some in
// a line and the rest counted, in text and Markdown, and all with Verbose.
func TestACrowdIsOneThingToRead(t *testing.T) {
	print := func(write func(io.Writer, correlator.Result, report.Options) error, verbose bool) string {
		var b bytes.Buffer
		if err := write(&b, crowd(), report.Options{Width: 100, Verbose: verbose}); err != nil {
			t.Fatal(err)
		}
		return b.String()
	}
	text, markdown, long := print(report.Text, false), print(report.Markdown, false), print(report.Text, true)
	tests := []struct {
		name, text, word string
		want             int
	}{
		{"written out or in a line", text, "does not trust cucm1", 13},
		{"lines name their evidence", text, "pc12/jabber.log:7", 1},
		{"the rest is counted", text, "and 487 more of this rule, --verbose writes all out", 1},
		{"advice", text, "renew it", 1},
		{"the other rule comes behind the group", text[strings.Index(text, "and 487 more"):], "501. HIGH", 1},
		{"not seen", text, "dialback a0 → b, dialback a1 → b, dialback a2 → b and 37 more", 1},
		{"Markdown", markdown, "does not trust cucm1", 13},
		{"Markdown, the rest", markdown, "and 487 more of this rule", 1},
		{"Markdown, advice", markdown, "renew it", 1},
		{"Markdown, where the advice is", markdown, "as finding 1", 2},
		{"everything", long, "does not trust cucm1", 500},
		{"everything, not seen", long, "is in these logs", 40},
	}
	for _, tt := range tests {
		if got := strings.Count(tt.text, tt.word); got != tt.want {
			t.Errorf("%s: %q stands %d times, want %d", tt.name, tt.word, got, tt.want)
		}
	}
	if n := strings.Count(text, "\n"); n > 80 {
		t.Errorf("%d lines", n)
	}
}
