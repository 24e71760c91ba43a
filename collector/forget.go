package collector

import (
	"cmp"
	"maps"
	"time"
)

// forgetAfter is Follower.Forget where it is zero. A node keeps its files for
// days: what is gone for a month was rotated away.
const forgetAfter = 30 * 24 * time.Hour

// forget has the Journal forget the files that are gone for long. It looks now
// and then, and not at the start: a share may not be mounted yet.
func (r *run) forget(now time.Time) error {
	after := cmp.Or(r.Forget, forgetAfter)
	if now.Before(r.forgetAt) {
		return nil
	}
	first := r.forgetAt.IsZero()
	if r.forgetAt = now.Add(after / 30); first {
		return nil
	}
	present := map[*entry]bool{}
	for _, t := range r.tails {
		t.present(present)
	}
	for _, t := range r.orphans {
		t.present(present)
	}
	return r.journal.forget(present, now, after)
}

// present adds the entries of t and of what came out of it.
func (t *tail) present(all map[*entry]bool) {
	if t.entry != nil {
		all[t.entry] = true
	}
	maps.Copy(all, t.inside)
}

// forget notes which files are not present, and forgets those that have not been
// for so long, and of which nothing is on its way.
func (j *Journal) forget(present map[*entry]bool, now time.Time, after time.Duration) error {
	j.mu.Lock()
	defer j.mu.Unlock()
	changed := false
	for print, e := range j.entries {
		gone := time.Time(e.Gone)
		switch {
		case present[e] || len(e.unacked) > 0:
			changed = changed || !gone.IsZero()
			e.Gone = moment{}
		case gone.IsZero():
			changed, e.Gone = true, moment(now.UTC())
		case now.Sub(gone) >= after:
			changed = true
			delete(j.entries, print)
			if j.grown[e.Check] == e {
				delete(j.grown, e.Check)
			}
		}
	}
	if !changed || j.file == nil || j.file.closed {
		return nil
	}
	return j.rewrite()
}
