// Package fleet writes the logs of a large simulated deployment, as an
// operator would collect them, and the truth about them: which lines make
// which call, registration, sign-in or dialback, what a reader must find in
// them and what it must not.
//
// It knows the formats from the outside. It shares no code with the parsers,
// the correlator and the detectors that read its output, so that a mistake of
// theirs is not repeated here.
//
//	Scenario ──tell──▶ story ──writers──▶ record (time, log, text, session) ──render──▶ File, Truth
//
// A scenario is one story: what happened, told with the verbs of the writers
// (cucm*.go, jabber*.go, expressway*.go, imp*.go). Several stories of each
// scenario run at once and their lines interleave in the same files. Equal
// Options give equal bytes.
package fleet

import (
	"cmp"
	"fmt"
	"math/rand/v2"
	"slices"
	"time"
)

// Options say which fleet is written.
type Options struct {
	// Seed makes one fleet differ from another.
	Seed uint64
	// Sessions is how many true sessions there are at least.
	Sessions int
	// Scenarios are the names of the scenarios that are told; nil is all.
	Scenarios []string
	// Start is when the first story begins; zero is 2026-03-02 08:00 UTC.
	Start time.Time
}

// Fleet is what was written.
type Fleet struct {
	Files []File // by path
	Truth Truth
}

// File is one log, complete.
type File struct {
	Path string // slash-separated, below the output folder
	Text []byte
}

// pace is the mean distance of two stories. It is small enough that calls and
// sign-ins overlap and large enough that 1,000 sessions span more than an hour.
const pace = 5 * time.Second

// tail is how long every log goes on behind the last story, so that "nothing
// came" can be told from "the log ends here".
const tail = 3 * time.Minute

// New writes the fleet. Its only error is an unknown scenario name.
func New(o Options) (*Fleet, error) {
	chosen, err := choose(o.Scenarios)
	if err != nil {
		return nil, err
	}
	if o.Start.IsZero() {
		o.Start = time.Date(2026, 3, 2, 8, 0, 0, 0, time.UTC)
	}
	w := newWorld(o)
	at := o.Start.Add(20 * time.Second)
	for n := 0; ; n++ {
		sc := pick(w.rng, chosen, n)
		enough := w.sessions >= o.Sessions || w.sessions == 0 && n >= o.Sessions // some scenarios have no session
		if n >= len(chosen) && enough {
			break
		}
		w.tell(sc, at)
		at = at.Add(time.Duration(w.rng.Int64N(int64(2 * pace))))
	}
	w.background(maxTime(at, w.last).Add(tail))
	return w.render(o), nil
}

func maxTime(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

func choose(names []string) ([]Scenario, error) {
	all := Scenarios()
	if len(names) == 0 {
		return all, nil
	}
	var list []Scenario
	for _, name := range names {
		i := slices.IndexFunc(all, func(s Scenario) bool { return s.Name == name })
		if i < 0 {
			return nil, fmt.Errorf("unknown scenario %q", name)
		}
		list = append(list, all[i])
	}
	return list, nil
}

// pick returns the scenario of story n: each one once, then at random by
// weight, so that a fleet is mostly healthy everyday work.
func pick(rng *rand.Rand, chosen []Scenario, n int) *Scenario {
	if n < len(chosen) {
		return &chosen[n]
	}
	total := 0
	for i := range chosen {
		total += chosen[i].weight()
	}
	at := rng.IntN(total)
	for i := range chosen {
		if at -= chosen[i].weight(); at < 0 {
			return &chosen[i]
		}
	}
	return &chosen[0]
}

// compareRecords orders records by time, those of one moment as they were told.
func compareRecords(a, b *record) int {
	return cmp.Or(a.at.Compare(b.at), cmp.Compare(a.told, b.told))
}
