package collector

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// A log that prints local time and does not tell the zone itself waits for the
// end of a look at all files: the SDL trace of its node may, wherever it
// stands. What it is read in then stays, as the entry of the file says.

// growsToTell is how much of a growing log is waited for when its own text
// may tell the zone.
const growsToTell = 4 * headBytes

// patience is how long a followed file is kept back, at most, for what may
// still be told.
const patience = 10 * time.Second

// waiting is a file that waits for another one, and how it was to be read.
type waiting struct {
	tail *tail
	end  ending
}

// tellZone sets the zone of k, a file that is new; false when it must wait.
func (r *run) tellZone(k *kind, end ending, begin func(size int) []byte) bool {
	k.findZone(begin)
	if k.zone != nil {
		r.told.learn(k)
		return true
	}
	if !k.file.Source.LocalTime() && !k.borrows() {
		return true
	}
	if k.file.Node != "" { // what all nodes tell is known when all have been seen
		if zone := r.told.of(&k.file); zone != nil {
			k.setZone(zone)
			return true
		}
	}
	if _, ok := k.parser.(schemas.Zoner); ok && end == hold && r.young && len(begin(growsToTell)) < growsToTell {
		return false
	}
	if r.unsure = k.borrows() && !r.lastWord; r.unsure {
		return false
	}
	if k.borrows() {
		k.setZone(r.told.of(&k.file))
	}
	return true
}

// visitAgain visits the files that waited for what others tell, unless one of
// the others has yet to show what it is.
func (r *run) visitAgain(now time.Time) error {
	if len(r.waits) == 0 {
		return nil
	}
	defer func() { r.lastWord, r.waits = false, r.waits[:0] }()
	if r.lastWord = !r.strangers(now); !r.lastWord {
		for _, w := range r.waits {
			w.tail.settled = false // so that the next look visits it
		}
		return nil
	}
	for _, w := range r.waits {
		if err := r.visit(w.tail, w.end); err != nil {
			return err
		}
	}
	return nil
}

// strangers reports whether a file that was seen a moment ago, and does not wait
// for others, has no entry yet.
func (r *run) strangers(now time.Time) bool {
	for _, t := range r.tails {
		if t.pending() && now.Sub(t.since) < patience && !slices.ContainsFunc(r.waits, func(w waiting) bool { return w.tail == t }) {
			return true
		}
	}
	return false
}

// tell has z learn what the logs of an earlier run told, the latest of each
// node last.
func (j *Journal) tell(z *zones) {
	j.mu.Lock()
	defer j.mu.Unlock()
	var told []*entry
	for _, e := range j.entries {
		if !e.File.Source.LocalTime() && !time.Time(e.Seed).IsZero() {
			told = append(told, e)
		}
	}
	slices.SortFunc(told, func(a, b *entry) int {
		return cmp.Or(time.Time(a.State.Time).Compare(time.Time(b.State.Time)), strings.Compare(a.File.Path, b.File.Path))
	})
	for _, e := range told {
		z.look++
		z.learn(&kind{file: e.File, zone: time.Time(e.Seed).Location()})
	}
}
