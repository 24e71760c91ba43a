package correlator

import (
	"slices"

	"github.com/uctrace/uctrace/schemas"
)

// unitOf returns the root of the unit that record n belongs to, or, for a fact
// that is no part of a session's course, of the unit that its keys name.
func (c *Correlator) unitOf(n uint32, e *schemas.Event) (root uint32, joined bool) {
	r := c.store.at(n)
	if r.node != 0 {
		return c.rootOf(n), true
	}
	for _, ref := range c.store.refsOf(r) {
		if k := c.store.keys.at(ref); joins(factFamily, classUnsaid, keyTypes[k.typ]) && k.node != 0 {
			return c.forest.find(k.node - 1), true
		}
	}
	return 0, false
}

// joinFact makes one unit of the units that the joining keys of a fact name,
// without making the fact a part of it. keys are as insert has them.
func (c *Correlator) joinFact(e *schemas.Event, keys []hashed) {
	calls := slices.ContainsFunc(e.Keys, func(k schemas.Key) bool {
		return k.Type != schemas.KeyLogin && joins(factFamily, classUnsaid, k.Type) && k.Value != ""
	})
	var u factUnit
	for i := range e.Keys {
		if calls && e.Keys[i].Type == schemas.KeyLogin {
			continue
		}
		if len(keys) > 0 && keys[i].typ < perhapsKept {
			c.joinKey(&u, c.store.keys.addHashed(keys[i].typ, e.Keys[i].Value, keys[i].scope, keys[i].hash))
			continue
		}
		c.joinNamed(&u, &e.Keys[i])
	}
	c.own = appendAction(c.own[:0], e)
	for i := range c.own {
		c.joinNamed(&u, &c.own[i])
	}
}

// factUnit is the unit that the keys of a fact have named so far.
type factUnit struct {
	root  uint32
	found bool
}

// joinNamed adds the unit of key k when it joins.
func (c *Correlator) joinNamed(u *factUnit, k *schemas.Key) {
	if k.Value != "" && joins(factFamily, classUnsaid, k.Type) {
		c.joinKey(u, c.store.keys.add(keyCode(k.Type), k.Value, k.Scope))
	}
}

// joinKey adds the unit of a key, which is new when nothing had the key.
func (c *Correlator) joinKey(u *factUnit, key uint32) {
	x := c.store.keys.at(key)
	if x.node == 0 {
		fam := sipFamily
		if keyTypes[x.typ] == schemas.KeyLogin {
			fam = loginFamily
		}
		if !u.found {
			u.root, u.found = c.forest.grow(fam), true
		}
		x.node = u.root + 1
		return
	}
	other := c.forest.find(x.node - 1)
	if u.found && u.root != other {
		other = c.union(u.root, other)
		c.forest.touch(other)
	}
	u.root, u.found = other, true
}
