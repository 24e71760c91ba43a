package correlator

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// signed finds the events that have a part in a signature, and what they are
// about. A hit on a session stays with the unit that the event's joining keys
// make; the other hits make incidents, which are roots of the forest without
// records: they are touched, evaluated and revised as units are.
type signed struct {
	sigs []detect.Signature
	// byKind are the parts that events of a kind may have, by its code.
	byKind [len(kindNames)]sieve
	// unless are, for each signature, those that say the same more precisely.
	unless [][]uint16
	// sessions are the hits of units, by root.
	sessions map[uint32][]hit
	// order is the place of each signature: those that say something more
	// precisely stand before those that say it less so.
	order []int
	// settings are the records that variants look at.
	settings map[settingsOf][]uint32
	// configured are the signatures for which settings came since the last
	// evaluation.
	configured map[uint16]bool
	incidents  []incident
	numbers    map[subject]uint32
	elsewhere  elsewhere
	matched    []match // memory of the event that is added
}

// hit is a record and its part in a signature.
type hit struct {
	rec  uint32
	sig  uint16
	role detect.Role
}

// proves reports whether the record states the failure: the other parts say
// nothing alone.
func (h hit) proves() bool { return h.role&detect.Proves != 0 }

type match struct {
	sig  uint16
	role detect.Role
}

// subject is what the events of one incident agree in.
type subject struct {
	sig     uint16
	cluster uint32 // symbol
	value   string
	per     string
}

type incident struct {
	subject
	root uint32
	hits []hit
}

func newSigned(sigs []detect.Signature) signed {
	s := signed{
		sigs: sigs, sessions: map[uint32][]hit{}, elsewhere: newElsewhere(), numbers: map[subject]uint32{},
		unless: make([][]uint16, len(sigs)), settings: map[settingsOf][]uint32{}, configured: map[uint16]bool{},
	}
	for i := range sigs {
		for j := range sigs {
			if slices.Contains(sigs[i].Unless, sigs[j].Name) {
				s.unless[i] = append(s.unless[i], uint16(j))
			}
		}
	}
	s.order = preciseFirst(s.unless)
	s.sift()
	return s
}

// sign takes in record n, which is e, with its parts in signatures.
func (c *Correlator) sign(n uint32, e *schemas.Event, matched []match) {
	root, joined := c.unitOf(n, e)
	for _, m := range matched {
		if m.role&detect.Configures != 0 {
			c.configure(m.sig, n, e)
		}
		if m.role&detect.Beyond != 0 {
			c.standElsewhere(m.sig, n, e)
		}
		if m.role &^= detect.Configures | detect.Beyond; m.role != 0 {
			c.hit(hit{n, m.sig, m.role}, e, root, joined)
		}
	}
}

// hit files h under what it is about: the first subject that it has, and with
// a companion that may be about something else the others too.
func (c *Correlator) hit(h hit, e *schemas.Event, root uint32, joined bool) {
	sig := &c.signed.sigs[h.sig]
	for i := range sig.Subject {
		if !c.hitSubject(h, e, &sig.Subject[i], root, joined) {
			continue
		}
		if !sig.Anywhere(e) {
			return
		}
		if h.role &^= detect.Proves; h.role == 0 {
			return
		}
	}
}

// hitSubject files h under one way to tell what it is about, false when e has
// no such value.
func (c *Correlator) hitSubject(h hit, e *schemas.Event, at *detect.Subject, root uint32, joined bool) bool {
	if at.Session {
		if joined {
			c.hitUnit(root, h)
			c.seek(h, root, e)
		}
		return joined
	}
	value := at.Field.Of(e)
	if value == "" {
		return false
	}
	s := subject{sig: h.sig, cluster: c.store.keys.symbol(e.Cluster), value: foldName(value)}
	for _, f := range c.signed.sigs[h.sig].Per {
		s.per += f.Of(e) + "\x00"
	}
	c.seek(h, c.incidentOf(s, h), e)
	return true
}

// hitsOf returns the hits of the unit of a root.
func (c *Correlator) hitsOf(root uint32) []hit {
	if !c.forest.nodes[root].signed {
		return nil
	}
	list := c.signed.sessions[root]
	if omit := c.eval.omit; omit != nil {
		list = slices.DeleteFunc(slices.Clone(list), func(h hit) bool { return omit[h.rec] })
	}
	return list
}

// hitUnit adds h to the unit of a root.
func (c *Correlator) hitUnit(root uint32, h hit) {
	c.signed.sessions[root] = withHit(c.signed.sessions[root], h)
	c.forest.nodes[root].signed = true
	c.forest.touch(root)
}

// incidentOf adds h to the incident of s and returns its root.
func (c *Correlator) incidentOf(s subject, h hit) (root uint32) {
	n, ok := c.signed.numbers[s]
	if !ok {
		n = uint32(len(c.signed.incidents))
		root := c.forest.grow(incidentFamily)
		c.forest.nodes[root].head = n + 1
		s.value, s.per = strings.Clone(s.value), strings.Clone(s.per)
		c.signed.incidents = append(c.signed.incidents, incident{subject: s, root: root})
		c.signed.numbers[s] = n
	}
	in := &c.signed.incidents[n]
	in.hits = withHit(in.hits, h)
	c.forest.nodes[in.root].n = uint32(len(in.hits))
	c.forest.touch(in.root)
	return in.root
}

// withHit adds h to list, which is ordered; a record that is there already, as
// another copy, may get further parts.
func withHit(list []hit, h hit) []hit {
	if len(list) == 0 || compareHits(list[len(list)-1], h) < 0 {
		return append(list, h) // records are numbered as they come
	}
	at, found := slices.BinarySearchFunc(list, h, compareHits)
	if found {
		list[at].role |= h.role
		return list
	}
	return slices.Insert(list, at, h)
}

func compareHits(a, b hit) int {
	return cmp.Or(cmp.Compare(a.rec, b.rec), cmp.Compare(a.sig, b.sig))
}

// mergeHits moves the hits of unit b to unit a, which it has become a part of. A
// record of which two copies came may have a part in both.
func (c *Correlator) mergeHits(a, b uint32) {
	if !c.forest.nodes[b].signed {
		return
	}
	list, ok := c.signed.sessions[b]
	if !ok {
		return
	}
	c.forest.nodes[a].signed = true
	delete(c.signed.sessions, b)
	all := append(c.signed.sessions[a], list...)
	slices.SortFunc(all, compareHits)
	merged := all[:0]
	for _, h := range all {
		merged = withHit(merged, h)
	}
	c.signed.sessions[a] = merged
}

// signSession runs the signatures that have hits in the unit being evaluated
// over one of its sessions, or over no session at all.
func (c *Correlator) signSession(s *detect.Session, rep *detect.Report) {
	list := c.hitsOf(c.eval.root)
	if !slices.ContainsFunc(list, hit.proves) {
		return
	}
	for _, i := range c.signed.signatures(list) {
		sig := &c.signed.sigs[i]
		if !s.ID.IsZero() && len(sig.Sessions) > 0 && !slices.Contains(sig.Sessions, s.Kind) || slices.ContainsFunc(sig.Unless, rep.Has) {
			continue
		}
		var hits []hit
		for _, h := range list {
			if h.sig == i && c.eval.during(c.store.at(h.rec).id) {
				hits = append(hits, h)
			}
		}
		c.claim(rep, s, &detect.Incident{Signature: sig, Session: &s.Session, Call: s.Call}, hits)
	}
}

// claim reports what the hits of an incident amount to.
func (c *Correlator) claim(rep *detect.Report, s *detect.Session, n *detect.Incident, hits []hit) {
	if !slices.ContainsFunc(hits, hit.proves) {
		return
	}
	defer shield(rep, cmp.Or(s.Summary, n.Title), n.Name)()
	recs := make([]uint32, len(hits))
	roles := make(map[uint32]detect.Role, len(hits))
	for i, h := range hits {
		recs[i] = h.rec
		roles[h.rec] |= h.role
	}
	c.sort(recs)
	recs = c.distinct(recs)
	for _, r := range recs {
		n.Hits = append(n.Hits, detect.Hit{Event: c.store.load(&c.eval.mem, r), Role: roles[r]})
	}
	w := world{c, c.eval.root, c.eval.idle}
	n.Passed = func(e *schemas.Event, deadline time.Time, hosted bool) bool { return w.Passed(e, deadline, hosted) }
	if len(n.Variants) > 0 {
		n.Settings = func(e *schemas.Event) []*schemas.Event { return c.settingsFor(n.Name, e) }
	}
	n.Elsewhere = func(x *detect.Companion, proof *schemas.Event) *schemas.Event {
		return c.findElsewhere(hits[0].sig, x, proof)
	}
	claim, found, blind := n.Claim()
	if blind != "" {
		first := n.Hits[0].Event
		rep.Blind(n.Title+": "+cmp.Or(first.Node, first.File), blind)
	}
	if !found {
		return
	}
	rep.Session, rep.Detector = s, &detect.Detector{Name: n.Name, Severity: n.Severity}
	if s.ID.IsZero() {
		s.Keys, s.Cluster = append(s.Keys, claim.Proof[0].Keys...), claim.Proof[0].Cluster // the events are gone with the evaluation
	}
	rep.Found(claim)
}

// evaluateIncident appends what an incident amounts to.
func (c *Correlator) evaluateIncident(in *incident) {
	s, rep := c.eval.begin(detect.Session{}), c.eval.report()
	c.claim(rep, s, &detect.Incident{Signature: &c.signed.sigs[in.sig], Subject: in.value}, in.hits)
	c.report(rep)
}

// unclaimed reports the hits of a unit that has become no session: a call leg of
// which only a fact is known.
func (c *Correlator) unclaimed() {
	if !slices.ContainsFunc(c.hitsOf(c.eval.root), hit.proves) {
		return
	}
	s, rep := c.eval.begin(detect.Session{}), c.eval.report()
	c.signSession(s, rep)
	c.report(rep)
}

// foldName makes one of the spellings of a name: hosts and devices are written
// in upper and lower case.
func foldName(s string) string { return strings.ToLower(strings.TrimSpace(s)) }
