package correlator

import (
	"cmp"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/uctrace/uctrace/schemas"
)

// A trace is written in parts: SDL001_100_000188.txt goes on in
// SDL001_100_000189.txt, with the next FileNumber and the next signal number.
// What is missing between two parts is a seam of the later one.

// sewn is what a file with numbers is a part of.
type sewn struct {
	// series is whose trace since which start of the service, "" when the file
	// does not say; part is its FileNumber.
	series string
	part   uint64
	// seam is what is missing before its first line, nil for nothing; stale is
	// true while that has to be found again.
	seam  *missing
	stale bool
	// settled is true once the part before was let go: the seam stays as it is.
	settled bool
}

// seamReach is for how long files may be missing between two parts for that to
// be a hole in one trace, and not two collections of two days.
const seamReach = 12 * time.Hour

// notePart takes in e, the head of an SDL trace.
func (c *Correlator) notePart(e *schemas.Event) {
	started := e.Attr("started")
	n, err := strconv.ParseUint(e.Attr("number"), 10, 64)
	if e.Source != schemas.CUCMSDL || started == "" || err != nil {
		return
	}
	g := c.gapsIn(e.ID.Fingerprint())
	if g.series == "" {
		c.logOf(e.Cluster, e.Node, e.Source).hold(c.gaps.numbers[g.gapKey])
		c.sew(g, strings.ToLower(placeOf(e))+"\x00"+e.Attr("app")+"\x00"+started, n)
	}
}

// sew makes g a part of a series.
func (c *Correlator) sew(g *gapped, series string, part uint64) {
	g.series, g.part = series, part
	number := c.gaps.numbers[g.gapKey]
	list := c.gaps.series[series]
	at, _ := slices.BinarySearchFunc(list, number, c.compareParts)
	c.gaps.series[series] = slices.Insert(list, at, number)
	c.unsew(g)
}

func (c *Correlator) compareParts(a, b uint32) int {
	x, y := c.gaps.list[a], c.gaps.list[b]
	return cmp.Or(cmp.Compare(x.part, y.part), strings.Compare(x.place, y.place))
}

// unsew notes that the seams before and behind g may be others now.
func (c *Correlator) unsew(g *gapped) {
	if g.series != "" && !g.stale {
		g.stale = true
		c.gaps.stale = append(c.gaps.stale, g)
	}
}

// settleSeams finds the seams again of which a side has changed.
func (c *Correlator) settleSeams() {
	for _, g := range c.gaps.stale {
		g.stale = false
		c.settleSeam(g)
		behind := uint64(0)
		for _, n := range c.gaps.series[g.series] {
			if x := c.gaps.list[n]; x.part > g.part && (behind == 0 || x.part == behind) {
				behind = x.part
				c.settleSeam(x)
			}
		}
	}
	c.gaps.stale = c.gaps.stale[:0]
}

// settleSeam finds what is missing before the first line of g.
func (c *Correlator) settleSeam(g *gapped) {
	first := g.lines.first()
	before, a := c.partBefore(g)
	if before == nil || first == nil || g.settled {
		return // nothing is known of what stands before it, or no more
	}
	var seam *missing
	if size := c.sizeOf(before.file); size > 0 && c.parted(before, g, *a, *first, size) {
		seam = &missing{*a, *first}
	}
	if old := g.seam; old == nil && seam == nil || old != nil && seam != nil && *old == *seam {
		return
	}
	during := stretch{first.time(c), first.time(c)}
	for _, x := range [...]*missing{g.seam, seam} {
		if x != nil {
			during = during.with(x.a.time(c)).with(x.b.time(c))
		}
	}
	g.seam = seam
	c.holed(g, during)
	c.changedGaps(before.file, during)
}

// partBefore returns the part before g, and the last line of it.
func (c *Correlator) partBefore(g *gapped) (before *gapped, last *numbered) {
	for _, n := range slices.Backward(c.gaps.series[g.series]) {
		x := c.gaps.list[n]
		if x.part >= g.part {
			continue
		}
		if before != nil && x.part < before.part {
			break
		}
		if l := x.lines.last(); l != nil && (last == nil || l.number > last.number) {
			before, last = x, l
		}
	}
	return before, last
}

// parted reports whether lines are missing between the last line of one part and
// the first of another. Most lines state nothing and are not known; they take
// bytes all the same.
func (c *Correlator) parted(before, g *gapped, a, b numbered, size int64) bool {
	if b.number <= a.number+gapJump || size-a.offset+b.offset >= int64(gapBytes*(b.number-a.number)) {
		return false
	}
	ta, tb := a.time(c), b.time(c)
	return g.part == before.part+1 || ta != undated && tb != undated && tb-ta < int64(seamReach)
}

// sizeOf returns how much of a file was read.
func (c *Correlator) sizeOf(fp schemas.Fingerprint) int64 {
	size := int64(0)
	for _, r := range c.logs.rows {
		if f := r.files[fp]; f != nil {
			size = max(size, f.sum().end)
		}
	}
	return size
}

// readOn notes that more of a file was read.
func (c *Correlator) readOn(fp schemas.Fingerprint) {
	if len(c.gaps.series) == 0 {
		return
	}
	if number, ok := c.gaps.numbers[gapKey{gapNumbers, fp.String()}]; ok {
		c.unsew(c.gaps.list[number])
	}
}

// missing returns what is missing in the file and before it.
func (g *gapped) missing() []missing {
	if g.seam == nil {
		return g.holes
	}
	return append([]missing{*g.seam}, g.holes...)
}

// jump says what is missing at x.
func (c *Correlator) jump(g *gapped, x missing) string {
	if g.seam == nil || *g.seam != x {
		return fmt.Sprintf("its numbers jump from %d to %d", x.a.number, x.b.number)
	}
	return fmt.Sprintf("it does not go on where %s ends: the numbers jump from %d to %d",
		c.store.name(c.store.origins[c.store.at(x.a.rec).origin].file), x.a.number, x.b.number)
}
