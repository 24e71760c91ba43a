package correlator

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uctrace/uctrace/correlator/detect"
	"github.com/uctrace/uctrace/schemas"
)

// gaps find what cannot be seen: parts that are missing in a numbered log, and
// logs that were written without the level that tells most. What a session
// lacks to be judged, and topics without any log, are said in the coverage.
type gaps struct {
	list    []*gapped
	numbers map[gapKey]uint32
	last    *gapped // the file used last
	// series are the traces that are written in parts, stale the parts whose seams
	// have to be found again.
	series map[string][]uint32
	stale  []*gapped
	// any is true once a part of any log was missing.
	any bool
	// changed are the files whose gaps are new to their sessions.
	changed map[schemas.Fingerprint]stretch
}

// gapKind is what may be missing.
type gapKind uint8

const (
	gapNumbers gapKind = iota // signals of an SDL trace
	gapSIP                    // the SIP messages of an Expressway
)

// gapKey is a file or, for the level of a log, a place.
type gapKey struct {
	kind  gapKind
	place string
}

// gapped is one of them.
type gapped struct {
	gapKey
	root uint32
	file schemas.Fingerprint // gapNumbers
	// lines are the numbered records of a file, holes what is missing between
	// two of them, by offset. cuts are what the log itself says is missing.
	lines numberedLines
	holes []missing
	cuts  []cutOut
	// first is the first record that shows the poor level, plus one; rich is
	// set when a record of the good level was seen.
	first uint32
	rich  bool
	sewn
}

// missing is what is missing between two records.
type missing struct{ a, b numbered }

// numbered is a record of a log whose records have numbers without gaps.
type numbered struct {
	offset int64
	number uint64
	rec    uint32
}

// What no whole trace shows: a jump of that many numbers, over fewer bytes than
// their lines need. Numbers run ahead by a few dozen, because threads write
// beside each other; a line of a signal has 250 bytes and more.
const (
	gapJump  = 1000
	gapBytes = 100
)

// noteGap takes in record n, which is e.
func (c *Correlator) noteGap(n uint32, e *schemas.Event) {
	switch e.Source {
	case schemas.CUCMSDL:
		text := e.Key(schemas.KeySequence)
		if text == "" {
			return
		}
		if number, err := strconv.ParseUint(text, 10, 64); err == nil && number > 0 {
			g := c.gapsIn(e.ID.Fingerprint())
			row := c.logOf(e.Cluster, e.Node, e.Source)
			row.hold(c.gaps.numbers[g.gapKey])
			if number > row.sequence {
				row.sequence, row.dirty = number, true
			}
			if during, changed := c.number(g, numbered{e.ID.Offset(), number, n}); changed {
				c.holed(g, during)
			}
		}
	case schemas.ExpresswayTVCS:
		if e.Kind == schemas.KindSIPMessage {
			c.level(gapSIP, n, e, true)
		} else if e.Kind == schemas.KindSIPSummary && e.Attr("of") == "info" {
			c.level(gapSIP, n, e, false)
		}
	}
}

// level notes that record n, which is e, was written at the good level, or at
// the poor one.
func (c *Correlator) level(kind gapKind, n uint32, e *schemas.Event, good bool) {
	g := c.gapOf(kind, placeOf(e))
	switch {
	case g.rich:
	case good:
		g.rich = true
		c.forest.touch(g.root)
		c.answer(ask{what: askLevel, text: g.place})
	case g.first == 0 || c.store.at(n).id.Compare(c.store.at(g.first-1).id) < 0:
		g.first = n + 1
		c.forest.touch(g.root)
	}
}

// gapsIn returns the gaps of a file.
func (c *Correlator) gapsIn(fp schemas.Fingerprint) *gapped {
	if last := c.gaps.last; last != nil && last.file == fp {
		return last
	}
	g := c.gapOf(gapNumbers, fp.String())
	g.file, c.gaps.last = fp, g
	return g
}

func (c *Correlator) gapOf(kind gapKind, place string) *gapped {
	key := gapKey{kind, place}
	number, ok := c.gaps.numbers[key]
	if !ok {
		number = uint32(len(c.gaps.list))
		root := c.forest.grow(gapFamily)
		c.forest.nodes[root].head, c.forest.nodes[root].n = number+1, 1
		c.gaps.list = append(c.gaps.list, &gapped{gapKey: key, root: root})
		c.gaps.numbers[key] = number
	}
	return c.gaps.list[number]
}

// number adds a line, and returns the time in which a hole appeared or went.
func (c *Correlator) number(g *gapped, x numbered) (during stretch, changed bool) {
	before, behind, added := g.lines.insert(x)
	if !added {
		return during, false
	}
	c.unsew(g)
	if before != nil && behind != nil && hole(*before, *behind) {
		at, _ := slices.BinarySearchFunc(g.holes, *behind, byEnd)
		g.holes, changed = slices.Delete(g.holes, at, at+1), true
	}
	t := x.time(c)
	during = stretch{t, t}
	for _, h := range [...]struct{ a, b *numbered }{{before, &x}, {&x, behind}} {
		if h.a == nil || h.b == nil {
			continue
		}
		during = during.with(h.a.time(c)).with(h.b.time(c))
		if hole(*h.a, *h.b) {
			at, _ := slices.BinarySearchFunc(g.holes, *h.b, byEnd)
			g.holes, changed = slices.Insert(g.holes, at, missing{*h.a, *h.b}), true
		}
	}
	return during, changed
}

func byEnd(h missing, b numbered) int { return cmp.Compare(h.b.offset, b.offset) }

// hole reports whether lines are missing between a and b.
func hole(a, b numbered) bool {
	return b.number > a.number+gapJump && uint64(b.offset-a.offset) < gapBytes*(b.number-a.number)
}

// evaluateGap reports what cannot be seen.
func (c *Correlator) evaluateGap(g *gapped) {
	switch {
	case g.kind == gapNumbers && (len(g.holes) > 0 || g.seam != nil):
		c.reportHoles(g)
	case g.kind != gapNumbers && !g.rich && g.first > 0:
		c.reportLevel(g)
	}
}

func (c *Correlator) reportHoles(g *gapped) {
	var proofs []*schemas.Event
	lost := uint64(0)
	holes := g.missing()
	for i, h := range holes {
		lost += h.b.number - h.a.number
		if i == 0 {
			proofs = append(proofs, c.store.load(&c.eval.mem, h.a.rec))
		}
		if i < detect.MaxProofs || i+1 == len(holes) {
			proofs = append(proofs, c.store.load(&c.eval.mem, h.b.rec))
		}
	}
	e := c.store.load(&c.eval.mem, holes[0].b.rec)
	claim := detect.Claim{
		Summary: fmt.Sprintf("%s is not whole: %s, about %d signals are missing", e.File, c.jump(g, holes[0]), lost),
		Cause:   "lines were cut out of the trace, or it was filtered: what stood there cannot be judged",
		Fix: []string{
			"collect the files again as they are (Real-Time Monitoring Tool > Trace & Log Central > Collect Files), without a filter or an editor in between",
		},
		Proof: proofs, Count: len(holes),
	}
	if g.seam != nil {
		claim.Cause = "lines or whole files of the trace are not there: they were cut out, not collected, or overwritten before (the node keeps a limited number of files). What stood there cannot be judged"
		claim.Fix = append(claim.Fix, "Cisco Unified Serviceability > Trace > Configuration, Cisco CallManager: Maximum No. of Files, when the node overwrites its files before they are collected")
	}
	c.reportGap(g, schemas.Low, claim)
}

func (c *Correlator) reportLevel(g *gapped) {
	e := c.store.load(&c.eval.mem, g.first-1)
	if placeOf(e) != g.place {
		return // reported of the place that the copy which counts names
	}
	// The line that tells more stands behind the one that tells less.
	w := world{c, g.root, c.eval.idle}
	if !schemas.Dated(e.Time) || !w.Passed(e, e.Time.Add(time.Second), true) {
		return
	}
	name := e.Node
	if name == "" {
		name = e.File
	}
	c.reportGap(g, schemas.Info, detect.Claim{
		Summary: "network.sip is at INFO on " + name + ", so the SIP messages cannot be seen: no From, no Via, no body, no Warning",
		Cause:   "the lines of the log summarise the messages; the messages themselves are written at DEBUG",
		Fix: []string{
			"Expressway > Maintenance > Diagnostics > Advanced > Network log configuration: network.sip to DEBUG while you reproduce the failure",
			"or Expressway > Maintenance > Diagnostics > Diagnostic logging: Start new log, reproduce, Stop, Download",
		},
		Proof: []*schemas.Event{e},
	})
}

func (c *Correlator) reportGap(g *gapped, severity schemas.Severity, claim detect.Claim) {
	d := detect.Gap()
	d.Severity = severity
	s := detect.Session{}
	s.Cluster = claim.Proof[0].Cluster
	rep := detect.Report{Session: &s, Detector: &d}
	claim.Subject = strconv.Itoa(int(g.kind)) + "\x00" + strings.ToLower(g.place)
	rep.Found(claim)
	c.report(&rep)
}

// resting returns the records that tell what is known, and with which it goes
// on: those beside holes, the last one, and the first of the poor level.
func (g *gapped) resting() []uint32 {
	var recs []uint32
	for _, h := range g.missing() {
		recs = append(recs, h.a.rec, h.b.rec)
	}
	if first := g.lines.first(); first != nil && g.series != "" {
		recs = append(recs, first.rec)
	}
	if last := g.lines.last(); last != nil {
		recs = append(recs, last.rec)
	}
	if g.first > 0 && !g.rich {
		recs = append(recs, g.first-1)
	}
	return recs
}
