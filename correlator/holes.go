package correlator

import (
	"bytes"
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// stretch is a time.
type stretch struct{ from, to int64 }

func (s stretch) with(t int64) stretch {
	if t == undated {
		return s
	}
	return stretch{min(s.from, t), max(s.to, t)}
}

// cutOut is a part of which the log itself says that it is missing, as one row
// holds it.
type cutOut struct {
	id  schemas.ID
	row uint32 // index in logs.rows, plus one
	gap schemas.LogGap
}

func newGaps() gaps {
	return gaps{numbers: map[gapKey]uint32{}, series: map[string][]uint32{}, changed: map[schemas.Fingerprint]stretch{}}
}

// hold notes that a file with numbers or gaps is one of the row's.
func (r *logRow) hold(number uint32) {
	if !slices.Contains(r.gapped, number) {
		r.gapped = append(r.gapped, number)
	}
}

// holed notes that the holes of g between two times changed.
func (c *Correlator) holed(g *gapped, x stretch) {
	c.forest.touch(g.root)
	number := c.gaps.numbers[g.gapKey]
	for _, r := range c.logs.rows {
		r.dirty = r.dirty || slices.Contains(r.gapped, number)
	}
	c.changedGaps(c.store.at(g.lines.last().rec).id.Fingerprint(), x)
}

func (x *numbered) time(c *Correlator) int64 { return c.store.at(x.rec).t }

// changedGaps notes that the sessions of a file may have lost, or found, a gap.
func (c *Correlator) changedGaps(fp schemas.Fingerprint, x stretch) {
	if old, ok := c.gaps.changed[fp]; ok {
		x = stretch{min(old.from, x.from), max(old.to, x.to)}
	}
	c.gaps.changed[fp], c.gaps.any = x, true
}

// noteCut takes in e, which says that a part of its log is missing.
func (c *Correlator) noteCut(e *schemas.Event) {
	g := c.gapsIn(e.ID.Fingerprint())
	row := c.logOf(e.Cluster, e.Node, e.Source)
	row.hold(c.gaps.numbers[g.gapKey])
	x := cutOut{e.ID, c.logs.last, schemas.LogGap{File: e.File, Line: e.Line, Why: e.Attr("why")}}
	if schemas.Dated(e.Time) {
		x.gap.From, x.gap.To = e.Time.UTC(), e.Time.UTC()
	}
	at, found := slices.BinarySearchFunc(g.cuts, x, func(a, b cutOut) int {
		return cmp.Or(bytes.Compare(a.id[:], b.id[:]), cmp.Compare(a.row, b.row))
	})
	switch {
	case !found:
		x.gap.File, x.gap.Why = strings.Clone(e.File), strings.Clone(x.gap.Why)
		g.cuts = slices.Insert(g.cuts, at, x)
	case e.File < g.cuts[at].gap.File:
		g.cuts[at].gap.File, g.cuts[at].gap.Line = strings.Clone(e.File), e.Line
	default:
		return
	}
	row.dirty = true
	if t := instant(e.Time); t != undated {
		c.changedGaps(e.ID.Fingerprint(), stretch{t, t})
	}
}

// addGaps appends the gaps of g that the row r holds.
func (c *Correlator) addGaps(x *schemas.LogCoverage, g *gapped, r *logRow) {
	for _, h := range g.missing() {
		rec := c.store.at(h.b.rec)
		if o := c.store.origins[rec.origin]; (logKey{o.cluster, c.store.keys.symbol(strings.ToLower(c.store.name(o.node))), o.source}) != r.logKey {
			continue
		}
		lost := h.b.number - h.a.number
		x.GapCount++
		x.Missing += lost
		x.Gaps = append(x.Gaps, schemas.LogGap{
			File: c.store.name(c.store.origins[rec.origin].file), Line: int(rec.line), From: timeOf(h.a.time(c)), To: timeOf(rec.t), Missing: lost,
			Why: c.jump(g, h),
		})
	}
	for i := range g.cuts {
		if c.logs.rows[g.cuts[i].row-1] == r {
			x.GapCount++
			x.Gaps = append(x.Gaps, g.cuts[i].gap)
		}
	}
}

// awaited is for how long after the last event of a session without an end its
// next ones are missed in a gap.
const awaited = time.Minute

// settleGaps has the sessions evaluated again that a gap touches, or touched.
func (c *Correlator) settleGaps() {
	c.settleSeams()
	if len(c.gaps.changed) == 0 {
		return
	}
	during := map[uint32]stretch{}
	near := map[uint32]stretch{} // the gaps of the files
	for n := range c.store.n {
		r := c.store.at(n)
		if r.node == 0 || r.t == undated {
			continue
		}
		x, ok := c.gaps.changed[r.id.Fingerprint()]
		if !ok {
			continue
		}
		root := c.rootOf(n)
		if old, seen := near[root]; seen {
			x = stretch{min(old.from, x.from), max(old.to, x.to)}
		} else {
			during[root] = stretch{r.t, r.t}
		}
		near[root], during[root] = x, during[root].with(r.t)
	}
	for root, s := range during {
		for n := c.headOf(root); n != 0; n = c.store.at(n - 1).next {
			s = s.with(c.store.at(n - 1).t)
		}
		if x := near[root]; s.from-int64(awaited) <= x.to && s.to+int64(awaited) >= x.from {
			c.forest.touch(root)
		}
	}
	clear(c.gaps.changed)
}

// headOf returns the first record of the list of a unit, plus one; 0 when it has
// none.
func (c *Correlator) headOf(root uint32) uint32 {
	switch n := &c.forest.nodes[root]; n.family {
	case threadFamily, incidentFamily, clockFamily, gapFamily:
		return 0
	default:
		return n.head
	}
}

// moveGaps takes over what is known about what cannot be seen. A file that was
// let go has its gaps in the row of its log.
func (m *moving) moveGaps() {
	c, f := m.old, m.fresh
	for _, g := range c.gaps.list {
		if m.restsGap(g) {
			continue
		}
		to := f.gapOf(g.kind, strings.Clone(g.place))
		for _, run := range g.lines.runs {
			for _, l := range run {
				if m.keep[l.rec] != gone {
					f.number(to, numbered{l.offset, l.number, m.moved[l.rec]})
				}
			}
		}
		to.file, to.cuts = g.file, g.cuts
		if g.series != "" {
			f.sew(to, strings.Clone(g.series), g.part)
			before, _ := c.partBefore(g)
			to.settled = g.settled || before != nil && m.restsGap(before)
		}
		if g.seam != nil {
			to.seam = &missing{m.movedLine(g.seam.a), m.movedLine(g.seam.b)}
		}
		f.gaps.any = f.gaps.any || len(g.missing())+len(g.cuts) > 0
		if to.rich = g.rich; g.first > 0 && !g.rich {
			to.first = m.moved[g.first-1] + 1
		}
		f.forest.touch(to.root)
	}
}

func (m *moving) movedLine(x numbered) numbered {
	x.rec = m.moved[x.rec]
	return x
}
