package eval_test

import (
	"os"
	"strconv"
	"testing"

	"github.com/uctrace/uctrace/internal/eval"
	"github.com/uctrace/uctrace/internal/simulate/fleet"
)

// size is what the everyday suite analyses; UCTRACE_EVAL_SESSIONS asks for
// more, for the seeds 1 to 3, and for all thresholds.
const size = 250

// known are measures that are below their thresholds, and why. One that is no
// longer below has to go from here.
var known = map[string]string{
	"purity": "a sub-line of an SDL trace does not have the correlation tag of its signal, so the number lookup of an MGCP or H.323 call is joined to the SIP call in front of it",
}

// TestEval wants the analysis of a simulated fleet above the thresholds.
func TestEval(t *testing.T) {
	sessions, seeds, tolerated := size, uint64(1), known
	if v := os.Getenv("UCTRACE_EVAL_SESSIONS"); v != "" {
		n, err := strconv.Atoi(v)
		if err != nil {
			t.Fatal(err)
		}
		sessions, seeds, tolerated = n, 3, nil
	}
	for seed := uint64(1); seed <= seeds; seed++ {
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
		low := map[string]bool{}
		for _, l := range r.Low() {
			if low[l.What] = true; tolerated[l.What] == "" {
				t.Errorf("seed %d: %v", seed, l)
			}
		}
		for what, why := range tolerated {
			if !low[what] {
				t.Errorf("%s is above its threshold: it is not true any more that %s", what, why)
			}
		}
	}
}
