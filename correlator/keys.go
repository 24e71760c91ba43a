package correlator

import (
	"encoding/binary"
	"hash/maphash"
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
	schemas.KeyDN, schemas.KeyAddr, schemas.KeyDomain, schemas.KeyTrackingID,
	keyResolver, keyProvisioning, keyTowards, keyCaused, keyAction, keyExchange, keyClient, keyGuid,
}

// The correlator's own keys, by which lines are found. They never leave the
// package.
const (
	keyResolver     schemas.KeyType = "\x00resolver"     // the other side's domain, at one place
	keyProvisioning schemas.KeyType = "\x00provisioning" // the AXL traffic of one place
	keyTowards      schemas.KeyType = "\x00towards"      // sender and target of a dialback
	keyAction       schemas.KeyType = "\x00action"       // what one signal makes CUCM do
	keyCaused       schemas.KeyType = "\x00caused"       // what a gateway's first message causes
	keyExchange     schemas.KeyType = "\x00exchange"     // an HTTP request, in one log of an Expressway
	keyClient       schemas.KeyType = "\x00client"       // a client's connection to one Expressway-E
	keyGuid         schemas.KeyType = "\x00guid"         // the Cisco-Guid of an INVITE
)

const (
	firstOwnKey = uint8(len(keyTypes) - 8)
	noKey       = uint8(255)
)

// keyCode returns the index of t in keyTypes, noKey for types that are not
// kept: a net_id names a single message.
func keyCode(t schemas.KeyType) uint8 {
	switch t {
	case schemas.KeyCallID:
		return 0
	case schemas.KeySessionID:
		return 3
	case schemas.KeyCI:
		return 1
	case schemas.KeyNetID:
		return noKey
	}
	if code, ok := keyCodes[t]; ok {
		return code
	}
	return noKey
}

var keyCodes = func() map[schemas.KeyType]uint8 {
	m := make(map[schemas.KeyType]uint8, len(keyTypes))
	for i, t := range keyTypes {
		m[t] = uint8(i)
	}
	return m
}()

// key is one kept key; each is stored once. It fills a line of the cache, so that
// a key that is found costs one look at it, its value included.
type key struct {
	scope uint32 // symbol
	node  uint32 // the union-find node, lane or list of tagged records, plus one; 0 when there is none yet
	typ   uint8
	n     uint8 // length of the value, longValue for one that is kept elsewhere
	text  [64 - 2*4 - 2]byte
}

// longValue says that the text of a key is the place of its value.
const longValue = 255

// keyTable interns keys and the short strings that many events share.
type keyTable struct {
	seed    maphash.Seed
	pages   [][]key
	n       uint32
	index   table
	long    arena // values that do not fit into a key
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

// hash returns the hash of a key.
func (k *keyTable) hash(typ uint8, value string, scope uint32) uint64 {
	return mix(maphash.String(k.seed, value) ^ uint64(typ)<<56 ^ uint64(scope))
}

// add returns the number of a key, which it copies when it is new.
func (k *keyTable) add(typ uint8, value, scope string) uint32 {
	sc := k.symbol(scope)
	return k.addHashed(typ, value, sc, k.hash(typ, value, sc))
}

// addHashed is add for a key whose hash is known.
func (k *keyTable) addHashed(typ uint8, value string, scope uint32, h uint64) uint32 {
	n, ok := k.find(typ, value, scope, h)
	if ok {
		return n
	}
	n = k.n
	k.n++
	if n&(1<<pageBits-1) == 0 {
		k.pages = append(k.pages, make([]key, 1<<pageBits))
	}
	e := k.at(n)
	e.scope, e.typ, e.n = scope, typ, uint8(min(len(value), longValue))
	if len(value) > len(e.text) {
		e.n = longValue
		binary.LittleEndian.PutUint64(e.text[:], uint64(k.long.add([]byte(value))))
	} else {
		copy(e.text[:], value)
	}
	k.index.insert(h, n)
	return n
}

// find returns the number of a key.
func (k *keyTable) find(typ uint8, value string, scope uint32, h uint64) (uint32, bool) {
	for p := k.index.probe(h); ; {
		n, ok := k.index.next(&p)
		if !ok {
			return 0, false
		}
		if e := k.at(n); e.typ == typ && e.scope == scope && k.valueOf(e) == value {
			return n, true
		}
	}
}

// valueOf returns the value of a key; it is valid for good.
func (k *keyTable) valueOf(e *key) string {
	if e.n == longValue {
		return k.long.at(placed(binary.LittleEndian.Uint64(e.text[:])))
	}
	return alias(e.text[:e.n])
}

// public returns key n as the contract has it.
func (k *keyTable) public(n uint32) schemas.Key {
	e := k.at(n)
	return schemas.Key{Type: keyTypes[e.typ], Value: k.valueOf(e), Scope: k.names[e.scope]}
}
