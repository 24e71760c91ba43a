package web

import (
	"fmt"
	"slices"
	"strconv"
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
	// Blocks are the rows, those that say the same again told in one line.
	Blocks   []block
	Messages int
	Notes    int
	Proofs   int
	// Legs are the dialogs, where there are several.
	Legs []leg
	// Clocks say whose clock differs.
	Clocks []string
	// Folded counts the participants that share the last column, because more
	// would not be read.
	Folded []string
}

// maxColumns is how many participants the style sheet has columns for.
const maxColumns = 14

// block is some rows; with a Fold they are shown when it is opened.
type block struct {
	Fold string
	Rows []row
}

// leg is a dialog of a call: a letter and a colour tell it.
type leg struct {
	Letter string
	Colour int
	ladder.Choice
}

// colours is how many legs the style sheet has colours for.
const colours = 6

// row is a step of the ladder.
type row struct {
	ladder.Step
	Number  int        // from 1
	Printed string     // the time that the log prints, where it is another one
	Leg     *leg       // nil where there is one dialog only
	Pause   string     // set when a long time passes above
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
	worthMarking  = 5 * time.Second
	worthBreaking = time.Minute
)

// draw lays a ladder out, or a part of it. marks tells what findings make of a
// line, all are the dialogs of the whole ladder.
func draw(l *ladder.Ladder, marks marks, all []leg) drawing {
	d := drawing{Participants: l.Participants, Columns: len(l.Participants), Clocks: l.Clocks}
	d.Legs = all
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
		if r.Role == schemas.Proves {
			d.Proofs++
		}
		r.Number = i + 1
		d.Rows = append(d.Rows, r)
	}
	d.fold(l.Runs())
	return d
}

// fold cuts the rows into blocks.
func (d *drawing) fold(runs []ladder.Run) {
	at := 0
	for _, r := range runs {
		if at < r.First {
			d.Blocks = append(d.Blocks, block{Rows: d.Rows[at:r.First]})
		}
		at = r.First + r.Count
		d.Blocks = append(d.Blocks, block{r.Label, d.Rows[r.First:at]})
	}
	if at < len(d.Rows) {
		d.Blocks = append(d.Blocks, block{Rows: d.Rows[at:]})
	}
}

// legsOf names the dialogs of a ladder, where there are several.
func legsOf(l *ladder.Ladder) []leg {
	ids := l.CallIDs()
	if len(ids) < 2 {
		return nil
	}
	list := make([]leg, len(ids))
	for i, c := range ids {
		list[i] = leg{letter(i), i%colours + 1, c}
	}
	return list
}

// letter names the dialogs of a call: A to Z, then A2 and so on.
func letter(i int) string {
	text := string(rune('A' + i%26))
	if i >= 26 {
		text += strconv.Itoa(i/26 + 1)
	}
	return text
}

func (d *drawing) row(s *ladder.Step, marks marks) row {
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
	switch {
	case s.Gap >= worthBreaking:
		r.Pause = duration(s.Gap)
	case s.Gap >= time.Millisecond:
		r.Since, r.Long = "+"+duration(s.Gap), s.Gap >= worthMarking
	}
	if len(s.Seen) > 0 {
		first := &s.Seen[0]
		r.ID, r.Place = first.Event, schemas.Evidence{File: first.File, Line: first.Line}
		if !first.Time.Equal(s.Time) {
			r.Printed = stamp(first.Time)
		}
	}
	if at := slices.IndexFunc(d.Legs, func(l leg) bool { return l.Value == s.CallID }); at >= 0 {
		r.Leg = &d.Legs[at]
	}
	for _, p := range s.Seen {
		m, ok := marks[line{p.File, p.Line}]
		if ok && (r.Role == "" || m.role == schemas.Proves) {
			r.Role, r.Finding = m.role, m.finding
		}
	}
	return r
}

// line is where an event stands. A finding may rest on another event of the
// same record than the one that is drawn.
type line struct {
	file string
	line int
}

// mark is what a finding makes of a line.
type mark struct {
	role    schemas.Role
	finding int // its number on the page
}

type marks map[line]mark

// marksOf collects the evidence of findings.
func marksOf(findings []schemas.Finding) marks {
	list := marks{}
	for i := range findings {
		for _, e := range findings[i].Evidence {
			at := line{e.File, e.Line}
			if old, known := list[at]; !known || old.role != schemas.Proves && e.Role == schemas.Proves {
				list[at] = mark{e.Role, i + 1}
			}
		}
	}
	return list
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
