package correlator

import (
	"container/heap"
	"slices"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// facts are what holds for more than one unit.
type facts struct {
	marks map[place]*mark
	files map[schemas.Fingerprint]*fileFacts
	// asking are the units to evaluate again when a fact changes.
	asking map[ask][]uint32
	dests  map[destName]*destination
	// byTail finds the destinations whose number, or DN, ends in the given
	// digits (numberTail).
	byTail map[tailKey][]*destination
	// tags are the records that carry a correlation tag, see tagged.
	tags [][]uint32
	// made are the lookups that were made for a SIP record.
	made map[uint32][]uint32
	// connected are the connections that came up at a place, of which the log
	// does not say whose they are.
	connected map[moment][]uint32
}

// place is what a watermark is kept for: a file, or a node and product.
type place struct {
	file                   schemas.Fingerprint
	cluster, node, product uint32 // symbols
}

// mark is a watermark and the units that wait for it.
type mark struct {
	t     int64
	waits waits
}

// moment is a place and a period of time there.
type moment struct {
	place  string
	period int64
}

// period numbers the pieces of time, of ten seconds each: the more there are,
// the fewer units a new connection concerns.
func period(t int64) int64 { return t / int64(10*time.Second) }

// ask is a question of a unit whose answer may change.
type ask struct {
	what  askKind
	place place  // askTime
	until int64  // askTime, askConnect
	scope uint32 // symbol of the cluster: askNumber
	text  string
}

type askKind uint8

const (
	askTime    askKind = iota // has the log gone on beyond until?
	askNumber                 // which remote destinations end in text?
	askConnect                // did a connection come up at text in the period until?
	askDetail                 // does the file (text) hold debug records?
	askLevel                  // does the place (text) log its SIP messages?
	askClock                  // how far is the clock of the place (text) ahead?
)

// fileFacts are the facts of one file.
type fileFacts struct {
	starts, lookups offsets
	detailed        bool // holds VBOSE or DEBUG records of the XCP
}

func newFacts() facts {
	return facts{
		marks: map[place]*mark{}, files: map[schemas.Fingerprint]*fileFacts{}, asking: map[ask][]uint32{},
		dests: map[destName]*destination{}, byTail: map[tailKey][]*destination{},
		made: map[uint32][]uint32{}, connected: map[moment][]uint32{},
	}
}

func (f *facts) file(fp schemas.Fingerprint) *fileFacts {
	x := f.files[fp]
	if x == nil {
		x = &fileFacts{}
		f.files[fp] = x
	}
	return x
}

// note records what event e, record n, says beyond its unit.
func (c *Correlator) note(n uint32, e *schemas.Event, fam family) {
	f := &c.facts
	switch fam {
	case sipFamily:
		if starts(e) {
			file := f.file(e.ID.Fingerprint())
			file.starts.add(n, e.ID.Offset())
			c.retag(n, false)
			c.relinkFrom(file, e.ID.Offset())
		}
	case lookupFamily:
		f.file(e.ID.Fingerprint()).lookups.add(n, e.ID.Offset())
		c.retag(n, true)
		c.noteDestination(n, e)
	case dialbackFamily:
		file := f.file(e.ID.Fingerprint())
		if !file.detailed && (e.Kind == schemas.KindDialbackTimer || strings.Contains(e.Text, `"VBOSE`) || strings.Contains(e.Text, `"DEBUG`)) {
			file.detailed = true
			c.answer(ask{what: askDetail, text: e.ID.Fingerprint().String()})
		}
		if r := c.store.at(n); r.t != undated && e.Attr("state") == "connected" && !c.inLanes(n) {
			p := moment{placeOf(e), period(r.t)}
			f.connected[p] = c.listed(f.connected[p], n)
			c.answer(ask{what: askConnect, text: p.place, until: p.period})
		}
	}
}

// listed appends record n to list, unless it is another copy of a record that
// stands there already.
func (c *Correlator) listed(list []uint32, n uint32) []uint32 {
	if n != c.store.n-1 && slices.Contains(list, n) {
		return list
	}
	return append(list, n)
}

// ask registers the unit of root r for the answer to a.
func (c *Correlator) ask(r uint32, a ask) {
	s := c.forest.stateOf(r)
	if slices.Contains(s.asks, a) {
		return
	}
	s.asks = append(s.asks, a)
	if a.what != askTime {
		c.facts.asking[a] = append(c.facts.asking[a], r)
		return
	}
	heap.Push(&c.facts.mark(a.place).waits, wait{a, r})
}

// answer marks the units that asked a for evaluation.
func (c *Correlator) answer(a ask) {
	for _, r := range c.facts.asking[a] {
		c.answered(r, a)
	}
	delete(c.facts.asking, a)
}

func (c *Correlator) answered(r uint32, a ask) {
	r = c.forest.find(r)
	s := c.forest.stateOf(r)
	if i := slices.Index(s.asks, a); i >= 0 {
		s.asks = slices.Delete(s.asks, i, i+1)
	}
	c.forest.touch(r)
}

func (f *facts) mark(p place) *mark {
	m := f.marks[p]
	if m == nil {
		m = &mark{t: undated}
		f.marks[p] = m
	}
	return m
}

// advance moves the watermark of p to t and marks the units whose deadline it
// passes.
func (c *Correlator) advance(p place, t int64) {
	m := c.facts.mark(p)
	if t <= m.t {
		return
	}
	m.t = t
	for len(m.waits) > 0 && m.waits[0].a.until <= t {
		w := heap.Pop(&m.waits).(wait)
		c.answered(w.root, w.a)
	}
}

// productOf returns what the watermark of a source is kept for. One Expressway
// file holds the records of all Expressway sources.
func (c *Correlator) productOf(s schemas.Source) uint32 {
	if strings.HasPrefix(string(s), "expressway.") {
		s = "expressway"
	}
	return c.store.keys.symbol(string(s))
}

// placesOf returns the watermarks that speak for what a file says, the file's
// own first.
func (c *Correlator) placesOf(fp schemas.Fingerprint, cluster, node string, source schemas.Source) (own place, host place, hosted bool) {
	own = place{file: fp}
	if node == "" {
		return own, place{}, false
	}
	k := &c.store.keys
	return own, place{cluster: k.symbol(cluster), node: k.symbol(strings.ToLower(node)), product: c.productOf(source)}, true
}

type wait struct {
	a    ask
	root uint32
}

// waits is a heap of waiting units, the earliest deadline first.
type waits []wait

func (w waits) Len() int           { return len(w) }
func (w waits) Less(i, j int) bool { return w[i].a.until < w[j].a.until }
func (w waits) Swap(i, j int)      { w[i], w[j] = w[j], w[i] }
func (w *waits) Push(x any)        { *w = append(*w, x.(wait)) }
func (w *waits) Pop() any {
	x := (*w)[len(*w)-1]
	*w = (*w)[:len(*w)-1]
	return x
}

// offsets are records of one file by offset.
type offsets struct {
	list     []atOffset
	unsorted bool
}

type atOffset struct {
	off int64
	rec uint32
}

func (o *offsets) add(rec uint32, off int64) {
	if k := len(o.list); k > 0 && o.list[k-1].off > off {
		o.unsorted = true
	}
	o.list = append(o.list, atOffset{off, rec})
}

// sorted returns the records in order, each once.
func (o *offsets) sorted() []atOffset {
	if o.unsorted {
		slices.SortFunc(o.list, func(a, b atOffset) int { return int(min(1, max(-1, a.off-b.off))) })
		o.list = slices.Compact(o.list)
		o.unsorted = false
	}
	return o.list
}
