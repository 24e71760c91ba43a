package ruletest_test

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/normalizer"
	"github.com/uctrace/uctrace/schemas"
)

// step is a line of a log that is a step of a sign-in.
type step struct {
	line           int
	stage, outcome string
}

// steps returns the steps of the sign-in in the log at path, one a line.
func steps(t *testing.T, path string) (list []step) {
	t.Helper()
	n := normalizer.New(normalizer.Parsers())
	var b schemas.EventBatch
	err := collector.Scan(t.Context(), collector.Options{Parsers: normalizer.Parsers(), Workers: 1}, []string{path}, nil, func(r *schemas.RecordBatch) error {
		n.Normalize(&b, r)
		for i := range b.Events {
			if e := b.Events[i].Clone(); e.Kind == schemas.KindLoginStage {
				list = append(list, step{e.Line, e.Attr("stage"), e.Attr("outcome")})
			}
		}
		return nil
	})
	if err != nil || len(list) == 0 {
		t.Fatal(err, list)
	}
	slices.SortFunc(list, func(a, b step) int { return a.line - b.line })
	return list
}

// cuts returns, for each stage but the one that completes the sign-in, its last
// step, and the first of the completing one. Their lines are the last before the
// next step.
func cuts(list []step) (ends []step) {
	done := list[len(list)-1].stage
	for i, s := range list {
		later := func(x step) bool { return x.stage == s.stage }
		switch {
		case s.stage == done && !slices.ContainsFunc(list[:i], later),
			s.stage != done && !slices.ContainsFunc(list[i+1:], later):
			s.line = list[i+1].line - 1
			ends = append(ends, s)
		}
	}
	return ends
}

// TestCapability5StuckAtStage cuts a healthy sign-in behind every stage: what is left of
// it says where it stops. Where the records carry no date that is all that can
// be told; where they do and the log goes on, it is a failure.
func TestCapability5StuckAtStage(t *testing.T) {
	path := seed(t, "000")
	text, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	list := steps(t, path)
	ends := cuts(list)
	if len(ends) != 9 {
		t.Errorf("the sign-in has stages %v", ends)
	}
	for _, dated := range []bool{false, true} {
		seen := map[string]bool{}
		for _, end := range append(ends, step{line: len(lines)}) {
			name := fmt.Sprintf("dated %t, behind %s", dated, end.stage)
			left := strings.Join(lines[:end.line], "")
			want := schemas.Info
			if dated {
				left = withDates(lines[:end.line], list)
				if want = schemas.Low; end.outcome == "enter" {
					want = schemas.High
				}
			}
			r := analyze(t, written(t, left))
			if end.stage == "" {
				if len(r.Findings) > 0 || signIn(r) != schemas.OutcomeOK {
					t.Errorf("dated %t, whole: %d findings, the sign-in is %s", dated, len(r.Findings), signIn(r))
				}
				continue
			}
			if len(r.Findings) == 0 && blind(r, "stage "+end.stage+" was entered and the log does not go on") {
				// So little prose is left that the text counts as a log, whose
				// last record has a date and nothing behind it.
				continue
			}
			if dated && end.stage == "sip-register" {
				leftTo(t, r, "sip.register-timeout")
				continue
			}
			if len(r.Findings) != 1 || r.Findings[0].Rule != "login.stuck" {
				t.Errorf("%s: %d findings", name, len(r.Findings))
				continue
			}
			f := r.Findings[0]
			if f.Stage != end.stage || f.Severity != want || !strings.Contains(f.Summary, "expected next: ") || len(f.Fix) == 0 || f.Evidence[0].Line == 0 {
				t.Errorf("%s: %s at stage %s, want %s: %s", name, f.Severity, f.Stage, want, f.Summary)
			}
			if seen[f.Stage+f.Summary] {
				t.Errorf("%s: said before: %s", name, f.Summary)
			}
			seen[f.Stage+f.Summary] = true
		}
		if len(seen) < len(ends)-1 {
			t.Errorf("dated %t: %d different findings for %d stages", dated, len(seen), len(ends))
		}
	}
}

// leftTo wants nothing but a finding of the more precise rule, where there is
// that rule.
func leftTo(t *testing.T, r correlator.Result, rule string) {
	t.Helper()
	rules, err := shipped()
	if err != nil {
		t.Fatal(err)
	}
	var want, got []string
	for i := range rules {
		if rules[i].Name == rule {
			want = []string{rule + " " + rules[i].Severity.String()}
		}
	}
	for _, f := range r.Findings {
		got = append(got, f.Rule+" "+f.Severity.String())
	}
	if !slices.Equal(got, want) {
		t.Errorf("found %q, want %q", got, want)
	}
}

// blind reports whether the coverage says why something cannot be told.
func blind(r correlator.Result, why string) bool {
	return slices.ContainsFunc(r.Coverage, func(c schemas.Coverage) bool { return !c.Observable && strings.Contains(c.Why, why) })
}

// withDates gives the lines that are steps the head of a Jabber record, a
// second after the one before, and lets the log go on for ten minutes.
func withDates(lines []string, list []step) string {
	var b strings.Builder
	t := time.Date(2026, time.January, 5, 9, 0, 0, 0, time.UTC)
	head := func() {
		b.WriteString(t.Format("2006-01-02 15:04:05,000") + ` INFO  [0x000003c8] [esets\adapters\imp\StackManager.cpp(118)] [csf-unified.imp] [IMPStackCap::StackManager::initialise] - `)
	}
	for i, line := range lines {
		if slices.ContainsFunc(list, func(s step) bool { return s.line == i+1 }) {
			t = t.Add(time.Second)
			head()
			if _, message, found := strings.Cut(line, "initialise] "); found {
				line = strings.TrimLeft(message, "– ")
			}
		}
		b.WriteString(line)
	}
	b.WriteString("\n")
	t = t.Add(10 * time.Minute)
	head()
	b.WriteString("Enter - hangDetectionCallback()\n")
	return b.String()
}

// written returns the path of a new file with that text.
func written(t *testing.T, text string) string {
	t.Helper()
	path := filepath.Join(t.TempDir(), "log.txt")
	if err := os.WriteFile(path, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// damages are what becomes of a log that is pasted, printed and scanned.
var damages = []struct {
	name   string
	damage func(line string) string
}{
	{"curly quotes", replace(`"`, "”", `'`, "’")},
	{"dashes", replace("--->", "—>", "<---", "<—", " - ", " – ", "...", "…")},
	{"no-break spaces", replace("  ", "\u00a0 ", " ", "\u00a0")},
	{"carriage returns", replace("\n", "\r\n")},
	{"blank lines between", replace("\n", "\n\n")},
	{"trailing blanks", replace("\n", "  \n")},
	{"scanned", replace("l", "1", "O", "0", "rn", "m")},
	{"a head that is cut off", func(line string) string { return line[min(len(line)-1, 9):] }},
	{"a line that is cut short", func(line string) string { return line[:len(line)/2] + "\n" }},
	{"lines run together", func(line string) string { return strings.TrimRight(line, "\r\n") }},
	{"bad bytes", func(line string) string { return line[:len(line)/3] + "\xff\xfe\x00" + line[len(line)/3:] }},
}

func replace(pairs ...string) func(string) string { return strings.NewReplacer(pairs...).Replace }

// TestCapability13DamagedText damages the reference seeds little by little: nothing is
// found that is not found in the whole text, nor with more certainty.
func TestCapability13DamagedText(t *testing.T) {
	for _, number := range []string{"000", "001", "002", "003", "004"} {
		path := seed(t, number)
		text, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		whole := certainty(analyze(t, path))
		for _, d := range damages {
			for _, share := range []int{10, 40, 100} {
				rng := rand.New(rand.NewPCG(uint64(share), 13))
				var b bytes.Buffer
				for _, line := range strings.SplitAfter(string(text), "\n") {
					if line != "" && line != "\n" && rng.IntN(100) < share {
						line = d.damage(line)
					}
					b.WriteString(line)
				}
				for rule, got := range certainty(analyze(t, written(t, b.String()))) {
					if want, known := whole[rule]; got > want || !known && got >= schemas.Medium {
						t.Errorf("seed %s, %s, %d of 100 lines: %s is %s, in the whole text %s (known %t)", number, d.name, share, rule, got, want, known)
					}
				}
			}
		}
	}
}

// certainty returns the highest severity of each rule that found something.
func certainty(r correlator.Result) map[string]schemas.Severity {
	list := map[string]schemas.Severity{}
	for _, f := range r.Findings {
		list[f.Rule] = max(list[f.Rule], f.Severity)
	}
	return list
}
