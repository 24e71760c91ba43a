package ruletest_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/collector"
	"github.com/uctrace/uctrace/internal/offline"
	"github.com/uctrace/uctrace/internal/ruleset"
	"github.com/uctrace/uctrace/internal/ruletest"
)

// sdlTrace writes an SDL trace from one line per SIP message:
//
//	10:00:00.000 in call-a 101 INVITE sip:2002@10.1.0.5 | Session-Expires: 1800
//
// which is the time, the direction, the Call-ID, the number and method of the
// CSeq or, for a response, its status line, and further header fields.
func sdlTrace(script string) string {
	var b strings.Builder
	b.WriteString("00000001.000 |09:59:00.000 |FileHead |UTC:+00:00,Date: 2026/01/05, AppName: CCM, AppId: 100, AppNodeId: 1, AppVersion: CUCM Install=12.5.1.11900-146 Build=12.5.1.11900-146 (a1b2c3) memlog=20, HostName: cucm1, HostIPAddress: 10.1.0.5, AppStartTime: 2026/01/02 15:42:41, FileNumber: 12, TraceVer: 3.0\n")
	for i, line := range strings.Split(strings.TrimSpace(script), "\n") {
		if line == "" {
			continue
		}
		parts := strings.Split(line, " | ")
		f := strings.Fields(parts[0])
		at, way, call, number, method, rest := f[0], f[1], f[2], f[3], f[4], strings.Join(f[5:], " ")
		head := "SIPTcp - wait_SdlReadRsp: Incoming SIP TCP message from 10.1.2.30 on port 50394 index 22 with 400 bytes:"
		if way == "out" {
			head = "SIPTcp - wait_SdlSPISignal: Outgoing SIP TCP message to 10.1.2.30 on port 50394 index 22 "
		}
		start := method + " " + rest + " SIP/2.0"
		if code, m, ok := strings.Cut(method, "/"); ok {
			start, method = "SIP/2.0 "+code+" "+rest, m
		}
		fmt.Fprintf(&b, "%08d.001 |%s |AppInfo  |%s\n[%d,NET]\n%s\n", i+2, at, head, 1000+i, start)
		b.WriteString("Via: SIP/2.0/TCP 10.1.2.30:50394;branch=z9hG4bK1\nFrom: <sip:2001@10.1.0.5>;tag=1\nTo: <sip:2002@10.1.0.5>\n")
		fmt.Fprintf(&b, "Call-ID: %s@10.1.2.30\nCSeq: %s %s\n", call, number, method)
		for _, field := range parts[1:] {
			b.WriteString(field + "\n")
		}
		b.WriteString("Content-Length: 0\n\n\n")
	}
	return b.String()
}

const answeredCall = `
10:00:00.000 in call-a 101 INVITE sip:2002@10.1.0.5 | Session-Expires: 1800
10:00:00.050 out call-a 101 100/INVITE Trying
10:00:00.300 out call-a 101 180/INVITE Ringing
10:00:02.000 out call-a 101 200/INVITE OK | Session-Expires: 1800;refresher=uas
10:00:02.050 in call-a 101 ACK sip:2002@10.1.0.5
`

// TestCourse runs the detectors of the course of a call over traces of such
// calls and of their look-alikes.
func TestCourse(t *testing.T) {
	const id = "Session-ID: 11111111111111111111111111111111;remote=00000000000000000000000000000000"
	loop := func(times int, apart string) string {
		var b strings.Builder
		for i := range times {
			fmt.Fprintf(&b, "10:00:%02d.%s in loop-%d 101 INVITE sip:2002@10.1.0.5 | %s\n", i, apart, i, id)
		}
		return b.String()
	}
	tests := []struct {
		name, script string
		rule, say    string // no rule when nothing is to be found
	}{
		{"the refresh, which has the number of the INVITE from the other side, is answered with 481", answeredCall + `
10:15:02.000 out call-a 101 INVITE sip:2001@10.1.2.30 | Session-Expires: 1800
10:15:02.100 in call-a 101 481/INVITE Call Leg/Transaction Does Not Exist
10:15:02.200 out call-a 102 BYE sip:2001@10.1.2.30`, "cucm.session-timer-drop", "was answered with 481"},
		{"a copy of the INVITE comes late", answeredCall + `
10:15:02.000 in call-a 101 INVITE sip:2002@10.1.0.5 | Session-Expires: 1800
10:15:02.200 in call-a 102 BYE sip:2002@10.1.0.5`, "", ""},
		{"the refresh is answered with 481", answeredCall + `
10:15:02.000 out call-a 102 INVITE sip:2001@10.1.2.30 | Session-Expires: 1800
10:15:02.100 in call-a 102 481/INVITE Call Leg/Transaction Does Not Exist
10:15:02.200 out call-a 103 BYE sip:2001@10.1.2.30`, "cucm.session-timer-drop", "was dropped after 900 s: the session refresh (INVITE) was answered with 481"},
		{"the refresh gets no answer", answeredCall + `
10:15:02.000 out call-a 102 UPDATE sip:2001@10.1.2.30 | Session-Expires: 1800
10:15:34.000 out call-a 103 BYE sip:2001@10.1.2.30`, "cucm.session-timer-drop", "from 2001 to 2002 was dropped after 932 s: the session refresh (UPDATE) got no answer"},
		{"no refresh at all", answeredCall + `
10:29:35.000 in call-a 102 BYE sip:2002@10.1.0.5`, "cucm.session-timer-drop", "when its session interval of 1800 s was over: there was no refresh"},
		{"refreshed, and ended after 30 minutes", answeredCall + `
10:15:02.000 out call-a 102 INVITE sip:2001@10.1.2.30 | Session-Expires: 1800
10:15:02.100 in call-a 102 200/INVITE OK | Session-Expires: 1800
10:29:55.000 in call-a 102 BYE sip:2002@10.1.0.5`, "", ""},
		{"the user hangs up after 15 minutes", answeredCall + `
10:15:01.900 in call-a 102 BYE sip:2002@10.1.0.5`, "", ""},
		{"a hold that is refused, and the end", answeredCall + `
10:03:02.000 out call-a 102 INVITE sip:2001@10.1.2.30
10:03:02.100 in call-a 102 481/INVITE Call Leg/Transaction Does Not Exist
10:03:02.200 out call-a 103 BYE sip:2001@10.1.2.30`, "", ""},
		{"the interval is too small", `
10:00:00.000 in call-a 101 INVITE sip:2002@10.1.0.5 | Session-Expires: 90
10:00:00.100 out call-a 101 422/INVITE Session Interval Too Small | Min-SE: 1800`, "cucm.session-timer-drop", "failed with 422"},
		{"the interval is too small, and tried again", `
10:00:00.000 in call-a 101 INVITE sip:2002@10.1.0.5 | Session-Expires: 90
10:00:00.100 out call-a 101 422/INVITE Session Interval Too Small | Min-SE: 1800` + strings.ReplaceAll(answeredCall, " 101 ", " 102 "), "", ""},
		{"too many hops", `
10:00:00.000 out call-a 101 INVITE sip:2002@10.1.0.5
10:00:00.100 in call-a 101 483/INVITE Too Many Hops`, "cucm.call-loop", "483 Too Many Hops"},
		{"too many hops to a ping", `
10:00:00.000 out call-a 101 OPTIONS sip:10.1.0.20
10:00:00.100 in call-a 101 483/OPTIONS Too Many Hops`, "", ""},
		{"the number comes back", loop(5, "000"), "cucm.call-loop", "the call to 2002 came in 5 times within 4 s"},
		{"the number comes in four times", loop(4, "000"), "", ""},
		{"rings after 14 s", `
10:00:00.000 in call-a 101 INVITE sip:2002@10.1.0.5 | ` + id + `
10:00:00.050 out call-a 101 100/INVITE Trying
10:00:00.100 out call-b 101 INVITE sip:2002@10.1.0.20 | ` + id + `
10:00:13.900 in call-b 101 183/INVITE Session Progress
10:00:14.000 out call-a 101 183/INVITE Session Progress`, "cucm.long-post-dial-delay", "took 14 s from the last digit to 183 Session Progress"},
		{"rings after 14 s, when the trace is a file further", `
10:00:00.000 in call-a 101 INVITE sip:2002@10.1.0.5
10:00:00.050 out call-a 101 100/INVITE Trying
next file
10:00:14.000 out call-a 101 180/INVITE Ringing`, "cucm.long-post-dial-delay", "took 14 s"},
		{"rings after 10 s", `
10:00:00.000 in call-a 101 INVITE sip:2002@10.1.0.5
10:00:10.000 out call-a 101 180/INVITE Ringing`, "", ""},
		{"dials slowly", `
10:00:00.000 in call-a 101 INVITE sip:2@10.1.0.5
10:00:00.050 out call-a 101 100/INVITE Trying
10:00:00.100 out call-a 101 SUBSCRIBE sip:2001@10.1.2.30 | Event: kpml
10:00:18.000 in call-a 1000 NOTIFY sip:10.1.0.5 | Event: kpml
10:00:19.000 out call-a 101 180/INVITE Ringing`, "", ""},
		{"refused after 20 s", `
10:00:00.000 in call-a 101 INVITE sip:2002@10.1.0.5
10:00:20.000 out call-a 101 503/INVITE Service Unavailable`, "", ""},
	}
	rules, err := ruleset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	of := []string{"cucm.session-timer-drop", "cucm.call-loop", "cucm.long-post-dial-delay", "cucm.retries-exhausted"}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			dir := t.TempDir()
			for i, part := range strings.Split(tt.script, "next file") {
				name := fmt.Sprintf("SDL001_100_%06d.txt", i+1)
				if err := os.WriteFile(filepath.Join(dir, name), []byte(sdlTrace(part)), 0o600); err != nil {
					t.Fatal(err)
				}
			}
			r, err := offline.Analyze(t.Context(), offline.Options{Options: collector.Options{Workers: 1}, Paths: []string{dir}, Rules: rules})
			if err != nil {
				t.Fatal(err)
			}
			if len(r.Sessions) == 0 && !strings.Contains(tt.script, "OPTIONS") {
				t.Fatal("the trace makes no session")
			}
			var got []string
			for _, f := range r.Findings {
				if slices.Contains(of, f.Rule) {
					got = append(got, f.Rule+": "+f.Summary)
				}
			}
			switch {
			case tt.rule == "" && len(got) > 0, tt.rule != "" && len(got) != 1:
				t.Fatalf("found %q, want %q", got, tt.rule)
			case tt.rule != "" && (!strings.HasPrefix(got[0], tt.rule+":") || !strings.Contains(got[0], tt.say)):
				t.Errorf("found %q, want %s: … %s", got, tt.rule, tt.say)
			}
		})
	}
}

// TestRegisterTimeout wants the sign-in that waits for the answer to its
// REGISTER to be reported once.
func TestRegisterTimeout(t *testing.T) {
	rules, err := ruleset.Builtin()
	if err != nil {
		t.Fatal(err)
	}
	i := slices.IndexFunc(rules, func(r ruleset.Rule) bool { return r.Name == "sip.register-timeout" })
	outcomes, err := ruletest.Run(t.Context(), &rules[i], rules, t.TempDir())
	if err != nil {
		t.Fatal(err)
	}
	if n := len(outcomes[0].Findings); n != 1 || len(outcomes[0].Others) > 0 {
		t.Errorf("%d findings, and beside them %+v", n, outcomes[0].Others)
	}
}
