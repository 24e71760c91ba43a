package correlator

import (
	"cmp"
	"fmt"
	"slices"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// match returns the signatures that e has a part in; the result is valid until
// the next call. An event that proves a rule does not prove those that say the
// same less precisely. A rule that needs more beside the event is not proven yet:
// whether it has a finding is seen when the session is judged.
func (s *signed) match(kind uint8, e *schemas.Event) []match {
	s.matched = s.byKind[kind].match(s.matched[:0], e)
	slices.SortFunc(s.matched, func(a, b match) int { return cmp.Compare(a.sig, b.sig) })
	proves := false
	for _, m := range s.matched {
		proves = proves || m.role&detect.Proves != 0 && len(s.unless[m.sig]) > 0
	}
	if !proves || len(s.matched) < 2 {
		return s.matched
	}
	precise := func(i uint16) bool {
		return slices.ContainsFunc(s.matched, func(m match) bool { return m.sig == i && m.role&detect.Proves != 0 && !s.needs(i) })
	}
	kept := make([]match, 0, len(s.matched))
	for _, m := range s.matched {
		if slices.ContainsFunc(s.unless[m.sig], precise) {
			m.role &^= detect.Proves
		}
		if m.role != 0 {
			kept = append(kept, m)
		}
	}
	return kept
}

// needs reports whether the proofs of a signature need other events.
func (s *signed) needs(sig uint16) bool {
	x := &s.sigs[sig]
	return len(x.Need) > 0 || slices.ContainsFunc(x.Prove, func(m detect.Matcher) bool { return len(m.Needs) > 0 })
}

// partsOf is signed.match, shielded. A condition that panics over an event is a
// mistake of ours: the event has no part in any rule, its log says so, and all
// others go on.
func (c *Correlator) partsOf(kind uint8, e *schemas.Event) (parts []match) {
	defer func() {
		if fault := recover(); fault != nil {
			parts = nil
			cut := *e
			cut.Attrs = []schemas.Attr{{Name: "why", Value: fmt.Sprintf("a mistake in uctrace, please report it with the line: the rules fail on it: %v", fault)}}
			c.noteCut(&cut)
		}
	}()
	return c.signed.match(kind, e)
}

// preciseFirst returns the place of each signature behind those of its unless.
func preciseFirst(unless [][]uint16) []int {
	depth := make([]int, len(unless))
	for range unless {
		moved := false
		for i, list := range unless {
			for _, j := range list {
				if depth[i] <= depth[j] && depth[j] < len(unless) {
					depth[i], moved = depth[j]+1, true
				}
			}
		}
		if !moved {
			break
		}
	}
	return depth
}

// signatures returns the signatures of a list of hits, the more precise first.
func (s *signed) signatures(list []hit) []uint16 {
	var sigs []uint16
	for _, h := range list {
		if !slices.Contains(sigs, h.sig) {
			sigs = append(sigs, h.sig)
		}
	}
	slices.SortFunc(sigs, func(a, b uint16) int { return cmp.Or(cmp.Compare(s.order[a], s.order[b]), cmp.Compare(a, b)) })
	return sigs
}
