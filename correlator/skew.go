package correlator

import (
	"cmp"
	"fmt"
	"math"
	"slices"
	"strings"
	"time"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// clocks compares the clocks of those that log with those of the senders: a
// SIP message that arrives prints when it was sent, by the sender's clock, in
// its Date header (RFC 3261 section 20.17). There is a clock for each sender that
// a node hears: Compact lets go of those that are not heard any more.
type clocks struct {
	list    []*clock
	numbers map[clockKey]uint32
	// senders are the clocks by the host that they look at, in lower case.
	senders map[string][]*clock
	// places are the clocks of each place that logs.
	places map[clockPlace][]*clock
	// nodes is how many clocks there are of each node, by its name.
	nodes map[string]int
	// exchanges are the requests and answers of logs without dates.
	exchanges map[exchange]*dates
}

func newClocks() clocks {
	return clocks{
		numbers: map[clockKey]uint32{}, places: map[clockPlace][]*clock{}, senders: map[string][]*clock{}, nodes: map[string]int{}, exchanges: map[exchange]*dates{},
	}
}

// clockKey is who logged a message, and who sent it.
type clockKey struct {
	file          schemas.Fingerprint // zero when the log names a node
	cluster, node uint32              // symbols
	peer          string
}

// clock counts by how many seconds the clock of the logging side is ahead.
type clock struct {
	clockKey
	root  uint32
	ahead map[int32]*difference
	n     int
	last  int64 // the newest of its messages, undated while none has a time
}

// difference is one difference: how often it was seen, and its first message.
type difference struct {
	n   int
	rec uint32
}

// maxReadings bounds the differences that are kept of two clocks: a clock that
// shows more is no clock.
const maxReadings = 4096

// noteClock takes in record n, which is e, when it tells two clocks.
func (c *Correlator) noteClock(n uint32, e *schemas.Event) {
	m := e.SIP
	if m == nil || !m.Wire || m.Date.IsZero() || datedByCall(m) {
		return
	}
	k := clockKey{cluster: c.store.keys.symbol(e.Cluster), peer: senderOf(m)}
	if e.Node != "" {
		k.node = c.store.keys.symbol(strings.ToLower(e.Node))
	} else {
		k.file = e.ID.Fingerprint()
	}
	switch {
	case !schemas.Dated(e.Time):
		c.noteExchange(n, k, e)
	case m.Direction == schemas.In:
		// Date has whole seconds: half of one is its middle.
		c.reads(n, k, e.Time.Sub(m.Date.Add(time.Second/2)))
	}
}

// datedByCall reports whether the Date of m may be as old as its call: CUCM and
// gateways answer an INVITE with the moment when they got it, however long it
// rang, and CUCM ends a call with the Date of its INVITE.
func datedByCall(m *schemas.SIP) bool {
	switch m.Method {
	case "INVITE":
		return m.Status > 100
	case "ACK", "BYE", "CANCEL":
		return m.Status == 0
	}
	return false
}

// reads takes in record n: the clock of its log is ahead of the sender's.
func (c *Correlator) reads(n uint32, k clockKey, ahead time.Duration) {
	if k.peer == "" {
		return
	}
	x := c.clockOf(k)
	seconds := secondsOf(ahead)
	if x.ahead[seconds] == nil {
		if len(x.ahead) == maxReadings {
			return
		}
		x.ahead[seconds] = &difference{rec: n}
	}
	x.ahead[seconds].n++
	c.leads(n, x, ahead)
	x.n++
	x.last = max(x.last, c.store.at(n).t)
	c.answer(ask{what: askClock, text: x.placed().String()})
	c.forest.nodes[x.root].n = uint32(x.n)
	c.touchSenders(x.peer)
}

// leads makes record n the one that shows the difference if it is the first.
func (c *Correlator) leads(n uint32, x *clock, ahead time.Duration) {
	if r := x.ahead[secondsOf(ahead)]; r != nil && c.store.at(n).id.Compare(c.store.at(r.rec).id) < 0 {
		r.rec = n
		c.forest.touch(x.root)
	}
}

// secondsOf rounds a difference. One of a lifetime is no clock's.
func secondsOf(d time.Duration) int32 {
	return int32(max(math.MinInt32, min(math.MaxInt32, d.Round(time.Second)/time.Second)))
}

func (c *Correlator) touchSenders(peer string) {
	for _, y := range c.clocks.senders[strings.ToLower(peer)] {
		c.forest.touch(y.root)
	}
}

// clockOf returns the clock with key k, a new one when it is the first.
func (c *Correlator) clockOf(k clockKey) *clock {
	if number, ok := c.clocks.numbers[k]; ok {
		return c.clocks.list[number]
	}
	k.peer = strings.Clone(k.peer)
	number := uint32(len(c.clocks.list))
	x := &clock{clockKey: k, root: c.forest.grow(clockFamily), ahead: map[int32]*difference{}, last: undated}
	c.forest.nodes[x.root].head = number + 1
	c.clocks.list = append(c.clocks.list, x)
	c.clocks.numbers[k] = number
	c.clocks.places[k.placed()] = append(c.clocks.places[k.placed()], x)
	peer := strings.ToLower(k.peer)
	c.clocks.senders[peer] = append(c.clocks.senders[peer], x)
	if k.node != 0 {
		name := strings.Clone(c.store.name(k.node))
		c.clocks.nodes[name]++
		c.touchSenders(name) // what looked like a phone is a node
	}
	return x
}

// senderOf returns the host that sent a message: the other side, or, in a log
// that does not print it, the host that the sender says it is.
func senderOf(m *schemas.SIP) string {
	if m.Peer != "" {
		return detect.Host(m.Peer)
	}
	uri := m.From
	if m.Status > 0 {
		uri = m.To
	}
	if _, rest, ok := strings.Cut(uri, "@"); ok {
		end := strings.IndexAny(rest, ":;> \t")
		if end < 0 {
			end = len(rest)
		}
		return rest[:end]
	}
	return ""
}

// median returns the difference that half of the messages stay below.
func (x *clock) median() (seconds int32, r *difference) {
	all := make([]int32, 0, len(x.ahead))
	for s := range x.ahead {
		all = append(all, s)
	}
	slices.Sort(all)
	seen := 0
	for _, s := range all {
		if seen += x.ahead[s].n; 2*seen >= x.n {
			return s, x.ahead[s]
		}
	}
	return 0, nil
}

// From when on a difference is worth a word, and from when on it breaks what
// compares times: Expressway refuses a SERVICE request that is a minute old.
const (
	skewSeen  = 5 * time.Second
	skewHarms = time.Minute
)

// evaluateClock reports two clocks that differ.
func (c *Correlator) evaluateClock(x *clock) {
	seconds, r := x.median()
	if r == nil || len(x.ahead) == maxReadings {
		return
	}
	ahead := time.Duration(seconds) * time.Second
	if ahead.Abs() < skewSeen {
		return
	}
	e := c.store.load(&c.eval.mem, r.rec)
	writer := "the host that wrote "
	if e.Source == schemas.JabberCSF || e.Source == schemas.SIPClient || e.Source == schemas.XMPPClient {
		writer = "the client that wrote "
	}
	logged := cmp.Or(e.Node, writer+e.File)
	if zone := ahead.Round(15 * time.Minute); e.Source.LocalTime() && zone != 0 && (ahead-zone).Abs() < 2*time.Minute {
		c.eval.out.blind(schemas.Coverage{
			Subject: "the zone of " + e.File,
			Why:     fmt.Sprintf("its times are %s %s those of %s: it was written in another zone than it was read in; --tz names it", lasting(zone), before(zone), x.peer),
		})
		return
	}
	severity := schemas.Info
	switch {
	case !c.isNode(x, e.Source):
		if c.betterSeen(x) {
			return
		}
	case ahead.Abs() >= skewHarms:
		severity = schemas.Medium
	}
	d := detect.ClockSkew()
	d.Severity = severity
	s := detect.Session{}
	s.Cluster, s.Keys = e.Cluster, []schemas.Key{{Type: schemas.KeyAddr, Value: x.peer}}
	rep := detect.Report{Session: &s, Detector: &d}
	rep.Found(detect.Claim{
		Subject: logged + "\x00" + x.peer,
		Summary: summary(logged, ahead, x.peer, e.Time),
		Cause:   "the two do not take their time from one source, or one of them cannot reach it",
		Fix: []string{
			"compare the NTP status of both: CUCM with \"utils ntp status\", Expressway under System > Time, a client in its operating system",
			"read times of the two logs with this difference in mind: uctrace joins by keys, not by time",
		},
		Proof: []*schemas.Event{e}, Count: r.n,
	})
	c.report(&rep)
}

// isNode reports whether the sender that x looks at is a node of this analysis,
// or the server that the client of a log signs in to; false for a phone, also
// when the log of source, an excerpt, does not name its node.
func (c *Correlator) isNode(x *clock, source schemas.Source) bool {
	if isClient(source) {
		return true
	}
	others := c.clocks.nodes[strings.ToLower(x.peer)]
	if strings.EqualFold(c.store.name(x.node), x.peer) {
		others--
	}
	return others > 0
}

// betterSeen reports whether another node has more messages of the sender: a
// phone's clock is wrong once, however many nodes it talks to.
func (c *Correlator) betterSeen(x *clock) bool {
	for _, y := range c.clocks.senders[strings.ToLower(x.peer)] {
		if y == x || y.cluster != x.cluster || y.node == 0 {
			continue
		}
		if y.n > x.n || y.n == x.n && c.store.name(y.node) < c.store.name(x.node) {
			return true
		}
	}
	return false
}
