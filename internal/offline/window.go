package offline

import (
	"fmt"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// A Window is the part of the logs that is looked at, by the times that they
// print: from Since up to, and without, Until. A zero end is open, so the zero
// Window leaves nothing out. What is before and behind counts as not read: the
// logs begin and end with the window, and what did not happen in it is judged
// like at the end of a log.
type Window struct{ Since, Until time.Time }

// Keep removes from b the records outside w and notes them in out. A record
// without a date stays: nothing says when it was written.
func (w Window) Keep(b *schemas.RecordBatch, out *LeftOut) {
	if w == (Window{}) {
		return
	}
	kept := b.Records[:0]
	for i := range b.Records {
		if r := &b.Records[i]; w.holds(r.Time) {
			kept = append(kept, *r)
		} else {
			out.note(r.Time)
		}
	}
	b.Records = kept
}

func (w Window) holds(t time.Time) bool {
	return !schemas.Dated(t) || !t.Before(w.Since) && (w.Until.IsZero() || t.Before(w.Until))
}

// String says w to a person, in UTC.
func (w Window) String() string {
	switch {
	case w.Until.IsZero():
		return "from " + moment(w.Since)
	case w.Since.IsZero():
		return "before " + moment(w.Until)
	}
	return "from " + moment(w.Since) + " to " + moment(w.Until)
}

// outside says to a person what w leaves out.
func (w Window) outside() string {
	switch {
	case w.Until.IsZero():
		return "the time before " + moment(w.Since)
	case w.Since.IsZero():
		return "the time from " + moment(w.Until) + " on"
	}
	return "the time before " + moment(w.Since) + " and from " + moment(w.Until) + " on"
}

func moment(t time.Time) string { return t.UTC().Format("2006-01-02T15:04:05.999Z07:00") }

// LeftOut counts what a Window hides. It is for one goroutine.
type LeftOut struct {
	Records  int
	from, to time.Time // of the records
}

func (o *LeftOut) note(t time.Time) {
	o.add(LeftOut{1, t, t})
}

func (o *LeftOut) add(x LeftOut) {
	if x.Records == 0 {
		return
	}
	if o.Records == 0 || x.from.Before(o.from) {
		o.from = x.from
	}
	if x.to.After(o.to) {
		o.to = x.to
	}
	o.Records += x.Records
}

// String says what is hidden, so that a mistaken window is seen to be one.
func (o *LeftOut) String() string {
	return fmt.Sprintf("%d records from %s to %s", o.Records, moment(o.from), moment(o.to))
}

// An EmptyWindowError says that none of the records with a date is in the Window,
// most often because the zone or the day is mistaken.
type EmptyWindowError struct {
	Window Window
	Out    LeftOut
}

func (e *EmptyWindowError) Error() string { return "nothing was logged " + e.Window.String() }

// Hint says what there is.
func (e *EmptyWindowError) Hint() string { return "the logs hold " + e.Out.String() }

// coverage says that a window hid a part of the logs.
func (o *LeftOut) coverage(w Window) []schemas.Coverage {
	if o.Records == 0 {
		return nil
	}
	return []schemas.Coverage{{
		Subject: w.outside(),
		Why:     "--since and --until leave out " + o.String(),
	}}
}
