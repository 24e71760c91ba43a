package offline_test

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/internal/offline"
	simulated "github.com/uctrace/uctrace/internal/simulate/fleet"
	"github.com/uctrace/uctrace/schemas"
)

// absences are rules that find that something did not come.
var absences = []string{
	"cucm.retries-exhausted", "expressway.media-no-rx", "imp.axl-slow", "login.stuck", "mra.user-id-case", "sip.register-timeout",
	"xmpp.dialback-timeout", "xmpp.sasl-silent",
}

// TestWindowEnds looks at a fleet up to moments anywhere in calls, sign-ins and
// dialbacks. That something did not come is found only where it does not come
// behind the window either, by the same rule about the same keys. Other failures
// may be made good behind it.
func TestWindowEnds(t *testing.T) {
	dir := t.TempDir()
	f, err := simulated.New(simulated.Options{Seed: 10, Sessions: 250})
	if err != nil {
		t.Fatal(err)
	}
	if err := f.Save(dir); err != nil {
		t.Fatal(err)
	}
	whole := analyze(t, 0, dir)
	about := func(f *schemas.Finding) string { return fmt.Sprint(f.Rule, f.Keys) }
	known := map[string]bool{}
	for i := range whole.Findings {
		known[about(&whole.Findings[i])] = true
	}
	missing := 0
	begin := time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC) // of a fleet
	for at := begin.Add(time.Minute); at.Before(begin.Add(25 * time.Minute)); at = at.Add(97 * time.Second) {
		w := offline.Window{Until: at}
		r, err := offline.Analyze(t.Context(), offline.Options{Paths: []string{dir}, Window: w})
		if err != nil {
			t.Fatal(err)
		}
		for i := range r.Findings {
			if x := &r.Findings[i]; slices.Contains(absences, x.Rule) {
				if missing++; !known[about(x)] {
					t.Errorf("%v: %s: %q is not found in the whole", w, x.Rule, x.Summary)
				}
			}
		}
		if !slices.ContainsFunc(r.Coverage, func(c schemas.Coverage) bool { return strings.HasPrefix(c.Why, "--since and --until leave out") }) {
			t.Errorf("%v: nothing says what is left out", w)
		}
	}
	if missing < 20 {
		t.Errorf("%d findings of something missing: not worth comparing", missing)
	}
}

// TestEmptyWindow: a window beside the logs is an error that says where they are.
func TestEmptyWindow(t *testing.T) {
	dir := t.TempDir()
	fleet(t, dir)
	w := offline.Window{Until: time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)}
	_, err := offline.Analyze(t.Context(), offline.Options{Paths: []string{dir}, Window: w})
	var empty *offline.EmptyWindowError
	if !errors.As(err, &empty) || err.Error() != "nothing was logged before 2020-01-01T00:00:00Z" || !strings.Contains(empty.Hint(), " from 2024-03-0") {
		t.Errorf("%v", err)
	}
}
