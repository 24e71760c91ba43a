package ladder

import (
	"fmt"
	"strings"
	"time"
)

// Run is a part of a ladder that may be told in one line: notes in a row, or
// messages that were there already.
type Run struct {
	First, Count int // Steps[First : First+Count]
	// Label says what it is: "UPDATE, 200 OK: 1,098 times more, 2h26m0s".
	Label string
}

const (
	// leastRepeats is how often messages come again before they are told in one
	// line, longestRepeat how many of them make one turn: an INVITE that
	// refreshes a session, with its provisional responses and the ACK, at both
	// sides of a CUCM.
	leastRepeats  = 3
	longestRepeat = 12
)

// Runs returns the parts that may be told in one line, in order and without
// overlap: the notes of Folded, where three or more stand in a row, and refreshes:
// OPTIONS, UPDATE, re-INVITE, NOTIFY and their responses that pass between the
// same participants again and again, behind the first. What failed, and what a
// finding rests on, is in none.
func (l *Ladder) Runs() []Run {
	var runs []Run
	for i := 0; i < len(l.Steps); {
		if n := l.asides(i); n > 2 {
			s := folded(l.Steps[i : i+n])
			runs = append(runs, Run{i, n, s.Label + ": " + s.Detail})
			i += n
			continue
		}
		period, times := l.refreshes(i)
		if times < leastRepeats {
			i++
			continue
		}
		first := i + period
		r := Run{First: first, Count: period * times}
		r.Label = fmt.Sprintf("%s: %d times more", l.names(i, period), times)
		if d := span(l.Steps[first : first+r.Count]); d > 0 {
			unit := time.Millisecond
			if d >= time.Minute {
				unit = time.Second
			}
			r.Label += ", " + d.Round(unit).String()
		}
		runs = append(runs, r)
		i = first + r.Count
	}
	return runs
}

// refreshes returns how many steps at i, of which the first is a request, come
// again behind themselves, and how often.
func (l *Ladder) refreshes(i int) (period, times int) {
	if l.Steps[i].Class != Request {
		return 0, 0
	}
	for period = 1; period <= longestRepeat && i+2*period <= len(l.Steps); period++ {
		if !l.routine(i + period - 1) {
			return 0, 0
		}
		n := 0
		for at := i + period; at+period <= len(l.Steps) && l.again(i, at, period); at += period {
			n++
		}
		if n >= leastRepeats {
			return period, n
		}
	}
	return 0, 0
}

// routine reports whether step i may be one of many.
func (l *Ladder) routine(i int) bool {
	s := &l.Steps[i]
	return !s.Proof && s.Class != Failure && (s.From != s.To || s.Aside)
}

// again reports whether the period steps at i come again at j.
func (l *Ladder) again(i, j, period int) bool {
	for k := range period {
		a, b := &l.Steps[i+k], &l.Steps[j+k]
		if a.From != b.From || a.To != b.To || a.Label != b.Label || a.Method != b.Method || a.CallID != b.CallID || !l.routine(j+k) {
			return false
		}
	}
	return true
}

// names are the labels of messages, each once.
func (l *Ladder) names(i, n int) string {
	var list []string
	have := map[string]bool{}
	for _, s := range l.Steps[i : i+n] {
		if s.From != s.To && !have[s.Label] {
			have[s.Label] = true
			list = append(list, s.Label)
		}
	}
	return strings.Join(list, ", ")
}
