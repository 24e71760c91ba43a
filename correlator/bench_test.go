package correlator

import (
	"fmt"
	"os"
	"runtime"
	"syscall"
	"testing"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// traffic makes n calls of eight messages, interleaved as on a busy node, in
// batches as the normalizer sends them.
func traffic(n int) []schemas.EventBatch {
	file := schemas.File{Path: "cm/trace/ccm/sdl/SDL001_100_000001.txt", Source: schemas.CUCMSDL, Node: "cucm-sub1", Fingerprint: schemas.FingerprintOf([]byte("x"))}
	steps := []struct {
		method string
		status int
		dir    schemas.Direction
		text   string
	}{
		{"INVITE", 0, schemas.In, "INVITE sip:3250@10.10.96.8:5060 SIP/2.0"},
		{"INVITE", 100, schemas.Out, "SIP/2.0 100 Trying"},
		{"INVITE", 180, schemas.Out, "SIP/2.0 180 Ringing"},
		{"INVITE", 200, schemas.Out, "SIP/2.0 200 OK"},
		{"ACK", 0, schemas.In, "ACK sip:3250@10.10.96.8:5060 SIP/2.0"},
		{"BYE", 0, schemas.In, "BYE sip:3250@10.10.96.8:5060 SIP/2.0"},
		{"BYE", 200, schemas.Out, "SIP/2.0 200 OK"},
		{"OPTIONS", 0, schemas.In, "OPTIONS sip:10.10.96.8 SIP/2.0"},
	}
	const open = 200 // calls that run at once
	var batches []schemas.EventBatch
	var events []schemas.Event
	start := time.Date(2024, 5, 17, 8, 0, 0, 0, time.UTC)
	seq := 0
	flush := func() {
		if len(events) == 0 {
			return
		}
		batches = append(batches, schemas.EventBatch{Events: events, Span: schemas.Span{
			File: file, Start: int64(seq - len(events)), End: int64(seq), To: events[len(events)-1].Time,
			Events: len(events), Records: len(events), Lines: len(events),
		}})
		events = nil
	}
	for group := 0; group < n; group += open {
		for s, step := range steps {
			for i := group; i < min(n, group+open); i++ {
				seq++
				callID := fmt.Sprintf("%08x-0002-4a5b6c7d-00001a66@10.10.6.%d", i, i%250)
				if step.method == "OPTIONS" {
					callID = fmt.Sprintf("ping%08x@10.10.6.2", i/8)
				}
				local := fmt.Sprintf("%08x00105000a000001122334455", i)
				e := schemas.Event{
					ID: file.Fingerprint.ID(int64(seq) * 900), Time: start.Add(time.Duration(seq) * time.Millisecond),
					Source: file.Source, Node: file.Node, File: file.Path, Line: seq * 12, Kind: schemas.KindSIPMessage, Text: step.text,
					Keys: []schemas.Key{
						{Type: schemas.KeyCallID, Value: callID},
						{Type: schemas.KeySessionID, Value: local},
						{Type: schemas.KeyNetID, Value: fmt.Sprint(seq), Scope: "/cucm-sub1"},
						{Type: schemas.KeyCorrelationTag, Value: fmt.Sprintf("1,100,14,%d.1", seq)},
					},
					Attrs: []schemas.Attr{{Name: "from_user", Value: fmt.Sprint(5000 + i%3000)}, {Name: "to_user", Value: "3250"}, {Name: "contact_user", Value: fmt.Sprint(5000 + i%3000)}},
					SIP: &schemas.SIP{
						Direction: step.dir, Transport: "tcp", Peer: "10.10.6.2:5060", Method: step.method, Status: step.status,
						Reason: "OK", CSeq: "101 " + step.method, CallID: callID, UserAgent: "Cisco-CUCM12.5", Wire: true,
					},
				}
				if s > 0 && step.method == "INVITE" {
					e.Keys = append(e.Keys, schemas.Key{Type: schemas.KeyCI, Value: fmt.Sprint(40010506 + i)})
				}
				if events = append(events, e); len(events) == 400 {
					flush()
				}
			}
		}
	}
	flush()
	return batches
}

// BenchmarkAdd adds calls and evaluates after every batch, which is as often as
// the running system does. With UCTRACE_BENCH_LARGE=1 there are a million of
// them, too.
func BenchmarkAdd(b *testing.B) {
	sizes := []int{1000, 100_000}
	if os.Getenv("UCTRACE_BENCH_LARGE") == "1" {
		sizes = append(sizes, 1_000_000)
	}
	for _, n := range sizes {
		batches := traffic(n)
		events := 0
		for i := range batches {
			events += len(batches[i].Events)
		}
		var begin time.Duration
		report := func(b *testing.B, kept *Correlator) {
			b.StopTimer()
			b.ReportMetric(float64(events)*float64(b.N)/(cpuTime()-begin).Seconds(), "events/cpu-s")
			var with, out runtime.MemStats
			runtime.GC()
			runtime.ReadMemStats(&with)
			runtime.KeepAlive(kept)
			runtime.GC()
			runtime.ReadMemStats(&out)
			b.ReportMetric(float64(with.HeapAlloc-out.HeapAlloc)/float64(n), "B/session")
		}
		b.Run(fmt.Sprintf("add/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			var c *Correlator
			begin = cpuTime()
			for b.Loop() {
				c = New(Config{})
				for i := range batches {
					c.Add(&batches[i])
				}
			}
			report(b, c)
		})
		b.Run(fmt.Sprintf("stream/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			var c *Correlator
			begin = cpuTime()
			for b.Loop() {
				c = New(Config{})
				for i := range batches {
					c.Add(&batches[i])
					c.Evaluate(uint64(i + 1))
				}
			}
			report(b, c)
		})
		b.Run(fmt.Sprintf("offline/%d", n), func(b *testing.B) {
			b.ReportAllocs()
			var c *Correlator
			begin = cpuTime()
			for b.Loop() {
				c = New(Config{})
				for i := range batches {
					c.Add(&batches[i])
				}
				if got := len(c.Result().Sessions); got != n {
					b.Fatalf("%d sessions, want %d", got, n)
				}
			}
			report(b, c)
		})
	}
}

// cpuTime is what this process has used of the processors: on a shared machine
// the time on the wall says little.
func cpuTime() time.Duration {
	var u syscall.Rusage
	if err := syscall.Getrusage(syscall.RUSAGE_SELF, &u); err != nil {
		return 0
	}
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

// BenchmarkLong adds the events of what goes on for long, 400 at a time, and
// evaluates after each: the time of one event must not grow with n.
func BenchmarkLong(b *testing.B) {
	file := schemas.File{Path: "messages", Source: schemas.ExpresswayXCP, Node: "expe", Fingerprint: schemas.FingerprintOf([]byte("m"))}
	start := time.Date(2024, 5, 17, 8, 0, 0, 0, time.UTC)
	process, pair := "expe/XCP_CM2[1]", "a.com>b.com"
	key := func(t schemas.KeyType, v string) schemas.Key { return schemas.Key{Type: t, Value: v, Scope: process} }
	towards := []schemas.Attr{{Name: "sender", Value: "a.com"}, {Name: "target", Value: "b.com"}}
	xmpp := func(typ, role string) *schemas.XMPP { return &schemas.XMPP{Stanza: "db:result", Type: typ, Role: role} }
	dialback := func(answered, streams bool) func(i int) []schemas.Event {
		return func(i int) []schemas.Event {
			k := schemas.Key{Type: schemas.KeyDialbackKey, Value: fmt.Sprintf("%040x", i)}
			keys := []schemas.Key{key(schemas.KeyDialbackPair, pair)}
			if streams {
				keys = append(keys, key(schemas.KeyXcoder, fmt.Sprintf("%X", i)))
			}
			host := []schemas.Attr{{Name: "host", Value: "b.com"}, {Name: "outcome", Value: "ok"}}
			list := []schemas.Event{
				{Kind: schemas.KindDialbackResult, Keys: append([]schemas.Key{k}, keys...), Attrs: towards, XMPP: xmpp("", schemas.Initiating)},
				{Kind: schemas.KindDialbackTimer, Keys: keys, Attrs: towards},
				{Kind: schemas.KindDialbackResolve, Attrs: host},
				{Kind: schemas.KindDialbackStream, Attrs: []schemas.Attr{{Name: "state", Value: "connected"}}},
			}
			if answered {
				list = append(list, schemas.Event{Kind: schemas.KindDialbackResult, Keys: keys, Attrs: towards, XMPP: xmpp("valid", schemas.Initiating)})
			}
			return list
		}
	}
	kinds := []struct {
		name string
		make func(i int) []schemas.Event
	}{
		{"dialback", dialback(true, true)},
		{"dialback-without-streams", dialback(true, false)},
		{"dialback-unanswered", dialback(false, true)},
		{"axl", func(i int) []schemas.Event {
			addr := []schemas.Key{{Type: schemas.KeyAddr, Value: "cups.example.com"}}
			return []schemas.Event{
				{Kind: schemas.KindAXLRequest, Keys: addr},
				{Kind: schemas.KindAXLResponse, Keys: addr, Attrs: []schemas.Attr{{Name: "status", Value: "401"}}},
			}
		}},
		{"registration", func(i int) []schemas.Event {
			id := []schemas.Key{{Type: schemas.KeyCallID, Value: "r"}}
			return []schemas.Event{
				{Kind: schemas.KindSIPMessage, Keys: id, SIP: &schemas.SIP{Method: "REGISTER", Wire: true}},
				{Kind: schemas.KindSIPMessage, Keys: id, SIP: &schemas.SIP{Method: "REGISTER", Status: 200, Wire: true}},
			}
		}},
	}
	for _, kind := range kinds {
		for _, n := range []int{1000, 10_000, 100_000} {
			var events []schemas.Event
			for i := range n {
				for _, e := range kind.make(i) {
					at := int64(len(events))
					e.ID, e.Time = file.Fingerprint.ID(at*300), start.Add(time.Duration(i)*100*time.Millisecond)
					e.Source, e.Node, e.File, e.Line, e.Text = file.Source, file.Node, file.Path, int(at), "line"
					events = append(events, e)
				}
			}
			b.Run(fmt.Sprintf("%s/%d", kind.name, n), func(b *testing.B) {
				for b.Loop() {
					c := New(Config{})
					for at := 0; at < len(events); at += 400 {
						part := events[at:min(len(events), at+400)]
						c.Add(&schemas.EventBatch{Events: part, Span: schemas.Span{
							File: file, Start: int64(at), End: int64(at + 400), To: part[len(part)-1].Time,
						}})
						c.Evaluate(uint64(at + 1))
					}
				}
				b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(events)), "ns/event")
			})
		}
	}
}
