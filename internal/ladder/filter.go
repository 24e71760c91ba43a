package ladder

import (
	"slices"
	"time"
)

// Filter says which steps of a ladder are wanted. Empty fields do not narrow.
type Filter struct {
	Method string // as in Step
	With   string // the name of a participant that sends, receives or notes
	CallID string // as in Step
}

// IsZero reports whether f wants every step.
func (f Filter) IsZero() bool { return f == Filter{} }

// Only returns the steps of l that f wants, with the participants that these
// have and the times between them. l is not changed.
func (l *Ladder) Only(f Filter) *Ladder {
	if f.IsZero() {
		return l
	}
	o := *l
	o.Steps, o.Participants = nil, nil
	used := make([]bool, len(l.Participants))
	for _, s := range l.Steps {
		if f.Method != "" && s.Method != f.Method || f.CallID != "" && s.CallID != f.CallID ||
			f.With != "" && l.Participants[s.From].Name != f.With && l.Participants[s.To].Name != f.With {
			continue
		}
		used[s.From], used[s.To] = true, true
		o.Steps = append(o.Steps, s)
	}
	at := make([]int, len(used))
	for i, p := range l.Participants {
		if at[i] = len(o.Participants); used[i] {
			o.Participants = append(o.Participants, p)
		}
	}
	for i := range o.Steps {
		s := &o.Steps[i]
		s.From, s.To = at[s.From], at[s.To]
	}
	gaps(o.Steps)
	return &o
}

// Choice is something to filter by, and how many steps it has.
type Choice struct {
	Value string
	Count int
}

// Methods, Parties and CallIDs list what the steps of l can be filtered by, in
// the order in which they appear.
func (l *Ladder) Methods() []Choice {
	return l.choices(func(s *Step) []string { return []string{s.Method} })
}

// Parties are the names of participants, see Methods.
func (l *Ladder) Parties() []Choice {
	return l.choices(func(s *Step) []string {
		if s.From == s.To {
			return []string{l.Participants[s.From].Name}
		}
		return []string{l.Participants[s.From].Name, l.Participants[s.To].Name}
	})
}

// CallIDs are the dialogs, see Methods.
func (l *Ladder) CallIDs() []Choice {
	return l.choices(func(s *Step) []string { return []string{s.CallID} })
}

func (l *Ladder) choices(of func(*Step) []string) []Choice {
	var list []Choice
	for i := range l.Steps {
		for _, v := range of(&l.Steps[i]) {
			if v == "" {
				continue
			}
			at := slices.IndexFunc(list, func(c Choice) bool { return c.Value == v })
			if at < 0 {
				at = len(list)
				list = append(list, Choice{Value: v})
			}
			list[at].Count++
		}
	}
	return list
}

// span is the time that steps take, 0 when it is not known.
func span(steps []Step) time.Duration {
	var d time.Duration
	for i := range steps[1:] {
		d += steps[i+1].Gap
	}
	return d
}
