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
func (r *reasoning) reasons(events []*schemas.Event) []schemas.Join {
	r.keys, r.group, r.joins = r.keys[:0], r.group[:0], nil
	clear(r.numbers)
	for _, e := range events {
		first := -1
		for i := range e.Keys {
			k := &e.Keys[i]
			if !identifies(k.Type) {
				continue
			}
			n := r.number(k)
			if first < 0 {
				first = n
			}
			r.tie(first, n, e)
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
// stands for all that are tied to it. Its memory is used again.
type reasoning struct {
	keys    []schemas.Key
	group   []int               // of keys, by index
	numbers map[schemas.Key]int // of the keys, once there are many
	joins   []schemas.Join
}

// fewKeys is how many keys are compared one by one.
const fewKeys = 24

// number returns the index of k in r.keys.
func (r *reasoning) number(k *schemas.Key) int {
	if len(r.keys) <= fewKeys {
		if i := slices.Index(r.keys, *k); i >= 0 {
			return i
		}
	} else if i, ok := r.numbers[*k]; ok {
		return i
	}
	n := len(r.keys)
	r.keys, r.group = append(r.keys, *k), append(r.group, n)
	switch {
	case n == fewKeys:
		r.numbers = make(map[schemas.Key]int, 2*fewKeys)
		for i := range r.keys {
			r.numbers[r.keys[i]] = i
		}
	case n > fewKeys:
		r.numbers[*k] = n
	}
	return n
}

func (r *reasoning) find(n int) int {
	for r.group[n] != n {
		n = r.group[n]
	}
	return n
}

// tie notes that e names keys a and b.
func (r *reasoning) tie(a, b int, e *schemas.Event) {
	x, y := r.find(a), r.find(b)
	if x == y {
		return
	}
	r.group[y] = x
	if len(r.joins) < maxJoins {
		a, b := r.keys[a], r.keys[b]
		r.joins = append(r.joins, schemas.Join{A: a, B: b, Event: e.ID, Reason: reasonOf(&a, &b, e), Confidence: schemas.Certain})
	}
}

// reasonOf says in words how e ties a and b.
func reasonOf(a, b *schemas.Key, e *schemas.Event) string {
	has := func(t schemas.KeyType) bool { return a.Type == t || b.Type == t }
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
