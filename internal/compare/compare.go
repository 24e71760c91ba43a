// Package compare sets a session that failed beside one that did not: the first
// step in which they differ, and what followed from it. It is how an engineer
// reads traces: know what it looks like when everything works.
package compare

import (
	"slices"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// Comparison is the alignment of two sessions.
type Comparison struct {
	Good, Bad schemas.Session
	Rows      []Row
	// First is the index of the first row that differs, -1 when none does.
	First int
}

// Row is one step of both sessions, or of one of them.
type Row struct {
	Good, Bad *Step // nil where the session has no such step
	Differs   []Difference
}

// Same reports whether the row is alike in both sessions.
func (r *Row) Same() bool { return r.Good != nil && r.Bad != nil && len(r.Differs) == 0 }

// Difference is a value that the two have and that is not the same.
type Difference struct{ Name, Good, Bad string }

// Step is an event as it is compared: its name says what happened, its values
// with which numbers and names.
type Step struct {
	Name   string
	Values []schemas.Attr
	Event  *schemas.Event
}

// Sessions aligns the events of two sessions, which are ordered.
func Sessions(good, bad schemas.Session, goodEvents, badEvents []schemas.Event) Comparison {
	c := Comparison{Good: good, Bad: bad, First: -1}
	goodSteps, badSteps := steps(goodEvents), steps(badEvents)
	c.Rows = align(goodSteps, badSteps)
	p := partiesOf(goodSteps, badSteps)
	for i := range c.Rows {
		r := &c.Rows[i]
		if r.Good != nil && r.Bad != nil {
			r.Differs = p.meaning(differences(r.Good, r.Bad))
		}
		if c.First < 0 && !r.Same() {
			c.First = i
		}
	}
	return c
}

// steps leaves out what repeats another event, and what differs from run to
// run without meaning.
func steps(events []schemas.Event) []Step {
	var list []Step
	for i := range events {
		e := &events[i]
		if e.Kind == schemas.KindSIPSummary || e.Kind == schemas.KindUnparsed {
			continue
		}
		s := Step{Name: nameOf(e), Values: valuesOf(e), Event: e}
		if n := len(list); n > 0 && list[n-1].Name == s.Name && slices.Equal(list[n-1].Values, s.Values) {
			continue // sent again
		}
		list = append(list, s)
	}
	return list
}

// nameOf says what happened, without numbers and names.
func nameOf(e *schemas.Event) string {
	switch {
	case e.SIP != nil:
		name := e.SIP.Method
		if e.SIP.Status > 0 {
			name = itoa(e.SIP.Status) + " to " + e.SIP.Method
		}
		return strings.TrimSpace(name + " " + string(e.SIP.Direction))
	case e.XMPP != nil:
		return strings.TrimSpace(e.XMPP.Stanza + " " + e.XMPP.Type + " " + string(e.XMPP.Direction))
	}
	var name strings.Builder
	name.WriteString(string(e.Kind))
	for _, attr := range []string{"row", "stage", "outcome", "state", "by", "error", "message"} {
		if v := e.Attr(attr); v != "" {
			name.WriteString(" " + v)
		}
	}
	return name.String()
}

// telling are the attributes that say something when they differ; the others
// name the run: a connection, a port, an id.
var telling = []string{
	"from_user", "to_user", "ruri_user", "contact_user", "number", "match", "prefix", "strip", "calling", "called", "final",
	"cause", "detail", "host", "status", "mechanism", "outcome", "pattern", "partition", "css", "route_block", "code",
	"reason", "resource", "diversion", "asserted", "name", "dn",
}

func valuesOf(e *schemas.Event) []schemas.Attr {
	var list []schemas.Attr
	add := func(name, value string) {
		if value != "" {
			list = append(list, schemas.Attr{Name: name, Value: value})
		}
	}
	for _, name := range telling {
		add(name, e.Attr(name))
	}
	if m := e.SIP; m != nil {
		add("reason phrase", m.Reason)
		add("Reason", m.ReasonHeader)
		add("Warning", m.Warning)
		add("User-Agent", m.UserAgent)
		if m.SDP {
			add("SDP", "yes")
		}
	}
	return list
}

func differences(good, bad *Step) []Difference {
	var list []Difference
	value := func(s *Step, name string) string {
		for _, v := range s.Values {
			if v.Name == name {
				return v.Value
			}
		}
		return ""
	}
	for _, v := range good.Values {
		if b := value(bad, v.Name); b != v.Value {
			list = append(list, Difference{v.Name, v.Value, b})
		}
	}
	for _, v := range bad.Values {
		if value(good, v.Name) == "" {
			list = append(list, Difference{v.Name, "", v.Value})
		}
	}
	return list
}

// align pairs the steps of the same name along a longest common subsequence.
func align(a, b []Step) []Row {
	best := make([][]int32, len(a)+1)
	for i := range best {
		best[i] = make([]int32, len(b)+1)
	}
	for i, v := range slices.Backward(a) {
		for j := len(b) - 1; j >= 0; j-- {
			best[i][j] = max(best[i+1][j], best[i][j+1])
			if v.Name == b[j].Name {
				best[i][j] = best[i+1][j+1] + 1
			}
		}
	}
	var rows []Row
	i, j := 0, 0
	for i < len(a) && j < len(b) {
		switch {
		case a[i].Name == b[j].Name:
			rows = append(rows, Row{Good: &a[i], Bad: &b[j]})
			i, j = i+1, j+1
		case best[i+1][j] >= best[i][j+1]:
			rows = append(rows, Row{Good: &a[i]})
			i++
		default:
			rows = append(rows, Row{Bad: &b[j]})
			j++
		}
	}
	for ; i < len(a); i++ {
		rows = append(rows, Row{Good: &a[i]})
	}
	for ; j < len(b); j++ {
		rows = append(rows, Row{Bad: &b[j]})
	}
	return rows
}
