package correlator

import (
	"math/rand"
	"reflect"
	"slices"
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

// FuzzBody checks that an event comes back from the store as it went in.
func FuzzBody(f *testing.F) {
	f.Add("INVITE sip:3250@10.0.0.1 SIP/2.0", "INVITE", "from_user", "5737", 200, byte(0xff), "db:result")
	f.Add("", "", "x", "", -1, byte(0), "")
	f.Fuzz(func(t *testing.T, text, method, name, value string, status int, flags byte, stanza string) {
		e := schemas.Event{ID: schemas.ID{1}, Kind: schemas.KindSIPMessage, Text: text, Line: 3, File: "f", Time: base}
		e.Attrs = []schemas.Attr{{Name: name, Value: value}, {Name: "user", Value: method}}
		e.SIP = &schemas.SIP{
			Method: method, Status: max(0, status), Reason: value, CSeq: text, Transport: name, Peer: value, Wire: flags&1 != 0,
			SDP: flags&2 != 0, Truncated: flags&4 != 0, Direction: direction(flags), UserAgent: stanza, Warning: text, ReasonHeader: method,
		}
		e.XMPP = &schemas.XMPP{Stanza: stanza, From: text, To: value, ID: name, Type: method, Role: stanza, Direction: direction(flags)}
		c := New(Config{})
		c.Add(&schemas.EventBatch{Events: []schemas.Event{e}})
		if name == "index" {
			e.Attrs = e.Attrs[1:]
		}
		e.Keys = []schemas.Key{}
		var m slab
		got := *c.store.load(&m, 0)
		got.Text = c.store.text(c.store.at(0))
		got.Keys = append([]schemas.Key{}, got.Keys...)
		if !reflect.DeepEqual(got, e) {
			t.Errorf("got\n%+v %+v\nwant\n%+v %+v", got, got.SIP, e, e.SIP)
		}
	})
}

// FuzzTexts checks that texts come back as they went in, whatever came before.
func FuzzTexts(f *testing.F) {
	f.Add("xcoder=34A9B60C8 closing stream used for dialback only", "xcoder=94A9B60C8 closing stream used for dialback only", 9)
	f.Add("aaaaaaaaaaaaaaaa", "", 600)
	f.Fuzz(func(t *testing.T, a, b string, n int) {
		var s samples
		var all []string
		var packed [][]byte
		for i := range min(max(n, 1), 2000) {
			text := []string{a, b, b + a, a[i%(len(a)+1):]}[i%4]
			all = append(all, text)
			packed = append(packed, s.pack(nil, 1, text))
		}
		for i, p := range packed {
			if got := string(s.unpack(nil, 1, bodyReader(p))); got != all[i] {
				t.Fatalf("got %q, want %q", got, all[i])
			}
		}
	})
}

// TestKeyTypes checks that every joining key type of the contract is kept,
// but those that no session of the correlator is made of.
func TestKeyTypes(t *testing.T) {
	for _, k := range []schemas.KeyType{
		schemas.KeyCallID, schemas.KeyCI, schemas.KeySessionID, schemas.KeyGlobalCallID, schemas.KeyDialbackKey,
		schemas.KeyCallSerial, schemas.KeyTag, schemas.KeySequence, schemas.KeyLogin, schemas.KeyXcoder, schemas.KeyUser, schemas.KeyTrackingID,
	} {
		if code := keyCode(k); code == noKey || keyTypes[code] != k {
			t.Errorf("%s is not kept", k)
		}
	}
	for _, k := range []schemas.KeyType{schemas.KeyNetID, "no such type"} {
		if keyCode(k) != noKey {
			t.Errorf("%s is kept", k)
		}
	}
	if i := slices.Index(keyTypes[:], schemas.KeyTrackingID); i >= int(firstOwnKey) {
		t.Error("a public key type stands among the correlator's own")
	}
}

// TestWords checks that the two lists of words agree.
func TestWords(t *testing.T) {
	for i, w := range words {
		if code, ok := wordCode(w); !ok || int(code) != i {
			t.Errorf("%q is %d, %v; want %d", w, code, ok, i)
		}
	}
	if _, ok := wordCode("no such word"); ok {
		t.Error("found what is no word")
	}
}

func TestTable(t *testing.T) {
	var x table
	find := func(v uint32) bool {
		for p := x.probe(mix(uint64(v))); ; {
			if got, ok := x.next(&p); !ok || got == v {
				return ok
			}
		}
	}
	for i := range uint32(5000) {
		x.insert(mix(uint64(i)), i)
	}
	for i := range uint32(5000) {
		if !find(i) {
			t.Fatalf("%d is gone", i)
		}
	}
	if find(6000) {
		t.Error("found what was not inserted")
	}
}

// TestIDs checks that records are found by their ids, in whatever order they and
// their files come.
func TestIDs(t *testing.T) {
	for seed := range int64(20) {
		rng := rand.New(rand.NewSource(seed))
		s := newStore()
		want := map[schemas.ID]uint32{}
		at := [3]int64{}
		for range 2000 {
			f := rng.Intn(3)
			at[f] += int64(1 + rng.Intn(9))
			offset := at[f]
			if rng.Intn(5) == 0 {
				offset = rng.Int63n(offset + 1)
			}
			id := schemas.FingerprintOf([]byte{byte(f)}).ID(offset)
			n, ok := s.lookup(id)
			if w, known := want[id]; ok != known || ok && n != w {
				t.Fatalf("seed %d: %v is record %d, %v; want %d, %v", seed, id, n, ok, w, known)
			}
			if !ok {
				want[id] = s.add(record{id: id})
			}
		}
		for id, w := range want {
			if n, ok := s.lookup(id); !ok || n != w {
				t.Fatalf("seed %d: %v is record %d, %v; want %d", seed, id, n, ok, w)
			}
		}
	}
}
