package ruletest_test

import (
	"strings"
	"testing"

	"github.com/uctrace/uctrace/internal/reference"
	"github.com/uctrace/uctrace/schemas"
)

// TestCapability9LegsOfRealCalls: where calls were split and joined again, rang at a hunt
// list, were recorded, or passed a gateway, an identifier of a call or a leg
// stands in one session only, and an event proves each join: none is a guess.
func TestCapability9LegsOfRealCalls(t *testing.T) {
	for _, name := range []string{
		"calllogs-1150-cc-rows-split-join.log", "doc-1050-recording-udp-concatenated.log", "sdl-1150-hunt-no-answer-480.log",
		"collections/hunt_pilot.zip", "collections/inbound_h323.zip", "collections/inbound_mgcp.zip", "collections/phone_to_phone_same_node.zip",
	} {
		t.Run(strings.ReplaceAll(name, "/", " "), func(t *testing.T) {
			r := judged(t, reference.Path(t, "corpus/cucm/"+name))
			of, joins := map[schemas.Key]schemas.ID{}, 0
			for _, s := range r.Sessions {
				if s.Kind != schemas.SessionCall {
					continue
				}
				joins += len(s.Joins)
				for _, j := range s.Joins {
					if j.Confidence != schemas.Certain || j.Event.IsZero() || j.Reason == "" {
						t.Errorf("%s %s and %s %s are one call by %q, confidence %s", j.A.Type, j.A.Value, j.B.Type, j.B.Value, j.Reason, j.Confidence)
					}
				}
				for _, k := range s.Keys {
					if k.Type != schemas.KeyCallID && k.Type != schemas.KeyCI {
						continue
					}
					if other, ok := of[k]; ok && other != s.ID {
						t.Errorf("%s %s stands in two calls", k.Type, k.Value)
					}
					of[k] = s.ID
				}
			}
			if joins == 0 {
				t.Error("no leg is joined with another")
			}
		})
	}
}
