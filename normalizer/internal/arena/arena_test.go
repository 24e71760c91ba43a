package arena_test

import (
	"fmt"
	"testing"

	"github.com/uctrace/uctrace/normalizer/internal/arena"
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

// TestStringsStay wants strings to outlive the scratch they were made of and
// the Reset of the arena.
func TestStringsStay(t *testing.T) {
	for _, a := range []*arena.Arena{nil, new(arena.Arena)} {
		var got, want []string
		for i := range 300 {
			s := fmt.Sprintf("%0*d", 1+i*i%3000, i)
			got = append(got, a.Keep(append(a.Scratch(), s...)), a.String([]byte(s)))
			want = append(want, s, s)
			if a != nil && i%50 == 0 {
				a.Reset()
			}
		}
		for i := range want {
			if got[i] != want[i] {
				t.Fatalf("string %d is %q, want %q", i, got[i], want[i])
			}
		}
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
		for _, s := range []string{"", "c/n", "c/n", "c/m", ""} {
			if got := a.Scope(append(a.Scratch(), s...)); got != s {
				t.Errorf("scope %q is %q", s, got)
			}
		}
	}
}
