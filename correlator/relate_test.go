package correlator_test

import (
	"fmt"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/correlator"
	"github.com/uctrace/uctrace/schemas"
)

// TestRelate relates the sign-in, the registration and the calls of one person
// among others, and none of the others'.
func TestRelate(t *testing.T) {
	session := func(name, cluster string, keys ...string) schemas.Session {
		s := schemas.Session{ID: schemas.HashID("test", name), Cluster: cluster}
		for _, k := range keys {
			typ, value, _ := strings.Cut(k, "=")
			s.Keys = append(s.Keys, schemas.Key{Type: schemas.KeyType(typ), Value: value})
		}
		return s
	}
	for _, tt := range []struct {
		name     string
		sessions []schemas.Session
		want     string // the related pairs, by index
	}{
		{"a device", []schemas.Session{session("a", "", "device=CSFALICE"), session("b", "", "device=csfalice"), session("c", "", "device=CSFBOB")}, "0-1 device high"},
		{"a device of another cluster", []schemas.Session{session("a", "x", "device=CSFALICE"), session("b", "y", "device=CSFALICE")}, ""},
		{"the registration of a sign-in", []schemas.Session{session("a", "", "call_id=1@h"), session("b", "", "call_id=1@h")}, "0-1 call_id high"},
		{"a user and the JID", []schemas.Session{session("a", "", "user=Alice"), session("b", "", "jid=alice@example.com")}, "0-1 user medium"},
		{"a user and two JIDs", []schemas.Session{session("a", "", "user=alice"), session("b", "", "jid=alice@example.com"), session("c", "", "jid=alice@example.org")}, ""},
		{"two domains", []schemas.Session{session("a", "", "jid=alice@example.com"), session("b", "", "jid=alice@example.org")}, ""},
		{
			"the surer reason is told",
			[]schemas.Session{session("a", "", "user=alice", "jid=alice@example.com"), session("b", "", "jid=alice@example.com", "user=alice")},
			"0-1 jid high",
		},
		{"withdrawn", []schemas.Session{session("a", "", "device=X"), {ID: schemas.HashID("test", "b"), Deleted: true, Keys: []schemas.Key{{Type: schemas.KeyDevice, Value: "X"}}}}, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			at := map[schemas.ID]int{}
			for i, s := range tt.sessions {
				at[s.ID] = i
			}
			var got []string
			for _, r := range correlator.Relate(tt.sessions) {
				got = append(got, fmt.Sprintf("%d-%d %s %s", at[r.A], at[r.B], r.By, r.Confidence))
			}
			if s := strings.Join(got, ", "); s != tt.want {
				t.Errorf("related %q, want %q", s, tt.want)
			}
		})
	}
}
