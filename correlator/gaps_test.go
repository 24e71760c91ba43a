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

// numberedPart is one of the files of a trace, with bytes behind its last event
// that state nothing.
func numberedPart(part, silent int, numbers ...int) string {
	var b strings.Builder
	fmt.Fprintf(&b, "file sdl%d.txt cucm.sdl node=cm1\n%d log.head started=2016/10/11-15:42:41 app=100 number=%d\n", part, part*60, part)
	for i, n := range numbers {
		fmt.Fprintf(&b, "%d mobility.miss seq=%08d number=5737\n", part*60+i, n)
	}
	fmt.Fprintf(&b, "silent %d\n", silent)
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
		{"parts", numberedPart(1, 0, 1000, 1001) + numberedPart(2, 0, 1003, 1004), ""},
		{"a hole between two parts", numberedPart(1, 0, 1000, 1001) + numberedPart(2, 0, 41001, 41002), "sdl2.txt is not whole: it does not go on where sdl1.txt ends: the numbers jump from 1001 to 41001, about 40000 signals are missing"},
		{"the end of a part states nothing", numberedPart(1, 5_000_000, 1000, 1001) + numberedPart(2, 0, 41001, 41002), ""},
		{"a part is missing", numberedPart(1, 0, 1000, 1001) + numberedPart(3, 0, 41001, 41002) + numberedPart(4, 0, 41004), "sdl3.txt is not whole: it does not go on where sdl1.txt ends"},
		{"two collections of two days", numberedPart(1, 0, 1000, 1001) + numberedPart(2000, 0, 9041001, 9041002), ""},
		{"a hole between two parts and one in the second", numberedPart(1, 0, 1000, 1001) + numberedPart(2, 0, 41001, 82002), "about 81001 signals are missing"},
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
