package correlator

import (
	"bytes"
	"fmt"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// rotation is what a small fleet writes in the order of time, a file every six
// minutes: two CUCM nodes and an Expressway that rotate their traces, clients whose
// logs name no host and end for good, a collected text, a share whose logs state
// nothing, and a phone here and there that is never heard again.
type rotation struct {
	part    [2]int // of the trace of a CUCM node
	number  [2]int // of its last signal
	pending string // the call that a file leaves open
}

const rotationStep = 360 // seconds between two files

// file returns the nth file.
func (r *rotation) file(t *testing.T, n int) schemas.EventBatch {
	t.Helper()
	var b strings.Builder
	second := n * rotationStep
	switch kind := n % 10; kind {
	default:
		at := kind % 2
		r.part[at]++
		fmt.Fprintf(&b, "file cm%d/SDL_%d.txt cucm.sdl node=cm%d\n", at, r.part[at], at)
		fmt.Fprintf(&b, "%d log.head started=2016/10/11-15:42:41 app=100 number=%d\n", second, r.part[at])
		if n%770 == 0 {
			r.number[at] += 50_000 // between two parts
		}
		line := func(after int, what string) {
			r.number[at]++
			fmt.Fprintf(&b, "%d sip %s seq=%08d in\n", second+after, what, r.number[at])
		}
		if r.pending != "" {
			line(1, "BYE id="+r.pending)
		}
		line(2, fmt.Sprintf("INVITE id=busy%d from=1 to=2 at=10.%d.%d.7:5060", n, n/250, n%250))
		if n%430 == 0 {
			r.number[at] += 70_000 // within one
		}
		line(3, fmt.Sprintf("404/INVITE id=busy%d", n))
		r.pending = fmt.Sprintf("long%d", n)
		line(4, fmt.Sprintf("INVITE id=%s from=3 to=4", r.pending))
		line(5, fmt.Sprintf("200/INVITE id=%s", r.pending))
	case 3, 6:
		fmt.Fprintf(&b, "file e1/%d expressway.xcp node=e1\n", n)
		fmt.Fprintf(&b, "%d dialback.result initiating k=K%d pair=a.com>b%d.com xc=%d\n", second, n, n%7, n)
		fmt.Fprintf(&b, "%d dialback.timer seconds=30 pair=a.com>b%d.com xc=%d\n", second, n%7, n)
		if n%3 == 0 {
			fmt.Fprintf(&b, "%d dialback.result initiating type=valid k=K%d pair=a.com>b%d.com xc=%d\n", second+1, n, n%7, n)
		}
	case 4:
		fmt.Fprintf(&b, "file client%d jabber.csf\n", n)
		fmt.Fprintf(&b, "%d login.stage login=c%d stage=start outcome=ok\n%d login.stage login=c%d stage=discovery outcome=enter\n", second, n, second+40, n)
		fmt.Fprintf(&b, "%d sip REGISTER id=reg%d out\n%d sip 200/REGISTER id=reg%d at=10.0.0.1:5060 in\n", second+41, n, second+42, n)
	case 8:
		fmt.Fprintf(&b, "file notes%d unknown\nsilent 500\n", n)
	case 9:
		fmt.Fprintf(&b, "file share%d cucm.log4j node=cm0\nsilent 900\nsilent 1\nupto %d\n", n, second)
	}
	list := build(t, b.String())
	for i := range list[0].Events {
		if m := list[0].Events[i].SIP; m != nil && m.Peer != "" {
			m.Date = list[0].Events[i].Time // by the sender's clock
		}
	}
	return list[0]
}

// letting is how the running system has a Correlator let go.
type letting struct{ keep, full int }

// step evaluates c behind every sixteenth file, and compacts it when that is due.
func (l *letting) step(c *Correlator, n int) Changes {
	version := uint64(n)
	switch {
	case c.Size() >= max(l.full, l.keep):
		ch := c.Compact(DefaultLimits(), version)
		l.full = 2 * c.Records()
		return ch
	case n%16 == 0:
		return c.Evaluate(version)
	}
	return Changes{}
}

// TestMemoryIsBounded reads twenty thousand files and lets go on the way, as the
// running system does: what it keeps is as much behind the last as behind the two
// thousandth, what it has said is what one says that lets nothing go, and one that
// goes on from a saved state lets go at the same places.
func TestMemoryIsBounded(t *testing.T) {
	const files, settled = 20_000, 2000
	const from, until = 5000, 6000 // where another one goes on from a state
	var r rotation
	whole, c := New(Config{}), New(Config{})
	var other *Correlator
	var all, told fold
	var kept []int // bytes of the state, behind every thousandth file
	let := letting{keep: 1500}
	for n := 1; n <= files; n++ {
		b := r.file(t, n)
		whole.Add(&b)
		if n%16 == 0 {
			all.add(t, whole.Evaluate(uint64(n)), uint64(n))
		}
		again := let
		c.Add(&b)
		ch := let.step(c, n)
		told.add(t, ch, uint64(n))
		if other != nil {
			other.Add(&b)
			if got := again.step(other, n); !reflect.DeepEqual(got, ch) || other.Size() != c.Size() || again != let {
				t.Fatalf("file %d: going on from a state holds %d, want %d; it says\n%+v\nwant\n%+v", n, other.Size(), c.Size(), got, ch)
			}
		}
		if n%1000 != 0 {
			continue
		}
		version := 1<<20 + uint64(n)
		ch = c.Compact(DefaultLimits(), version)
		told.add(t, ch, version)
		var state bytes.Buffer
		if err := c.Save(&state, "rules"); err != nil {
			t.Fatal(err)
		}
		kept = append(kept, state.Len())
		switch {
		case n == from:
			other = reloaded(t, Config{}, c)
		case n == until:
			other = nil
		case other != nil:
			other.Compact(DefaultLimits(), version)
		}
	}
	t.Logf("%d events are kept, by thousands of files in bytes of the state %v", c.Records(), kept)
	limit := kept[settled/1000-1] * 11 / 10
	for i, n := range kept {
		if i >= settled/1000 && n > limit {
			t.Errorf("%d bytes are kept behind file %d, want at most %d", n, 1000*(i+1), limit)
		}
	}
	all.add(t, whole.Evaluate(1<<40), 1<<40)
	told.add(t, c.Evaluate(1<<40), 1<<40)
	sessions, findings := all.live()
	gotSessions, gotFindings := told.live()
	if len(sessions) < files || len(findings) < 1000 {
		t.Fatalf("%d sessions and %d findings: not worth comparing", len(sessions), len(findings))
	}
	if got, want := outline(Result{Findings: gotFindings}), outline(Result{Findings: findings}); got != want || !reflect.DeepEqual(gotFindings, findings) {
		t.Errorf("%d findings, want %d:\n%.2000s\nwant\n%.2000s", len(gotFindings), len(findings), got, want)
	}
	if !reflect.DeepEqual(gotSessions, sessions) {
		t.Errorf("%d sessions, want %d, or they differ", len(gotSessions), len(sessions))
	}
	if got, want := told.logs(), all.logs(); !reflect.DeepEqual(got, want) {
		t.Errorf("logs\n%+v\nwant\n%+v", got, want)
	}
}

// TestSizeCountsWhatIsNoEvent has logs that state nothing, and one whose facts
// only join: they take memory until the next Compact.
func TestSizeCountsWhatIsNoEvent(t *testing.T) {
	c := New(Config{})
	for n := range 50 {
		for _, b := range build(t, fmt.Sprintf("file share%d cucm.log4j node=cm1\nsilent 100\nsilent 1\nupto %d", n, n)) {
			c.Add(&b)
		}
	}
	if c.Records() != 0 || c.Size() != 50 {
		t.Errorf("%d events, size %d", c.Records(), c.Size())
	}
	if c.Compact(DefaultLimits(), 1); c.Size() != 0 {
		t.Errorf("size %d behind a Compact", c.Size())
	}
}

// limitsOfAnHour let everything go that has rested for an hour.
var limitsOfAnHour = Limits{Ended: time.Hour, Open: time.Hour, Lasting: time.Hour, Silent: 24 * time.Hour}

// TestSeamsStayAsTheyWereFound has a trace in parts, with a hole between two of
// them, and lets the earlier ones go: neither reading one of these again nor one
// that stays because of a call changes what was said.
func TestSeamsStayAsTheyWereFound(t *testing.T) {
	part := func(n, number int, more ...string) schemas.EventBatch {
		log := fmt.Sprintf("file sdl%d.txt cucm.sdl node=cm1\n%d log.head started=2016/10/11-15:42:41 app=100 number=%d\n", n, n*1200, n)
		for i, what := range append([]string{fmt.Sprintf("INVITE id=x%d", n), fmt.Sprintf("404/INVITE id=x%d", n)}, more...) {
			log += fmt.Sprintf("%d sip %s seq=%08d in\n", n*1200+i, what, number+i)
		}
		return build(t, log)[0]
	}
	c := New(Config{})
	var f fold
	version := uint64(0)
	step := func(b schemas.EventBatch) {
		version++
		c.Add(&b)
		f.add(t, c.Compact(limitsOfAnHour, version), version)
	}
	step(part(1, 100, "INVITE id=long from=1 to=2", "200/INVITE id=long"))
	step(part(2, 200))
	step(part(3, 50_000)) // behind a hole
	number := 50_010
	for n := 4; n < 12; n++ { // the call goes on; nothing else of the first parts is alive
		step(part(n, number, "UPDATE id=long", "200/UPDATE id=long"))
		number += 10
	}
	parts := c.gaps.series
	if len(parts) != 1 {
		t.Fatalf("%d series", len(parts))
	}
	for _, list := range parts {
		if first, second := c.gaps.list[list[0]], c.gaps.list[list[1]]; first.part != 1 || second.part < 3 || !second.settled {
			t.Errorf("parts %d and %d are kept, settled: %v", first.part, second.part, second.settled)
		}
	}
	said := func() (found, missing int) {
		_, findings := f.live()
		for _, x := range findings {
			if x.Rule == "trace.gap" {
				found++
			}
		}
		for _, x := range f.logs() {
			missing += int(x.Missing)
		}
		return found, missing
	}
	want := 50_000 - 201
	if found, missing := said(); found != 1 || missing != want {
		t.Errorf("%d gaps, %d signals missing, want 1 and %d", found, missing, want)
	}
	again := part(2, 200)
	again.Span.File.Path = "again/sdl2.txt"
	step(again)
	step(part(12, number))
	if found, missing := said(); found != 1 || missing != want {
		t.Errorf("when a part is read again: %d gaps, %d signals missing, want 1 and %d", found, missing, want)
	}
}

// TestGapOfALongCall has a call that began in a file with a hole, and goes on for
// longer than the file is looked at: the call goes on saying so.
func TestGapOfALongCall(t *testing.T) {
	c := New(Config{})
	var f fold
	add := func(n int, log string) {
		for _, b := range build(t, log) {
			c.Add(&b)
		}
		f.add(t, c.Compact(limitsOfAnHour, uint64(n+1)), uint64(n+1))
	}
	add(0, "file sdl0 cucm.sdl node=cm1\n0 sip INVITE id=long seq=1 in\n1 sip 200/INVITE id=long seq=50000 in")
	for n := 1; n < 9; n++ {
		add(n, fmt.Sprintf("file sdl%d cucm.sdl node=cm1\n%d sip UPDATE id=long seq=%d in", n, n*1800, 50_000+n))
	}
	sessions, findings := f.live()
	if len(sessions) != 1 || len(sessions[0].Coverage) != 1 || len(findings) != 1 {
		t.Errorf("%d sessions, %d findings\n%s", len(sessions), len(findings), seen(sessions))
	}
}

// TestSilentHosts has a host, and clients, whose logs end: what they hold is kept
// until the logs of two others are a day further, and one whose clock is years
// ahead does not count.
func TestSilentHosts(t *testing.T) {
	for _, test := range []struct {
		name string
		log  string
		want int // events kept
	}{
		{"a host", "file a expressway.tvcs node=e1\n0 sip INVITE id=a in\n", 1},
		{"a client", "file a jabber.csf\n0 sip INVITE id=a in\n", 1},
		{"of one that goes on", "file a jabber.csf\n0 sip INVITE id=a in\nfile b cucm.sdl node=cm1\nsilent 1\nupto 90000", 1},
		{"of two", "file a jabber.csf\n0 sip INVITE id=a in\nfile b cucm.sdl node=cm1\nsilent 1\nupto 90000\nfile c cucm.sdl node=cm2\nsilent 1\nupto 90000", 0},
		{"of two, one of them with a wrong clock", "file a jabber.csf\n0 sip INVITE id=a in\nfile b cucm.sdl node=cm1\nsilent 1\nupto 900000000\nfile c cucm.sdl node=cm2\nsilent 1\nupto 40000", 1},
		{"of two other clients", "file a jabber.csf\n0 sip INVITE id=a in\nfile b jabber.csf\nsilent 1\nupto 90000\nfile c jabber.csf\nsilent 1\nupto 90000", 0},
		{"a host, of two", "file a expressway.tvcs node=e1\n0 sip INVITE id=a in\nfile b cucm.sdl node=cm1\nsilent 1\nupto 90000\nfile c cucm.sdl node=cm2\nsilent 1\nupto 90000", 0},
	} {
		t.Run(test.name, func(t *testing.T) {
			c := New(Config{})
			for _, b := range build(t, test.log) {
				c.Add(&b)
			}
			// What came last is kept: it may still be arriving.
			for _, b := range build(t, "file z cucm.sdl node=cm1\n- sip INVITE id=z1 in\n- sip INVITE id=z2 in") {
				c.Add(&b)
			}
			if c.Compact(limitsOfAnHour, 1); c.Records()-2 != test.want {
				t.Errorf("%d events are kept, want %d", c.Records()-2, test.want)
			}
		})
	}
}
