package correlator

import (
	"slices"
	"sort"
)

// ledgerRun is how many lines one run of a numberedLines holds at most.
const ledgerRun = 512

// numberedLines are numbered records of a file by offset, each offset once. They
// come in any order: they are kept in runs, so that one which belongs in the
// middle moves a few hundred others at most.
type numberedLines struct{ runs [][]numbered }

// insert adds x, and returns its neighbours, nil where there is none; false when
// its offset is there already.
func (l *numberedLines) insert(x numbered) (before, behind *numbered, added bool) {
	// The run whose first line is the last one at or before x.
	r := sort.Search(len(l.runs), func(i int) bool { return l.runs[i][0].offset > x.offset }) - 1
	if r < 0 {
		if r = 0; len(l.runs) == 0 {
			l.runs = append(l.runs, nil)
		}
	}
	run := l.runs[r]
	at := len(run)
	if at > 0 && run[at-1].offset >= x.offset {
		at = sort.Search(len(run), func(i int) bool { return run[i].offset >= x.offset })
		if run[at].offset == x.offset {
			return nil, nil, false
		}
	}
	switch {
	case at > 0:
		before = new(run[at-1])
	case r > 0:
		before = new(l.runs[r-1][len(l.runs[r-1])-1])
	}
	switch {
	case at < len(run):
		behind = new(run[at])
	case r+1 < len(l.runs):
		behind = new(l.runs[r+1][0])
	}
	l.put(r, at, x)
	return before, behind, true
}

// put inserts x in run r. A full run is parted, or, where lines come in order,
// followed by a new one.
func (l *numberedLines) put(r, at int, x numbered) {
	run := l.runs[r]
	if len(run) < ledgerRun {
		l.runs[r] = slices.Insert(run, at, x)
		return
	}
	if at == len(run) {
		l.runs = slices.Insert(l.runs, r+1, []numbered{x})
		return
	}
	half := len(run) / 2
	l.runs = slices.Insert(l.runs, r+1, slices.Clone(run[half:]))
	l.runs[r] = run[:half]
	if at > half {
		r, at = r+1, at-half
	}
	l.runs[r] = slices.Insert(l.runs[r], at, x)
}

// first returns the line with the lowest offset, nil when there is none.
func (l *numberedLines) first() *numbered {
	if len(l.runs) == 0 {
		return nil
	}
	return &l.runs[0][0]
}

// last returns the line with the highest offset, nil when there is none.
func (l *numberedLines) last() *numbered {
	if len(l.runs) == 0 {
		return nil
	}
	run := l.runs[len(l.runs)-1]
	return &run[len(run)-1]
}
