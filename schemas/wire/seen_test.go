package wire_test

import (
	"bytes"
	"slices"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/uctrace/uctrace/schemas"
	"github.com/uctrace/uctrace/schemas/wire"
)

func TestLaterFieldsAreLeftOutWhileEmpty(t *testing.T) {
	plain := sampleSeen()
	plain[0].Sights, plain[0].Coverage, plain[0].Skews = nil, nil, nil
	frame := wire.AppendSessions(nil, plain)
	for _, add := range []func(*schemas.Session){
		func(s *schemas.Session) { s.Sights = sampleSeen()[0].Sights },
		func(s *schemas.Session) { s.Coverage = sampleSeen()[0].Coverage },
		func(s *schemas.Session) { s.Skews = sampleSeen()[0].Skews },
	} {
		want := slices.Clone(plain)
		add(&want[0])
		got, err := wire.DecodeSessions(wire.AppendSessions(nil, want))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(want, got, cmpopts.EquateEmpty()); diff != "" {
			t.Error(diff)
		}
	}
	if again := wire.AppendSessions(nil, plain); !bytes.Equal(frame, again) {
		t.Error("the frame of a session depends on what was written before")
	}
}
