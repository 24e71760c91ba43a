package correlator

import (
	"cmp"
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
	clear(r.guids)
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
			r.tie(first, n, e, "")
		}
		if e.SIP != nil && first >= 0 {
			r.tieGuid(first, e)
		}
	}
	return r.joins
}

// tieGuid ties identifier n of e, an INVITE, to that of the first with the same
// Cisco-Guid.
func (r *reasoning) tieGuid(n int, e *schemas.Event) {
	guid := guidOf(e.SIP, e.Attr(attrGuid))
	if guid == "" {
		return
	}
	if other, ok := r.guids[guid]; ok {
		r.tie(other, n, e, "both INVITEs carry one Cisco-Guid")
		return
	}
	if r.guids == nil {
		r.guids = map[string]int{}
	}
	r.guids[guid] = n
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
	guids   map[string]int      // index of the first key of the first INVITE with a Cisco-Guid
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

// tie notes that e names keys a and b; reason says how, "" for what the keys
// tell.
func (r *reasoning) tie(a, b int, e *schemas.Event, reason string) {
	x, y := r.find(a), r.find(b)
	if x == y {
		return
	}
	r.group[y] = x
	if len(r.joins) < maxJoins {
		a, b := r.keys[a], r.keys[b]
		r.joins = append(r.joins, schemas.Join{A: a, B: b, Event: e.ID, Reason: cmp.Or(reason, reasonOf(&a, &b, e)), Confidence: schemas.Certain})
	}
}

// reasonOf says in words how e ties a and b.
func reasonOf(a, b *schemas.Key, e *schemas.Event) string {
	has := func(t schemas.KeyType) bool { return a.Type == t || b.Type == t }
	switch {
	case e.Kind == schemas.KindMediaLeg && e.Attr("by") == "media":
		return "the media of the two legs are connected"
	case e.Kind == schemas.KindMediaLeg:
		return "admission control associates the two legs"
	case e.Kind == schemas.KindCallSetup:
		return "call control names both in the step " + e.Attr("row")
	case e.Source == schemas.CUCMCallLog:
		return "a row of the call log names both"
	case a.Type == schemas.KeyCallID && b.Type == schemas.KeyCallID:
		return "the message names the other dialog (Replaces, RFC 3891, or Join, RFC 3911)"
	case has(schemas.KeyCI) && recorded(e, a, b):
		return "the recorder is told which call it records (x-refci)"
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

// recorded reports whether a or b is a leg that the recorder of e is told of.
func recorded(e *schemas.Event, a, b *schemas.Key) bool {
	for _, name := range [...]string{attrRecorded, attrRecordedFar} {
		if ci := e.Attr(name); ci != "" && (a.Type == schemas.KeyCI && a.Value == ci || b.Type == schemas.KeyCI && b.Value == ci) {
			return true
		}
	}
	return false
}
