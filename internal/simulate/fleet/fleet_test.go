package fleet_test

import (
	"bytes"
	"os/exec"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/simulate/fleet"
	"github.com/uctrace/uctrace/schemas"
)

func told(t *testing.T, o fleet.Options) *fleet.Fleet {
	t.Helper()
	f, err := fleet.New(o)
	if err != nil {
		t.Fatal(err)
	}
	return f
}

func TestEqualSeedsGiveEqualBytes(t *testing.T) {
	a := told(t, fleet.Options{Seed: 3, Sessions: 60})
	if !same(t, a, told(t, fleet.Options{Seed: 3, Sessions: 60})) {
		t.Error("equal options give different fleets")
	}
	if same(t, a, told(t, fleet.Options{Seed: 4, Sessions: 60})) {
		t.Error("the seed does not matter")
	}
	if same(t, a, told(t, fleet.Options{Seed: 3, Sessions: 60, Start: a.Truth.Start.Add(24 * time.Hour)})) {
		t.Error("the start does not matter")
	}
}

func same(t *testing.T, a, b *fleet.Fleet) bool {
	t.Helper()
	var truths [2]bytes.Buffer
	for i, f := range []*fleet.Fleet{a, b} {
		if err := f.Truth.Write(&truths[i]); err != nil {
			t.Fatal(err)
		}
	}
	return bytes.Equal(truths[0].Bytes(), truths[1].Bytes()) &&
		slices.EqualFunc(a.Files, b.Files, func(x, y fleet.File) bool { return x.Path == y.Path && bytes.Equal(x.Text, y.Text) })
}

func TestSessionsAreAtLeastThoseAskedFor(t *testing.T) {
	f := told(t, fleet.Options{Seed: 1, Sessions: 700})
	n := 0
	for i := range f.Truth.Stories {
		n += len(f.Truth.Stories[i].Sessions)
	}
	if n < 700 || n > 720 {
		t.Errorf("%d sessions, want 700 or a few more", n)
	}
}

func TestUnknownScenario(t *testing.T) {
	if _, err := fleet.New(fleet.Options{Scenarios: []string{"no-such"}}); err == nil || !strings.Contains(err.Error(), `"no-such"`) {
		t.Errorf("error = %v, want one with the name", err)
	}
}

// TestScenarios wants names of one form, each once, and what a story expects
// to be what its scenario announces.
func TestScenarios(t *testing.T) {
	name := regexp.MustCompile(`^[a-z0-9]+(-[a-z0-9]+)*$`)
	rule := regexp.MustCompile(`^[a-z]+\.[a-z0-9]+(-[a-z0-9]+)*$`)
	seen := map[string]bool{}
	for _, sc := range fleet.Scenarios() {
		if !name.MatchString(sc.Name) || seen[sc.Name] || sc.Title == "" {
			t.Errorf("scenario %q, %q", sc.Name, sc.Title)
		}
		seen[sc.Name] = true
		for _, r := range slices.Concat(sc.Rules, sc.Like) {
			if !rule.MatchString(r) {
				t.Errorf("%s: rule %q", sc.Name, r)
			}
		}
		if !sc.Healthy() && len(sc.Like) > 0 {
			t.Errorf("%s fails and is like a failure", sc.Name)
		}
		f := told(t, fleet.Options{Seed: 2, Scenarios: []string{sc.Name}})
		var expects []string
		for _, e := range f.Truth.Stories[0].Expect {
			expects = append(expects, e.Rule)
		}
		if !slices.Equal(expects, sc.Rules) {
			t.Errorf("%s: announces %v and expects %v", sc.Name, sc.Rules, expects)
		}
		if len(f.Truth.Stories[0].Records) == 0 {
			t.Errorf("%s writes nothing", sc.Name)
		}
	}
}

// TestEveryFailureHasALookAlike wants a healthy scenario beside each rule that
// a scenario fails by: a rule that is never tempted proves nothing by silence.
func TestEveryFailureHasALookAlike(t *testing.T) {
	alike := map[string]bool{}
	for _, sc := range fleet.Scenarios() {
		for _, rule := range sc.Like {
			alike[rule] = true
		}
	}
	for _, sc := range fleet.Scenarios() {
		for _, rule := range sc.Rules {
			if !alike[rule] {
				t.Errorf("%s: no healthy scenario looks like %s", sc.Name, rule)
			}
		}
	}
}

// TestTruthPointsAtLines wants each record of the truth to be whole lines of
// its file, and none to be of two stories.
func TestTruthPointsAtLines(t *testing.T) {
	f := told(t, fleet.Options{Seed: 6, Sessions: 300})
	files := map[string][]byte{}
	for _, file := range f.Files {
		if files[file.Path] != nil || bytes.IndexByte(file.Text, 0) >= 0 || !bytes.HasSuffix(file.Text, []byte("\n")) {
			t.Errorf("%s is there twice, holds a placeholder or ends within a line", file.Path)
		}
		files[file.Path] = file.Text
	}
	taken := map[string]map[int64]bool{}
	starts := map[string]map[int64]int{} // line numbers by offset
	for path, text := range files {
		lines, offset := map[int64]int{}, int64(0)
		for n, line := range bytes.SplitAfter(text, []byte("\n")) {
			lines[offset] = n + 1
			offset += int64(len(line))
		}
		starts[path] = lines
	}
	for i := range f.Truth.Stories {
		story := &f.Truth.Stories[i]
		for _, r := range story.Records {
			text := files[r.File]
			end := r.Offset + int64(r.Bytes)
			switch {
			case r.Bytes == 0 || end > int64(len(text)), starts[r.File][r.Offset] == 0, starts[r.File][end] == 0:
				t.Fatalf("%s: %s at %d is no whole lines", story.ID, r.File, r.Offset)
			case starts[r.File][r.Offset] != r.Line, starts[r.File][end]-r.Line != r.Lines:
				t.Fatalf("%s: %s at %d is not line %d and %d lines", story.ID, r.File, r.Offset, r.Line, r.Lines)
			case taken[r.File][r.Offset]:
				t.Fatalf("%s: %s at %d is another story's too", story.ID, r.File, r.Offset)
			}
			if taken[r.File] == nil {
				taken[r.File] = map[int64]bool{}
			}
			taken[r.File][r.Offset] = true
			for _, n := range r.Sessions {
				if n < 0 || n >= len(story.Sessions) {
					t.Fatalf("%s: session %d of %d", story.ID, n, len(story.Sessions))
				}
			}
		}
	}
}

// TestStoriesInterleave wants the lines of different stories to stand between
// each other, and logs to be in several parts.
func TestStoriesInterleave(t *testing.T) {
	f := told(t, fleet.Options{Seed: 1, Sessions: 1000})
	parts, between := 0, 0
	for _, file := range f.Files {
		if strings.Contains(file.Path, "/sdl/SDL") && !strings.Contains(file.Path, "000188") {
			parts++
		}
	}
	type line struct {
		story int
		at    int
	}
	last := map[string]line{}
	for i := range f.Truth.Stories {
		for _, r := range f.Truth.Stories[i].Records {
			if l, ok := last[r.File]; ok && l.story != i && r.Line < l.at {
				between++
			}
			last[r.File] = line{i, r.Line}
		}
	}
	if parts == 0 || between < 50 {
		t.Errorf("%d further parts of traces, %d lines between those of an earlier story", parts, between)
	}
}

// TestExpectationsNameWhatTheyAreAbout wants a session or a subject.
func TestExpectationsNameWhatTheyAreAbout(t *testing.T) {
	f := told(t, fleet.Options{Seed: 1})
	for i := range f.Truth.Stories {
		story := &f.Truth.Stories[i]
		for _, e := range story.Expect {
			if e.Session >= len(story.Sessions) || e.Severity > schemas.Critical {
				t.Errorf("%s: %+v", story.ID, e)
			}
		}
	}
}

// TestNothingIsShared keeps the writer of the logs apart from their readers.
func TestNothingIsShared(t *testing.T) {
	out, err := exec.Command("go", "list", "-deps", ".").Output()
	if err != nil {
		t.Fatal(err)
	}
	for _, banned := range []string{"uctrace/normalizer", "uctrace/correlator", "uctrace/collector", "uctrace/internal/ruleset"} {
		if strings.Contains(string(out), banned) {
			t.Errorf("the fleet is written with %s", banned)
		}
	}
}

// TestScenarioWithoutSession wants a fleet that no story gives a session to
// have an end.
func TestScenarioWithoutSession(t *testing.T) {
	f := told(t, fleet.Options{Scenarios: []string{"presence-up"}, Sessions: 5})
	if n := len(f.Truth.Stories); n != 5 {
		t.Errorf("%d stories, want 5", n)
	}
}
