package correlator

import (
	"slices"
	"strings"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// attempt is one dialback: one key, one direction. A retry has a new key.
type attempt struct {
	key, pair uint32   // keys of the store
	core      []uint32 // its own lines, ordered
}

// evaluateDialbacks makes one session per dialback of a unit, which holds the
// lines of one key.
//
// The key makes the dialback (XEP-0220: a new stream has a new key). Lines
// without key follow by xcoder or connection, and by pair: many pairs may
// share a stream (piggybacking), so a stream alone is not enough for a line
// that names its pair. See follow.go.
func (c *Correlator) evaluateDialbacks(r uint32) {
	recs := c.records(c.eval.recs[:0], r)
	c.eval.recs = recs
	c.sort(recs)
	var list []attempt
	for _, n := range recs {
		key, pair := c.refOf(n, schemas.KeyDialbackKey), c.refOf(n, keyTowards)
		i := slices.IndexFunc(list, func(a attempt) bool { return a.key == key && a.pair == pair })
		if i < 0 {
			i = len(list)
			list = append(list, attempt{key: key, pair: pair})
		}
		list[i].core = append(list[i].core, n)
	}
	for i := range list {
		c.finishDialback(list[i].core)
	}
}

// evaluateThread makes one session of lines whose key is missing, and one of
// the lookups of a domain that was not found: the key was never sent.
func (c *Correlator) evaluateThread(t *thread) {
	switch {
	case len(t.recs) == 0:
	case c.roleOf(t.recs[0]) == lineResolver:
		c.finish(c.newUnresolved(c.load(t.recs[:1])))
	default:
		c.finishDialback(t.recs)
	}
}

// finishDialback makes a session of the lines of one dialback and of those
// that follow them.
func (c *Correlator) finishDialback(core []uint32) {
	recs := slices.Clone(core)
	var streams []uint32
	for _, n := range core {
		recs = append(recs, c.federation.followed[n]...)
		streams = c.streamsOf(streams, n)
	}
	slices.Sort(streams)
	for _, ref := range slices.Compact(streams) {
		recs = append(recs, c.lane(ref).wide...)
	}
	own := c.store.load(&c.eval.mem, core[0])
	slices.Sort(recs)
	recs = slices.Compact(recs)
	c.sort(recs)
	events := inOrder(c.load(c.distinct(recs)))
	s := c.newFederation(own, events)
	c.finish(s)
	c.missingRoles(s)
}

// newFederation reads the steps of a dialback off its events; own is its
// first line.
func (c *Correlator) newFederation(own *schemas.Event, events []*schemas.Event) *detect.Session {
	d := &c.eval.dialback
	*d = detect.Dialback{Sender: own.Attr("sender"), Target: own.Attr("target")}
	for _, e := range events {
		enter(d, e)
	}
	s := c.eval.begin(detect.Session{Session: c.describe(schemas.SessionFederation, own, events), Events: events, Dialback: d})
	concludeFederation(s, events)
	return s
}

// inOrder returns the events by time, file and offset; the undated ones of a
// file stay where they stand in it.
func inOrder(events []*schemas.Event) []*schemas.Event {
	dated := true
	for _, e := range events {
		dated = dated && schemas.Dated(e.Time)
	}
	slices.SortFunc(events, func(a, b *schemas.Event) int {
		if dated && !a.Time.Equal(b.Time) {
			return a.Time.Compare(b.Time)
		}
		return a.ID.Compare(b.ID)
	})
	return events
}

// enter notes e as the step that it shows, the first of each kind.
func enter(d *detect.Dialback, e *schemas.Event) {
	set := func(step **schemas.Event) {
		if *step == nil {
			*step = e
		}
	}
	typ, role := "", ""
	if e.XMPP != nil {
		typ, role = e.XMPP.Type, e.XMPP.Role
	}
	switch e.Kind {
	case schemas.KindDialbackResult:
		switch {
		case typ != "":
			set(&d.Answered)
		case role == schemas.Initiating:
			set(&d.Sent)
		case role == schemas.Receiving:
			set(&d.Received)
		}
	case schemas.KindDialbackVerify:
		switch {
		case typ != "":
			set(&d.Verified)
		case role == schemas.Receiving:
			set(&d.Asked)
		case role == schemas.Authoritative:
			set(&d.Checked)
		}
	case schemas.KindDialbackTimer:
		set(&d.Timer)
	case schemas.KindDialbackResolve:
		switch e.Attr("outcome") {
		case "enter":
			set(&d.Lookup)
		case "ok":
			set(&d.Resolved)
		case "fail":
			set(&d.Unresolved)
		}
	case schemas.KindDialbackStream:
		// Only the initiating server's connection tells that the key was
		// accepted; the verify stream connects before it is.
		if e.Attr("state") == "connected" && (d.Sent != nil && sameStream(d.Sent, e) || d.Timer != nil && sameStream(d.Timer, e)) {
			set(&d.Connected)
		}
	}
}

// sameStream reports whether two lines of one process name one stream, or one
// pair in one direction.
func sameStream(a, b *schemas.Event) bool {
	return slices.ContainsFunc(a.Keys, func(k schemas.Key) bool {
		return (isStream(k) || k.Type == schemas.KeyDialbackPair) && slices.Contains(b.Keys, k)
	})
}

func isStream(k schemas.Key) bool {
	return k.Type == schemas.KeyXcoder || k.Type == schemas.KeyConnection
}

// newUnresolved reads a lookup that failed and belongs to no dialback.
func (c *Correlator) newUnresolved(events []*schemas.Event) *detect.Session {
	e := events[0]
	d := &detect.Dialback{Unresolved: e, Target: e.Attr("target"), Sender: e.Attr("sender")}
	s := c.eval.begin(detect.Session{Session: c.describe(schemas.SessionFederation, e, events), Events: events, Dialback: d})
	s.Outcome = schemas.OutcomeFailed
	s.Summary = "federation with " + strings.ToLower(e.Attr("host")) + ", its servers were not found"
	return s
}
