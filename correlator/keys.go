package correlator

import (
	"hash/maphash"
	"slices"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// keyTypes are the key types that the store keeps; a kept key's type is its
// index here. The last ones are the correlator's own.
var keyTypes = [...]schemas.KeyType{
	schemas.KeyCallID, schemas.KeyCI, schemas.KeyCorrelationTag, schemas.KeySessionID,
	schemas.KeyGlobalCallID, schemas.KeyXcoder, schemas.KeyStream, schemas.KeyDialbackKey,
	schemas.KeyDialbackPair, schemas.KeyConnection, schemas.KeyCallSerial, schemas.KeyTag,
	schemas.KeySequence, schemas.KeyLogin, schemas.KeyJID, schemas.KeyUser, schemas.KeyDevice,
	schemas.KeyDN, schemas.KeyAddr, schemas.KeyDomain,
	keyResolver, keyProvisioning, keyTowards, keyCaused, keyAction,
}

// The correlator's own keys, by which lines are found. They never leave the
// package.
const (
	keyResolver     schemas.KeyType = "\x00resolver"     // the other side's domain, at one place
	keyProvisioning schemas.KeyType = "\x00provisioning" // the AXL traffic of one place
	keyTowards      schemas.KeyType = "\x00towards"      // sender and target of a dialback
	keyAction       schemas.KeyType = "\x00action"       // what one signal makes CUCM do
	keyCaused       schemas.KeyType = "\x00caused"       // what a gateway's first message causes
)

const (
	firstOwnKey = uint8(len(keyTypes) - 5)
	noKey       = uint8(255)
)

// keyCode returns the index of t in keyTypes, noKey for types that are not
// kept: a net_id names a single message, a tracking_id no session of ours.
func keyCode(t schemas.KeyType) uint8 {
	switch t {
	case schemas.KeyCallID:
		return 0
	case schemas.KeySessionID:
		return 3
	case schemas.KeyCI:
		return 1
	case schemas.KeyNetID, schemas.KeyTrackingID:
		return noKey
	}
	if i := slices.Index(keyTypes[:], t); i >= 0 {
		return uint8(i)
	}
	return noKey
}

// key is one kept key. Each is stored once.
type key struct {
	value string
	scope uint32 // symbol
	node  uint32 // the union-find node, lane or list of tagged records, plus one; 0 when there is none yet
	typ   uint8
}

// keyTable interns keys and the short strings that many events share.
type keyTable struct {
	seed    maphash.Seed
	pages   [][]key
	n       uint32
	index   table
	text    arena
	symbols map[string]uint32
	names   []string
	last    uint32 // the symbol used last: neighbours share file, node, scope
}

const pageBits = 10

func newKeyTable() keyTable {
	return keyTable{seed: maphash.MakeSeed(), symbols: map[string]uint32{"": 0}, names: []string{""}}
}

// at returns key n; the pointer stays valid.
func (k *keyTable) at(n uint32) *key { return &k.pages[n>>pageBits][n&(1<<pageBits-1)] }

// symbol interns a string of which there are few: a path, a host, a scope.
func (k *keyTable) symbol(s string) uint32 {
	if s == "" {
		return 0
	}
	if k.names[k.last] == s {
		return k.last
	}
	n, ok := k.symbols[s]
	if !ok {
		s = strings.Clone(s)
		n = uint32(len(k.names))
		k.names = append(k.names, s)
		k.symbols[s] = n
	}
	k.last = n
	return n
}

// add returns the number of a key, which it copies when it is new.
func (k *keyTable) add(typ uint8, value, scope string) uint32 {
	sc := k.symbol(scope)
	h := mix(maphash.String(k.seed, value) ^ uint64(typ)<<56 ^ uint64(sc))
	n, ok := k.index.find(h, func(v uint32) bool {
		e := k.at(v)
		return e.typ == typ && e.scope == sc && e.value == value
	})
	if ok {
		return n
	}
	n = k.n
	k.n++
	if n&(1<<pageBits-1) == 0 {
		k.pages = append(k.pages, make([]key, 1<<pageBits))
	}
	*k.at(n) = key{value: k.text.add(value), scope: sc, typ: typ}
	k.index.insert(h, n)
	return n
}

// public returns key n as the contract has it.
func (k *keyTable) public(n uint32) schemas.Key {
	e := k.at(n)
	return schemas.Key{Type: keyTypes[e.typ], Value: e.value, Scope: k.names[e.scope]}
}

// arena keeps strings in large pieces: one allocation for thousands of them.
type arena struct{ b *strings.Builder }

const arenaPiece = 64 << 10

func (a *arena) add(s string) string {
	if s == "" {
		return ""
	}
	if a.b == nil || a.b.Cap()-a.b.Len() < len(s) {
		a.b = new(strings.Builder)
		a.b.Grow(max(arenaPiece, len(s)))
	}
	at := a.b.Len()
	a.b.WriteString(s)
	return a.b.String()[at:]
}

func (a *arena) addBytes(s []byte) string {
	if len(s) == 0 {
		return ""
	}
	if a.b == nil || a.b.Cap()-a.b.Len() < len(s) {
		a.b = new(strings.Builder)
		a.b.Grow(max(arenaPiece, len(s)))
	}
	at := a.b.Len()
	a.b.Write(s)
	return a.b.String()[at:]
}
