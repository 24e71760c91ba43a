package correlator

import (
	"testing"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// TestUnlessNeedsMore: a rule that says the same more precisely, and needs
// another event for it, takes the proof from the general one only where that
// event is there.
func TestUnlessNeedsMore(t *testing.T) {
	say := func(s string) detect.Template {
		x, err := detect.NewTemplate(s)
		if err != nil {
			t.Fatal(err)
		}
		return x
	}
	miss := []detect.Matcher{{Kinds: []schemas.Kind{schemas.KindSIPMessage}, Where: []detect.Condition{{Field: must(detect.NewField("sip.status")), Any: []string{"404"}}}}}
	inSession := []detect.Subject{{Session: true}}
	rules := []detect.Signature{
		{Name: "general", Severity: schemas.Low, Subject: inSession, Prove: miss, Unless: []string{"precise"}, Summary: say("general")},
		{Name: "precise", Severity: schemas.Low, Subject: inSession, Prove: miss, Summary: say("precise"), Need: []detect.Companion{{
			Matcher: detect.Matcher{Kinds: []schemas.Kind{schemas.KindSIPMessage}, Where: []detect.Condition{{Field: must(detect.NewField("sip.status")), Any: []string{"181"}}}},
		}}},
	}
	for _, tt := range []struct{ name, more, want string }{
		{"alone", "", "general"},
		{"with what the precise one needs", "1 sip 181/INVITE id=a\n", "precise"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			batches := build(t, "file a cucm.sdl node=cm1\n0 sip INVITE id=a from=5737 to=3250 in\n"+tt.more+"2 sip 404/INVITE id=a\nupto 60")
			c := New(Config{Signatures: rules})
			for i := range batches {
				c.Add(&batches[i])
			}
			if got := said(c.Result().Findings); got != tt.want {
				t.Errorf("found %q, want %q", got, tt.want)
			}
		})
	}
}
