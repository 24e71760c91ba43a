package ladder

import (
	"fmt"
	"slices"
	"strings"
)

// Folded returns the ladder with the notes in a row of one participant as one
// step, which counts them: what CUCM thought about digits and bandwidth would
// push the messages apart. Notes that a finding rests on stay as they are. The
// steps are those of l or new ones; l is not changed.
func (l *Ladder) Folded() *Ladder {
	f := *l
	f.Steps = nil
	for i := 0; i < len(l.Steps); {
		n := l.asides(i)
		if n < 2 {
			f.Steps = append(f.Steps, l.Steps[i])
			i++
			continue
		}
		f.Steps = append(f.Steps, folded(l.Steps[i:i+n]))
		i += n
	}
	return &f
}

// asides returns how many notes in a row stand at i.
func (l *Ladder) asides(i int) int {
	n := 0
	for ; i+n < len(l.Steps); n++ {
		if s := &l.Steps[i+n]; !s.Aside || s.Proof || s.From != l.Steps[i].From {
			break
		}
	}
	return n
}

// folded is one step for the notes: "7 notes: 4 digits.analysis, 3 media.leg".
func folded(notes []Step) Step {
	s := notes[0]
	s.Label, s.Detail = fmt.Sprintf("%d notes", len(notes)), ""
	var labels, parts []string
	count := map[string]int{}
	s.Seen = slices.Clone(s.Seen)
	for i := range notes {
		if count[notes[i].Label]++; count[notes[i].Label] == 1 {
			labels = append(labels, notes[i].Label)
		}
		if i > 0 {
			s.Seen = append(s.Seen, notes[i].Seen...)
		}
	}
	for _, label := range labels {
		parts = append(parts, fmt.Sprintf("%d %s", count[label], label))
	}
	s.Detail = strings.Join(parts, ", ")
	return s
}
