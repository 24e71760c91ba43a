package correlator

import (
	"fmt"
	"os"
	"runtime"
	"slices"
	"strconv"
	"syscall"
	"testing"
	"time"
	"unsafe"

	"github.com/uctrace/uctrace/schemas"
)

// callBench makes the events of n calls of eight messages, all of which are open at
// once: every call has its first message before any has its second, a second
// later, and which one is next looks random to the caches. Batches are as the normalizer makes
// them: their memory is used again, and the strings are parts of one text.
type callBench struct {
	n, at int
	file  schemas.File
	text  []byte
	batch schemas.EventBatch
	keys  []schemas.Key
	attrs []schemas.Attr
	sips  []schemas.SIP
}

var callSteps = [...]struct {
	method, cseq string
	status       int
	dir          schemas.Direction
	text         string
}{
	{"INVITE", "101 INVITE", 0, schemas.In, "INVITE sip:3250@10.10.96.8:5060 SIP/2.0"},
	{"INVITE", "101 INVITE", 100, schemas.Out, "SIP/2.0 100 Trying"},
	{"INVITE", "101 INVITE", 180, schemas.Out, "SIP/2.0 180 Ringing"},
	{"INVITE", "101 INVITE", 200, schemas.Out, "SIP/2.0 200 OK"},
	{"ACK", "101 ACK", 0, schemas.In, "ACK sip:3250@10.10.96.8:5060 SIP/2.0"},
	{"UPDATE", "101 UPDATE", 0, schemas.In, "UPDATE sip:3250@10.10.96.8:5060 SIP/2.0"},
	{"BYE", "101 BYE", 0, schemas.In, "BYE sip:3250@10.10.96.8:5060 SIP/2.0"},
	{"BYE", "101 BYE", 200, schemas.Out, "SIP/2.0 200 OK"},
}

// next returns the next 400 events, nil behind the last one. They are valid until
// it is called again.
func (g *callBench) next() *schemas.EventBatch {
	const size, stride = 400, 7919 // prime, and so of no n a divisor
	end := min(g.at+size, g.n*len(callSteps))
	if g.at == end {
		return nil
	}
	g.file = schemas.File{Path: "cm/trace/ccm/sdl/SDL001_100_000001.txt", Source: schemas.CUCMSDL, Node: "cucm-sub1", Fingerprint: schemas.FingerprintOf([]byte("x"))}
	g.text, g.keys, g.attrs, g.sips = slices.Grow(g.text[:0], size*256), g.keys[:0], g.attrs[:0], slices.Grow(g.sips[:0], size)
	g.keys, g.attrs = slices.Grow(g.keys, 5*size), slices.Grow(g.attrs, 3*size)
	events := g.batch.Events[:0]
	begin := time.Date(2024, 5, 17, 8, 0, 0, 0, time.UTC)
	for ; g.at < end; g.at++ {
		s, i := g.at/g.n, g.at%g.n*stride%g.n
		step, seq := &callSteps[s], g.at+1
		callID := g.str(func(b []byte) []byte {
			b = append(hex8(b, i), "-0002-4a5b6c7d-00001a66@10.10.6."...)
			return strconv.AppendInt(b, int64(i%250), 10)
		})
		number := g.str(func(b []byte) []byte { return strconv.AppendInt(b, int64(5000+i%3000), 10) })
		first, a := len(g.keys), len(g.attrs)
		g.keys = append(g.keys,
			schemas.Key{Type: schemas.KeyCallID, Value: callID},
			schemas.Key{Type: schemas.KeySessionID, Value: g.str(func(b []byte) []byte { return append(hex8(b, i), "00105000a000001122334455"...) })},
			schemas.Key{Type: schemas.KeyNetID, Value: g.str(func(b []byte) []byte { return strconv.AppendInt(b, int64(seq), 10) }), Scope: "/cucm-sub1"},
			schemas.Key{Type: schemas.KeyCorrelationTag, Value: g.str(func(b []byte) []byte {
				return append(strconv.AppendInt(append(b, "1,100,14,"...), int64(seq), 10), ".1"...)
			})},
		)
		if s > 0 && step.method == "INVITE" {
			g.keys = append(g.keys, schemas.Key{Type: schemas.KeyCI, Value: g.str(func(b []byte) []byte { return strconv.AppendInt(b, int64(40010506+i), 10) })})
		}
		g.attrs = append(g.attrs, schemas.Attr{Name: "from_user", Value: number}, schemas.Attr{Name: "to_user", Value: "3250"}, schemas.Attr{Name: "contact_user", Value: number})
		g.sips = append(g.sips, schemas.SIP{
			Direction: step.dir, Transport: "tcp", Peer: "10.10.6.2:5060", Method: step.method, Status: step.status,
			Reason: "OK", CSeq: step.cseq, CallID: callID, UserAgent: "Cisco-CUCM12.5", Wire: true,
		})
		events = append(events, schemas.Event{
			ID: g.file.Fingerprint.ID(int64(seq) * 900), Time: begin.Add(time.Duration(seq) * time.Second / time.Duration(g.n)),
			Source: g.file.Source, Node: g.file.Node, File: g.file.Path, Line: seq * 12, Kind: schemas.KindSIPMessage, Text: step.text,
			Keys: g.keys[first:], Attrs: g.attrs[a:], SIP: &g.sips[len(g.sips)-1],
		})
	}
	g.batch = schemas.EventBatch{Events: events, Span: schemas.Span{
		File: g.file, Start: int64(g.at - len(events)), End: int64(g.at), To: events[len(events)-1].Time,
		Events: len(events), Records: len(events), Lines: len(events),
	}}
	return &g.batch
}

// str appends to the text of the batch, and returns what was added as a string:
// valid as long as the batch.
func (g *callBench) str(add func([]byte) []byte) string {
	at := len(g.text)
	g.text = add(g.text)
	return unsafe.String(&g.text[at], len(g.text)-at)
}

func hex8(b []byte, i int) []byte {
	for shift := 28; shift >= 0; shift -= 4 {
		b = append(b, "0123456789abcdef"[i>>shift&15])
	}
	return b
}

// BenchmarkAdd adds the events of calls, of which n are open at once: alone, and
// evaluated after every 400, which is as often as the running system does it.
// With UCTRACE_BENCH_LARGE=1 there are a million of them, too. The time is that of
// the correlator alone.
func BenchmarkAdd(b *testing.B) {
	sizes := []int{1000, 100_000}
	if os.Getenv("UCTRACE_BENCH_LARGE") == "1" {
		sizes = append(sizes, 1_000_000)
	}
	for _, n := range sizes {
		bench := func(name string, add func(c *Correlator, batch *schemas.EventBatch), finish func(*testing.B, *Correlator)) {
			b.Run(fmt.Sprintf("%s/%d", name, n), func(b *testing.B) {
				b.ReportAllocs()
				var c *Correlator
				var spent time.Duration
				for range b.N {
					c = New(Config{})
					for g := (callBench{n: n}); ; {
						batch := g.next()
						if batch == nil {
							break
						}
						begin := cpuTime()
						add(c, batch)
						spent += cpuTime() - begin
					}
					begin := cpuTime()
					finish(b, c)
					spent += cpuTime() - begin
				}
				b.StopTimer()
				b.ReportMetric(float64(spent.Nanoseconds())/float64(b.N)/float64(n*len(callSteps)), "cpu-ns/event")
				b.ReportMetric(float64(heldBy(&c))/float64(n), "B/session")
			})
		}
		bench("add", (*Correlator).Add, func(*testing.B, *Correlator) {})
		bench("stream", func(c *Correlator, batch *schemas.EventBatch) {
			c.Add(batch)
			c.Evaluate(uint64(batch.Span.End))
		}, func(*testing.B, *Correlator) {})
		bench("offline", (*Correlator).Add, func(b *testing.B, c *Correlator) {
			if got := len(c.Result().Sessions); got != n {
				b.Fatalf("%d sessions, want %d", got, n)
			}
		})
	}
}

// heldBy returns how much memory *c holds, in bytes, and lets go of it.
func heldBy(c **Correlator) int64 {
	var with, without runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&with)
	runtime.KeepAlive(*c)
	*c = nil
	runtime.GC()
	runtime.ReadMemStats(&without)
	return int64(with.HeapAlloc) - int64(without.HeapAlloc)
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
