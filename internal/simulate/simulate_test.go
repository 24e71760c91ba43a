package simulate_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/simulate"
)

func TestTraces(t *testing.T) {
	start := time.Date(2026, 3, 4, 9, 0, 0, 0, time.UTC)
	lines := simulate.Traces(start)
	if !slices.Equal(lines, simulate.Traces(start)) {
		t.Error("equal starts give different lines")
	}
	if slices.Equal(lines, simulate.Traces(start.Add(time.Hour))) {
		t.Error("the start does not matter")
	}
	for i, l := range lines {
		if i > 0 && l.At.Before(lines[i-1].At) {
			t.Errorf("line %d is older than the one before", i)
		}
		if !strings.HasSuffix(l.Text, "\n") || l.File == "" || strings.Contains(l.File, "..") || strings.HasPrefix(l.File, "/") {
			t.Errorf("line %d: %q in %q", i, l.Text, l.File)
		}
	}
}

// TestScenariosHaveTwins wants a healthy story beside the failing ones, and no
// two stories of one name.
func TestScenariosHaveTwins(t *testing.T) {
	names, healthy := map[string]bool{}, 0
	for _, sc := range simulate.Scenarios() {
		if names[sc.Name] || sc.Name == "" {
			t.Errorf("name %q", sc.Name)
		}
		names[sc.Name] = true
		if sc.Want == "" {
			healthy++
		}
	}
	if healthy == 0 || healthy == len(names) {
		t.Errorf("%d of %d stories are healthy", healthy, len(names))
	}
}
