package web

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// waterfall is the stages of a session along its time.
type waterfall struct {
	Bars  []bar
	Ticks []tick // none when the log gives too few times
}

// bar is a stage; X and Width are shares of a hundred.
type bar struct {
	schemas.Stage
	X, Width string
	Took     string
	After    string // since the session began
	Finding  int    // number of the finding on this page that names it, 0 for none
}

// tick is a mark of the axis.
type tick struct {
	X, Label string
	Anchor   string // of its text, as SVG has it
}

// stages lays the stages of a session out along its time.
func stages(s *schemas.Session, events []schemas.Event, findings []schemas.Finding) waterfall {
	list := corrected(s, events)
	first, last := extent(list)
	whole := last.Sub(first)
	share := func(d time.Duration) float64 { return 100 * float64(d) / float64(max(whole, time.Microsecond)) }
	w := waterfall{Bars: make([]bar, len(list))}
	for i, st := range list {
		b := &w.Bars[i]
		b.Stage = st
		b.Finding = 1 + slices.IndexFunc(findings, func(f schemas.Finding) bool { return f.Stage == st.Name })
		if st.Start.IsZero() {
			b.X, b.Width = "0", "0"
			continue
		}
		b.X = percent(min(share(st.Start.Sub(first)), 99.4))
		b.Width = percent(max(share(max(st.End.Sub(st.Start), 0)), 0.6))
		b.After = "+" + duration(st.Start.Sub(first))
		if st.End.After(st.Start) {
			b.Took = duration(st.End.Sub(st.Start))
		}
	}
	if whole <= 0 {
		return w
	}
	step := tickStep(whole)
	for at := time.Duration(0); at <= whole; at += step {
		t := tick{percent(share(at)), axis(at), "middle"}
		switch {
		case at == 0:
			t.Anchor = "start"
		case share(at) > 95:
			t.Anchor = "end"
		}
		w.Ticks = append(w.Ticks, t)
	}
	return w
}

// corrected returns the stages of a session by its reference clock. Stages have
// the times of events, so an event of that time tells whose clock it was.
func corrected(s *schemas.Session, events []schemas.Event) []schemas.Stage {
	if len(s.Skews) == 0 {
		return s.Stages
	}
	ahead := map[int64]time.Duration{}
	for i := range events {
		e := &events[i]
		ahead[e.Time.UnixMicro()] = s.Ahead(e.Node, e.File, e.Time)
	}
	list := slices.Clone(s.Stages)
	for i := range list {
		for _, t := range []*time.Time{&list[i].Start, &list[i].End} {
			if !t.IsZero() {
				*t = t.Add(-ahead[t.UnixMicro()])
			}
		}
	}
	return list
}

func percent(f float64) string { return strconv.FormatFloat(f, 'f', 2, 64) + "%" }

// extent is the time from the first stage to the last.
func extent(stages []schemas.Stage) (first, last time.Time) {
	for _, st := range stages {
		if !st.Start.IsZero() && (first.IsZero() || st.Start.Before(first)) {
			first = st.Start
		}
		for _, t := range []time.Time{st.Start, st.End} {
			if t.After(last) {
				last = t
			}
		}
	}
	return first, last
}

// tickStep returns the round time between two marks of an axis, of which there
// are six at most.
func tickStep(whole time.Duration) time.Duration {
	unit := time.Microsecond
	for ; ; unit *= 10 {
		for _, n := range []time.Duration{1, 2, 5} {
			if unit*n >= time.Minute {
				return clockStep(whole)
			}
			if whole <= 5*unit*n {
				return unit * n
			}
		}
	}
}

// clockStep is tickStep for minutes and hours.
func clockStep(whole time.Duration) time.Duration {
	for _, n := range []time.Duration{1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720} {
		if whole <= 5*n*time.Minute {
			return n * time.Minute
		}
	}
	day := 24 * time.Hour
	return (whole/(5*day) + 1) * day
}

// axis prints the round time of a mark.
func axis(d time.Duration) string {
	switch {
	case d == 0:
		return "0"
	case d < time.Second:
		return strconv.FormatFloat(float64(d)/float64(time.Millisecond), 'f', -1, 64) + " ms"
	case d < time.Minute:
		return strconv.FormatFloat(d.Seconds(), 'f', -1, 64) + " s"
	case d < time.Hour && d%time.Minute == 0:
		return fmt.Sprintf("%d min", d/time.Minute)
	case d%(24*time.Hour) == 0:
		return plural(int(d/(24*time.Hour)), "day", "days")
	case d%time.Hour == 0:
		return fmt.Sprintf("%d h", d/time.Hour)
	}
	return duration(d)
}
