package correlator

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

// TestReasons says for a call of three legs why they are one: each identifier is
// tied to the others once, by the first event that names two of them.
func TestReasons(t *testing.T) {
	batches := build(t, `
file sdl cucm.sdl node=cm1
0 sip INVITE id=a ci=1 in
1 sip INVITE id=b ci=2 sid=11111111111111111111111111111111 out
1 sip 100/INVITE id=b ci=2 sid=11111111111111111111111111111111 in
2 sip INVITE id=c sid=11111111111111111111111111111111 out
3 sip 200/INVITE id=b ci=2 in
file calllog cucm.calllog node=cm1
0.5 digits.call ci=1 ci=2 row=SETUP
`)
	r := resultOf(batches)
	if len(r.Sessions) != 1 {
		t.Fatalf("%d sessions, want one call", len(r.Sessions))
	}
	var got []string
	for _, j := range r.Sessions[0].Joins {
		got = append(got, fmt.Sprintf("%s=%s", j.B.Type, j.B.Value[:1]))
		if j.Reason == "" || j.Confidence == "" || j.Event.IsZero() {
			t.Errorf("a join without reason: %+v", j)
		}
	}
	slices.Sort(got)
	// Six identifiers take five ties.
	if s := strings.Join(got, " "); len(got) != 5 {
		t.Errorf("tied %q, want five of a, b, c, 1, 2 and the Session-ID", s)
	}
	if n := len(resultOf(batches[:1]).Sessions); n != 2 {
		t.Errorf("%d sessions without the call log, want the first leg apart", n)
	}
}
