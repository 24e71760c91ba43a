package correlator

import (
	"cmp"
	"slices"
	"strings"

	"github.com/uctrace/uctrace/schemas"
)

// logs sum up what came of each kind of log of each node: a schemas.LogCoverage
// each.
type logs struct {
	rows    []*logRow
	numbers map[logKey]uint32
	// last is the row used last, plus one, by the names that events have.
	last                uint32
	cluster, node, kind string
	parts               uint64 // of files that were read
}

// logKey is whose log of which kind it is, as symbols; the node is in lower
// case.
type logKey struct{ cluster, node, source uint32 }

// logRow is one of them.
type logRow struct {
	logKey
	name        string // of the node, as it is spelled first in their order
	files       map[schemas.Fingerprint]*logFile
	levels      levels
	first, last int64 // undated while no time is known
	sequence    uint64
	gapped      []uint32 // the files that have numbers or gaps, in gaps.list
	// past are the files that were let go.
	past    schemas.LogCoverage
	dirty   bool
	emitted uint64 // the hash of the revision that Evaluate returned last
}

// logFile is what came of one file: the parts of it that were read.
type logFile struct {
	tiles    []tile
	unsorted bool
	total    tile   // of the tiles so far, each byte once
	part     uint64 // when the last of them came: its number in logs.parts
}

// tile is a part of a file. Its counts are those of schemas.LogCoverage.
type tile struct {
	start, end, bytes                         int64
	lines, records, events, unparsed, damaged int
}

func newLogs() logs { return logs{numbers: map[logKey]uint32{}} }

// logOf returns the row of the logs of a node that are of one kind.
func (c *Correlator) logOf(cluster, node string, source schemas.Source) *logRow {
	l := &c.logs
	if l.last > 0 && l.node == node && l.kind == string(source) && l.cluster == cluster {
		return l.rows[l.last-1]
	}
	keys := &c.store.keys
	k := logKey{keys.symbol(cluster), keys.symbol(strings.ToLower(node)), keys.symbol(string(source))}
	number, ok := l.numbers[k]
	if !ok {
		number = uint32(len(l.rows))
		l.rows = append(l.rows, &logRow{logKey: k, files: map[schemas.Fingerprint]*logFile{}, first: undated, last: undated})
		l.numbers[k] = number
	}
	row := l.rows[number]
	l.last, l.cluster, l.kind = number+1, c.store.name(k.cluster), c.store.name(k.source)
	l.node = strings.Clone(node)
	if row.name == "" || node < row.name {
		row.name, row.dirty = l.node, true
	}
	return row
}

// during notes that the log has a record of time t.
func (r *logRow) during(t int64) {
	if t == undated {
		return
	}
	if r.first == undated || t < r.first {
		r.first, r.dirty = t, true
	}
	if t > r.last {
		r.last, r.dirty = t, true
	}
}

// seeLog takes in what e, which was written at level, says about the log that holds it.
func (c *Correlator) seeLog(e *schemas.Event, t int64, level levels) {
	row := c.logOf(e.Cluster, e.Node, e.Source)
	row.during(t)
	if l := row.levels | level; l != row.levels {
		row.levels, row.dirty = l, true
	}
}

// seePart takes in a part of a file, which came for the first time.
func (c *Correlator) seePart(s *schemas.Span) {
	if s.End <= s.Start {
		return
	}
	row := c.logOf(s.File.Cluster, s.File.Node, s.File.Source)
	row.during(instant(s.From))
	row.during(instant(s.To))
	f := row.files[s.File.Fingerprint]
	if f == nil {
		f = &logFile{}
		row.files[s.File.Fingerprint] = f
	}
	c.logs.parts++
	f.part = c.logs.parts
	f.add(tile{
		start: s.Start, end: s.End, bytes: s.End - s.Start,
		lines: s.Lines, records: s.Records, events: s.Events, unparsed: s.Unparsed, damaged: s.Damaged,
	})
	row.dirty = true
}

func (f *logFile) add(t tile) {
	f.tiles = append(f.tiles, t)
	if f.unsorted = f.unsorted || t.start < f.total.end; !f.unsorted {
		f.total.count(&t)
	}
}

func (t *tile) count(x *tile) {
	t.end = x.end
	t.bytes += x.bytes
	t.lines += x.lines
	t.records += x.records
	t.events += x.events
	t.unparsed += x.unparsed
	t.damaged += x.damaged
}

// sum returns the whole file. The same part may have been cut into batches in
// two ways: what lies within what was counted counts once.
func (f *logFile) sum() *tile {
	if !f.unsorted {
		return &f.total
	}
	slices.SortFunc(f.tiles, func(a, b tile) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end)) })
	f.total, f.unsorted = tile{}, false
	for i := range f.tiles {
		if f.tiles[i].end > f.total.end {
			f.total.count(&f.tiles[i])
		}
	}
	return &f.total
}

// coverageOfLog returns what row says now.
func (c *Correlator) coverageOfLog(r *logRow) schemas.LogCoverage {
	cluster, source := c.store.name(r.cluster), c.store.name(r.source)
	x := r.past
	x.ID = schemas.HashID("coverage", cluster, c.store.name(r.node), source)
	x.Version = 1
	x.Cluster, x.Node, x.Source = cluster, r.name, schemas.Source(source)
	for _, f := range r.files {
		x.Files++
		addTile(&x, f.sum())
	}
	x.Levels, x.First, x.Last, x.Sequence = r.levels.names(), timeOf(r.first), timeOf(r.last), r.sequence
	x.Gaps = slices.Clone(x.Gaps)
	for _, number := range r.gapped {
		c.addGaps(&x, c.gaps.list[number], r)
	}
	boundGaps(&x)
	return x
}

func addTile(x *schemas.LogCoverage, t *tile) {
	x.Bytes += t.bytes
	x.Lines += t.lines
	x.Records += t.records
	x.Events += t.events
	x.Unparsed += t.unparsed
	x.Damaged += t.damaged
}

// boundGaps orders the gaps and keeps the last ones.
func boundGaps(x *schemas.LogCoverage) {
	slices.SortFunc(x.Gaps, func(a, b schemas.LogGap) int {
		return cmp.Or(a.To.Compare(b.To), strings.Compare(a.File, b.File), cmp.Compare(a.Line, b.Line), strings.Compare(a.Why, b.Why))
	})
	x.Gaps = x.Gaps[max(0, len(x.Gaps)-schemas.MaxGaps):]
}

// reviseLogs appends the rows that changed since the last call, with version.
func (c *Correlator) reviseLogs(dst []schemas.LogCoverage, version uint64) []schemas.LogCoverage {
	for _, r := range c.logs.rows {
		if !r.dirty {
			continue
		}
		r.dirty = false
		x := c.coverageOfLog(r)
		if h := hashLog(c.store.keys.seed, &x); h != r.emitted {
			r.emitted = h
			x.Version = version
			dst = append(dst, x)
		}
	}
	slices.SortFunc(dst, func(a, b schemas.LogCoverage) int { return a.ID.Compare(b.ID) })
	return dst
}

// allLogs returns all rows, by cluster, node and source.
func (c *Correlator) allLogs() []schemas.LogCoverage {
	var list []schemas.LogCoverage
	for _, r := range c.logs.rows {
		list = append(list, c.coverageOfLog(r))
	}
	SortLogs(list)
	return list
}

// SortLogs puts what logs hold in the order of Result.
func SortLogs(list []schemas.LogCoverage) {
	slices.SortFunc(list, func(a, b schemas.LogCoverage) int {
		return cmp.Or(strings.Compare(a.Cluster, b.Cluster), strings.Compare(a.Node, b.Node), strings.Compare(string(a.Source), string(b.Source)))
	})
}

// moveLogs takes over what came of the logs. Parts of files become one, files
// that rest for longer than the limit are summed up.
func (m *moving) moveLogs() {
	c, f := m.old, m.fresh
	f.logs.parts = c.logs.parts
	for _, old := range c.logs.rows {
		to := f.logOf(c.store.name(old.cluster), old.name, schemas.Source(c.store.name(old.source)))
		to.levels, to.first, to.last, to.sequence = old.levels, old.first, old.last, old.sequence
		to.past, to.dirty, to.emitted = old.past, old.dirty, old.emitted
		to.past.Gaps = slices.Clone(old.past.Gaps)
		for fp, file := range old.files {
			t := *file.sum()
			if m.rests(fp) {
				to.past.Files++
				addTile(&to.past, &t)
				continue
			}
			to.files[fp] = &logFile{tiles: []tile{t}, total: t, part: file.part}
		}
		for _, number := range old.gapped {
			g := c.gaps.list[number]
			if at, kept := f.gaps.numbers[g.gapKey]; kept {
				to.gapped = append(to.gapped, at)
			} else {
				c.addGaps(&to.past, g, old)
			}
		}
		boundGaps(&to.past)
	}
}
