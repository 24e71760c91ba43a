// Package ladder draws a session as a sequence diagram: the participants as
// columns, what passed between them as arrows from top to bottom. A Ladder is
// made once and written as text, Mermaid, SVG or HTML.
package ladder

import (
	"slices"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// Ladder is a session ready to be drawn.
type Ladder struct {
	Title        string
	Session      schemas.Session
	Participants []Participant // from left to right, in order of appearance
	Steps        []Step        // from top to bottom
	// Clocks say whose clock differs. The times of the steps are corrected by
	// it; the lines that they were logged in print others.
	Clocks []string
}

// Subtitle says when it was and which session it is: what a drawing by itself
// needs beside its title.
func (l *Ladder) Subtitle() string {
	var parts []string
	if at := l.Session.Start; !at.IsZero() {
		days := at.UTC().Format(time.DateOnly)
		if end := l.Session.End.UTC().Format(time.DateOnly); l.Session.End.After(at) && end != days {
			days += " to " + end
		}
		parts = append(parts, days+", times are UTC")
	}
	if !l.Session.ID.IsZero() {
		parts = append(parts, "session "+l.Session.ID.String())
	}
	for _, c := range l.Clocks {
		parts = append(parts, c+": times here are corrected")
	}
	return strings.Join(parts, " · ")
}

// Participant is one column.
type Participant struct {
	Name string
	// Addrs are the addresses that it is known by.
	Addrs []string
}

// Class says how a step is drawn.
type Class string

// The classes.
const (
	Request     Class = "request"
	Provisional Class = "provisional"
	Success     Class = "success"
	Redirect    Class = "redirect"
	Failure     Class = "failure"
	Note        Class = "note"
)

// Step is an arrow, or a note when From and To are one.
type Step struct {
	Time     time.Time // zero when the log gives none
	Gap      time.Duration
	From, To int // indices in Participants
	Label    string
	// Detail is what does not fit on the arrow: the Request-URI, the Reason.
	Detail string
	// Brief is the part of it that is worth its place on the arrow: who is
	// called, why it ends.
	Brief string
	// Method is the SIP method, of a response that which it answers, or the name
	// of the stanza; "" for a note. CallID is the dialog it is of, if any.
	Method, CallID string
	Class          Class
	// Repeats counts the retransmissions behind the first.
	Repeats int
	// Seen is where it was logged, once for each side that logged it.
	Seen []Place
	// Proof is true when a finding rests on it.
	Proof bool
	// Aside is true of a note that says what a node thought, not what happened.
	Aside bool
}

// Place is a line of a log.
type Place struct {
	Node, File string
	Line       int
	Event      schemas.ID
	Text       string
	// Time is what the line prints. That of the step is another one when the
	// clock of the node differs.
	Time time.Time
}

// Build draws the events of a session, which are ordered; proofs are the
// events that findings rest on.
func Build(s *schemas.Session, events []schemas.Event, proofs map[schemas.ID]bool) Ladder {
	b := begin(s, events, proofs)
	for _, e := range Corrected(s, events) {
		b.add(&e)
	}
	gaps(b.ladder.Steps)
	return b.ladder
}

// begin returns the builder of a ladder without steps.
func begin(s *schemas.Session, events []schemas.Event, proofs map[schemas.ID]bool) builder {
	b := builder{ladder: Ladder{Title: s.Summary, Session: *s}, names: namesOf(events), proofs: proofs}
	for i := range s.Skews {
		b.ladder.Clocks = append(b.ladder.Clocks, s.Skews[i].String())
	}
	return b
}

// Corrected returns the events with the times of the session's reference clock,
// in their order. It is events itself when no clock differs.
func Corrected(s *schemas.Session, events []schemas.Event) []schemas.Event {
	if len(s.Skews) == 0 {
		return events
	}
	list := slices.Clone(events)
	for i := range list {
		list[i].Time = s.Corrected(&list[i])
	}
	if !slices.ContainsFunc(list, func(e schemas.Event) bool { return !schemas.Dated(e.Time) }) {
		slices.SortStableFunc(list, func(a, b schemas.Event) int { return a.Time.Compare(b.Time) })
	}
	return list
}

type builder struct {
	ladder Ladder
	names  names
	proofs map[schemas.ID]bool
}

func (b *builder) add(e *schemas.Event) {
	var s Step
	ok := true
	switch {
	case e.Kind == schemas.KindSIPMessage && e.SIP != nil:
		s = b.message(e)
	case e.XMPP != nil:
		s = b.stanza(e)
	default:
		s, ok = b.note(e)
	}
	if !ok {
		return
	}
	b.place(&s, e)
}

// place puts s, which e states, below the steps that are there.
func (b *builder) place(s *Step, e *schemas.Event) {
	// A record that gives several events is proved by its first one.
	s.Time, s.Proof = e.Time, b.proofs[e.ID] || b.proofs[e.Record]
	printed := e.Time.Add(b.ladder.Session.Ahead(e.Node, e.File, e.Time))
	s.Seen = []Place{{e.Node, e.File, e.Line, e.ID, e.Text, printed}}
	if i := b.same(s); i >= 0 {
		b.merge(i, s)
		return
	}
	b.ladder.Steps = append(b.ladder.Steps, *s)
}

// participant returns the column called name.
func (b *builder) participant(name string) int {
	l := &b.ladder
	i := slices.IndexFunc(l.Participants, func(p Participant) bool { return p.Name == name })
	if i < 0 {
		i = len(l.Participants)
		l.Participants = append(l.Participants, Participant{Name: name, Addrs: b.names.addrsOf(name)})
	}
	return i
}

// repeatTime is how long a request may be sent again (RFC 3261, timer B: 64*T1).
const repeatTime = 32 * time.Second

// same returns the step that s repeats: the same message at the other side, or
// sent again; -1 for none.
func (b *builder) same(s *Step) int {
	if s.From == s.To {
		return -1
	}
	for i, old := range slices.Backward(b.ladder.Steps) {
		if schemas.Dated(s.Time) && schemas.Dated(old.Time) && s.Time.Sub(old.Time) > repeatTime {
			return -1
		}
		if old.From == s.From && old.To == s.To && old.Label == s.Label && old.Detail == s.Detail && old.CallID == s.CallID {
			return i
		}
	}
	return -1
}

func (b *builder) merge(i int, s *Step) {
	old := &b.ladder.Steps[i]
	old.Proof = old.Proof || s.Proof
	if slices.ContainsFunc(old.Seen, func(p Place) bool { return p.Node == s.Seen[0].Node && p.File == s.Seen[0].File }) {
		old.Repeats++
		return
	}
	old.Seen = append(old.Seen, s.Seen...)
}

// gaps fills Step.Gap, the time since the step above.
func gaps(steps []Step) {
	var last time.Time
	for i := range steps {
		s := &steps[i]
		s.Gap = 0
		// Between a time of day and a date there is no telling.
		if !s.Time.IsZero() && !last.IsZero() && s.Time.After(last) && schemas.Dated(s.Time) == schemas.Dated(last) {
			s.Gap = s.Time.Sub(last)
		}
		if !s.Time.IsZero() {
			last = s.Time
		}
	}
}
