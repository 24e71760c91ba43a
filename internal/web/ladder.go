package web

import (
	"fmt"
	"strings"
	"time"

	"github.com/uctrace/uctrace/internal/ladder"
	"github.com/uctrace/uctrace/schemas"
)

// drawing is a ladder as the page shows it: a grid with a column for each
// participant. Columns and spans are classes of the style sheet, because the
// policy of the page allows no style in the text.
type drawing struct {
	Participants []ladder.Participant
	Columns      int
	Rows         []row
	Messages     int
	Notes        int
	Proofs       int
	// Folded counts the participants that share the last column, because more
	// would not be read.
	Folded []string
}

// maxColumns is how many participants the style sheet has columns for.
const maxColumns = 14

// row is a step of the ladder.
type row struct {
	ladder.Step
	ID      schemas.ID // of the event, the first that shows it
	Day     string     // set when a day begins here
	Since   string     // the time since the row above, "" when it is short
	Long    bool       // that is long
	Note    bool
	Left    int  // the first column, from 1
	Span    int  // how many columns
	Back    bool // the arrow points to the left; a note stands left of its dot
	Place   schemas.Evidence
	Role    schemas.Role // what a finding makes of it, "" for nothing
	Finding int          // number of the finding on this page, 0 for none
}

const (
	worthTelling = 500 * time.Millisecond
	worthMarking = 5 * time.Second
)

// draw lays a ladder out. marks tells what findings make of an event.
func draw(l *ladder.Ladder, marks map[schemas.ID]mark) drawing {
	d := drawing{Participants: l.Participants, Columns: len(l.Participants)}
	if d.Columns > maxColumns {
		for _, p := range l.Participants[maxColumns-1:] {
			d.Folded = append(d.Folded, p.Name)
		}
		d.Participants, d.Columns = append(l.Participants[:maxColumns-1:maxColumns-1], ladder.Participant{Name: fmt.Sprintf("%d others", len(d.Folded))}), maxColumns
	}
	day := ""
	for i := range l.Steps {
		r := d.row(&l.Steps[i], marks)
		if schemas.Dated(r.Time) && !r.Time.IsZero() {
			if today := r.Time.UTC().Format(time.DateOnly); today != day {
				r.Day, day = today, today
			}
		}
		if r.Note {
			d.Notes++
		} else {
			d.Messages++
		}
		if r.Proof {
			d.Proofs++
		}
		d.Rows = append(d.Rows, r)
	}
	return d
}

func (d *drawing) row(s *ladder.Step, marks map[schemas.ID]mark) row {
	from, to := min(s.From, d.Columns-1), min(s.To, d.Columns-1)
	r := row{Step: *s, Left: min(from, to) + 1, Span: max(from, to) - min(from, to) + 1, Back: to < from}
	if from == to {
		// A note goes to the side that has more room.
		r.Note, r.Back = true, from > (d.Columns-1)/2
		r.Left, r.Span = from+1, d.Columns-from
		if r.Back {
			r.Left, r.Span = 1, from+1
		}
	}
	if s.Gap >= worthTelling {
		r.Since, r.Long = "+"+duration(s.Gap), s.Gap >= worthMarking
	}
	if len(s.Seen) > 0 {
		first := &s.Seen[0]
		r.ID, r.Place = first.Event, schemas.Evidence{File: first.File, Line: first.Line}
	}
	for _, p := range s.Seen {
		m, ok := marks[p.Event]
		if ok && (r.Role == "" || m.role == schemas.Proves) {
			r.Role, r.Finding = m.role, m.finding
		}
	}
	return r
}

// Text is what the row says, for a reader of the screen.
func (r row) Text() string {
	var parts []string
	for _, p := range []string{r.Label, r.Detail} {
		if p != "" {
			parts = append(parts, p)
		}
	}
	if r.Repeats > 0 {
		parts = append(parts, fmt.Sprintf("sent %d times", r.Repeats+1))
	}
	return strings.Join(parts, ", ")
}

// mark is what a finding makes of an event.
type mark struct {
	role    schemas.Role
	finding int // its number on the page
}

// marksOf collects the evidence of findings.
func marksOf(findings []schemas.Finding) map[schemas.ID]mark {
	marks := map[schemas.ID]mark{}
	for i := range findings {
		for _, e := range findings[i].Evidence {
			if old, known := marks[e.Event]; !known || old.role != schemas.Proves && e.Role == schemas.Proves {
				marks[e.Event] = mark{e.Role, i + 1}
			}
		}
	}
	return marks
}

// proofsOf returns the events that prove one of findings.
func proofsOf(findings []schemas.Finding) map[schemas.ID]bool {
	proofs := map[schemas.ID]bool{}
	for i := range findings {
		for _, e := range findings[i].Evidence {
			if e.Role == schemas.Proves {
				proofs[e.Event] = true
			}
		}
	}
	return proofs
}

// build draws a session the way its kind is best looked at.
func build(s *schemas.Session, events []schemas.Event, findings []schemas.Finding) ladder.Ladder {
	if s.Kind == schemas.SessionFederation {
		return ladder.Dialback(s, events, proofsOf(findings))
	}
	return ladder.Build(s, events, proofsOf(findings))
}

// bar is a stage of the waterfall; X and Width are shares of a hundred.
type bar struct {
	schemas.Stage
	X, Width string
	Took     string
	After    string // since the sign-in began
	Last     bool   // the last stage that was reached
}

// waterfall lays the stages of a sign-in out along its time.
func waterfall(s *schemas.Session) []bar {
	var first, last time.Time
	for _, st := range s.Stages {
		if !st.Start.IsZero() && (first.IsZero() || st.Start.Before(first)) {
			first = st.Start
		}
		for _, t := range []time.Time{st.Start, st.End} {
			if t.After(last) {
				last = t
			}
		}
	}
	whole := max(last.Sub(first), time.Millisecond)
	share := func(d time.Duration) float64 { return 100 * float64(d) / float64(whole) }
	bars := make([]bar, len(s.Stages))
	for i, st := range s.Stages {
		b := &bars[i]
		b.Stage, b.Last = st, i == len(s.Stages)-1
		if st.Start.IsZero() {
			b.X, b.Width = "0", "0"
			continue
		}
		b.X = fmt.Sprintf("%.2f%%", min(share(st.Start.Sub(first)), 99.4))
		b.Width = fmt.Sprintf("%.2f%%", max(share(max(st.End.Sub(st.Start), 0)), 0.6))
		b.After = "+" + duration(st.Start.Sub(first))
		if st.End.After(st.Start) {
			b.Took = duration(st.End.Sub(st.Start))
		}
	}
	return bars
}

// ticks are the times below a waterfall.
func ticks(bars []bar) []string {
	var first, last time.Time
	for _, b := range bars {
		if !b.Start.IsZero() && (first.IsZero() || b.Start.Before(first)) {
			first = b.Start
		}
		for _, t := range []time.Time{b.Start, b.End} {
			if t.After(last) {
				last = t
			}
		}
	}
	if whole := last.Sub(first); whole > 0 {
		list := make([]string, 5)
		for i := range list {
			list[i] = duration(whole * time.Duration(i) / 4)
		}
		return list
	}
	return nil
}
