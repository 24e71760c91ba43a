package correlator

import (
	"fmt"

	"github.com/uctrace/uctrace/schemas"
)

// names are the symbols, in their order, so that numbers stay.
func (s *stateCodec) names() {
	keys := &s.c.store.keys
	for i, name := range each(s, keys.names, s.str) {
		if s.loading && keys.symbol(name) != uint32(i) {
			s.fail(fmt.Errorf("%w: name %q stands twice", ErrState, name))
			return
		}
	}
}

func (s *stateCodec) origins() {
	store := &s.c.store
	list := each(s, store.origins, func(o *origin) {
		s.symbol(&o.file)
		s.symbol(&o.node)
		s.symbol(&o.cluster)
		s.symbol(&o.source)
		s.byte((*uint8)(&o.level))
	})
	if s.loading {
		store.origins = list
		for i, o := range list {
			store.byPlace[o] = uint32(i)
		}
	}
}

// keys are the join keys, in their order; which units they join comes later.
func (s *stateCodec) keys() {
	keys := &s.c.store.keys
	n := uint64(keys.n)
	s.num(&n)
	for i := uint64(0); i < n && s.err == nil; i++ {
		var typ uint8
		var scope uint32
		var value string
		if !s.loading {
			k := keys.at(uint32(i))
			typ, scope, value = k.typ, k.scope, keys.valueOf(k)
		}
		s.byte(&typ)
		s.str(&value)
		s.symbol(&scope)
		switch {
		case !s.loading || s.err != nil:
		case int(typ) >= len(keyTypes):
			s.fail(fmt.Errorf("%w: key of type %d", ErrState, typ))
		case keys.add(typ, value, keys.names[scope]) != uint32(i):
			s.fail(fmt.Errorf("%w: key %q stands twice", ErrState, value))
		}
	}
}

// kept is a record as it is written: with its keys, its text and facts, and its unit:
// the root plus one, 0 when it has none.
type kept struct {
	record
	keys   []uint32
	text   string
	facts  []byte
	root   uint32
	family family // of the unit
}

func (s *stateCodec) records() {
	store := &s.c.store
	n := uint64(store.n)
	s.num(&n)
	for i := uint64(0); i < n && s.err == nil; i++ {
		var k kept
		if !s.loading {
			k = s.c.kept(uint32(i))
		}
		s.fixed(k.id[:])
		s.i64(&k.t)
		s.index(&k.origin, uint32(len(store.origins)))
		s.u32(&k.line)
		s.byte(&k.kind)
		s.byte((*uint8)(&k.class))
		s.byte(&k.flags)
		k.keys = each(s, k.keys, func(p *uint32) { s.index(p, store.keys.n) })
		s.str(&k.text)
		s.bytes(&k.facts)
		s.u32(&k.root)
		s.byte((*uint8)(&k.family))
		if !s.loading || s.err != nil {
			continue
		}
		if int(k.kind) >= len(kindNames) || len(k.keys) > maxRefs {
			s.fail(fmt.Errorf("%w: record of kind %d with %d keys", ErrState, k.kind, len(k.keys)))
			return
		}
		s.restore(&k)
	}
}

// kept returns record n as it is written.
func (c *Correlator) kept(n uint32) kept {
	r := c.store.at(n)
	k := kept{record: *r, keys: c.refsOf(n), text: c.store.text(r), facts: []byte(c.store.factsOf(r))}
	k.flags &= flagApart // the others are found again
	if r.node != 0 && r.flags&flagApart == 0 {
		if root := c.rootOf(n); c.forest.nodes[root].family != threadFamily {
			k.root, k.family = root+1, c.forest.nodes[root].family
		}
	}
	return k
}

// restore adds a record as it was: in its unit, without looking at what it says
// beyond it, which comes later.
func (s *stateCodec) restore(k *kept) {
	c := s.c
	r := k.record
	r.next, r.node = 0, 0
	r.refs, r.nrefs = c.store.keepRefs(k.keys), uint8(len(k.keys))
	r.body = c.store.keep(r.kind, k.text, k.facts)
	n := c.store.add(r)
	var mem slab
	e := c.store.load(&mem, n)
	e.Text = k.text
	fam := familyOfEvent(e)
	if r.flags&flagApart != 0 {
		if fam == lookupFamily {
			c.noteDestination(n, e)
		}
		return
	}
	if fam == dialbackFamily {
		c.store.at(n).flags = flagsOf(e)
	}
	if fam == factFamily {
		c.joinFact(e, nil) // a fact joins the units of others and makes none
	}
	c.join(n, fam)
	if k.root != 0 && c.store.at(n).node != 0 {
		root := c.rootOf(n)
		if node, ok := s.roots[k.root-1]; ok {
			root = c.union(root, c.forest.find(node))
			c.forest.touch(root)
		}
		c.forest.nodes[root].family = k.family // which of several it has depends on what came first
		s.roots[k.root-1] = root
	}
	if fam == dialbackFamily {
		c.enterLanes(n)
	}
	c.note(n, e, fam)
}

// joined is a key that joins units, also such as have no record: what facts
// named together belongs together.
type joined struct {
	key, root uint32
	family    family
}

func (s *stateCodec) joins() {
	c := s.c
	var list []joined
	for i := range c.store.keys.n {
		if k := c.store.keys.at(i); !s.loading && k.node != 0 && joins(factFamily, classUnsaid, keyTypes[k.typ]) {
			root := c.forest.find(k.node - 1)
			list = append(list, joined{i, root, c.forest.nodes[root].family})
		}
	}
	list = each(s, list, func(j *joined) {
		s.index(&j.key, c.store.keys.n)
		s.u32(&j.root)
		s.byte((*uint8)(&j.family))
	})
	if !s.loading || s.err != nil {
		return
	}
	for _, j := range list {
		node, ok := s.roots[j.root]
		if !ok {
			node = c.forest.grow(j.family)
			s.roots[j.root] = node
		}
		root, k := c.forest.find(node), c.store.keys.at(j.key)
		switch {
		case k.node == 0:
			k.node = root + 1
		case c.forest.find(k.node-1) != root:
			c.forest.touch(c.union(root, c.forest.find(k.node-1)))
		}
	}
}

// marks are how far the logs were read, and which of them hold debug records.
func (s *stateCodec) marks() {
	f := &s.c.facts
	for _, x := range entries(s, f.marks, func(x *entry[place, *mark]) {
		if s.loading {
			x.v = &mark{}
		}
		s.print(&x.k.file)
		s.symbol(&x.k.cluster)
		s.symbol(&x.k.node)
		s.symbol(&x.k.product)
		s.i64(&x.v.t)
	}) {
		if s.loading {
			f.mark(x.k).t = x.v.t
		}
	}
	var detailed []schemas.Fingerprint
	for fp, x := range f.files {
		if x.detailed {
			detailed = append(detailed, fp)
		}
	}
	for _, fp := range each(s, detailed, s.print) {
		f.file(fp).detailed = true
	}
}

// ledger is which kinds of logs and events there were.
func (s *stateCodec) ledger() {
	l := &s.c.ledger
	s.num(&s.c.passing)
	for _, x := range entries(s, l.sources, func(x *entry[schemas.Source, bool]) { s.str((*string)(&x.k)) }) {
		l.sources[x.k] = true
	}
	for _, x := range entries(s, l.families, func(x *entry[string, bool]) { s.str(&x.k) }) {
		l.families[x.k] = true
	}
}

// rests are what was let go of units that go on.
func (s *stateCodec) rests() {
	for _, u := range entries(s, s.c.rests, func(u *entry[uint32, *rest]) {
		known := s.root(&u.k)
		if s.loading {
			u.v = &rest{shares: map[string]*share{}}
		}
		s.byte(&u.v.classes)
		blind := each(s, u.v.blind, func(b *schemas.Coverage) {
			s.str(&b.Subject)
			s.flag(&b.Observable)
			s.str(&b.Why)
		})
		shares := entries(s, u.v.shares, s.share)
		if s.loading {
			u.v.blind = blind
			for _, x := range shares {
				u.v.shares[x.k] = x.v
			}
		}
		if !known {
			u.v = nil
		}
	}) {
		if s.loading && u.v != nil {
			s.c.addRest(u.k, u.v)
		}
	}
}

func (s *stateCodec) share(x *entry[string, *share]) {
	if s.loading {
		x.v = &share{}
	}
	s.str(&x.k)
	s.int(&x.v.messages)
	s.int(&x.v.requests)
	s.int(&x.v.answers)
	sights := each(s, x.v.s.Sights, func(v *schemas.Sight) {
		s.str(&v.Node)
		s.str((*string)(&v.Source))
		s.int(&v.Events)
	})
	seen := each(s, x.v.levels, func(l *levels) { s.byte((*uint8)(l)) })
	keys := each(s, x.v.s.Keys, func(k *schemas.Key) {
		s.str((*string)(&k.Type))
		s.str(&k.Value)
		s.str(&k.Scope)
	})
	if len(seen) != len(sights) {
		s.fail(fmt.Errorf("%w: %d levels of %d logs", ErrState, len(seen), len(sights)))
	}
	if s.loading && s.err == nil {
		x.v.s.Sights, x.v.levels, x.v.s.Keys = sights, seen, keys
	}
}
