package correlator

import (
	"cmp"
	"slices"
	"strings"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// Config is how a Correlator is made; the zero value works.
type Config struct {
	// Detectors are run over the sessions; nil means detect.All().
	Detectors []detect.Detector
	// Signatures are looked for in all events.
	Signatures []detect.Signature
}

// Correlator turns event batches into sessions and findings. It is not safe
// for concurrent use.
type Correlator struct {
	cfg       Config
	detectors map[schemas.SessionKind][]detect.Detector
	store     store
	forest    forest
	facts     facts
	ledger    ledger

	federation federation
	signed     signed
	clocks     clocks
	gaps       gaps
	logs       logs
	rests      map[uint32]*rest // by root
	// passing counts what came since the last Compact and is no record: parts of
	// logs, and facts that only join.
	passing uint64

	eval  evaluation // memory of the running evaluation
	ahead ahead      // of the running Add
	own   []schemas.Key
}

// New returns an empty Correlator.
func New(cfg Config) *Correlator {
	c := &Correlator{
		cfg:       cfg,
		detectors: map[schemas.SessionKind][]detect.Detector{},
		store:     newStore(),
		facts:     newFacts(),
		ledger:    newLedger(),

		federation: newFederationIndex(),
		signed:     newSigned(cfg.Signatures),
		clocks:     newClocks(),
		gaps:       newGaps(),
		logs:       newLogs(),
	}
	if cfg.Detectors == nil {
		cfg.Detectors = detect.All()
	}
	for _, d := range cfg.Detectors {
		for _, k := range d.Kinds {
			c.detectors[k] = append(c.detectors[k], d)
		}
	}
	return c
}

// Add takes in the events and the span of b. It copies what it keeps, so b
// may be reused. Batches may come in any order and more than once.
func (c *Correlator) Add(b *schemas.EventBatch) {
	c.addSpan(&b.Span)
	for rest := b.Events; len(rest) > 0; {
		next := rest[:min(len(rest), aheadEvents)]
		c.lookAhead(next)
		for i := range next {
			c.addEvent(&next[i], &c.ahead.plans[i])
		}
		rest = rest[len(next):]
	}
}

func (c *Correlator) addEvent(e *schemas.Event, p *plan) {
	c.ledger.see(e)
	t := instant(e.Time)
	level := levelOf(e)
	c.seeLog(e, t, level)
	switch e.Kind {
	case schemas.KindGap:
		c.noteCut(e)
	case schemas.KindLogHead:
		c.notePart(e)
	}
	kind, fam, cl := p.kind, p.family, p.class
	if kind == 0 {
		return
	}
	matched := c.partsOf(kind, e)
	keys := c.ahead.keys[p.keys:][:len(e.Keys)]
	if fam == factFamily {
		if c.joinFact(e, keys); len(matched) == 0 {
			c.passing++
			return
		}
	}
	s := &c.store
	s.scratch = appendFacts(s.scratch[:0], e, cl, len(matched) > 0)
	r := record{id: e.ID, t: t, line: uint32(max(0, e.Line)), origin: s.originOf(e, level), kind: kind, class: cl}
	if fam == dialbackFamily {
		r.flags = flagsOf(e)
	}
	if old, ok := s.lookup(e.ID); ok {
		if s.at(old).flags&flagApart != 0 {
			return // its unit was let go
		}
		c.addCopy(old, r, e, fam, keys)
		c.sign(old, e, matched)
		c.noteGap(old, e) // the copy may name another place
		return
	}
	n := c.insert(r, e, fam, keys, s.scratch)
	c.sign(n, e, matched)
	c.noteClock(n, e)
	c.noteGap(n, e)
}

// insert adds a record whose id is new; keys are those of e with their hashes, nil
// when nobody hashed them, facts is what appendFacts made of e.
func (c *Correlator) insert(r record, e *schemas.Event, fam family, keys []hashed, facts []byte) uint32 {
	n := c.take(r, e, fam, keys, facts)
	c.join(n, fam)
	if fam == dialbackFamily {
		c.enterLanes(n)
	}
	c.note(n, e, fam)
	return n
}

// take stores a record with its keys.
func (c *Correlator) take(r record, e *schemas.Event, fam family, keys []hashed, facts []byte) uint32 {
	s := &c.store
	s.found = c.appendRefs(s.found[:0], e, fam, keys)
	r.refs, r.nrefs = s.keepRefs(s.found), uint8(len(s.found))
	r.body = s.keep(r.kind, e.Text, facts)
	return s.add(r)
}

// maxRefs bounds the keys of one record, which has fewer than ten in practice.
const maxRefs = 200

// appendRefs appends to dst, which is empty, the numbers of the keys of e that are kept.
func (c *Correlator) appendRefs(dst []uint32, e *schemas.Event, fam family, keys []hashed) []uint32 {
	t := &c.store.keys
	enter := func(n uint32) {
		if !slices.Contains(dst, n) && len(dst) < maxRefs {
			dst = append(dst, n)
		}
	}
	add := func(k *schemas.Key) {
		if code := keyCode(k.Type); code != noKey && keeps(e, fam, k) {
			enter(t.add(code, k.Value, k.Scope))
		}
	}
	for i := range e.Keys {
		if keys == nil || keys[i].typ == perhapsKept {
			add(&e.Keys[i])
		} else if h := &keys[i]; h.typ != noKey {
			enter(t.addHashed(h.typ, e.Keys[i].Value, h.scope, h.hash))
		}
	}
	if fam == dialbackFamily || fam == axlFamily || fam == factFamily || fam == mraFamily || fam == sipFamily {
		c.own = ownKeys(c.own[:0], e, fam)
		for i := range c.own {
			add(&c.own[i])
		}
	}
	return dst
}

// join puts record n into the unit that its joining keys make.
func (c *Correlator) join(n uint32, fam family) {
	r := c.store.at(n)
	root, found := uint32(0), r.node != 0
	if found {
		root = c.rootOf(n)
	}
	for _, ref := range c.store.refsOf(r) {
		k := c.store.keys.at(ref)
		if !joins(fam, r.class, keyTypes[k.typ]) {
			continue
		}
		if k.node == 0 {
			if found {
				k.node = root + 1
				continue
			}
			k.node = c.forest.grow(ownerOf(fam)) + 1
		}
		other := c.forest.find(k.node - 1)
		if !found {
			root, found = other, true
			continue
		}
		root = c.union(root, other)
	}
	if !found {
		return
	}
	if r.node == 0 {
		c.attach(root, n)
	}
	c.forest.touch(root)
	if fam == lookupFamily {
		c.forest.unlinked(root)
	}
}

// addCopy takes in another copy of record n: the same bytes, re-collected in
// another file, or collected when the file had grown. The copies' keys add
// up, and the copy that says most is kept, so that their order is without
// influence.
func (c *Correlator) addCopy(n uint32, r record, e *schemas.Event, fam family, keys []hashed) {
	s := &c.store
	old := s.at(n)
	s.found = c.appendRefs(s.found[:0], e, fam, keys)
	known := s.refsOf(old)
	same := true
	for _, ref := range s.found {
		same = same && slices.Contains(known, ref)
	}
	body, oldBody := wholeBody(e.Text, s.scratch), s.whole(old)
	if same && body == oldBody && r.origin == old.origin && r.t == old.t && r.line == old.line && r.kind == old.kind {
		return
	}
	if fam == dialbackFamily {
		c.leaveLanes(n)
	}
	if !same {
		for _, ref := range known {
			if !slices.Contains(s.found, ref) {
				s.found = append(s.found, ref)
			}
		}
		s.found = s.found[:min(len(s.found), maxRefs)]
		slices.SortFunc(s.found, func(a, b uint32) int { return compareKeys(s.keys.public(a), s.keys.public(b)) })
		old.refs, old.nrefs = s.keepRefs(s.found), uint8(len(s.found))
	}
	if old.node != 0 {
		c.unfold(c.rootOf(n))
	}
	if s.prefer(&r, old, body, oldBody) {
		r.body = s.keep(r.kind, e.Text, s.scratch)
		old.body, old.origin, old.t, old.line, old.kind, old.class = r.body, r.origin, r.t, r.line, r.kind, r.class
		old.flags = r.flags | old.flags&flagStale
		if old.node != 0 {
			c.reclass(c.rootOf(n))
		}
	}
	c.join(n, fam)
	if fam == dialbackFamily {
		c.enterLanes(n)
	}
	c.note(n, e, fam)
}

// prefer reports whether copy a of a record is kept rather than copy b, of which
// the bodies are those.
func (s *store) prefer(a, b *record, bodyA, bodyB string) bool {
	oa, ob := s.origins[a.origin], s.origins[b.origin]
	return cmp.Or(
		cmp.Compare(len(bodyA), len(bodyB)),
		strings.Compare(bodyA, bodyB),
		cmp.Compare(a.t, b.t),
		cmp.Compare(len(s.name(oa.node)), len(s.name(ob.node))),
		strings.Compare(s.name(ob.file), s.name(oa.file)),
		strings.Compare(s.name(ob.node), s.name(oa.node)),
		strings.Compare(s.name(ob.cluster), s.name(oa.cluster)),
		strings.Compare(s.name(ob.source), s.name(oa.source)),
		cmp.Compare(b.line, a.line),
		cmp.Compare(b.kind, a.kind),
	) > 0
}

func compareKeys(a, b schemas.Key) int {
	return cmp.Or(strings.Compare(string(a.Type), string(b.Type)), strings.Compare(a.Value, b.Value), strings.Compare(a.Scope, b.Scope))
}
