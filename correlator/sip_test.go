package correlator

import (
	"strings"
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

func TestCalls(t *testing.T) {
	tests := []struct {
		name, log string
		say       []string
		sessions  int
		apart     int
	}{
		{"answered", `file n cucm.sdl
0 sip INVITE id=a from=1 to=2 in
0.1 sip 100/INVITE id=a out
0.2 sip INVITE id=a from=1 to=2 in
2 sip 200/INVITE id=a out
2.1 sip ACK id=a in`, []string{"call ok events=5 | call from 1 to 2, answered, 1 leg, 5 messages"}, 1, 0},
		{"challenged, then answered", `file n cucm.sdl
0 sip INVITE id=a
0.1 sip 407/INVITE id=a
0.2 sip ACK id=a
0.3 sip INVITE id=a
1 sip 200/INVITE id=a`, []string{"call ok"}, 1, 0},
		{"challenged", `file n cucm.sdl
0 sip INVITE id=a
0.1 sip 407/INVITE id=a
0.2 sip ACK id=a`, []string{"call failed", "failed with 407"}, 1, 0},
		{"busy", `file n cucm.sdl
0 sip INVITE id=a from=1 to=2
1 sip 486/INVITE id=a`, []string{"call ok", "the called party is busy (486)"}, 1, 0},
		{"declined", `file n cucm.sdl
0 sip INVITE id=a from=1 to=2
1 sip 603/INVITE id=a`, []string{"call ok", "declined (603)"}, 1, 0},
		{"cancelled", `file n cucm.sdl
0 sip INVITE id=a from=1 to=2
1 sip CANCEL id=a
1.1 sip 200/CANCEL id=a
1.2 sip 487/INVITE id=a`, []string{"call ok", "cancelled by the caller"}, 1, 0},
		{"a refused re-INVITE keeps the call", `file n cucm.sdl
0 sip INVITE id=a
1 sip 200/INVITE id=a
60 sip INVITE id=a
61 sip 488/INVITE id=a`, []string{"call ok"}, 1, 0},
		{"its beginning is missing", `file n cucm.sdl
0 sip 180/INVITE id=a
1 sip 503/INVITE id=a`, []string{"call unknown", "its beginning is not in these logs"}, 1, 0},
		{"the end of a call", `file n cucm.sdl
0 sip BYE id=a
0.1 sip 200/BYE id=a`, []string{"call ok"}, 1, 0},
		{"hunt: one member refuses, the next answers", `file n cucm.sdl
0 sip INVITE id=a ci=1 from=1 to=9
0.1 digits.call ci=1 row=SETUP
0.2 sip INVITE id=b ci=2
0.3 digits.call ci=1 ci=2 row=OFFERED
0.4 sip 486/INVITE id=b
0.5 sip INVITE id=c sid=0123456789abcdef0123456789abcdef
0.6 sip 200/INVITE id=c ci=1
0.7 sip 200/INVITE id=a`, []string{"call ok events=8 | call from 1 to 9, answered, 3 legs, 6 messages"}, 1, 0},
		{"summaries add evidence, not messages", `file n cucm.sdl
0 sip INVITE id=a
1 sip 200/INVITE id=a
file l cucm.calllog
0 sum INVITE id=a
0.5 sum 503/INVITE id=a`, []string{"call ok events=4 | call, answered, 1 leg, 2 messages"}, 1, 0},
		{"of the final answer there is the line at INFO alone", `file n expressway.tvcs
0 sip INVITE id=a cseq=1
0.1 sum INVITE id=a cseq=1 of=info
0.5 sum 404/INVITE id=a cseq=1 of=info`, []string{"call failed events=3 | call, failed with 404, 1 leg, 1 message"}, 1, 0},
		{"a phone's registration and call share a Session-ID half", `file n cucm.sdl
0 sip REGISTER id=r from=1002 to=1002 sid=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
1 sip 200/REGISTER id=r sid=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
2 sip INVITE id=c from=1002 to=5 sid=aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa
3 sip 200/INVITE id=c`, []string{"registration ok events=2 | registration of 1002, 200, 2 messages", "call ok events=2"}, 2, 0},
		{"registration, challenged and accepted", `file n cucm.sdl
0 sip REGISTER id=r
1 sip 401/REGISTER id=r
2 sip REGISTER id=r
3 sip 200/REGISTER id=r`, []string{"registration ok"}, 1, 0},
		{"registration refused", `file n cucm.sdl
0 sip REGISTER id=r
1 sip 403/REGISTER id=r`, []string{"registration failed", "failed with 403"}, 1, 0},
		{"registration refused, asked again", `file n cucm.sdl
0 sip REGISTER id=r
1 sip 503/REGISTER id=r
9 sip REGISTER id=r`, []string{"registration open", "asked again after 503"}, 1, 0},
		{"call-log rows only", `file n cucm.calllog
0 digits.call ci=1 ci=2 row=SETUP calling=1000 called=2000
9 digits.call ci=1 ci=2 row=RELEASE cause=16`, []string{"call ok events=2 | call from 1000 to 2000, released with cause 16"}, 1, 0},
		{"subscription", `file n cucm.sdl
0 sip SUBSCRIBE id=s
1 sip 200/SUBSCRIBE id=s`, []string{"subscription ok"}, 1, 0},
		{"an announcer, a receiver that was lifted, a leg that a split left", `file n cucm.sdl
5 digits.signal protocol=sccp message=AnnouncementFinish ci=9
6 digits.call ci=10 row=RELEASE cause=16
7 digits.call ci=11 row=RELEASE cause=0`, nil, 0, 3},
		{"pings are no sessions", `file n cucm.sdl
0 sip OPTIONS id=o
1 sip 483/OPTIONS id=o`, nil, 0, 2},
		{"an OPTIONS inside a dialog", `file n cucm.sdl
0 sip OPTIONS id=a
1 sip INVITE id=a
2 sip 200/INVITE id=a`, []string{"call ok events=3"}, 1, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := resultOf(build(t, tt.log))
			if len(r.Sessions) != tt.sessions || r.Apart != tt.apart || len(r.Findings) > 0 {
				t.Errorf("%d sessions, %d events apart, %d findings", len(r.Sessions), r.Apart, len(r.Findings))
			}
			for _, s := range tt.say {
				if !strings.Contains(outline(r), s) {
					t.Errorf("no %q", s)
				}
			}
			if t.Failed() {
				t.Log("\n" + outline(r))
			}
		})
	}
}

func TestCaller(t *testing.T) {
	attr := func(name, value string) *schemas.Event {
		return &schemas.Event{Attrs: []schemas.Attr{{Name: name, Value: value}}}
	}
	for _, e := range []*schemas.Event{attr("from_user", " 7626"), attr("contact_user", " 7626"), attr("calling", "7626 ")} {
		if got := caller(e); got != "7626" {
			t.Errorf("%+v: %q", e.Attrs, got)
		}
	}
	if got := caller(attr("contact_user", "1f3a")); got != "" {
		t.Errorf("a contact that is no number: %q", got)
	}
}
