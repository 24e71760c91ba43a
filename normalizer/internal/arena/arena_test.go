package arena_test

import (
	"fmt"
	"testing"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
	"github.com/uctrace/uctrace/normalizer/internal/text"
	"github.com/uctrace/uctrace/schemas"
)

// TestPartsDoNotTouch fills what an arena hands out to the brim and beyond,
// and wants every part to keep what was put into it.
func TestPartsDoNotTouch(t *testing.T) {
	for _, a := range []*arena.Arena{nil, new(arena.Arena)} {
		for round := range 3 {
			if a != nil {
				a.Reset()
			}
			var keys [][]schemas.Key
			var attrs [][]schemas.Attr
			var sips []*schemas.SIP
			var xmpps []*schemas.XMPP
			for i := range 500 {
				value := fmt.Sprint(round, "/", i)
				k, at := a.Keys(i%4), a.Attrs(i%3)
				for range 3 {
					k = append(k, schemas.Key{Value: value})
					at = append(at, schemas.Attr{Value: value})
				}
				s, x := a.SIP(), a.XMPP()
				if *s != (schemas.SIP{}) || *x != (schemas.XMPP{}) {
					t.Fatalf("part %d is not zero: %+v, %+v", i, s, x)
				}
				s.CallID, x.ID = value, value
				keys, attrs, sips, xmpps = append(keys, k), append(attrs, at), append(sips, s), append(xmpps, x)
			}
			for i := range keys {
				value := fmt.Sprint(round, "/", i)
				for j := range 3 {
					if keys[i][j].Value != value || attrs[i][j].Value != value {
						t.Fatalf("round %d, part %d: %v, %v", round, i, keys[i], attrs[i])
					}
				}
				if sips[i].CallID != value || xmpps[i].ID != value {
					t.Fatalf("round %d, part %d: %v, %v", round, i, sips[i].CallID, xmpps[i].ID)
				}
			}
		}
	}
}

// TestStringsStay wants strings to outlive the scratch they were made of, until
// the arena is reset, and strings of what stands in a batch to need no memory.
func TestStringsStay(t *testing.T) {
	for _, a := range []*arena.Arena{nil, new(arena.Arena)} {
		for round := range 4 {
			var got, want []string
			for i := range 300 {
				s := fmt.Sprintf("%d%0*d", round, 1+i*i%3000, i)
				got = append(got, a.Keep(append(a.Scratch(), s...)), a.String([]byte(s)))
				want = append(want, s, s)
				if i%7 == 0 {
					a.Scratch() // nothing was made of it
				}
			}
			for i := range want {
				if got[i] != want[i] {
					t.Fatalf("round %d: string %d is %q, want %q", round, i, got[i], want[i])
				}
			}
			if a != nil {
				a.Reset()
			}
		}
	}
	a, part := new(arena.Arena), []byte("what stands in a batch")
	if n := testing.AllocsPerRun(100, func() { a.String(part) }); n > 0 {
		t.Errorf("%v allocations", n)
	}
}

// TestEvidence wants a plain line to be itself, and another one mended.
func TestEvidence(t *testing.T) {
	for _, a := range []*arena.Arena{nil, new(arena.Arena)} {
		for in, want := range map[string]string{"plain \r\n": "plain", "two\nlines": "two lines", "": "", "longer than nine": "longer th"} {
			if got := a.Evidence([]byte(in), 9); got != want {
				t.Errorf("%q: %q, want %q", in, got, want)
			}
		}
	}
}

// TestASCII wants the answer of text.ASCII in a batch that is, one that is not,
// and none.
func TestASCII(t *testing.T) {
	for _, batch := range []string{"", "plain", "pl\u00e4in"} {
		a := new(arena.Arena)
		a.Begin([]byte(batch))
		for i := range len(batch) + 1 {
			if got, want := a.ASCII([]byte(batch[:i])), text.ASCII([]byte(batch[:i])); got != want {
				t.Errorf("%q of %q: %v", batch[:i], batch, got)
			}
		}
		if a.Reset(); a.ASCII([]byte("\u00e4")) {
			t.Errorf("after %q everything is ASCII", batch)
		}
	}
	if (*arena.Arena)(nil).ASCII([]byte("\u00e4")) {
		t.Error("without an arena everything is ASCII")
	}
}

// TestRepeated wants what batches and events share to be what was asked for,
// whatever was asked for before.
func TestRepeated(t *testing.T) {
	for _, a := range []*arena.Arena{nil, new(arena.Arena)} {
		for _, f := range []schemas.Fingerprint{{}, {}, {1}, {1}, {}} {
			if got := a.Fingerprint(f); got != f.String() {
				t.Errorf("fingerprint %v is %q", f, got)
			}
		}
		node := func(buf []byte, f *schemas.File) []byte { return append(buf, f.Node...) }
		one, other := &schemas.File{Node: "one"}, &schemas.File{Node: "other"}
		for _, f := range []*schemas.File{one, one, other, one} {
			if got := a.FileScope(f, node); got != f.Node {
				t.Errorf("scope of the file of %s is %q", f.Node, got)
			}
		}
		if one.Node = "anew"; a != nil {
			a.Reset()
			if got := a.FileScope(one, node); got != one.Node {
				t.Errorf("the next batch has the scope %q", got)
			}
		}
		for _, s := range []string{"", "c/n", "c/n", "c/m", ""} {
			if got := a.Scope(append(a.Scratch(), s...)); got != s {
				t.Errorf("scope %q is %q", s, got)
			}
		}
	}
}

// TestOwn wants a parser to find what it left, and another to find nothing.
func TestOwn(t *testing.T) {
	type mine struct{ n int }
	type others struct{ n int }
	var a arena.Arena
	arena.Own[mine](&a).n = 7
	if got := arena.Own[mine](&a).n; got != 7 {
		t.Errorf("left 7, found %d", got)
	}
	if got := arena.Own[others](&a).n + arena.Own[mine](nil).n; got != 0 {
		t.Errorf("found %d, want nothing", got)
	}
}
