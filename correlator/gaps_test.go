package correlator

import (
	"fmt"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

// numberedLog is a trace of which the events stand 100 bytes apart and have
// the given numbers.
func numberedLog(numbers ...int) string {
	var b strings.Builder
	b.WriteString("file sdl.txt cucm.sdl node=cm1\n")
	for i, n := range numbers {
		fmt.Fprintf(&b, "%d mobility.miss seq=%08d number=5737\n", i, n)
	}
	return b.String()
}

func TestGap(t *testing.T) {
	const summary = "file e.log expressway.tvcs node=e1\n0 sum INVITE id=a of=info in\n"
	for _, test := range []struct{ name, log, want string }{
		{"whole", numberedLog(1000, 1001, 1002, 1003), ""},
		{"threads write beside each other", numberedLog(1000, 1052, 1001, 1002, 1060), ""},
		{"a hole", numberedLog(1000, 1001, 41001, 41002), "its numbers jump from 1001 to 41001, about 40000 signals are missing"},
		{"two holes", numberedLog(1000, 41001, 41002, 82003), "its numbers jump from 1000 to 41001, about 81002 signals are missing"},
		{"restarted", numberedLog(90000, 90001, 3, 4), ""},
		{"SIP at INFO", summary + "upto 60", "network.sip is at INFO on e1"},
		{"SIP at DEBUG", summary + "0.001 sip INVITE id=a in\nupto 60", ""},
		{"the log ends at the summary", summary, ""},
	} {
		t.Run(test.name, func(t *testing.T) {
			batches := build(t, test.log)
			got := ""
			for _, f := range resultOf(batches).Findings {
				if f.Rule == "trace.gap" {
					if f.Severity > schemas.Low {
						t.Errorf("severity %s", f.Severity)
					}
					got += f.Summary
				}
			}
			if test.want == "" && got != "" || !strings.Contains(got, test.want) {
				t.Errorf("says %q, want %q", got, test.want)
			}
			checkSet(t, batches, 30)
			checkCompact(t, Config{}, batches)
		})
	}
}

// TestLogsThatAreMissing checks that the coverage says which topics could not
// be judged when a node's log is left out.
func TestLogsThatAreMissing(t *testing.T) {
	e := "file e.log expressway.xcp node=e1\n0 dialback.timer seconds=30 pair=a.com>b.com xc=1\nupto 60\n"
	c := "file c.log expressway.other node=c1\n0 axl.request function=executeSQLQuery addr=imp1\nupto 60\n"
	for _, test := range []struct{ name, log, subject, why string }{
		{"without Expressway-E", c, "dialback", "no record of the Expressway XCP processes was given"},
		{"without Expressway-C", e, "AXL to IM&P", "no Expressway-C management log (network.axl) was given"},
	} {
		t.Run(test.name, func(t *testing.T) {
			if r := resultOf(build(t, test.log)); !blind(r, test.subject, test.why) {
				t.Errorf("coverage %+v does not say %q of %q", r.Coverage, test.why, test.subject)
			}
		})
	}
	if r := resultOf(build(t, e+c)); blind(r, "dialback", "was given") || blind(r, "AXL", "was given") {
		t.Errorf("coverage %+v though all logs are there", r.Coverage)
	}
}
