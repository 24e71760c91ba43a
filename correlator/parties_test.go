package correlator

import (
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

// TestPartiesAreThoseOfTheFirstLeg: what comes in by a gateway has the caller's
// number; the INVITE to the phone has it as it is shown there.
func TestPartiesAreThoseOfTheFirstLeg(t *testing.T) {
	setup := &schemas.Event{Kind: schemas.KindDigitsSignal, Attrs: []schemas.Attr{{Name: "calling", Value: "4085550100"}, {Name: "called", Value: "2003"}}}
	invite := func(d schemas.Direction, from, to string) *schemas.Event {
		return &schemas.Event{
			Kind: schemas.KindSIPMessage, SIP: &schemas.SIP{Method: "INVITE", Direction: d, Wire: true},
			Attrs: []schemas.Attr{{Name: "from_user", Value: from}, {Name: "to_user", Value: to}},
		}
	}
	tests := []struct {
		name   string
		events []*schemas.Event
		want   string
	}{
		{"from a gateway", []*schemas.Event{setup, invite(schemas.Out, "5550100", "2003")}, "4085550100 2003"},
		{"an INVITE that came in behind its analysis", []*schemas.Event{setup, invite(schemas.In, "2001", "2002")}, "2001 2002"},
		{"the first INVITE of a client", []*schemas.Event{invite(schemas.Out, "2001", "2002")}, "2001 2002"},
	}
	for _, tt := range tests {
		var p parties
		for _, e := range tt.events {
			p.add(e)
		}
		if got := p.from + " " + p.to; got != tt.want {
			t.Errorf("%s: %q, want %q", tt.name, got, tt.want)
		}
	}
}
