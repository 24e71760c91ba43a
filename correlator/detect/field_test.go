package detect

import (
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// TestFields reads the fields that are made of others.
func TestFields(t *testing.T) {
	at := func(peer, local string) *schemas.Event {
		return &schemas.Event{
			Text: "line", Keys: []schemas.Key{{Type: schemas.KeyAddr, Value: "10.0.0.9:5061"}},
			Attrs: []schemas.Attr{{Name: "peer", Value: peer}, {Name: "local", Value: local}, {Name: "text", Value: "words"}, {Name: "name", Value: "_sips._tcp.example.net"}},
		}
	}
	tests := []struct {
		field, peer, local, want string
	}{
		{"host.peer", "192.0.2.9:5061", "", "192.0.2.9"},
		{"host.peer", "[2001:db8::9]:5061", "", "2001:db8::9"},
		{"host.key.addr", "", "", "10.0.0.9"},
		{"attr.text", "", "", "words"},
		{"text", "", "", "line"},
		{"domain.name", "", "", "example.net"},
		{"domain.peer", "example.com", "", "example.com"},
		{"gateway.peer", "S0/SU1/DS1-0@gw1.example.com", "", "gw1.example.com"},
		{"gateway.peer", "S0/SU1/DS1-0@gw1.example.com:24", "", "gw1.example.com"},
		{"gateway.peer", "gw1.example.com", "", "gw1.example.com"},
		{"reason|name", "", "", "_sips._tcp.example.net"},
		{"reason|detail", "", "", ""},
		{"inside.peer", "10.0.0.9:5061", "192.0.2.1:5061", "true"},
		{"inside.peer", "[::ffff:10.0.0.9]:5061", "", "true"},
		{"inside.peer", "[fd00::9]:5061", "", "true"},
		{"inside.peer", "127.0.0.1:5060", "", "true"},
		{"inside.peer", "192.0.2.9:7001", "", ""},
		{"inside.peer", "192.0.2.9:25001", "192.0.2.1:5061", "true"},
		{"inside.peer", "[2001:db8::9]:5061", "[2001:db8::1]:5061", "true"},
		{"inside.peer", "[2001:db8:0:1::9]:5061", "[2001:db8::1]:5061", ""},
		{"inside.peer", "192.0.2.9:25001", "198.51.100.1:5061", ""},
		{"inside.peer", "192.0.2.9:25001", "", ""},
		{"inside.peer", "172.32.0.1:5061", "", ""},
		{"inside.peer", "cucm1.example.com:5061", "", "true"},
		{"inside.peer", "x.x.x.x:5061", "", "true"},
		{"inside.peer", "", "10.0.0.1:5061", ""},
	}
	for _, tt := range tests {
		f, err := NewField(tt.field)
		if err != nil {
			t.Fatal(err)
		}
		if got := f.Of(at(tt.peer, tt.local)); got != tt.want {
			t.Errorf("%s of peer %q, local %q is %q, want %q", tt.field, tt.peer, tt.local, got, tt.want)
		}
	}
	for _, name := range []string{"host.key.nothing", "a|sip.nothing", "inside.xmpp.nothing", "domain."} {
		if _, err := NewField(name); err == nil {
			t.Errorf("%s is a field", name)
		}
	}
}

// TestWeight counts proofs of peers at seconds.
func TestWeight(t *testing.T) {
	type proof struct {
		peer   string
		second int
	}
	peer := Field{"peer", func(e *schemas.Event) string { return e.Attr("peer") }}
	scan := []proof{{"a", 0}, {"b", 1}, {"c", 2}}
	user := []proof{{"a", 0}, {"b", 45}, {"c", 90}}
	tests := []struct {
		name   string
		weight *Weight
		proofs []proof
		want   bool
	}{
		{"one is enough", nil, scan[:1], true},
		{"none", nil, nil, false},
		{"in a burst", &Weight{AtLeast: 3, Over: time.Minute}, scan, false},
		{"over minutes", &Weight{AtLeast: 3, Over: time.Minute}, user, true},
		{"too few", &Weight{AtLeast: 4}, user, false},
		{"not different", &Weight{AtLeast: 2, Distinct: &peer}, []proof{{"a", 0}, {"a", 60}}, false},
		{"different", &Weight{AtLeast: 2, Distinct: &peer}, []proof{{"a", 0}, {"a", 60}, {"b", 61}}, true},
		{"without a value", &Weight{AtLeast: 2, Distinct: &peer}, []proof{{"", 0}, {"", 60}}, true},
		{"too far apart", &Weight{AtLeast: 2, Within: 30 * time.Second}, user, false},
		{"near, later on", &Weight{AtLeast: 2, Within: 30 * time.Second}, append(user, proof{"d", 95}), true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var events []*schemas.Event
			for i, p := range tt.proofs {
				e := &schemas.Event{ID: schemas.Fingerprint{}.ID(int64(i)), Time: time.Date(2026, 1, 5, 10, 0, p.second, 0, time.UTC)}
				if p.peer != "" {
					e.Attrs = []schemas.Attr{{Name: "peer", Value: p.peer}}
				}
				events = append(events, e)
			}
			if got := tt.weight.enough(events); got != tt.want {
				t.Errorf("enough is %v", got)
			}
		})
	}
}
