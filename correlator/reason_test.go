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

// TestNamedDialogs has messages that name another dialog: the call that replaces
// one, the built-in bridge that enters one, the recorder that is told its legs.
func TestNamedDialogs(t *testing.T) {
	for _, tt := range []struct {
		name, log string
		calls     int
		reason    string // of one of the joins, "" for none
	}{
		{"replaces", `file sdl cucm.sdl node=cm1
0 sip INVITE id=a in
5 sip INVITE id=b replaces=a in`, 1, "Replaces, RFC 3891"},
		{"joins", `file sdl cucm.sdl node=cm1
0 sip INVITE id=a out
5 sip INVITE id=b join=a out`, 1, "Join, RFC 3911"},
		{"records", `file sdl cucm.sdl node=cm1
0 sip INVITE id=a ci=1 out
5 sip INVITE id=b ci=2 recording_ci=1 recording_far_ci=9 out
6 sip 200/INVITE id=b ci=2 recording_ci=1 recording_far_ci=9 in`, 1, "x-refci"},
		{"records, and only the answer was collected", `file sdl cucm.sdl node=cm1
0 sip INVITE id=a ci=1 out
6 sip 200/INVITE id=b ci=2 recording_ci=7 recording_far_ci=1 in`, 1, "x-refci"},
		{"records a call of the cluster that sends", `file sdl cucm.sdl node=cm1
0 sip INVITE id=a ci=1 out
5 sip INVITE id=b ci=2 recording_ci=1 in`, 2, ""},
		{"passed on by a border element", `file sdl cucm.sdl node=cm1
0 sip INVITE id=a guid=2561977344-0000065536-0000000138-3269726474 out
1 sip INVITE id=b guid=2561977344-0000065536-0000000138-3269726474 in`, 1, "Cisco-Guid"},
		{"a guid that says nothing", `file sdl cucm.sdl node=cm1
0 sip INVITE id=a guid=0000000000-0000000000-0000000000-0000000000 out
1 sip INVITE id=b guid=0000000000-0000000000-0000000000-0000000000 in`, 2, ""},
		{"no other dialog", `file sdl cucm.sdl node=cm1
0 sip INVITE id=a ci=1 out
5 sip INVITE id=b ci=2 out`, 2, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := resultOf(build(t, tt.log))
			if len(r.Sessions) != tt.calls {
				t.Errorf("%d calls, want %d", len(r.Sessions), tt.calls)
			}
			told := tt.reason == ""
			for _, j := range r.Sessions[0].Joins {
				told = told || strings.Contains(j.Reason, tt.reason)
			}
			if !told {
				t.Errorf("joined by %+v, want a reason with %q", r.Sessions[0].Joins, tt.reason)
			}
		})
	}
}
