package correlator

import (
	"slices"

	"github.com/uctrace/uctrace/schemas"
)

// maxJoins bounds Session.Joins.
const maxJoins = 50

// reasons says why the parts of a call are one call: the events that name two of
// its identifiers, as few as it takes to tie all of them together. The events
// are ordered, so the first event that ties two is told.
func reasons(events []*schemas.Event) []schemas.Join {
	r := reasoning{group: map[schemas.Key]schemas.Key{}}
	for _, e := range events {
		first := schemas.Key{}
		for _, k := range e.Keys {
			if !identifies(k.Type) {
				continue
			}
			if first.Type == "" {
				first = k
			}
			r.tie(first, k, e)
		}
	}
	return r.joins
}

// identifies reports whether keys of type t name a call or a leg of one.
func identifies(t schemas.KeyType) bool {
	switch t {
	case schemas.KeyCallID, schemas.KeyCI, schemas.KeySessionID, schemas.KeyGlobalCallID, schemas.KeyCallSerial, schemas.KeyTag:
		return true
	}
	return false
}

// reasoning ties identifiers together; group leads from each to the one that
// stands for all that are tied to it.
type reasoning struct {
	group map[schemas.Key]schemas.Key
	joins []schemas.Join
}

func (r *reasoning) find(k schemas.Key) schemas.Key {
	for {
		up, ok := r.group[k]
		if !ok || up == k {
			return k
		}
		k = up
	}
}

// tie notes that e names a and b.
func (r *reasoning) tie(a, b schemas.Key, e *schemas.Event) {
	x, y := r.find(a), r.find(b)
	if x == y {
		return
	}
	r.group[y] = x
	if len(r.joins) < maxJoins {
		r.joins = append(r.joins, schemas.Join{A: a, B: b, Event: e.ID, Reason: reasonOf(a, b, e), Confidence: schemas.Certain})
	}
}

// reasonOf says in words how e ties a and b.
func reasonOf(a, b schemas.Key, e *schemas.Event) string {
	types := []schemas.KeyType{a.Type, b.Type}
	has := func(t schemas.KeyType) bool { return slices.Contains(types, t) }
	switch {
	case e.Kind == schemas.KindMediaLeg:
		return "admission control associates the two legs"
	case e.Kind == schemas.KindCallSetup:
		return "call control names both in the step " + e.Attr("row")
	case e.Source == schemas.CUCMCallLog:
		return "a row of the call log names both"
	case has(schemas.KeySessionID):
		return "the message carries this half of the Session-ID (RFC 7989)"
	case has(schemas.KeyGlobalCallID):
		return "the message carries CUCM's global call id (gci)"
	case has(schemas.KeyTag):
		return "the message carries the Expressway's tag (X-TAATag)"
	case has(schemas.KeyCallSerial):
		return "the message carries the Expressway's call serial number"
	case has(schemas.KeyCI) && e.SIP != nil:
		return "CUCM puts the CI into the tag of the message"
	}
	return "one " + string(e.Kind) + " names both"
}
