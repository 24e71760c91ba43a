package correlator

import (
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/uctrace/uctrace/schemas"
)

// TestLongUnits checks the set property where units are long enough to be
// read on from where the last evaluation stopped.
func TestLongUnits(t *testing.T) {
	var axl, reg, login strings.Builder
	axl.WriteString("file c1 expressway.other node=c1\n")
	reg.WriteString("file n cucm.sdl node=n1\n")
	login.WriteString("file csf jabber.csf\n")
	stages := schemas.LoginStages()
	for i := range 3 * minRead {
		fmt.Fprintf(&axl, "%d axl.request function=f addr=host%d\n%d axl.response function=f status=%d\n", i, i%3, i, 200+201*(i/7%2))
		fmt.Fprintf(&reg, "%d sip REGISTER id=r from=%d\n%d sip %d/REGISTER id=r sid=%d\n", i, i/100, i, 200+i%9/8*301, i)
		fmt.Fprintf(&login, "%d login.stage login=client stage=%s outcome=%s\n", i, stages[i*7/5%len(stages)], []string{"enter", "ok", "fail"}[i%3])
	}
	for name, log := range map[string]string{"axl": axl.String(), "registration": reg.String(), "sign-in": login.String()} {
		batches := build(t, log)
		t.Run(name, func(t *testing.T) { checkSet(t, batches, 10) })
		t.Run(name+", in order", func(t *testing.T) { checkStream(t, batches) })
	}
}

// checkStream adds the events one by one, in order, and evaluates after each.
func checkStream(t *testing.T, batches []schemas.EventBatch) {
	t.Helper()
	c := New(Config{})
	var f fold
	version := uint64(0)
	for i := range batches {
		c.Add(&schemas.EventBatch{Span: batches[i].Span})
		for j := range batches[i].Events {
			version++
			c.Add(&schemas.EventBatch{Events: batches[i].Events[j : j+1]})
			f.add(t, c.Evaluate(version), version)
		}
	}
	want := resultOf(batches)
	sessions, findings := f.live()
	if got := outline(Result{Sessions: sessions, Findings: findings}); got != outline(want) || len(sessions) == 0 {
		t.Errorf("got\n%s\nwant\n%s", got, outline(want))
	}
}

// TestDialbackSet checks the set property on dialback lines thrown together
// at random, so that every way to find a dialback is taken.
func TestDialbackSet(t *testing.T) {
	for seed := range uint64(40) {
		rng := rand.New(rand.NewPCG(seed, 1))
		var log strings.Builder
		pick := func(format string, n int) string { return fmt.Sprintf(format, rng.IntN(n)) }
		for file := range 2 {
			fmt.Fprintf(&log, "file e%d expressway.xcp node=e%d\n", file, rng.IntN(2))
			second := 0.0
			for range 14 {
				second += float64(rng.IntN(40)) / 2
				at := fmt.Sprint(second)
				if rng.IntN(8) == 0 {
					at = "-"
				}
				log.WriteString(at + " ")
				pair, key, xc := pick(" pair=a.com>b%d.com", 2), pick(" k=K%d", 4), pick(" xc=%d", 3)
				if rng.IntN(3) == 0 {
					xc = ""
				}
				role := []string{"initiating", "receiving", "authoritative"}[rng.IntN(3)]
				switch rng.IntN(8) {
				case 0, 1:
					log.WriteString("dialback.result " + role + key + pair + xc)
				case 2:
					log.WriteString("dialback.verify " + role + key + pair + xc)
				case 3:
					log.WriteString("dialback.result " + role + " type=valid" + pair + xc)
				case 4:
					log.WriteString("dialback.timer seconds=30" + pair + xc)
				case 5:
					log.WriteString("dialback.resolve host=a.com outcome=" + []string{"enter", "ok", "fail"}[rng.IntN(3)] + xc)
				case 6:
					log.WriteString("dialback.stream state=connected" + xc)
				case 7:
					log.WriteString("dialback.stream state=connected" + pair)
				}
				log.WriteByte('\n')
			}
			fmt.Fprintf(&log, "upto %v\n", second+60)
		}
		batches := build(t, log.String())
		t.Run(fmt.Sprint(seed), func(t *testing.T) {
			checkSet(t, batches, 12)
			if t.Failed() {
				t.Log(log.String())
			}
		})
	}
}

// TestKeyInCopy checks that a line whose key only one copy of the file shows
// moves to its dialback.
func TestKeyInCopy(t *testing.T) {
	checkSet(t, build(t, `file b/x expressway.xcp node=n copy=z
0 dialback.result initiating pair=a.com>b.com xc=1
1 dialback.timer seconds=30 pair=a.com>b.com xc=1
file a/x expressway.xcp node=n copy=z
0 dialback.result initiating k=K pair=a.com>b.com xc=1
1 dialback.timer seconds=30 pair=a.com>b.com xc=1
upto 90`), 60)
}

// TestNodeCase checks that two spellings of a host are one.
func TestNodeCase(t *testing.T) {
	batches := build(t, `file e1 expressway.xcp node=Edge-A
0 dialback.result initiating k=K pair=a.com>b.com xc=1
0 dialback.timer seconds=30 pair=a.com>b.com xc=1
file e2 expressway.xcp node=edge-a
1 dialback.verify authoritative k=K pair=a.com>b.com xc=2
upto 90`)
	checkSet(t, batches, 20)
	r := resultOf(batches)
	if len(r.Findings) != 1 || len(r.Sessions) != 1 || !slices.Equal(r.Sessions[0].Nodes, []string{"Edge-A"}) {
		t.Errorf("nodes %q\n%s", r.Sessions[0].Nodes, outline(r))
	}
}

// TestMixedInput checks that a file is judged by what its records were.
func TestMixedInput(t *testing.T) {
	batches := build(t, "file m expressway.tvcs node=c1\n0 axl.request function=f addr=h")
	batches[0].Events[0].Source = schemas.ExpresswayOther
	if r := resultOf(batches); !blind(r, "calls and registrations", "no SIP trace") || blind(r, "AXL", "") {
		t.Errorf("coverage %+v", r.Coverage)
	}
}
