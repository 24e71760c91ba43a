package eval_test

import (
	"os"
	"strconv"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/eval"
	"github.com/uctrace/uctrace/internal/simulate/fleet"
)

// size is what the everyday suite analyses; UCTRACE_EVAL_SESSIONS asks for
// more, and for the seeds 1 to 3 or those from UCTRACE_EVAL_SEED on.
const size = 250

// TestEval wants the analysis of a simulated fleet above the thresholds, and a
// failure of every rule in the fleet.
func TestEval(t *testing.T) {
	sessions, first, seeds := size, uint64(1), uint64(1)
	if v := os.Getenv("UCTRACE_EVAL_SESSIONS"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil {
			t.Fatal(err)
		}
		sessions, seeds = n, 3
	}
	if v := os.Getenv("UCTRACE_EVAL_SEED"); v != "" {
		n, err := strconv.ParseUint(v, 10, 32)
		if err != nil {
			t.Fatal(err)
		}
		first = n
	}
	for seed := first; seed < first+seeds; seed++ {
		f, err := fleet.New(fleet.Options{Seed: seed, Sessions: sessions})
		if err != nil {
			t.Fatal(err)
		}
		r, err := eval.Run(t.Context(), t.TempDir(), f)
		if err != nil {
			t.Fatal(err)
		}
		t.Logf("seed %d, %d stories, %d files", seed, len(f.Truth.Stories), len(f.Files))
		if err := r.Print(t.Output()); err != nil {
			t.Fatal(err)
		}
		for _, rule := range r.Untold {
			if !strings.HasPrefix(rule, "agent.") { // those are about the agents, of which a folder of logs has none
				t.Errorf("seed %d: no scenario fails by %s", seed, rule)
			}
		}
		for _, l := range r.Low() {
			t.Errorf("seed %d: %v", seed, l)
		}
	}
}
