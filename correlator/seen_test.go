package correlator

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// seen prints from where sessions were seen, and what could not be.
func seen(sessions []schemas.Session) string {
	var b strings.Builder
	for _, s := range sessions {
		fmt.Fprintf(&b, "%s", s.Kind)
		for _, x := range s.Sights {
			fmt.Fprintf(&b, " %s/%s=%d%v", x.Node, x.Source, x.Events, x.Levels)
		}
		b.WriteByte('\n')
		for _, x := range s.Coverage {
			fmt.Fprintf(&b, "? %s: %s\n", x.Subject, x.Why)
		}
		for _, k := range s.Skews {
			fmt.Fprintf(&b, "~ %s%s %v against %s within %v of %d\n", k.Node, k.File, k.Offset, k.Against, k.Within, k.Facts)
		}
	}
	return b.String()
}

// TestWhatCouldBeSeen checks what sessions say about the logs that show them.
func TestWhatCouldBeSeen(t *testing.T) {
	call := "0 sip INVITE id=a cseq=1 out\n0.1 sip 200/INVITE id=a cseq=1 in\n9 sip BYE id=a cseq=2 out\n9.1 sip 200/BYE id=a cseq=2 in\n"
	for _, test := range []struct{ name, log, want string }{
		{"one node", "file sdl cucm.sdl node=cm1\n" + call, "call cm1/cucm.sdl=4[]\n"},
		{
			"levels", "file e expressway.tvcs node=e1\n0 sip INVITE id=a level=DEBUG in\n0 sum INVITE id=a of=info level=INFO\n",
			"call e1/expressway.tvcs=2[debug info]\n",
		},
		{
			"the log sums messages up", "file e expressway.tvcs node=e1\n0 sum INVITE id=a of=info level=INFO\n",
			"call e1/expressway.tvcs=1[info]\n? SIP messages at e1: network.sip is at INFO there: the log sums them up\n",
		},
		{
			"a server without log", "file sdl cucm.sdl node=cm1\n0 sip INVITE id=a cseq=1 agent=Cisco-CUCM14.0 at=10.0.0.9:5060 in\n0.1 sip 404/INVITE id=a cseq=1 agent=x out\n",
			"call cm1/cucm.sdl=2[]\n? 10.0.0.9 (Cisco-CUCM14.0): it sent messages of this session, and no log shows them leave: what it did cannot be seen\n",
		},
		{
			"a server with log", "file sdl cucm.sdl node=cm1\n0 sip INVITE id=a cseq=1 agent=Cisco-CUCM14.0 at=10.0.0.9:5060 in\nfile sdl2 cucm.sdl node=cm2\n0 sip INVITE id=a cseq=1 agent=Cisco-CUCM14.0 out\n",
			"call cm1/cucm.sdl=1[] cm2/cucm.sdl=1[]\n",
		},
		{
			"a phone", "file sdl cucm.sdl node=cm1\n0 sip INVITE id=a cseq=1 agent=Cisco-CP8861 at=10.0.0.9:5060 in\n",
			"call cm1/cucm.sdl=1[]\n",
		},
		{
			"clocks that differ", "file sdl cucm.sdl node=cm1\n" + call +
				"file e expressway.tvcs node=e1\n16.02 sip INVITE id=a cseq=1 in\n16.06 sip 200/INVITE id=a cseq=1 out\n25.03 sip BYE id=a cseq=2 in\n",
			"call cm1/cucm.sdl=4[] e1/expressway.tvcs=3[]\n~ e1 15.99s against cm1 within 30ms of 3\n",
		},
		{
			"clocks that agree", "file sdl cucm.sdl node=cm1\n" + call +
				"file e expressway.tvcs node=e1\n0.02 sip INVITE id=a cseq=1 in\n0.06 sip 200/INVITE id=a cseq=1 out\n",
			"call cm1/cucm.sdl=4[] e1/expressway.tvcs=2[]\n",
		},
		{
			"a message that arrives before it is sent", "file sdl cucm.sdl node=cm1\n0 sip INVITE id=a cseq=1 out\n1 sip ACK id=a cseq=1 out\nfile e expressway.tvcs node=e1\n-4 sip INVITE id=a cseq=1 in\n",
			"call cm1/cucm.sdl=2[] e1/expressway.tvcs=1[]\n~ e1 -4s against cm1 within 100ms of 1\n",
		},
		{
			"a message that was sent again", "file sdl cucm.sdl node=cm1\n0 sip INVITE id=a cseq=1 out\n4 sip INVITE id=a cseq=1 out\nfile e expressway.tvcs node=e1\n-4 sip INVITE id=a cseq=1 in\n",
			"call cm1/cucm.sdl=2[] e1/expressway.tvcs=1[]\n",
		},
		{
			"what a detector could not judge", "file a expressway.xcp node=e1\n0 dialback.result initiating k=K pair=a.com>b.com xc=1\nfile b expressway.xcp node=e2\n7 dialback.result receiving k=K pair=a.com>b.com xc=2\n",
			"federation e1/expressway.xcp=1[] e2/expressway.xcp=1[]\n? dialback a.com → b.com: no answer was seen, but the log of e1 holds no VBOSE or DEBUG record: received stanzas are not printed and absence proves nothing\n",
		},
	} {
		t.Run(test.name, func(t *testing.T) {
			batches := build(t, test.log)
			if got := seen(resultOf(batches).Sessions); got != test.want {
				t.Errorf("says\n%swant\n%s", got, test.want)
			}
			checkSet(t, batches, 20)
			checkCompact(t, Config{}, batches)
		})
	}
}

// TestGapsOfSessions has a hole in a trace, and calls before, across and behind
// it: those that it touches say so, whenever it is found.
func TestGapsOfSessions(t *testing.T) {
	var log strings.Builder
	log.WriteString("file sdl cucm.sdl node=cm1\n")
	line := func(at, number int, what string) { fmt.Fprintf(&log, "%d sip %s seq=%08d in\n", at, what, number) }
	line(0, 1, "INVITE id=before")
	line(1, 2, "404/INVITE id=before")
	line(10, 3, "INVITE id=open")
	line(600, 4, "INVITE id=across")
	line(630, 90_000, "404/INVITE id=across")
	line(640, 90_001, "INVITE id=behind")
	line(641, 90_002, "404/INVITE id=behind")
	batches := build(t, log.String())
	want := "call cm1/cucm.sdl=2[]\ncall cm1/cucm.sdl=1[]\ncall cm1/cucm.sdl=2[]\n" +
		"? sdl: about 89996 signals are missing before line 5, between 10:10:00.000 and 10:10:30.000: what they say of it cannot be seen\ncall cm1/cucm.sdl=2[]\n"
	if got := seen(resultOf(batches).Sessions); got != want {
		t.Errorf("says\n%swant\n%s", got, want)
	}
	checkSet(t, batches, 60)
	checkCompact(t, Config{}, batches)
}

// TestLogsOfNodes checks what is said of each kind of log of each node.
func TestLogsOfNodes(t *testing.T) {
	print := schemas.FingerprintOf([]byte("whole"))
	file := schemas.File{Path: "whole", Fingerprint: print, Source: schemas.CUCMSDL, Cluster: "west", Node: "CM1"}
	part := func(start, end int64, from, to string) schemas.EventBatch {
		return schemas.EventBatch{Span: schemas.Span{File: file, Start: start, End: end, From: at(from), To: at(to), Lines: 3, Records: 2, Events: 1, Unparsed: 1, Damaged: 1}}
	}
	numbered := func(offset int64, second, number string) schemas.Event {
		return schemas.Event{
			ID: print.ID(offset), Time: at(second), Source: schemas.CUCMSDL, Cluster: "west", Node: "cm1", File: "whole", Line: int(offset), Kind: schemas.KindMobilityMiss,
			Keys: []schemas.Key{{Type: schemas.KeySequence, Value: number, Scope: print.String()}},
		}
	}
	first, second := part(0, 1000, "0", "9"), part(1000, 3000, "9", "20")
	first.Events = []schemas.Event{numbered(10, "1", "100")}
	second.Events = []schemas.Event{
		numbered(1010, "12", "90100"),
		{ID: print.ID(2000), Time: at("19"), Source: schemas.CUCMSDL, Cluster: "west", Node: "cm1", File: "whole", Line: 2000, Kind: schemas.KindGap, Attrs: []schemas.Attr{{Name: "why", Value: "cut"}}},
	}
	again := part(500, 1000, "5", "9") // the same, cut into batches in another way
	batches := []schemas.EventBatch{first, second, again}
	rest := build(t, "file e expressway.tvcs node=e1\n5 sip INVITE id=a level=DEBUG in\n7 sip INVITE id=b level=INFO in\n")
	batches = append(batches, rest...)
	got := resultOf(batches).Logs
	if len(got) != 2 {
		t.Fatalf("%+v", got)
	}
	edge, whole := got[0], got[1]
	if edge.Node != "e1" || edge.Files != 1 || edge.Events != 2 || fmt.Sprint(edge.Levels) != "[debug info]" || !edge.First.Equal(at("5")) || !edge.Last.Equal(at("7")) || edge.GapCount != 0 {
		t.Errorf("the Expressway's: %+v", edge)
	}
	if whole.Node != "CM1" || whole.Files != 1 || whole.Bytes != 3000 || whole.Records != 4 || whole.Unparsed != 2 || whole.Sequence != 90100 || whole.Missing != 90000 || whole.GapCount != 2 {
		t.Errorf("CUCM's: %+v", whole)
	}
	if len(whole.Gaps) != 2 || whole.Gaps[0].Why != "its numbers jump from 100 to 90100" || whole.Gaps[0].Line != 1010 || whole.Gaps[1].Why != "cut" || !whole.First.Equal(at("0")) {
		t.Errorf("the gaps of CUCM: %+v", whole.Gaps)
	}
	checkSet(t, batches, 40)
	checkCompact(t, Config{}, batches)
}

// TestFilesThatRestAreSummedUp follows a log through many files: what is held of
// the old ones is their sum.
func TestFilesThatRestAreSummedUp(t *testing.T) {
	c := New(Config{})
	limits := Limits{Ended: time.Minute, Open: time.Minute, Lasting: time.Hour}
	var last schemas.LogCoverage
	for n := range 50 {
		b := build(t, fmt.Sprintf("file sdl%d cucm.sdl node=cm1\n0 sip INVITE id=a%d seq=%08d in\n1 sip 404/INVITE id=a%d seq=%08d in\n", n, n, 10, n, 90_000))[0]
		shift := time.Duration(n) * 30 * time.Minute
		for i := range b.Events {
			b.Events[i].Time = b.Events[i].Time.Add(shift)
		}
		b.Span.From, b.Span.To = b.Span.From.Add(shift), b.Span.To.Add(shift)
		c.Add(&b)
		for _, x := range c.Compact(limits, uint64(n+1)).Logs {
			last = x
		}
	}
	if last.Version != 50 || last.Files != 50 || last.Records != 100 || last.GapCount != 50 || len(last.Gaps) != schemas.MaxGaps || last.Missing != 50*89_990 {
		t.Errorf("%+v", last)
	}
	if files, gaps := len(c.logs.rows[0].files), len(c.gaps.list); files > 4 || gaps > 4 {
		t.Errorf("%d files and the gaps of %d are still held", files, gaps)
	}
}

// TestNumbersInAnyOrder enters the lines of a trace backwards and shuffled: the
// holes are the same.
func TestNumbersInAnyOrder(t *testing.T) {
	const n = 5000
	for _, step := range []int{1, n - 1, 1237} {
		c := New(Config{})
		g := c.gapOf(gapNumbers, "x")
		for i := range n {
			at := i * step % n
			number := uint64(at + 1)
			if at >= n/2 {
				number += 100_000
			}
			c.store.add(record{id: schemas.HashID(fmt.Sprint(at)), t: int64(at)})
			c.number(g, numbered{int64(100 * at), number, uint32(i)})
		}
		if len(g.holes) != 1 || g.holes[0].a.offset != 100*(n/2-1) || g.lines.last().offset != 100*(n-1) {
			t.Errorf("step %d: holes %v, last %v", step, g.holes, g.lines.last())
		}
	}
}
